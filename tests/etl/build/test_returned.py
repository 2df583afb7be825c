"""Returned lines: from records of returns and from return lines of orders, each once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal as D
from typing import Any

import polars as pl

from tests.etl.frames import Rows, star

SOLD, BACK, TOLD = date(2026, 3, 1), date(2026, 3, 9), date(2026, 3, 8)


def line(order: str = "1", product: str = "P", quantity: int = 1, **columns: Any) -> dict[str, Any]:
    return {"order_id": order, "product_id": product, "quantity": quantity, "unit_price": 10, "order_date": SOLD,
            "line_amount": 10 * quantity, "customer_id": "C", "shop": "Airport", **columns}  # fmt: skip


def record(order: str | None = "1", product: str | None = "P", **columns: Any) -> dict[str, Any]:
    return {"return_id": "R", "order_id": order, "product_id": product, "return_date": TOLD, "reason": "broken",
            **columns}  # fmt: skip


def returns(lines: Rows, records: Rows) -> list[dict[str, Any]]:
    return star(order_line=lines, return_line=records).tables["fact_return"].to_dicts()


def told(lines: Rows, records: Rows) -> list[tuple[Any, ...]]:
    names = ("is_recorded", "return_date", "reason", "return_status", "quantity", "return_amount", "refund_amount")
    return [tuple(row[name] for name in names) for row in returns(lines, records)]


def test_a_return_line_without_record() -> None:
    assert told([line(), line(quantity=-1, order_date=BACK)], []) == [
        (False, BACK, None, "returned", D(1), D(10), None)
    ]


def test_a_record_without_return_line() -> None:
    refund = record(quantity=1, return_amount=10, refund_amount=8, return_status="requested")
    assert told([line()], [refund]) == [(True, TOLD, "broken", "requested", D(1), D(10), D(8))]


def test_a_record_and_its_return_line_are_one_return() -> None:
    rows = [line(), line(quantity=-1, order_date=BACK)]
    assert told(rows, [record(refund_amount=8)]) == [(True, TOLD, "broken", "unknown", D(1), D(10), D(8))]
    assert returns(rows, [record()])[0]["line_key"] == 2


def test_the_day_comes_from_the_line_where_the_record_has_none() -> None:
    assert returns([line(), line(quantity=-1, order_date=BACK)], [record(return_date=None)])[0]["return_date"] == BACK


def test_records_and_lines_pair_off_one_by_one() -> None:
    rows = [line(quantity=3), *(line(quantity=-1, order_date=BACK) for _ in range(3))]
    flags = [row[0] for row in told(rows, [record(), record(return_id="S")])]
    assert sorted(flags) == [False, True, True]


def test_another_product_is_another_return() -> None:
    rows = [line(), line(product="Q"), line(product="Q", quantity=-1, order_date=BACK)]
    assert [row[0] for row in told(rows, [record()])] == [True, False]


def test_a_record_without_a_product_takes_a_line_that_is_left() -> None:
    rows = [line(product="Q"), line(product="Q", quantity=-1, order_date=BACK)]
    assert told(rows, [record(product=None)]) == [(True, TOLD, "broken", "unknown", D(1), D(10), None)]


def test_a_record_of_no_known_order_pairs_with_nothing() -> None:
    rows = [line(), line(quantity=-1, order_date=BACK)]
    assert [row[0] for row in told(rows, [record(order=None), record(order="9")])] == [True, True, False]


def test_an_order_in_a_returned_state_is_recorded_once() -> None:
    rows = [line(order_status="returned", quantity=2)]
    assert told(rows, [record()]) == [(True, TOLD, "broken", "unknown", D(2), D(20), None)]


def test_a_return_knows_the_sale() -> None:
    found = returns([line()], [record()])[0]
    assert (found["order_key"], found["order_date"], found["customer_key"], found["shop_key"]) == (1, SOLD, 1, 1)
    assert found["product_key"] == 1


def test_a_credit_note_knows_no_sale() -> None:
    assert returns([line(quantity=-1)], [])[0]["order_date"] is None


def test_lines_of_cancelled_orders_are_no_returns() -> None:
    assert returns([line(quantity=-1, order_status="cancelled")], []) == []


def test_without_records_they_add_up_to_the_returned_sales() -> None:
    rows = [line(), line(quantity=-1, order_date=BACK), line("2", quantity=-3), line("3", is_cancellation=True)]
    tables = star(order_line=rows).tables
    lines = tables["fact_order_line"].filter(pl.col("line_type") != "sale")
    assert tables["fact_return"]["return_amount"].sum() == -lines["net_amount"].sum()
