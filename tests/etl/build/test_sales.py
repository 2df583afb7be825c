from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal as D

import polars as pl
import pytest

from tests.etl.frames import rules, star

MARCH = {day: date(2026, 3, day) for day in range(1, 32)}


def line(order: str | None = "1", **columns: object) -> dict[str, object]:
    return {"order_id": order, "quantity": 1, "unit_price": 10, "line_amount": 10, "order_date": MARCH[2], **columns}


def lines(found, *columns: str) -> list[tuple[object, ...]]:
    return found.tables["fact_order_line"].select(columns).rows()


def orders(found, *columns: str) -> list[tuple[object, ...]]:
    return found.tables["fact_order"].select(columns).rows()


def test_kinds_of_lines_and_documents() -> None:
    found = star(order_line=[
        line("1"), line("1", quantity=-1, line_amount=-10, is_return=True),
        line("2", quantity=-2, line_amount=-20, is_cancellation=True, is_return=True), line("3", quantity=-1),
        line("4", quantity=-1, is_return=False),
    ])  # fmt: skip
    assert [row[0] for row in lines(found, "line_type")] == ["sale", "return", "cancellation", "return", "sale"]
    assert orders(found, "order_id", "document_type") == [
        ("1", "order"), ("2", "credit_note"), ("3", "credit_note"), ("4", "order"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"quantity": 3, "unit_price": "2.50", "line_amount": "7.50"}, ("7.50", "0", "7.50")),
        ({"quantity": 3, "unit_price": None, "line_amount": "7.50", "discount_amount": 1}, ("8.50", "1", "7.50")),
        ({"quantity": 3, "unit_price": "2.50", "line_amount": "7.50", "discount_amount": 1}, ("7.50", "1", "6.50")),
        ({"quantity": 3, "unit_price": "2.50", "line_amount": "6.50", "discount_amount": 1}, ("7.50", "1", "6.50")),
        ({"quantity": 3, "unit_price": "3.333", "line_amount": "10", "discount_amount": 1}, ("10", "1", "9")),
        (
            {"quantity": -3, "unit_price": "2.50", "line_amount": "-7.50", "discount_amount": 1},
            ("-7.50", "-1", "-6.50"),
        ),
        (
            {"quantity": -3, "unit_price": "2.50", "line_amount": "-6.50", "discount_amount": 1},
            ("-7.50", "-1", "-6.50"),
        ),
        ({"quantity": 2, "unit_price": 4, "line_amount": None, "discount_amount": 1}, ("8", "1", "7")),
        ({"quantity": 2, "unit_price": 4, "line_amount": 8, "list_price": 5}, ("10", "2", "8")),
        ({"quantity": 2, "unit_price": None, "line_amount": None}, (None, None, None)),
    ],
)
def test_gross_discount_and_net(columns: dict[str, object], expected: tuple[str | None, ...]) -> None:
    found = star(order_line=[line(**{name: _decimal(value) for name, value in columns.items()})])
    exact = tuple(None if value is None else D(value) for value in expected)
    assert lines(found, "gross_amount", "discount_amount", "net_amount") == [exact]


def _decimal(value: object) -> object:
    return D(value) if isinstance(value, str) else value


def test_a_line_takes_from_its_order_what_it_does_not_say() -> None:
    found = star(
        order=[{"order_id": "1", "ordered_at": datetime(2026, 3, 5, 9), "order_date": MARCH[5], "order_hour": 9,
                "order_status": "delivered", "customer_id": "C1", "city": "Leeds", "channel": "web", "shop": "North"}],
        order_line=[line("1", order_date=None), line("1", order_date=MARCH[6], order_status="cancelled", city="York")],
    )  # fmt: skip
    got = lines(found, "order_date", "order_hour", "order_status", "is_booked", "customer_key", "has_customer")
    assert got == [
        (MARCH[5], 9, "delivered", True, 1, True), (MARCH[6], None, "cancelled", False, 1, True),
    ]  # fmt: skip
    places = dict(found.tables["dim_place"].select("place_key", "city").rows())
    assert [places[row[0]] for row in lines(found, "place_key")] == ["Leeds", "York"]


