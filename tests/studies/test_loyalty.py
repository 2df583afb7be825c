"""The ledger of two members by hand, to the cent; and that the roll-forward always adds up."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from portal.metrics.model import Period, Query
from portal.metrics.query import run
from portal.points_events import COLUMNS
from portal.policies import BY_DAY, POLICIES
from portal.studies.shelf import PointsMoved, StudyShelf
from portal.viewer import ROLES, Viewer
from portal.warehouse.duckdb import Warehouses
from portal.warehouse.schema.studies_loyalty import study_points_entry, study_points_lot
from tests.metrics.conftest import GOLDEN, Shelf, StudyStore, make_snapshot
from tests.metrics.golden import MAR31, SHOP

VIEWER = Viewer(1, "ann@example.org", "manager", ROLES["manager"], (GOLDEN,))


def entry(key: int, customer: int, day: date, points: int, kind: str = "", order: int = 0) -> dict[str, Any]:
    return {
        "loyalty_key": key, "customer_key": customer, "shop_key": 0, "order_key": order, "entry_date": day,
        "entry_type": kind or ("earned_purchase" if points > 0 else "redeemed_discount"), "points": points,
        "tier": "bronze", "origin_key": 1, "source_row": key,
    }  # fmt: skip


PEOPLE = [
    {"identity_key": 1, "customer_key": 1, "source": "table", "customer_id": "C1", "rule": "alone"},
    {"identity_key": 2, "customer_key": 2, "source": "table", "customer_id": "C2", "rule": "alone"},
]
NEW_ESTIMATES = {
    f"point_breakage{BY_DAY}": ((date.min, 0.03), (date(2025, 9, 1), 0.5), (date(2026, 3, 10), 0.1)),
    f"point_value{BY_DAY}": ((date.min, 0.01), (date(2026, 2, 20), 0.04)),
}  # fmt: skip
ENTRIES = [
    entry(1, 1, date(2026, 1, 10), 100, order=1),  # 26.00 of goods: 26 × 0.97 ÷ 26.97 = 0.94 held back
    entry(2, 1, date(2026, 2, 5), -40),  # 40 of 97 expected: 0.55 stays
    entry(3, 2, date(2025, 3, 1), 200, "earned_bonus"),  # no sale: 1.94 held back
    entry(4, 2, date(2025, 6, 1), -50),  # 50 of 194 expected: 1.44 stays, until it ends on 1 March 2026
]


def opened(
    folder: Path, entries: list[dict[str, Any]], rules: dict[str, Any] | None = None, moved: PointsMoved | None = None
) -> Warehouses:
    tables = {**SHOP, "fact_loyalty": entries, "fact_order": SHOP["fact_order"], "customer_identity": PEOPLE}
    shelf = Shelf({1: make_snapshot(folder, GOLDEN, tables)})
    values = {name: policy.default for name, policy in POLICIES.items()} | (rules or {})
    return Warehouses(shelf, None, lambda _: values, StudyShelf(StudyStore(folder, shelf), moved))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Warehouses:
    return opened(tmp_path_factory.mktemp("loyalty"), ENTRIES)


def value(shop: Warehouses, name: str, **question: Any) -> object:
    return run(Query((name,), **question), VIEWER, (GOLDEN,), shop).value(name)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("points_liability", "0.55"), ("liability_issued", "2.88"), ("liability_redeemed", "0.89"),
        ("liability_expired", "1.44"), ("points_expired", "150"), ("breakage", "0.75"),
        ("cohort_redemption_rate", "0.25"), ("members", "2"), ("active_members", "2"), ("enrolment_rate", "1"),
    ],
)  # fmt: skip
def test_the_ledger_by_hand(shop: Warehouses, name: str, expected: str) -> None:
    assert value(shop, name) == Decimal(expected)


def test_the_moves_of_a_period_are_dated(shop: Warehouses) -> None:
    march = Period(date(2026, 3, 1), date(2026, 4, 1))
    assert value(shop, "liability_expired", period=march) == Decimal("1.44")
    assert value(shop, "liability_issued", period=march) == 0


def test_new_estimates_are_a_line_of_their_own(tmp_path: Path) -> None:
    """Of lot 1 0.94 × (1 − 40 ÷ 97) = 0.55 is left, of lot 2 1.44; both are worked out anew, and later lot 2 ends."""
    rules = {f"point_breakage{BY_DAY}": ((date.min, 0.03), (date(2026, 2, 10), 0.5))}
    shop = opened(tmp_path, ENTRIES, rules)
    lot_1, lot_2 = Decimal("0.19") - Decimal("0.55"), Decimal("0.97") - Decimal("1.44")
    assert value(shop, "liability_estimate") == lot_1 + lot_2
    names = ("issued", "redeemed", "expired", "adjusted", "estimate")
    given_, redeemed, ended, corrected, estimated = (Decimal(str(value(shop, f"liability_{name}"))) for name in names)
    assert value(shop, "points_liability") == given_ - redeemed - ended + corrected + estimated == Decimal("0.19")


def test_tiers_follow_the_last_year(shop: Warehouses) -> None:
    frame = run(Query(("members", "member_spend"), ("tier_before", "tier_after")), VIEWER, (GOLDEN,), shop).frame
    rows = {row["tier_before"]: (row["tier_after"], row["members"]) for row in frame.to_dict("records")}
    assert rows == {"Not yet": ("Bronze", 1), "Bronze": ("Bronze", 1)}


def test_a_shop_without_points_has_no_liability(tmp_path: Path) -> None:
    empty = opened(tmp_path, [])
    assert [value(empty, name) for name in ("points_liability", "breakage", "active_member_rate")] == [None] * 3


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(1, 2), st.integers(0, 500), st.integers(-60, 90)), min_size=1, max_size=12))
def test_the_roll_forward_holds_to_the_cent(
    tmp_path_factory: pytest.TempPathFactory, moves: list[tuple[int, int, int]]
) -> None:
    entries = [entry(key, who, date(2024, 11, 1) + timedelta(day), points)
               for key, (who, day, points) in enumerate(sorted(moves, key=lambda move: move[1]), 1)]  # fmt: skip
    warehouse = opened(tmp_path_factory.mktemp("roll"), entries, NEW_ESTIMATES).open(VIEWER, GOLDEN)
    ledger = warehouse.frame(select(func.sum(study_points_entry.c.liability_amount))).item() or 0
    lots = warehouse.frame(select(study_points_lot)).select("left_amount", "left_points")
    assert ledger == (lots["left_amount"].sum() or 0)
    assert all(amount >= 0 and amount == round(amount, 2) for amount in lots["left_amount"])
    assert all(points >= 0 for points in lots["left_points"])


def moved(*rows: tuple[str, str, int, date, datetime]) -> PointsMoved:
    """reference, customer, points, day, moment of codes redeemed in the portal."""
    told = [(reference, who, "", "redeemed_reward", points, day, at) for reference, who, points, day, at in rows]
    return lambda _: pl.DataFrame(told, schema=COLUMNS, orient="row")


SOON, LATE = datetime(2026, 3, 20, 9), datetime(2026, 4, 1, 6, 1)
"""Before and after the load of 1 April, 6:00."""


def test_a_redeemed_code_counts_once_from_the_next_load_on(tmp_path: Path) -> None:
    codes = moved(("SOUK-1", "table:C1", -20, date(2026, 3, 20), SOON), ("SOUK-2", "table:C1", -30, MAR31, LATE),
                  ("SOUK-3", "table:C1", -5, date(2026, 4, 1), SOON))  # fmt: skip
    shop = opened(tmp_path, ENTRIES, None, codes)
    assert value(shop, "points_redeemed") == 40 + 50 + 20
    assert value(shop, "points_balance") == 60 - 20
    assert value(shop, "points_liability") == Decimal("0.36")  # 0.94 × (1 − 60 ÷ 97)


def test_a_code_its_source_tells_of_is_counted_there(tmp_path: Path) -> None:
    told = [*ENTRIES, entry(5, 1, date(2026, 3, 21), -20) | {"reference_id": "SOUK-1"}]
    shop = opened(tmp_path, told, None, moved(("SOUK-1", "table:C1", -20, date(2026, 3, 20), SOON)))
    assert value(shop, "points_redeemed") == 40 + 50 + 20


def test_a_friend_without_points_becomes_a_member(tmp_path: Path) -> None:
    shop = opened(tmp_path, ENTRIES[:2], None, moved(("SOUK-4", "table:C2", 50, date(2026, 3, 20), SOON)))
    frame = run(Query(("members",), ("customer",)), VIEWER, (GOLDEN,), shop).frame
    assert len(frame) == 2


def test_points_of_somebody_nobody_knows_are_still_in_the_ledger(tmp_path: Path) -> None:
    shop = opened(tmp_path, ENTRIES[:2], None, moved(("SOUK-4", "table:gone", 50, date(2026, 3, 20), SOON)))
    assert value(shop, "points_issued") == 150
