"""Rules that changed in the middle of a month: each row is judged by those of its own day, added up by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from portal.metrics.drill import COUNTED, Page, drill
from portal.metrics.model import Period, Query
from portal.metrics.query import run
from portal.policies import PolicyRow, with_steps
from portal.warehouse.duckdb import Warehouses
from tests.metrics.conftest import GOLDEN, Shelf, make_snapshot
from tests.metrics.golden import SHOP
from tests.metrics.test_governance import VIEWER, back

TODAY, CHANGE = date(2026, 4, 1), date(2026, 3, 15)
MARCH = Period(date(2026, 3, 1), date(2026, 4, 1))
RULES = {
    "return_window_days": 5, "commission_rate": 0.05, "supervisor_discount": 0.3, "executive_discount": 0.4,
    "margin_floor": 0.6,
}  # fmt: skip


def sold(key: int, day: int, discount: int = 15) -> dict[str, Any]:
    return {**SHOP["fact_order_line"][0], "line_key": key, "order_date": date(2026, 3, day), "gross_amount": 100,
            "discount_amount": discount, "net_amount": 100 - discount, "leakage_amount": 0, "cost_amount": 40,
            "has_cost": True, "is_realised": True, "is_booked": True, "line_type": "sale"}  # fmt: skip


def shop(folder: Path, rules: Mapping[str, Any], **tables: Any) -> Warehouses:
    rows = [PolicyRow(name, value, CHANGE) for name, value in rules.items()]
    shelf = Shelf({1: make_snapshot(folder, GOLDEN, {**SHOP, **tables})})
    return Warehouses(shelf, None, policies=lambda _: with_steps(rows, TODAY))


def told(shop: Warehouses, names: str, by: str = "day") -> dict[Any, tuple[Any, ...]]:
    frame = run(Query(tuple(names.split()), (by,), MARCH), VIEWER, (GOLDEN,), shop).frame
    return {row[0]: row[1:] for row in frame.itertuples(index=False, name=None)}


def test_commission_has_the_rate_of_the_order_s_day(tmp_path: Path) -> None:
    lines = [sold(1, 14, 0), sold(2, 15, 0)]
    answer = told(shop(tmp_path, RULES, fact_order_line=lines), "commission")
    assert answer == {date(2026, 3, 14): (Decimal(3),), date(2026, 3, 15): (Decimal(5),)}


def test_a_discount_is_judged_by_the_ladder_of_its_day(tmp_path: Path) -> None:
    rules = {name: value for name, value in RULES.items() if name != "margin_floor"}
    judged = shop(tmp_path, rules, fact_order_line=[sold(1, 14), sold(2, 15)])
    assert told(judged, "approvals_needed") == {date(2026, 3, 14): (1,)}
    both = told(judged, "order_lines", "discount_verdict")
    assert set(both) == {"4 Needs a supervisor", "5 Within limits"}


def test_a_margin_floor_raised_later_does_not_make_breaches_before(tmp_path: Path) -> None:
    found = told(shop(tmp_path, RULES, fact_order_line=[sold(1, 14), sold(2, 15)]), "discount_breaches")
    assert found == {date(2026, 3, 15): (1,)}


@pytest.mark.parametrize(("sale", "late"), [(14, 0), (15, 1)])
def test_goods_have_the_return_window_of_the_day_of_their_sale(tmp_path: Path, sale: int, late: int) -> None:
    returns = [back(1, date(2026, 3, sale), date(2026, 3, sale + 8), 1, 9)]
    found = run(Query(("late_returns", "timed_returns"), (), MARCH), VIEWER, (GOLDEN,),
                shop(tmp_path, RULES, fact_return=returns))  # fmt: skip
    assert (found.value("late_returns"), found.value("timed_returns")) == (late, 1)


def test_a_change_to_come_judges_nothing_yet(tmp_path: Path) -> None:
    rows = [PolicyRow("commission_rate", 0.5, date(2026, 5, 1)), PolicyRow("commission_rate", 0.1, CHANGE)]
    shelf = Shelf({1: make_snapshot(tmp_path, GOLDEN, {**SHOP, "fact_order_line": [sold(1, 14, 0), sold(2, 20, 0)]})})
    values = told(Warehouses(shelf, None, policies=lambda _: with_steps(rows, TODAY)), "commission")
    assert [amount for (amount,) in values.values()] == [Decimal(3), Decimal(10)]


def test_the_rows_behind_commission_add_up_to_it(tmp_path: Path) -> None:
    warehouses = shop(tmp_path, RULES, fact_order_line=[sold(1, 14, 0), sold(2, 15, 0)])
    rows = drill(Query(("commission",), (), MARCH), VIEWER, GOLDEN, warehouses, Page())
    assert (rows.total, rows.frame[COUNTED].tolist()) == (Decimal(8), [Decimal(5), Decimal(3)])