def test_a_line_without_price_takes_its_products() -> None:
    found = star(
        product=[{"product_id": "P", "list_price": D("4.25"), "unit_cost": 3}],
        order_line=[line(product_id="P", quantity=2, unit_price=None, line_amount=None), line(product_id="P")],
    )
    assert lines(found, "net_amount", "is_price_estimated") == [(D("8.50"), True), (D(10), False)]


def test_a_line_without_anything_stays_unknown() -> None:
    found = star(order_line=[line(None, unit_price=None, line_amount=None)])
    assert lines(found, "net_amount", "price_sign", "cost_amount", "has_cost") == [(None, "unknown", None, False)]
    assert orders(found, "order_id", "total_amount") == [("order_line-1", None)]


def test_orders_known_from_lines_only() -> None:
    found = star(order_line=[
        line("B", order_date=MARCH[3], tax_amount=2), line("A", customer_id="C", order_status="shipped"), line("A"),
    ])  # fmt: skip
    assert orders(found, "order_key", "order_id", "order_date", "total_amount", "is_total_estimated", "tax_amount") == [
        (1, "A", MARCH[2], D(20), True, None), (2, "B", MARCH[3], D(12), True, D(2)),
    ]  # fmt: skip
    assert orders(found, "order_status", "has_customer") == [("shipped", True), ("confirmed", False)]


def test_orders_without_lines_stay() -> None:
    found = star(order=[{"order_id": "1", "order_date": MARCH[1], "total_amount": 99}], order_line=[line("2")])
    assert orders(found, "order_id", "total_amount", "is_total_estimated") == [
        ("1", D(99), False), ("2", D(10), True),
    ]  # fmt: skip


