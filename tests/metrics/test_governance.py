"""Return rates by the sale and discounts against the ladder, added up by hand on the golden shop with four returns."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from portal.metrics.model import Filter, Period, Query
from portal.metrics.query import run
from portal.viewer import ROLES, Viewer
from portal.warehouse.duckdb import Warehouses
from tests.metrics.conftest import GOLDEN, Shelf, make_snapshot
from tests.metrics.golden import SHOP

VIEWER = Viewer(1, "ann@example.org", "manager", ROLES["manager"], (GOLDEN,))


def back(key: int, sold: date | None, came: date, quantity: int, amount: int) -> dict[str, Any]:
    return {
        "return_key": key, "order_key": key, "line_key": 0, "return_date": came, "order_date": sold,
        "reason": "Damaged" if key == 1 else None, "return_status": "returned", "quantity": quantity,
        "return_amount": amount, "origin_key": 1, "source_row": key, "source": "table",
    }  # fmt: skip


RETURNS = [
    back(1, date(2026, 2, 20), date(2026, 2, 25), 1, 9),  # within both windows
    back(2, date(2026, 1, 10), date(2026, 3, 5), 1, 10),  # 54 days later: after both
    back(3, None, date(2026, 3, 6), 2, 7),  # nobody knows of which sale
    back(4, date(2026, 3, 2), date(2026, 3, 10), 1, 50),  # of a sale too young to be counted
]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Warehouses:
    folder: Path = tmp_path_factory.mktemp("returns")
    return Warehouses(Shelf({1: make_snapshot(folder, GOLDEN, {**SHOP, "fact_return": RETURNS})}), None)


def value(shop: Warehouses, name: str, **question: Any) -> object:
    return run(Query((name,), **question), VIEWER, (GOLDEN,), shop).value(name)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("cohort_units_back", 1), ("cohort_units", 7), ("cohort_orders_back", 1), ("cohort_orders", 3),
        ("cohort_value_back", 9), ("cohort_value", 103), ("returned_lines", 4), ("returned_value", 76),
        ("timed_returns", 3), ("late_returns", 1), ("late_return_value", 10),
    ],
)  # fmt: skip
def test_sales_too_young_are_on_neither_side(shop: Warehouses, name: str, expected: int) -> None:
    assert value(shop, name) == expected


def test_a_rate_follows_the_sale_not_the_day_it_came_back(shop: Warehouses) -> None:
    february = Period(date(2026, 2, 1), date(2026, 3, 1))
    assert value(shop, "return_rate", period=february) == Decimal("0.25")
    assert value(shop, "return_rate", period=Period(date(2026, 1, 1), date(2026, 2, 1))) == 0
    assert value(shop, "returned_lines", period=Period(date(2026, 3, 1), date(2026, 4, 1))) == 3


def test_a_month_without_a_ripe_sale_has_no_rate(shop: Warehouses) -> None:
    assert value(shop, "return_rate", period=Period(date(2026, 3, 2), date(2026, 4, 1))) is None


def test_a_shop_whose_returns_never_name_their_sale_has_no_rate(tmp_path: Path) -> None:
    nameless = [back(1, None, date(2026, 3, 6), 2, 7)]
    shop = Warehouses(Shelf({1: make_snapshot(tmp_path, GOLDEN, {**SHOP, "fact_return": nameless})}), None)
    assert (value(shop, "return_rate"), value(shop, "return_rate_by_orders")) == (None, None)
    assert value(shop, "return_rate", filters=(Filter("product", ("Mug",)),)) is None
    none_back = Warehouses(Shelf({1: make_snapshot(tmp_path, GOLDEN, SHOP, 2)}), None)
    assert (value(none_back, "cohort_units"), value(none_back, "cohort_units_back")) == (7, None)


def test_returns_without_a_sale_are_in_no_share(shop: Warehouses) -> None:
    assert value(shop, "out_of_window_rate") == pytest.approx(Decimal(1) / 3)


def test_ages_are_told_in_days_after_the_sale(shop: Warehouses) -> None:
    frame = run(Query(("returned_lines",), ("return_age",)), VIEWER, (GOLDEN,), shop).frame
    ages = dict(zip(frame["return_age"], frame["returned_lines"], strict=True))
    assert ages == {"0–7 days": 1, "8–14 days": 1, "31–60 days": 1, None: 1}


@pytest.mark.parametrize(
    ("discount", "leak", "cost", "verdict"),
    [
        (0, 0, 10, "No discount"), (30, 5, 10, "1 Over the cap"), (30, 0, 60, "2 Below the margin floor"),
        (30, 0, 10, "3 Needs an executive"), (30, 0, None, "3 Needs an executive"), (20, 0, 10, "4 Needs a supervisor"),
        (10, 0, 10, "5 Within limits"), (15, 0, 65, "4 Needs a supervisor"), (15, 0, 66, "2 Below the margin floor"),
    ],
)  # fmt: skip
def test_the_rungs_of_the_ladder_are_tried_in_order(
    tmp_path: Path, discount: int, leak: int, cost: int | None, verdict: str
) -> None:
    line = {**SHOP["fact_order_line"][0], "gross_amount": 100, "discount_amount": discount,
            "net_amount": 100 - discount, "leakage_amount": leak, "cost_amount": cost,
            "has_cost": cost is not None}  # fmt: skip
    shelf = Shelf({1: make_snapshot(tmp_path, GOLDEN, {**SHOP, "fact_order_line": [line]})})
    question = Query(("order_lines", "discount_breaches", "approvals_needed"), ("discount_verdict",))
    frame = run(question, VIEWER, (GOLDEN,), Warehouses(shelf, None)).frame
    assert frame["discount_verdict"].tolist() == [verdict]
    assert frame["discount_breaches"].item() == (verdict[0] in "12")
    assert frame["approvals_needed"].item() == (verdict[0] in "34")
