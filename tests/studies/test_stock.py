"""Stock of a small shop, worked out by hand, through `run` like any number. The data ends on 31 March 2026."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import select

from portal.metrics.model import Filter, Period, Query
from portal.metrics.query import run
from portal.policies import POLICIES
from portal.studies import STUDIES, stock, stock_items
from portal.studies.model import shaped
from portal.studies.shelf import StudyShelf
from portal.studies.stock_rows import read_slices
from portal.viewer import ROLES, Viewer
from portal.warehouse.duckdb import Warehouses
from portal.warehouse.schema import study_stock_item, study_stock_layer
from tests.metrics.conftest import GOLDEN, Shelf, StudyStore, make_snapshot
from tests.metrics.golden import SHOP

VIEWER = Viewer(1, "ann@example.org", "manager", ROLES["manager"], (GOLDEN,))
MUG, LAMP, CHAIR = 1, 2, 4
FEBRUARY = Period(date(2026, 2, 1), date(2026, 3, 1))
MARCH = Period(date(2026, 3, 1), date(2026, 4, 1))


def move(key: int, product: int, day: date, kind: str, quantity: int, **more: Any) -> dict[str, Any]:
    return {"movement_key": key, "product_key": product, "movement_date": day, "movement_type": kind,
            "quantity": quantity, "source": "table", "is_estimated": False, **more}  # fmt: skip


MOVES = [
    move(1, MUG, date(2026, 1, 10), "receipt", 10, unit_cost=100, cost_amount=1000),
    move(2, MUG, date(2026, 2, 5), "receipt", 10, unit_cost=120, cost_amount=1200),
    move(3, MUG, date(2026, 2, 20), "sale", -15, cost_amount=-1650, reference_id="O1"),
    move(4, MUG, date(2026, 3, 5), "adjustment", -1, cost_amount=-110),
    move(5, LAMP, date(2026, 3, 1), "receipt", 2, unit_cost=30, cost_amount=60),
    move(6, LAMP, date(2026, 3, 11), "sale", -2, cost_amount=-60),
    move(7, CHAIR, date(2026, 3, 31), "opening", 20, is_estimated=True),
]
LEVELS = [
    {"stock_level_key": 1, "product_key": MUG, "on_hand_quantity": 4, "stock_amount": 440, "source": "table"},
    {"stock_level_key": 2, "product_key": LAMP, "on_hand_quantity": 0, "stock_amount": 0, "source": "table"},
    {"stock_level_key": 3, "product_key": CHAIR, "on_hand_quantity": 20, "source": "table"},
]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Warehouses:
    folder: Path = tmp_path_factory.mktemp("stock")
    tables = {**SHOP, "fact_stock_movement": MOVES, "fact_stock_level": LEVELS}
    shelf = Shelf({1: make_snapshot(folder, GOLDEN, tables)})
    return Warehouses(shelf, None, shelf=StudyShelf(StudyStore(folder, shelf)))


@pytest.fixture(scope="module")
def ordering(tmp_path_factory: pytest.TempPathFactory) -> Warehouses:
    """The same shop, which has ordered one lamp for a shop that has no stock yet."""
    folder: Path = tmp_path_factory.mktemp("ordering")
    ordered = [move(8, LAMP, date(2026, 4, 9), "on_order", 1, shop_key=7)]
    tables = {**SHOP, "fact_stock_movement": [*MOVES, *ordered], "fact_stock_level": LEVELS}
    shelf = Shelf({1: make_snapshot(folder, GOLDEN, tables)})
    return Warehouses(shelf, None, shelf=StudyShelf(StudyStore(folder, shelf)))


@pytest.fixture(scope="module")
def strict(shop: Warehouses, tmp_path_factory: pytest.TempPathFactory) -> Warehouses:
    """The same shop, where two months make stock dead and aged."""
    folder: Path = tmp_path_factory.mktemp("strict")
    rules = {name: policy.default for name, policy in POLICIES.items()} | {"dead_stock_days": 60, "aged_stock_days": 60}
    tables = {**SHOP, "fact_stock_movement": MOVES, "fact_stock_level": LEVELS}
    shelf = Shelf({1: make_snapshot(folder, GOLDEN, tables)})
    return Warehouses(shelf, None, lambda _: rules, StudyShelf(StudyStore(folder, shelf)))


def value(shop: Warehouses, name: str, product: str = "", period: Period | None = None) -> Any:
    filters = (Filter("product", (product,)),) if product else ()
    return run(Query((name,), (), period, filters), VIEWER, (GOLDEN,), shop).value(name)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("inventory_value", 440), ("fifo_value", 480), ("layer_units", 24), ("derived_age_units", 20),
        ("shrinkage", 110), ("negative_stock", 0), ("classed_products", 3), ("aged_units", 0), ("units_received", 22),
        ("units_in", 22), ("units_out", 18), ("fifo_cogs", 1660),
    ],
)  # fmt: skip
def test_totals_by_hand(shop: Warehouses, name: str, expected: int) -> None:
    assert value(shop, name) == expected


def test_age_is_that_of_the_layer_left(shop: Warehouses) -> None:
    """5 February to 31 March; the chairs are only counted and nobody bought one since 10 January."""
    assert (value(shop, "stock_age", "Mug"), value(shop, "stock_age", "Chair")) == (54, 80)


def test_average_inventory_is_that_of_the_days(shop: Warehouses) -> None:
    """4 days at 1,000, 15 at 2,200, 9 at 550."""
    assert value(shop, "stock_value_days", "Mug", FEBRUARY) == 41950
    assert round(value(shop, "average_inventory", "Mug", FEBRUARY), 4) == round(Decimal(41950) / 28, 4)


def test_fifo_cost_beside_weighted_average(shop: Warehouses) -> None:
    assert value(shop, "fifo_cogs", "Mug", FEBRUARY) == 1600


def test_turns_and_days_are_two_sides_of_one_number(shop: Warehouses) -> None:
    turns, days = value(shop, "turnover", period=MARCH), value(shop, "dio", period=MARCH)
    assert round(turns * days, 4) == 365


def test_out_of_stock_after_the_last_one_was_sold(shop: Warehouses) -> None:
    """Sold out on the 11th: 20 of 31 days without."""
    assert round(value(shop, "stockout_rate", "Lamp", MARCH), 6) == round(Decimal(20) / 31, 6)


def test_lost_units_at_the_pace_of_days_in_stock(shop: Warehouses) -> None:
    """Two sold in eleven days in stock, twenty days without."""
    assert round(value(shop, "lost_units", "Lamp"), 3) == round(Decimal(40) / 11, 3)


def test_cover_counts_days_in_stock_only(shop: Warehouses) -> None:
    """Of the 30 days to 31 March the lamp was there on ten: 2 ÷ 10 a day."""
    assert round(value(shop, "in_stock_daily_units", "Lamp"), 6) == Decimal("0.2")


def test_a_product_is_due_at_its_reorder_point(shop: Warehouses) -> None:
    rows = shop.open(VIEWER, GOLDEN).frame(select(study_stock_item).order_by(study_stock_item.c.product_key))
    lamp = rows.row(1, named=True)
    assert (lamp["is_due"], lamp["is_out"], lamp["suggested_quantity"] > 0) == (True, True, True)
    assert rows.row(2, named=True)["reorder_point"] is None


def test_layers_of_counts_are_marked(shop: Warehouses) -> None:
    rows = shop.open(VIEWER, GOLDEN).frame(select(study_stock_layer).order_by(study_stock_layer.c.product_key))
    assert rows.select("product_key", "age_bucket", "is_estimated").rows() == [
        (MUG, "31–60", False), (CHAIR, "61–90", True),
    ]  # fmt: skip


def test_policies_say_what_is_dead_and_aged(strict: Warehouses) -> None:
    """The chairs: never sold, there for 80 days; the mugs sold 39 days ago."""
    assert [value(strict, name) for name in ("dead_stock", "aged_units", "dead_stock_value")] == [1, 20, None]


def test_the_past_of_a_counted_product_is_its_count(shop: Warehouses) -> None:
    assert value(shop, "average_stock_units", "Chair", FEBRUARY) == 20


def test_what_is_on_order_is_taken_off_the_suggestion_and_is_no_stock(shop: Warehouses, ordering: Warehouses) -> None:
    names = ("suggested_units", "on_order", "on_hand", "units_in", "units_moved", "stock_sales_at_risk")
    alone, after = ([value(each, name, "Lamp") for name in names] for each in (shop, ordering))
    assert alone[1] is None
    assert after[:5] == [alone[0] - 1, 1, *alone[2:5]]
    assert after[5] < alone[5]


def test_a_source_that_tells_of_orders_has_none_for_other_products(ordering: Warehouses) -> None:
    assert [value(ordering, "on_order", product) for product in ("Mug", "Chair")] == [0, 0]


@pytest.mark.parametrize(
    ("name", "where"), [("study_stock_layer", stock), ("study_stock_item", stock_items), ("study_stock_day", stock)]
)
def test_some_products_at_a_time_are_all_at_once(
    shop: Warehouses, monkeypatch: pytest.MonkeyPatch, name: str, where: ModuleType
) -> None:
    opened, study = shop.open(VIEWER, GOLDEN), STUDIES[name]
    assert [len(list(read_slices(opened, most))) for most in (1_000_000, 1)] == [1, 3]
    whole = shaped(study.table, study.make(opened))
    monkeypatch.setattr(where, "read_slices", partial(read_slices, most=1))
    assert shaped(study.table, study.make(opened)).equals(whole)
