"""What a customer had spent in the year before each order, by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select

from portal.studies.shelf import StudyShelf
from portal.viewer import operator_viewer
from portal.warehouse.duckdb import Warehouses
from portal.warehouse.schema import study_rolling_order
from tests.metrics.conftest import GOLDEN, Shelf, StudyStore, make_snapshot
from tests.metrics.golden import SHOP

KNOWN = {**SHOP["fact_order"][0], "document_type": "order", "is_booked": True, "is_realised": True,
         "has_customer": True}  # fmt: skip


def order(key: int, customer: int, day: date, amount: float | None, **other: Any) -> dict[str, Any]:
    return {**KNOWN, "order_key": key, "customer_key": customer, "order_date": day, "total_amount": amount, **other}


def test_orders_of_the_last_year_look_back_one_year(tmp_path: Path) -> None:
    orders = [
        order(1, 1, date(2024, 3, 31), 1000),  # two years back: outside
        order(2, 1, date(2025, 3, 1), 80), order(3, 1, date(2026, 3, 1), 50),  # the very day a year before counts
        order(4, 1, date(2026, 3, 2), 20), order(5, 1, date(2026, 3, 2), 30),  # one day: not for each other
        order(6, 2, date(2026, 1, 5), None), order(7, 2, date(2026, 2, 1), 7),
        order(8, 2, date(2026, 2, 2), 9, is_realised=False), order(9, 2, date(2026, 2, 2), 9, has_customer=False),
    ]  # fmt: skip
    shelf = Shelf({1: make_snapshot(tmp_path, GOLDEN, {**SHOP, "fact_order": orders})})
    warehouses = Warehouses(shelf, None, None, StudyShelf(StudyStore(tmp_path, shelf)))
    own = study_rolling_order.c
    rows = select(own.order_key, own.order_amount, own.year_spend).order_by(own.order_key)
    found = warehouses.open(operator_viewer((GOLDEN,)), GOLDEN).frame(rows).rows()
    assert found == [(3, 50.0, 80.0), (4, 20.0, 50.0), (5, 30.0, 50.0), (6, 0.0, 0.0), (7, 7.0, 0.0)]
