"""Stock as of the snapshot: its age by FIFO layer, how long it lasts, what to order, what lies dead."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Numeric, cast, func

from portal.metrics.expressions import known_total, total
from portal.metrics.model import Better, Dimension, Measure, Metric, Ratio, Unit
from portal.warehouse.schema import study_stock_day, study_stock_item, study_stock_layer

_LAYER, _ITEM = study_stock_layer.c, study_stock_item.c
_DERIVED = "Where a source only counts, age is derived (what was sold is taken to have been replaced) and marked so."


def _statistic(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The sum of an estimate, as a number metrics can divide exactly."""
    return cast(func.sum(column), Numeric(38, 10))


FIFO_VALUE = Metric(
    name="fifo_value", label="Value first in, first out", unit=Unit.MONEY, better=Better.NEITHER, date_column=None,
    meaning="What is left of each FIFO layer times the layer's own cost, as of the snapshot. Layers without a known "
    "cost are not in it. Inventory value is the same stock at weighted average cost.",
    fact=study_stock_layer, value=known_total(_LAYER.remaining_amount), formula="left of each layer × its cost, summed",
)  # fmt: skip
LAYER_UNITS = Metric(
    name="layer_units", label="Units by age", unit=Unit.QUANTITY, better=Better.NEITHER, date_column=None,
    meaning="Units left in FIFO layers as of the snapshot; stock below zero has no layer. " + _DERIVED,
    fact=study_stock_layer, value=known_total(_LAYER.remaining_quantity), formula="units left of each layer, summed",
)  # fmt: skip
UNIT_AGES = Metric(
    name="unit_ages", label="Days units have lain", unit=Unit.DAYS, better=Better.DOWN, date_column=None,
    meaning="Age of every unit in stock in days, added up. " + _DERIVED,
    fact=study_stock_layer, value=known_total(_LAYER.remaining_quantity * _LAYER.age_days),
    formula="units left × days since they were received, summed",
)  # fmt: skip
STOCK_AGE = Ratio(
    name="stock_age", label="Mean age of stock", unit=Unit.DAYS, top=UNIT_AGES, bottom=LAYER_UNITS, better=Better.DOWN,
    strength="V", meaning="How long a unit in stock has lain since it was received, on average over units. Age "
    "survives transfers, returns and corrections. " + _DERIVED,
)  # fmt: skip
AGED_UNITS = Metric(
    name="aged_units", label="Aged units", unit=Unit.QUANTITY, better=Better.DOWN, date_column=None, strength="V",
    meaning="Units that have lain longer than the limit (policy, 180 days by default), as of the snapshot. " + _DERIVED,
    fact=study_stock_layer, value=total(_LAYER.remaining_quantity), where=_LAYER.is_aged,
    formula="units left of layers older than the limit, summed",
)  # fmt: skip
AGED_VALUE = Metric(
    name="aged_value", label="Aged stock", unit=Unit.MONEY, better=Better.DOWN, date_column=None, strength="V",
    meaning="Value of stock that has lain longer than the limit (policy, 180 days by default), each layer at its own "
    "cost, as of the snapshot.",
    fact=study_stock_layer, value=known_total(_LAYER.remaining_amount), where=_LAYER.is_aged,
    formula="left of layers older than the limit × their cost, summed",
)  # fmt: skip
AGED_RATE = Ratio(
    name="aged_rate", label="Share of aged stock", unit=Unit.RATE, top=AGED_UNITS, bottom=LAYER_UNITS,
    better=Better.DOWN, strength="V",
    meaning="Units that have lain longer than the limit (policy, 180 days by default) as a share of units in stock.",
)  # fmt: skip
DERIVED_UNITS = Metric(
    name="derived_age_units", label="Units of derived age", unit=Unit.QUANTITY, better=Better.DOWN, date_column=None,
    strength="D", meaning="Units in stock whose age is derived or estimated, not recorded. " + _DERIVED,
    fact=study_stock_layer, value=total(_LAYER.remaining_quantity), where=_LAYER.is_estimated,
    formula="units left of layers whose day is derived, summed",
)  # fmt: skip
DERIVED_RATE = Ratio(
    name="derived_age_rate", label="Share of derived age", unit=Unit.RATE, top=DERIVED_UNITS, bottom=LAYER_UNITS,
    better=Better.DOWN, strength="D", meaning="Units whose age is derived, as a share of units in stock. " + _DERIVED,
)  # fmt: skip
DEAD_STOCK = Metric(
    name="dead_stock", label="Dead stock", unit=Unit.COUNT, better=Better.DOWN, date_column=None, strength="V",
    meaning="Products at a place with stock that neither came nor was sold within the limit (policy, 180 days by "
    "default), as of the snapshot.",
    fact=study_stock_item, value=func.count(), where=_ITEM.is_dead, formula="products with dead stock",
)  # fmt: skip
DEAD_VALUE = Metric(
    name="dead_stock_value", label="Value of dead stock", unit=Unit.MONEY, better=Better.DOWN, date_column=None,
    strength="V", meaning="Dead stock at weighted average cost, as of the snapshot; without a known cost not in it.",
    fact=study_stock_item, value=known_total(_ITEM.dead_amount), formula="value of dead stock, summed",
)  # fmt: skip
DUE = Metric(
    name="reorder_due", label="To reorder", unit=Unit.COUNT, better=Better.DOWN, date_column=None,
    meaning="Products at a place whose stock is at or below the reorder point, as of the snapshot; what is already "
    "on order counts as there, where the source tells of it.",
    fact=study_stock_item, value=func.count(), where=_ITEM.is_due,
    formula="products with on hand + on order ≤ reorder point",
)  # fmt: skip
ON_ORDER = Metric(
    name="on_order", label="On order", unit=Unit.QUANTITY, better=Better.NEITHER, date_column=None, strength="V",
    meaning="Units ordered from suppliers that have not come yet, as of the snapshot. Missing where the source does "
    "not tell of orders: there the suggested order cannot know of them.",
    fact=study_stock_item, value=known_total(_ITEM.on_order_quantity), formula="units on order, summed",
)  # fmt: skip
REORDER_POINT = Metric(
    name="reorder_point", label="Reorder point", unit=Unit.QUANTITY, better=Better.NEITHER, date_column=None,
    meaning="Units at which to order: mean demand of the lead time plus a safety stock for the service level (lead "
    "time, its deviation and service level are policies). Demand: days in stock of the last weeks (policy, 26). "
    "Over several products it is their sum.",
    fact=study_stock_item, value=_statistic(_ITEM.reorder_point),
    formula="μ_L + z·σ_L with μ_L = d·L and σ_L² = L·σ_d² + d²·σ_LT²",
)  # fmt: skip
SUGGESTED = Metric(
    name="suggested_units", label="Suggested order", unit=Unit.QUANTITY, better=Better.NEITHER, date_column=None,
    strength="D", meaning="Units to order now: up to the reorder point plus the days an order should cover (policy), "
    "for products at or below the reorder point. What is already on order is taken off where the source tells of it "
    "(see on_order).",
    fact=study_stock_item, value=total(_ITEM.suggested_quantity),
    formula="reorder point + daily demand × days to cover − on hand − on order, in whole units",
)  # fmt: skip
SUGGESTED_COST = Metric(
    name="suggested_cost", label="Cost of the suggested order", unit=Unit.MONEY, better=Better.NEITHER,
    date_column=None, strength="D", meaning="Suggested units at weighted average cost; without a known cost not in it.",
    fact=study_stock_item, value=known_total(_ITEM.suggested_amount), formula="suggested units × unit cost, summed",
)  # fmt: skip
AT_RISK = Metric(
    name="stock_sales_at_risk", label="Sales at risk", unit=Unit.MONEY, better=Better.DOWN, date_column=None,
    strength="D", meaning="Sales missed before goods ordered now arrive, at typical demand and price: an estimate.",
    fact=study_stock_item, value=known_total(_ITEM.risk_amount), where=_ITEM.is_due,
    formula="(demand of the lead time − on hand − on order) × price, summed where above 0",
)  # fmt: skip
LOST_SALES = Metric(
    name="lost_sales", label="Lost sales", unit=Unit.MONEY, better=Better.DOWN, date_column=None, strength="V",
    meaning="Estimate for the last days (policy, 60): days out of stock × mean units sold on days in stock × price. "
    "A product that is only counted and has none left is taken to be out since it last sold.",
    fact=study_stock_item, value=known_total(_ITEM.lost_amount),
    formula="out-of-stock days × mean daily units in stock × price, summed",
)  # fmt: skip
LOST_UNITS = Metric(
    name="lost_units", label="Lost units", unit=Unit.QUANTITY, better=Better.DOWN, date_column=None, strength="V",
    meaning="Units of lost sales: an estimate for the last days (policy, 60).",
    fact=study_stock_item, value=known_total(_ITEM.lost_quantity),
    formula="out-of-stock days × mean daily units in stock, summed",
)  # fmt: skip
IN_STOCK_UNITS = Metric(
    name="in_stock_daily_units", label="Units sold a day in stock", unit=Unit.QUANTITY, date_column=None, strength="V",
    meaning="Mean units sold a day over the days in stock of the last days (policy, 30), added up over products. A "
    "day counts when something was left at its end or was sold on it.",
    fact=study_stock_item, value=_statistic(_ITEM.daily_units),
    formula="units sold ÷ days in stock, summed over products",
)  # fmt: skip
DEMAND_SEEN = Metric(
    name="demand_seen", label="Lead-time demand seen", unit=Unit.QUANTITY, better=Better.NEITHER, date_column=None,
    strength="D", meaning="What demand stayed within in as many past stretches as long as the lead time as the service "
    "level says; beside the reorder point, which takes demand for normal. Over several products it is their sum.",
    fact=study_stock_item, value=_statistic(_ITEM.demand_seen), formula="quantile of past demand over the lead time",
)  # fmt: skip
NEGATIVE = Metric(
    name="negative_stock", label="Below zero", unit=Unit.COUNT, better=Better.DOWN, date_column=None, strength="D",
    meaning="Products at a place of which more went out than ever came: a receipt or a count is missing in the source.",
    fact=study_stock_item, value=func.count(), where=_ITEM.on_hand_quantity < 0, formula="products with on hand < 0",
)  # fmt: skip
CLASSED = Metric(
    name="classed_products", label="Products by class", unit=Unit.COUNT, better=Better.NEITHER, date_column=None,
    meaning="Products at a place whose stock is known. ABC: share of net sales of the last year, A until 80 % are "
    "reached, B the next 15 %, C the rest. XYZ: how much weekly demand varies (limits are policy).",
    fact=study_stock_item, value=func.count(), formula="products with a known stock",
)  # fmt: skip
CLASSED_VALUE = Metric(
    name="classed_value", label="Stock value by class", unit=Unit.MONEY, better=Better.NEITHER, date_column=None,
    meaning="Inventory value at weighted average cost, to be broken down by ABC and XYZ class or demand pattern.",
    fact=study_stock_item, value=known_total(_ITEM.stock_amount), formula="on hand × weighted average cost, summed",
)  # fmt: skip

