"""Stock: how much is there, what it is worth, how long it lasts. Grain: product at a place, as of the snapshot."""

from __future__ import annotations

import polars as pl
from sqlalchemy import Date, Integer, Numeric, and_, cast, func

from portal.metrics.arithmetic import divided
from portal.metrics.expressions import AS_OF, SALE_LINE, known_total, policy_value, total
from portal.metrics.model import Better, Measure, Metric, Ratio, Transform, Unit
from portal.metrics.sales import UNITS
from portal.metrics.stock_needs import IN_STOCK_UNITS
from portal.warehouse.schema import fact_order_line, fact_stock_level, fact_stock_movement

_LEVEL = fact_stock_level.c
_LINE = fact_order_line.c
_LIMIT = policy_value("low_stock_limit")
_WINDOW = policy_value("days_of_cover_window")

ON_HAND = Metric(
    name="on_hand", label="On hand", unit=Unit.QUANTITY, better=Better.NEITHER, date_column=None,
    meaning="Units in stock as of the snapshot, from the latest count or the sum of movements. Periods do not apply.",
    fact=fact_stock_level, value=known_total(_LEVEL.on_hand_quantity), formula="units on hand, summed",
)  # fmt: skip
INVENTORY_VALUE = Metric(
    name="inventory_value", label="Inventory value", unit=Unit.MONEY, better=Better.NEITHER, date_column=None,
    meaning="Units on hand times weighted average cost (the method of cost of goods sold), as of the snapshot. "
    "Products without a known cost are not in it.",
    fact=fact_stock_level, value=known_total(_LEVEL.stock_amount), formula="on hand × weighted average cost, summed",
)  # fmt: skip
STOCKED_PRODUCTS = Metric(
    name="stocked_products", label="Products kept", unit=Unit.COUNT, better=Better.NEITHER, date_column=None,
    meaning="Products at a place whose stock is known, as of the snapshot, stock of 0 included.",
    fact=fact_stock_level, value=func.count(), where=_LEVEL.on_hand_quantity.is_not(None),
    formula="products with a known stock",
)  # fmt: skip
LOW_STOCK = Metric(
    name="low_stock", label="Low stock", unit=Unit.COUNT, better=Better.DOWN, date_column=None,
    meaning="Products at a place with more than 0 and at most the low-stock limit (policy) on hand, as of the "
    "snapshot.",
    fact=fact_stock_level, value=func.count(),
    where=and_(_LEVEL.on_hand_quantity > 0, _LEVEL.on_hand_quantity <= _LIMIT),
    formula="products with 0 < on hand ≤ limit",
)  # fmt: skip
OUT_OF_STOCK = Metric(
    name="out_of_stock", label="Out of stock", unit=Unit.COUNT, better=Better.DOWN, date_column=None,
    meaning="Products at a place with 0 or less on hand, as of the snapshot.",
    fact=fact_stock_level, value=func.count(), where=_LEVEL.on_hand_quantity <= 0,
    formula="products with on hand ≤ 0",
)  # fmt: skip
DAILY_UNITS = Metric(
    name="daily_units", label="Units sold a day", unit=Unit.QUANTITY, date_column=None, strength="D",
    meaning="Mean units sold a day over the last days of the snapshot (policy, 30 by default), days without sales "
    "included. Periods do not apply.",
    fact=fact_order_line, value=cast(total(_LINE.quantity) / _WINDOW, Numeric(38, 18)),
    where=and_(SALE_LINE, _LINE.order_date <= AS_OF,
               _LINE.order_date > cast(AS_OF - cast(_WINDOW, Integer), Date)),
    formula="units sold in the window ÷ days of the window",
)  # fmt: skip
DAYS_OF_COVER = Ratio(
    name="days_of_cover", label="Days of cover", unit=Unit.DAYS, top=ON_HAND, bottom=IN_STOCK_UNITS,
    better=Better.NEITHER,
    meaning="How many days the units on hand last at the mean daily sales of the last days (policy, 30 by default). "
    "Days out of stock do not count, since nothing could be sold on them. Missing without sales.",
)  # fmt: skip
UNITS_MOVED = Metric(
    name="units_moved", label="Units moved", unit=Unit.QUANTITY, better=Better.NEITHER, date_column="movement_date",
    meaning="Net quantity of stock movements: what came in less what went out; not what is on order. Break it "
    "down by movement_type to see either.",
    fact=fact_stock_movement, value=known_total(fact_stock_movement.c.quantity), strength="D",
    where=fact_stock_movement.c.movement_type != "on_order",
    formula="signed quantities of movements, summed",
)  # fmt: skip
OUT_OF_STOCK_RATE = Ratio(
    name="out_of_stock_rate", label="Out-of-stock share", unit=Unit.RATE, top=OUT_OF_STOCK, bottom=STOCKED_PRODUCTS,
    better=Better.DOWN, strength="V", meaning="Products out of stock as a share of products whose stock is known.",
)  # fmt: skip


def _sell_through(frame: pl.DataFrame) -> pl.Series:
    return divided(frame["units"], frame["units"] + frame["on_hand"])


SELL_THROUGH = Transform(
    name="sell_through", label="Sell-through", unit=Unit.RATE, inputs=(UNITS, ON_HAND), compute=_sell_through,
    meaning="Units sold in the period as a share of units sold plus units on hand as of the snapshot.",
    formula="units ÷ (units + on_hand)",
)  # fmt: skip

STOCK: tuple[Measure, ...] = (
    ON_HAND, INVENTORY_VALUE, STOCKED_PRODUCTS, LOW_STOCK, OUT_OF_STOCK, DAILY_UNITS, DAYS_OF_COVER,
    OUT_OF_STOCK_RATE, SELL_THROUGH, UNITS_MOVED,
)  # fmt: skip
