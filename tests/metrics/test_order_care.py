"""Orders that wait: counted by hand, as of 31 March."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from portal.metrics.model import Query
from portal.metrics.query import run
from portal.warehouse.duckdb import Warehouses
from tests.metrics.conftest import GOLDEN, Shelf, make_snapshot
from tests.metrics.golden import ORDERS, SHOP
from tests.metrics.test_governance import VIEWER


def order(key: int, day: int, status: str, balance: float, method: int = 1) -> dict[str, Any]:
    return {**ORDERS[0], "order_key": key, "order_id": str(key), "order_date": date(2026, 3, day), "is_booked": True,
            "order_status": status, "balance_amount": balance, "total_amount": balance + 1,
            "payment_method_key": method}  # fmt: skip


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Warehouses:
    orders = [
        order(1, 23, "shipped", 10), order(2, 24, "shipped", 30), order(3, 1, "delivered", 40),
        order(4, 1, "returned", 50), order(5, 30, "new", 60, method=2), order(6, 2, "new", 70),
    ]  # fmt: skip
    ways = [{"payment_method_key": 1, "payment_kind": "cod"}, {"payment_method_key": 2, "payment_kind": "prepaid"}]
    folder: Path = tmp_path_factory.mktemp("care")
    tables = {**SHOP, "fact_order": orders, "dim_payment_method": ways}
    return Warehouses(Shelf({1: make_snapshot(folder, GOLDEN, tables)}), None)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("aged_orders", 2), ("aged_order_value", 82), ("risky_orders", 1), ("risky_order_value", 71),
     ("open_invoices", 5), ("overdue_invoices", 0)],
)  # fmt: skip
def test_orders_that_wait_are_counted(shop: Warehouses, name: str, expected: int) -> None:
    """The middle of 10, 30, 40, 50, 60 and 70 is 45; order 5 is prepaid, order 4 came back."""
    assert run(Query((name,)), VIEWER, (GOLDEN,), shop).value(name) == expected