def test_the_discount_of_an_order_falls_on_its_lines() -> None:
    found = star(
        order=[{"order_id": "1", "order_date": MARCH[1], "total_amount": 90, "discount_amount": 10}],
        order_line=[line("1", line_amount=60, unit_price=60), line("1", line_amount=40, unit_price=40)],
    )
    assert lines(found, "gross_amount", "discount_amount", "net_amount") == [
        (D(60), D(6), D(54)), (D(40), D(4), D(36)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("status", "is_test", "booked", "realised"),
    [("delivered", None, True, True), ("cancelled", None, False, False), ("shipped", None, True, False),
     ("lost", None, True, False), ("delivered", True, False, False)],
)  # fmt: skip
def test_booked_and_realised(status: str, is_test: bool | None, booked: bool, realised: bool) -> None:
    found = star(order_line=[line(order_status=status, is_test=is_test)])
    assert lines(found, "is_booked", "is_realised") == [(booked, realised)]
    assert orders(found, "is_booked", "is_realised") == [(booked, realised)]


def test_excluded_states_are_a_policy() -> None:
    tenant = rules(excluded_statuses=["lost"], realised_statuses=["shipped"], status_when_missing="shipped")
    found = star("table", tenant, order_line=[line("1", order_status="lost"), line("2")])
    assert lines(found, "order_status", "is_booked", "is_realised") == [
        ("lost", False, False), ("shipped", True, True),
    ]  # fmt: skip


def test_an_order_that_came_back_by_state_gets_its_return_lines() -> None:
    order = {"order_id": "1", "order_date": MARCH[1], "order_status": "returned", "status_date": MARCH[9]}
    found = star(order=[order], order_line=[line("1", order_date=MARCH[1], quantity=2, line_amount=20)])
    assert lines(found, "order_date", "line_type", "quantity", "net_amount", "order_key") == [
        (MARCH[1], "sale", D(2), D(20), 1), (MARCH[9], "return", D(-2), D(-20), 1),
    ]  # fmt: skip
    assert orders(found, "document_type", "total_amount") == [("order", D(20))]


def test_an_order_with_return_lines_of_its_own_gets_no_others() -> None:
    both = [line("1", order_status="returned"), line("1", quantity=-1, line_amount=-4, order_status="returned")]
    assert lines(star(order_line=both), "net_amount") == [(D(10),), (D(-4),)]


def test_price_sign_is_that_of_the_price() -> None:
    prices = [line("1"), line("2", quantity=-1, line_amount=-10), line("3", unit_price=0, line_amount=0),
              line("4", unit_price=-5, line_amount=-5)]  # fmt: skip
    assert [row[0] for row in lines(star(order_line=prices), "price_sign")] == [
        "positive", "positive", "zero", "negative",
    ]  # fmt: skip


def test_cost_of_a_line_own_then_product_then_assumed() -> None:
    found = star(
        "imiq", product=[{"product_id": "P", "unit_cost": 3}],
        order_line=[line("1", product_id="P", unit_cost=2, quantity=4), line("2", product_id="P", quantity=4),
                    line("3", product_id="Q", line_amount=D("9.99")),
                    line("4", product_id="Q", is_merchandise=False)],
    )  # fmt: skip
    assert lines(found, "cost_amount", "has_cost", "is_cost_estimated") == [
        (D(8), True, False), (D(12), True, True), (D("5.994"), True, True), (None, False, False),
    ]  # fmt: skip


def test_no_cost_is_assumed_where_no_policy_says_so() -> None:
    assert lines(star(order_line=[line(product_id="Q")]), "cost_amount", "has_cost") == [(None, False)]


def test_first_orders_count_booked_positive_sales_only() -> None:
    found = star(order_line=[
        line("1", customer_id="A", order_date=MARCH[1], order_status="cancelled"),
        line("2", customer_id="A", order_date=MARCH[2], unit_price=0, line_amount=0),
        line("3", customer_id="A", order_date=MARCH[3], quantity=-1, line_amount=-10),
        line("4", customer_id="A", order_date=MARCH[4]), line("4", customer_id="A", order_date=MARCH[4]),
        line("5", customer_id="A", order_date=MARCH[9]), line("6", customer_id="B", order_status="cancelled"),
    ])  # fmt: skip
    columns = ("customer_id", "first_order_date", "last_order_date", "first_order_month", "order_count")
    assert found.tables["dim_customer"].select(columns).rows()[1:] == [
        ("A", MARCH[4], MARCH[9], MARCH[1], 2), ("B", None, None, None, 0),
    ]  # fmt: skip


def test_every_dimension_has_its_row_for_not_known() -> None:
    found = star(order_line=[line()])
    for name, rows in found.tables.items():
        if name.startswith("dim_") and name != "dim_date":
            assert rows.row(0)[0] == 0, name
    assert found.tables["dim_channel"].rows() == [(0, None)]


def test_the_order_of_source_rows_does_not_matter() -> None:
    rows = [line(str(n % 3), source_row=n, row_key=str(n), product_id=f"P{n % 2}", customer_id=f"C{n % 4}",
                 channel="web" if n % 2 else None, order_date=MARCH[1 + n % 5]) for n in range(2, 30)]  # fmt: skip
    forward, backward = star(order_line=rows), star(order_line=rows[::-1])
    for name, table in forward.tables.items():
        assert table.equals(backward.tables[name]), name


def test_a_reference_never_points_nowhere() -> None:
    found = star(order_line=[line(channel="web", customer_id="C", product_id="P", payment_method="COD")])
    facts = found.tables["fact_order_line"]
    for dimension in ("customer", "product", "channel", "payment_method", "place"):
        keys = found.tables[f"dim_{dimension}"][f"{dimension}_key"]
        assert facts.filter(~pl.col(f"{dimension}_key").is_in(keys.implode())).height == 0
    assert found.tables["dim_payment_method"].rows()[1:] == [(1, "COD", "cod")]
