"""Targets and events: kept, audited, guarded by their version, and never another tenant's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import migrations
from portal.db import open_database, open_sessions, writing
from portal.errors import ConflictError, InputError, UnknownNameError
from portal.events import CALENDAR_EVENTS, MARKED_DAYS, Marking, add_event, events_of, remove_event, told_events
from portal.models import AuditEvent, Tenant
from portal.targets import Aim, set_target, target_of, targets_of
from portal.viewer import TenantRef

BY = ("ann@example.org", datetime(2026, 3, 1, 9))
AIM = Aim("net_sales", date(2026, 3, 1))
SHOP, OTHER = TenantRef(1, "Shop", "GBP", "Europe/London"), TenantRef(2, "Other", "GBP", "Europe/London")
SALE = Marking(date(2026, 3, 5), date(2026, 3, 7), "promotion", " Spring  sale ")


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    address = f"sqlite:///{tmp_path / 'portal.db'}"
    engine = open_database(address)
    migrations.upgrade(engine)
    engine.dispose()
    sessions = open_sessions(address)
    with writing(sessions) as opened:
        for tenant in (SHOP, OTHER):
            opened.add(Tenant(id=tenant.id, name=tenant.name, currency="GBP", timezone="Europe/London",
                              created_at=BY[1]))  # fmt: skip
        opened.flush()
        yield opened
    sessions.kw["bind"].dispose()


def test_a_target_is_set_changed_and_taken_back(session: Session) -> None:
    set_target(session, SHOP, AIM, (Decimal(100), 0), BY)
    set_target(session, SHOP, AIM, (Decimal("120.5"), 1), BY)
    wish = target_of(session, SHOP.id, AIM)
    assert wish is not None
    assert (wish.amount, wish.version) == (Decimal("120.5"), 2)
    set_target(session, SHOP, AIM, (None, 2), BY)
    assert target_of(session, SHOP.id, AIM) is None
    said = [row.details for row in session.scalars(select(AuditEvent).order_by(AuditEvent.id))]
    assert said[-1] == {"before": "120.5000", "after": None}


def test_a_stale_version_changes_nothing(session: Session) -> None:
    set_target(session, SHOP, AIM, (Decimal(100), 0), BY)
    with pytest.raises(ConflictError, match="it is 100"):
        set_target(session, SHOP, AIM, (Decimal(90), 0), BY)
    assert targets_of(session, [SHOP.id], AIM) == 100


@pytest.mark.parametrize("amount", [Decimal(0), Decimal(-5), Decimal("NaN"), Decimal("Infinity"), Decimal(10) ** 14])
def test_what_cannot_be_a_target(session: Session, amount: Decimal) -> None:
    with pytest.raises(InputError, match="above 0"):
        set_target(session, SHOP, AIM, (amount, 0), BY)
    with pytest.raises(UnknownNameError):
        set_target(session, SHOP, Aim("nonsense", AIM.month), (Decimal(5), 0), BY)


def test_targets_of_several_are_added_up_only_when_all_have_one(session: Session) -> None:
    set_target(session, SHOP, AIM, (Decimal(100), 0), BY)
    assert targets_of(session, [SHOP.id, OTHER.id], AIM) is None
    set_target(session, OTHER, AIM, (Decimal(50), 0), BY)
    assert targets_of(session, [SHOP.id, OTHER.id], AIM) == 150


def test_an_event_is_marked_and_taken_back(session: Session) -> None:
    event = add_event(session, SHOP, SALE, BY)
    assert events_of(session, SHOP.id, date(2026, 3, 7), date(2026, 3, 9))[0].title == "Spring sale"
    assert events_of(session, SHOP.id, date(2026, 3, 8)) == []
    assert told_events(session, SHOP.id)[CALENDAR_EVENTS] == [["2026-03-05", "2026-03-07", "Spring sale"]]
    remove_event(session, SHOP, (event.id, 1), BY)
    assert events_of(session, SHOP.id) == []


def test_remarks_are_not_known_to_forecasts(session: Session) -> None:
    add_event(session, SHOP, Marking(date(2026, 3, 5), date(2026, 3, 5), "remark", "New shelves"), BY)
    told = told_events(session, SHOP.id)
    assert told == {CALENDAR_EVENTS: [], MARKED_DAYS: [["2026-03-05", "2026-03-05", "remark", "New shelves", ""]]}


def test_another_tenants_event_stays(session: Session) -> None:
    event = add_event(session, SHOP, SALE, BY)
    with pytest.raises(UnknownNameError):
        remove_event(session, OTHER, (event.id, 1), BY)
    with pytest.raises(ConflictError):
        remove_event(session, SHOP, (event.id, 7), BY)
    assert len(events_of(session, SHOP.id)) == 1


@pytest.mark.parametrize(
    "marking",
    [Marking(SALE.first_day, SALE.last_day, "party", "X"), Marking(SALE.first_day, SALE.last_day, "holiday", "  "),
     Marking(SALE.last_day, SALE.first_day, "holiday", "X"), Marking(date(2020, 1, 1), SALE.last_day, "closure", "X")],
)  # fmt: skip
def test_events_that_cannot_be_meant(session: Session, marking: Marking) -> None:
    with pytest.raises(InputError):
        add_event(session, SHOP, marking, BY)
