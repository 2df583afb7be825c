"""What customers bought before the last year and in it, by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import select

from portal.studies.shelf import StudyShelf
from portal.viewer import operator_viewer
from portal.warehouse.duckdb import Warehouses
from portal.warehouse.schema.studies_trial import study_buyer
from tests.metrics.conftest import GOLDEN, Shelf, StudyStore, make_snapshot
from tests.metrics.golden import SHOP

KNOWN = {**SHOP["fact_order_line"][0], "is_booked": True, "has_customer": True}


def line(key: int, order: int, customer: int, day: date, net: str, cost: str | None, **other: Any) -> dict[str, Any]:
    money = {"net_amount": Decimal(net), "cost_amount": None if cost is None else Decimal(cost)}
    return {**KNOWN, "line_key": key, "order_key": order, "customer_key": customer, "order_date": day, **money, **other}


def test_orders_of_before_are_counted_and_the_year_is_margin(tmp_path: Path) -> None:
    lines = [
        line(1, 1, 1, date(2024, 3, 1), "90", "10"), line(2, 1, 1, date(2024, 3, 1), "5", "1"),  # one order before
        line(3, 2, 1, date(2026, 3, 1), "50", "20"), line(4, 3, 1, date(2026, 3, 2), "8", None),  # 30 and 8
        line(5, 4, 2, date(2024, 5, 1), "7", "1"),  # nothing in the year
        line(6, 5, 1, date(2026, 3, 3), "9", "1", is_booked=False),
        line(7, 6, 3, date(2026, 3, 3), "9", "1", has_customer=False),
    ]  # fmt: skip
    shelf = Shelf({1: make_snapshot(tmp_path, GOLDEN, {**SHOP, "fact_order_line": lines})})
    warehouses = Warehouses(shelf, None, None, StudyShelf(StudyStore(tmp_path, shelf)))
    own = study_buyer.c
    rows = select(own.customer_key, own.orders_before, own.margin).order_by(own.customer_key)
    found = warehouses.open(operator_viewer((GOLDEN,)), GOLDEN).frame(rows).rows()
    assert found == [(1, 1, 38.0), (2, 1, 0.0)]
