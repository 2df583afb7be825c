"""The pipeline of five leads, worked out by hand, through `run` like any number."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from portal.metrics.model import Filter, Period, Query
from portal.metrics.query import run
from portal.studies.shelf import StudyShelf
from portal.viewer import ROLES, Viewer
from portal.warehouse.duckdb import Warehouses
from tests.metrics.conftest import GOLDEN, Shelf, StudyStore, make_snapshot
from tests.metrics.golden import SHOP

VIEWER = Viewer(1, "ann@example.org", "manager", ROLES["manager"], (GOLDEN,))


def lead(key: int, status: str, came: date, follow: date | None, **more: Any) -> dict[str, Any]:
    return {
        "lead_key": key, "lead_id": f"L{key}", "lead_status": status, "priority": "Low", "lead_source": "Web",
        "lead_date": came, "status_date": came, "follow_up_date": follow, "is_won": status == "Member",
        "is_lost": status.startswith("Lost"), "customer_key": 0, "origin_key": 1, "source_row": key, **more,
    }  # fmt: skip


LEADS = [
    lead(1, "Member", date(2026, 1, 5), None, customer_key=1, status_date=date(2026, 1, 25)),
    lead(2, "Lost - Price", date(2026, 1, 8), None, status_date=date(2026, 1, 18)),
    lead(3, "Interested", date(2026, 2, 1), date(2026, 3, 30), priority="High", value_amount=100),
    lead(4, "New Lead", date(2026, 3, 29), date(2026, 4, 2), lead_source="Event", value_amount=40),
    lead(5, "Follow Up 1", date(2026, 3, 1), date(2026, 3, 4)),
]
EVENTS = [
    {"event_key": 1, "lead_key": 2, "event_date": date(2026, 1, 18), "from_status": "Interested",
     "to_status": "Lost - Price", "origin_key": 1, "source_row": 1},
]  # fmt: skip


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Warehouses:
    folder: Path = tmp_path_factory.mktemp("leads")
    shelf = Shelf({1: make_snapshot(folder, GOLDEN, {**SHOP, "fact_lead": LEADS, "fact_lead_event": EVENTS})})
    return Warehouses(shelf, None, shelf=StudyShelf(StudyStore(folder, shelf)))


def value(shop: Warehouses, name: str, **question: Any) -> object:
    return run(Query((name,), **question), VIEWER, (GOLDEN,), shop).value(name)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("open_leads", 3), ("overdue_leads", 2), ("urgent_leads", 1), ("leads_interested", 3), ("leads_offer", 1),
        ("leads_followed_up", 4), ("delivered_leads", 1), ("open_lead_value", 140),
    ],
)  # fmt: skip
def test_counts_by_hand(shop: Warehouses, name: str, expected: int) -> None:
    assert value(shop, name) == expected


def test_a_stage_converts_the_share_that_came_further(shop: Warehouses) -> None:
    assert value(shop, "conversion_interested") == Decimal("0.75")
    assert value(shop, "conversion_offer") == pytest.approx(Decimal(1) / 3)


def test_open_leads_count_with_the_chance_of_their_stage(shop: Warehouses) -> None:
    assert value(shop, "expected_wins") == Decimal("1.5")
    assert value(shop, "weighted_pipeline") == 70


def test_days_to_win_count_open_and_lost_leads_as_waiting(shop: Warehouses) -> None:
    assert value(shop, "cycle_days") is None  # one of three still at risk on day 20 was won: two thirds wait on
    assert value(shop, "lead_velocity") is None


def test_time_in_stage_is_told_by_stage(shop: Warehouses) -> None:
    frame = run(Query(("time_in_stage",), ("lead_stage",)), VIEWER, (GOLDEN,), shop).frame
    known = dict(zip(frame["lead_stage"], frame["time_in_stage"], strict=True))
    assert known == {"New": None, "Contacted": None, "Followed up": None, "Interested": 10, "Offer": None}


def test_what_a_lead_became_is_delivered_from_the_day_it_came(shop: Warehouses) -> None:
    assert value(shop, "lead_sales") == 44  # orders 1, 3 and the credit note 4 of Ann: 18 + 5 + 30 − 9
    assert value(shop, "lead_margin") == 28
    assert value(shop, "margin_per_lead", period=Period(date(2026, 1, 1), date(2026, 2, 1))) == 14


def test_filters_and_periods_make_cohorts(shop: Warehouses) -> None:
    assert value(shop, "open_leads", filters=(Filter("lead_source", ("Event",)),)) == 1
    assert value(shop, "leads_interested", period=Period(date(2026, 2, 1), date(2026, 3, 1))) == 1


def test_without_leads_nothing_is_known(tmp_path: Path) -> None:
    shelf = Shelf({1: make_snapshot(tmp_path, GOLDEN, {**SHOP, "fact_lead": []})})
    empty = Warehouses(shelf, None, shelf=StudyShelf(StudyStore(tmp_path, shelf)))
    assert [value(empty, name) for name in ("overdue_rate", "cycle_days", "lead_margin")] == [None] * 3
