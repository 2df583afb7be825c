"""Customer matches: found, the least sure first, parted by a pair that the ETL understands, and taken back."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select

from portal import matches
from portal.db import Sessions, writing
from portal.errors import ConflictError, InputError, UnknownNameError
from portal.matches import Match, Record, find_matches, mark_of, match_of, pair_of, separate, separations
from portal.models import AuditEvent, DataSource, SyncRun
from portal.rebuild import ask_rebuild
from portal.viewer import TenantRef, operator_viewer
from portal.warehouse.duckdb import Warehouse, Warehouses
from tests.jobs.desk import Desk

BY = ("ann@amber.example", datetime(2026, 4, 1, 12))
MAPPING = """
[format]
dates = ["%Y-%m-%d"]
[[entity]]
name = "order_line"
files = ["*.csv"]
duplicates = "keep"
[entity.columns]
order_id = "order"
order_date = "day"
product_id = "product"
quantity = "qty"
unit_price = "price"
customer_id = "id"
customer = "name"
phone = "phone"
email = "email"
"""
LINES = """order,day,product,qty,price,id,name,phone,email
1,2026-03-01,P,1,5,C1,Ann Bell,07700 900123,ann@x.example
2,2026-03-02,P,1,5,C2,Ben Bell,07700 900123,ben@x.example
3,2026-03-03,P,1,5,,Cy Orr,,cy@x.example
4,2026-03-04,P,1,5,C3,Cy Orr,07700 900777,cy@x.example
5,2026-03-05,P,1,5,C4,Di Poe,07700 900888,
"""


@pytest.fixture
def shop(desk: Desk) -> Desk:
    """Two people who share a phone, and one who bought with and without an account."""
    (desk.files / "a.csv").write_text(LINES)
    with desk.sessions.begin() as session:
        source = session.scalars(select(DataSource)).one()
        source.mapping = MAPPING
    assert desk.sync().status == "published"
    return desk


def warehouse(desk: Desk) -> Warehouse:
    from portal.warehouse.store import SnapshotStore

    tenant = desk.task.tenant
    return Warehouses(SnapshotStore(desk.home, 3), None).open(operator_viewer((tenant,)), tenant)


def tenant(desk: Desk) -> TenantRef:
    return desk.task.tenant


def test_the_least_sure_comes_first_with_its_reason(shop: Desk) -> None:
    count, found = find_matches(warehouse(shop), "", 0)
    assert count == 2
    assert [(one.rule, one.confidence) for one in found] == [("shared_phone", 0.6), ("email", 0.9)]
    assert (found[0].record.customer_id, found[0].first.customer_id) == ("C2", "C1")


@pytest.mark.parametrize(("search", "count"), [
    ("cy orr", 1), ("CY@X", 1), ("+44 7700 900123", 1), ("7700 900-123", 1), ("900", 2), ("nobody", 0), ("100%", 0),
    ("", 2), ("C2", 1),
])  # fmt: skip
def test_people_are_found_by_name_phone_and_mail(shop: Desk, search: str, count: int) -> None:
    assert find_matches(warehouse(shop), search, 0)[0] == count


def test_pages_hold_each_match_once(shop: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matches, "PAGE_ROWS", 1)
    keys = [one.identity_key for page in range(3) for one in find_matches(warehouse(shop), "", page)[1]]
    assert len(keys) == len(set(keys)) == 2


def test_a_parted_pair_is_two_people_after_the_next_build_and_one_again_when_undone(shop: Desk) -> None:
    _, (wrong, _) = find_matches(warehouse(shop), "", 0)
    pair = pair_of(match_of(warehouse(shop), wrong.identity_key))
    assert pair == ("table:C1", "table:C2")
    people = "select count(distinct customer_key) from fact_order where customer_key <> 0"
    before = int(shop.ask(people))
    with writing(shop.sessions) as session:
        separate(session, tenant(shop), pair, BY)
    assert (shop.sync().status, int(shop.ask(people))) == ("published", before + 1)
    with writing(shop.sessions) as session:
        matches.undo_separation(session, tenant(shop), mark_of(pair), BY)
        assert separations(session, tenant(shop), BY) == []
    assert (shop.sync().status, int(shop.ask(people))) == ("published", before)


def test_what_is_parted_is_audited_and_said_once(shop: Desk) -> None:
    with writing(shop.sessions) as session:
        separate(session, tenant(shop), ("table:C1", "table:C2"), BY)
        with pytest.raises(ConflictError, match="parted already"):
            separate(session, tenant(shop), ("table:C2", "table:C1"), BY)
        matches.undo_separation(session, tenant(shop), mark_of(("table:C1", "table:C2")), BY)
        with pytest.raises(UnknownNameError):
            matches.undo_separation(session, tenant(shop), mark_of(("table:C1", "table:C2")), BY)
    with shop.sessions() as session:
        told = session.execute(select(AuditEvent.action, AuditEvent.actor, AuditEvent.details)).all()
    assert [action for action, *_ in told] == ["customers separated", "separation undone"]
    assert {(actor, tuple(details["pair"])) for _, actor, details in told} == {(BY[0], ("table:C1", "table:C2"))}


def made(first: tuple[str | None, ...], record: tuple[str | None, ...], sources: tuple[str, str] = ("a", "a")) -> Match:
    return Match(1, None, Record(sources[1], *record), Record(sources[0], *first), "phone", 0.95)


@pytest.mark.parametrize(("first", "record", "sources", "pair"), [
    (("1", "0100", None), ("2", "0100", None), ("a", "a"), ("a:1", "a:2")),
    ((None, "0100200300", None), ("2", "+20100200300", None), ("a", "a"), ("a:2", "a:0100200300")),
    ((None, "0100200300", "x@y.z"), (None, "0100200300", None), ("a", "a"), ("a:x@y.z", "a:0100200300")),
    ((None, "0100200300", None), (None, "0100200300", None), ("a", "b"), ("a:0100200300", "b:0100200300")),
])  # fmt: skip
def test_the_first_reference_names_one_record_only(
    first: tuple[str | None, ...], record: tuple[str | None, ...], sources: tuple[str, str], pair: tuple[str, str]
) -> None:
    assert pair_of(made(first, record, sources)) == pair


def test_records_that_nothing_tells_apart_are_not_parted() -> None:
    with pytest.raises(InputError, match="nothing tells them apart"):
        pair_of(made((None, "0100200300", None), (None, "+20100200300", None)))


def test_a_rebuild_is_asked_of_a_source_whose_files_are_here(shop: Desk, sessions: Sessions) -> None:
    with writing(sessions) as session:
        assert ask_rebuild(session, tenant(shop), BY)
    with sessions() as session:
        assert session.scalars(select(SyncRun.asked_by).where(SyncRun.status == "waiting")).all() == [BY[0]]


def test_a_tenant_without_synced_sources_waits_for_its_next_load(desk: Desk) -> None:
    with writing(desk.sessions) as session:
        assert not ask_rebuild(session, tenant(desk), BY)
