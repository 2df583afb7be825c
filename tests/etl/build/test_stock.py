from __future__ import annotations

from datetime import date
from decimal import Decimal as D

from tests.etl.frames import rules, star


def moved(day: int, quantity: float, cost: float | None = None, **columns: object) -> dict[str, object]:
    return {"product_id": "P", "movement_date": date(2026, 3, day), "quantity": quantity, "unit_cost": cost, **columns}


def sold(day: int, quantity: float, order: str = "1", **columns: object) -> dict[str, object]:
    return {"order_id": order, "product_id": "P", "quantity": quantity, "unit_price": 200,
            "line_amount": quantity * 200,
            "order_date": date(2026, 3, day), **columns}  # fmt: skip


TWO_RECEIPTS = [moved(1, 10, 100), moved(2, 10, 120)]


def test_weighted_average_cost_reaches_lines_and_stock() -> None:
    found = star(stock_movement=TWO_RECEIPTS, order_line=[sold(3, 15)])
    assert found.tables["fact_order_line"].select("cost_amount", "is_cost_estimated").rows() == [(D(1650), False)]
    columns = ("on_hand_quantity", "unit_cost", "stock_amount", "is_cost_estimated", "stock_date")
    assert found.tables["fact_stock_level"].select(columns).rows() == [(D(5), D(110), D(550), False, date(2026, 3, 3))]


def test_lines_become_issues_where_the_source_books_no_sales() -> None:
    found = star(
        stock_movement=TWO_RECEIPTS,
        order_line=[sold(3, 15), sold(4, -1, "2"), sold(5, 1, "3", order_status="cancelled")],
    )
    columns = ("movement_type", "quantity", "cost_amount", "reference_id")
    assert found.tables["fact_stock_movement"].select(columns).rows() == [
        ("receipt", D(10), D(1000), None), ("receipt", D(10), D(1200), None), ("sale", D(-15), D(-1650), "1"),
        ("return_in", D(1), D(110), "2"),
    ]  # fmt: skip


def test_sales_booked_as_movements_are_not_booked_twice() -> None:
    found = star(
        stock_movement=[*TWO_RECEIPTS, moved(3, -15, movement_type="sale")],
        order_line=[sold(1, 2), sold(3, 13, "2")],
    )
    assert found.tables["fact_stock_movement"].height == 3
    assert found.tables["fact_order_line"]["cost_amount"].to_list() == [D(200), D(1430)]
    assert found.tables["fact_stock_level"]["on_hand_quantity"].to_list() == [D(5)]


def test_a_cost_of_the_source_comes_before_the_average() -> None:
    found = star(stock_movement=TWO_RECEIPTS, order_line=[sold(3, 15, unit_cost=90)])
    assert found.tables["fact_order_line"]["cost_amount"].to_list() == [D(1350)]


def test_counted_stock_is_one_estimated_opening() -> None:
    found = star(product=[{"product_id": "P", "on_hand_quantity": 7, "unit_cost": D("2.50")}], order_line=[sold(3, 1)])
    columns = ("movement_type", "quantity", "cost_amount", "is_estimated", "movement_date")
    assert found.tables["fact_stock_movement"].select(columns).rows() == [
        ("opening", D(7), D("17.50"), True, date(2026, 3, 3)),
    ]  # fmt: skip
    assert found.tables["fact_stock_level"].select("on_hand_quantity", "stock_amount").rows() == [(D(7), D("17.50"))]


def test_counted_stock_without_cost_is_valued_by_policy_or_not_at_all() -> None:
    product = [{"product_id": "P", "on_hand_quantity": 2, "list_price": 50}]
    columns = ("stock_amount", "is_cost_estimated")
    assert star("imiq", product=product).tables["fact_stock_level"].select(columns).rows() == [(D(60), True)]
    assert star("table", product=product).tables["fact_stock_level"].select(columns).rows() == [(None, True)]
    tenant = rules(assumed_cost_rate={})
    assert star("imiq", tenant, product=product).tables["fact_stock_level"]["stock_amount"].to_list() == [None]


def test_levels_are_per_place_and_valued_at_the_products_average() -> None:
    found = star(stock_movement=[moved(1, 10, 100, shop="A"), moved(2, 10, 120, shop="B"), moved(3, -4, shop="A")])
    levels = found.tables["fact_stock_level"].select("shop_key", "on_hand_quantity", "stock_amount").rows()
    assert levels == [(1, D(6), D(660)), (2, D(10), D(1100))]


def test_stock_can_be_negative_and_then_has_no_value() -> None:
    found = star(stock_movement=[moved(1, 2, 100)], order_line=[sold(3, 5)])
    assert found.tables["fact_stock_level"].select("on_hand_quantity", "stock_amount").rows() == [(D(-3), D(0))]
    assert found.tables["fact_order_line"]["cost_amount"].to_list() == [D(500)]


def test_goods_on_order_are_kept_and_are_no_stock() -> None:
    ordered = moved(9, 30, 90, movement_type="Purchase order")
    found = star(stock_movement=[*TWO_RECEIPTS, ordered], order_line=[sold(3, 15)])
    assert found.tables["fact_stock_level"].select("on_hand_quantity", "stock_amount").rows() == [(D(5), D(550))]
    told = found.tables["fact_stock_movement"].select("movement_type", "quantity", "cost_amount").rows()
    assert ("on_order", D(30), None) in told
    assert len(told) == 4


def test_a_counted_product_keeps_its_count_when_more_is_ordered() -> None:
    counted = {"product_id": "P", "on_hand_quantity": 7, "unit_cost": 10}
    found = star(product=[counted], stock_movement=[moved(9, 30, movement_type="on order")])
    assert found.tables["fact_stock_level"].select("on_hand_quantity").rows() == [(D(7),)]