STOCK_STATES: tuple[Dimension, ...] = (
    Dimension("age_bucket", "Age in days", {"study_stock_layer": _LAYER.age_bucket}),
    Dimension("received_day", "Received", {"study_stock_layer": _LAYER.received_date}, kind="time"),
    Dimension("age_derived", "Age derived", {"study_stock_layer": _LAYER.is_estimated}, kind="flag"),
    Dimension("abc_class", "ABC class", {"study_stock_item": _ITEM.abc_class}),
    Dimension("xyz_class", "XYZ class", {"study_stock_item": _ITEM.xyz_class}),
    Dimension("demand_pattern", "Demand pattern", {"study_stock_item": _ITEM.demand_pattern}),
    Dimension("only_counted", "Only counted", {
        "study_stock_item": _ITEM.is_estimated, "study_stock_day": study_stock_day.c.is_estimated}, kind="flag"),
)  # fmt: skip

STOCK_NEEDS: tuple[Measure, ...] = (
    FIFO_VALUE, LAYER_UNITS, UNIT_AGES, STOCK_AGE, AGED_UNITS, AGED_VALUE, AGED_RATE, DERIVED_UNITS, DERIVED_RATE,
    DEAD_STOCK, DEAD_VALUE, DUE, ON_ORDER, REORDER_POINT, SUGGESTED, SUGGESTED_COST, AT_RISK, LOST_SALES, LOST_UNITS,
    IN_STOCK_UNITS, DEMAND_SEEN, NEGATIVE, CLASSED, CLASSED_VALUE,
)  # fmt: skip
