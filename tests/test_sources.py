"""Sources of a tenant: added, found, removed; credentials closed; tenants apart."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from portal import sources
from portal.db import Sessions, writing
from portal.errors import ConflictError, InputError, UnknownNameError
from portal.models import DataSource
from portal.sources import NewSource
from portal.sync_runs import claim_now
from portal.tenants import list_tenants
from portal.viewer import TenantRef
from tests.etl.shop import NOW

KEY = "k3yK3Y-0123456789-abcdefghijklmnop"
HUB = NewSource("Hub", "imiq", "/data/orders.xlsx", credentials="hub-passphrase")


@pytest.fixture
def tenants(sessions: Sessions) -> tuple[TenantRef, ...]:
    with sessions() as session:
        return list_tenants(session)


def add(sessions: Sessions, tenant: TenantRef, wanted: NewSource = HUB) -> DataSource:
    with writing(sessions) as session:
        return sources.add_source(session, tenant, wanted, KEY, NOW)


def test_credentials_are_closed_in_the_database_and_open_for_their_source(
    sessions: Sessions, tenants: tuple[TenantRef, ...]
) -> None:
    row = add(sessions, tenants[0])
    with sessions() as session:
        kept = str(session.execute(text("SELECT * FROM data_source")).all())
    assert "hub-passphrase" not in kept
    assert sources.open_credentials(row, KEY) == "hub-passphrase"


def test_a_name_is_one_source_whatever_its_case(sessions: Sessions, tenants: tuple[TenantRef, ...]) -> None:
    add(sessions, tenants[0])
    add(sessions, tenants[1])
    with pytest.raises(ConflictError, match="already has a source called 'HUB'"):
        add(sessions, tenants[0], NewSource("HUB", "imiq", "/data"))


def test_another_tenants_source_reads_like_an_unknown_one(sessions: Sessions, tenants: tuple[TenantRef, ...]) -> None:
    add(sessions, tenants[0])
    with sessions() as session:
        for name in ("Hub", "Hab"):
            with pytest.raises(UnknownNameError, match=rf"^There is no source called '{name}'\.$"):
                sources.find_source(session, tenants[1], name)
            assert sources.freshness(session, tenants[1], NOW) == []


def test_a_removed_source_takes_its_runs_along(sessions: Sessions, tenants: tuple[TenantRef, ...]) -> None:
    row = add(sessions, tenants[0])
    with writing(sessions) as session:
        claim_now(session, row, "me", NOW)
    with writing(sessions) as session:
        assert sources.remove_source(session, tenants[0], "hub") == "Hub"
    with sessions() as session:
        counts = [
            session.execute(text(f"SELECT count(*) FROM {name}")).scalar() for name in ("data_source", "sync_run")
        ]
    assert counts == [0, 0]


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (NewSource("", "imiq", "/data"), "name"),
        (NewSource("a\nb\x00", "imiq", "/data"), "name"),
        (NewSource("A", "imiq", "  "), "location"),
        (NewSource("A", "imiq", "/data\nx"), "location"),
        (NewSource("A", "table", "/data"), "mapping"),
        (NewSource("A", "imiq", "/data", schedule="hourly"), "schedule"),
        (NewSource("A", "imiq", "/data", credentials="x" * 20_001), "credentials"),
        (NewSource("A", "table", "/data", mapping="x" * 200_001), "mapping"),
    ],
)
def test_what_cannot_be_used_is_told_by_field(
    sessions: Sessions, tenants: tuple[TenantRef, ...], wanted: NewSource, field: str
) -> None:
    with pytest.raises(InputError) as told:
        add(sessions, tenants[0], wanted)
    assert told.value.field == field


def test_an_unknown_kind_suggests_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean imiq"):
        sources.check_kind("imic", ("imiq", "table"))
