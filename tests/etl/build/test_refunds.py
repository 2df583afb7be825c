"""Returns and refunds that no line of their order tells lower net sales, each exactly once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import pytest

from tests.etl.frames import Rows, star
from tests.etl.test_tieout import ties

SOLD, BACK, TOLD = date(2026, 3, 1), date(2026, 3, 9), date(2026, 3, 8)


def line(product: str | None = "P", quantity: int = 1, price: int = 10, **columns: Any) -> dict[str, Any]:
    return {"order_id": "1", "product_id": product, "quantity": quantity, "unit_price": price, "order_date": SOLD,
            "line_amount": quantity * price, **columns}  # fmt: skip


def order(total: int, refund: int | None = None, **columns: Any) -> dict[str, Any]:
    return {"order_id": "1", "order_date": SOLD, "order_status": "delivered", "total_amount": total,
            "refund_amount": refund, **columns}  # fmt: skip


def record(product: str | None = "P", number: str = "R", **columns: Any) -> dict[str, Any]:
    return {"return_id": number, "order_id": "1", "product_id": product, "return_date": TOLD, **columns}


def came_back(lines: Rows, orders: Rows | None = None, records: Rows | None = None, **policies: Any) -> list[Any]:
    """(day, product, units, value) of every return line of the warehouse; all control totals tie."""
    found = star(order_line=lines, order=orders or [], return_line=records or [], **policies)
    products = dict(found.tables["dim_product"].select("product_key", "product_id").iter_rows())
    rows = found.tables["fact_order_line"].filter(found.tables["fact_order_line"]["line_type"] == "return").to_dicts()
    return [
        (row["order_date"], products[row["product_key"]] or None, -row["quantity"], -row["net_amount"]) for row in rows
    ]


def test_a_recorded_return_is_worth_the_price_paid() -> None:
    discounted = order(45, discount_amount=5)
    back = came_back([line(quantity=5)], [discounted], [record(quantity=2)])
    assert back == [(TOLD, "P", D(2), D(18))]


def test_a_recorded_amount_counts_where_no_quantity_is_known() -> None:
    assert came_back([line(quantity=5)], [], [record(refund_amount=12)]) == [(TOLD, "P", D(0), D(12))]


def test_a_record_and_its_return_line_lower_sales_once() -> None:
    rows = [line(quantity=3), line(quantity=-1, order_date=BACK)]
    assert came_back(rows, [], [record(quantity=1)]) == [(BACK, "P", D(1), D(10))]


def test_two_records_of_one_return_line_lower_sales_once() -> None:
    rows = [line(quantity=3), line(quantity=-2, order_date=BACK)]
    assert came_back(rows, [], [record(quantity=1), record(number="S", quantity=1)]) == [(BACK, "P", D(2), D(20))]


def test_what_records_tell_beyond_the_lines_is_written() -> None:
    rows = [line(quantity=3), line(quantity=-1, order_date=BACK)]
    assert came_back(rows, [], [record(quantity=3)]) == [(TOLD, "P", D(2), D(20)), (BACK, "P", D(1), D(10))]


def test_nobody_returns_more_than_was_sold() -> None:
    assert came_back([line(quantity=2)], [], [record(quantity=5)]) == [(TOLD, "P", D(2), D(20))]


def test_a_returned_order_with_records_comes_back_once() -> None:
    whole = order(30, order_status="returned", status_date=BACK)
    assert came_back([line(quantity=3)], [whole], [record(quantity=1)]) == [(BACK, "P", D(3), D(30))]


def test_a_refund_of_the_order_falls_on_the_day_of_its_state() -> None:
    assert came_back([line(quantity=3)], [order(30, 5, status_date=BACK)]) == [(BACK, "P", D(0), D(5))]


def test_a_refund_without_a_day_falls_on_the_day_of_the_order() -> None:
    assert came_back([line(quantity=3)], [order(30, 5)]) == [(SOLD, "P", D(0), D(5))]


def test_tax_and_shipping_in_a_refund_are_no_sales() -> None:
    paid = order(125, 125, tax_amount=20, shipping_amount=5)
    assert came_back([line(quantity=10)], [paid]) == [(SOLD, "P", D(0), D(100))]


def test_a_refund_that_lines_or_records_tell_is_not_told_again() -> None:
    rows = [line(quantity=3), line(quantity=-1, order_date=BACK)]
    assert came_back(rows, [order(30, 10)]) == [(BACK, "P", D(1), D(10))]
    assert came_back([line(quantity=3)], [order(30, 10)], [record(quantity=1)]) == [(TOLD, "P", D(1), D(10))]
    assert came_back([line(quantity=3)], [order(30, 10)], [record(None, refund_amount=10)]) == [
        (TOLD, "P", D(0), D(10))
    ]


def test_shipping_refunded_with_a_returned_line_is_no_sale() -> None:
    rows = [line(quantity=3), line(quantity=-1, order_date=BACK)]
    assert came_back(rows, [order(35, 15, shipping_amount=5)]) == [(BACK, "P", D(1), D(10))]


def test_a_refund_is_spread_over_the_products_to_the_cent() -> None:
    rows = [line("A", price=10), line("B", price=20)]
    assert came_back(rows, [order(30, 10)]) == [(SOLD, "A", D(0), D("3.33")), (SOLD, "B", D(0), D("6.67"))]


def test_a_refund_beyond_a_return_falls_on_what_is_left() -> None:
    rows = [line("A", price=10), line("B", price=20), line("A", quantity=-1, order_date=BACK)]
    assert came_back(rows, [order(30, 15)]) == [(SOLD, "B", D(0), D(5)), (BACK, "A", D(1), D(10))]


@pytest.mark.parametrize("state", ["rejected", "Cancelled", "failed"])
def test_a_return_that_never_came_about_lowers_nothing(state: str) -> None:
    assert came_back([line(quantity=3)], [], [record(quantity=1, return_status=state)]) == []


def test_nothing_comes_back_of_a_cancelled_order() -> None:
    assert came_back([line(quantity=3)], [order(30, 10, order_status="cancelled")], [record(quantity=1)]) == []


def test_a_return_of_unknown_worth_is_kept_without_a_line() -> None:
    found = star(order_line=[line(quantity=3)], return_line=[record(None, reason="broken")])
    assert found.tables["fact_order_line"].height == 1
    assert found.tables["fact_return"]["return_amount"].to_list() == [None]


def test_a_written_line_is_the_return_of_its_record() -> None:
    rows = [line("A", price=10), line("B", price=20)]
    found = star(order_line=rows, return_line=[record(None, refund_amount=15, source_row=77)])
    assert found.tables["fact_return"].select("is_recorded", "line_key", "return_amount").rows() == [(True, 3, D(15))]
    assert found.tables["fact_order_line"]["source_row"].to_list()[2:] == [77, 77]
    assert found.tables["fact_order_line"]["is_price_estimated"].to_list() == [False, False, True, True]


def test_refunds_of_an_order_are_completed_from_its_returns() -> None:
    recorded = star(order_line=[line(quantity=3)], order=[order(30)], return_line=[record(quantity=1, refund_amount=9)])
    assert recorded.tables["fact_order"]["refund_amount"].to_list() == [D(9)]
    rows = [line(quantity=3), line(quantity=-1, order_date=BACK, tax_amount=-2)]
    assert star(order_line=rows, order=[order(30)]).tables["fact_order"]["refund_amount"].to_list() == [D(12)]
    assert star(order_line=rows, order=[order(30, 5)]).tables["fact_order"]["refund_amount"].to_list() == [D(5)]


def test_written_lines_are_named_in_the_tie_out(tmp_path: Path) -> None:
    rows = [line("A", quantity=3), line("B", quantity=1, price=20)]
    found = ties(star(order_line=rows, order=[order(50, 15)], return_line=[record("A", quantity=1)]), tmp_path)
    words = "return lines written for {}: {}"
    recorded, refunded = "recorded returns that no line tells", "refunds that no line and no recorded return tells"
    assert found["order_line line_amount"][2:] == (
        D(15), f"{words.format(recorded, 10)}; {words.format(refunded, 5)}"
    )  # fmt: skip
    assert found["order_line rows"][2:] == (D(-3), f"{words.format(recorded, -1)}; {words.format(refunded, -2)}")
