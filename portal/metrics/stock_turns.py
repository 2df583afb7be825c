"""Stock over time: the average of daily snapshots, how often it turns, what it earns, how often it is missing."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Numeric, and_, cast, func

from portal.metrics.expressions import BOOKED_LINE, distinct, known_total, total
from portal.metrics.margin import COGS
from portal.metrics.model import Better, Measure, Metric, Ratio, Unit
from portal.metrics.sales import NET_SALES, UNITS
from portal.warehouse.schema import fact_order_line, fact_stock_movement, study_stock_day

_DAY, _LINE, _MOVE = study_stock_day.c, fact_order_line.c, fact_stock_movement.c
_YEAR = 365
_COUNTED = "A product that is only counted has its count on all days. Daily values go back two years."
_IS_RECEIPT = and_(_MOVE.movement_type.in_(("receipt", "opening")), _MOVE.quantity > 0, ~_MOVE.is_estimated)
_IS_LOSS = and_(_MOVE.movement_type == "adjustment", _MOVE.quantity < 0)


def _mean_a_day(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The sum over products and places of a day, averaged over the days."""
    return cast(func.sum(column) / func.nullif(distinct(_DAY.stock_date), 0), Numeric(38, 10))


STOCK_VALUE_DAYS = Metric(
    name="stock_value_days", label="Stock value, all days", unit=Unit.MONEY, better=Better.NEITHER,
    date_column="stock_date", strength="V",
    meaning="Value of stock at weighted average cost at the end of each day, added up over the days. " + _COUNTED,
    fact=study_stock_day, value=known_total(_DAY.stock_amount), formula="value at the end of each day, summed",
)  # fmt: skip
AVERAGE_INVENTORY = Metric(
    name="average_inventory", label="Average inventory", unit=Unit.MONEY, better=Better.NEITHER,
    date_column="stock_date", is_additive=False, strength="V",
    meaning="Value of stock at weighted average cost at the end of each day, averaged over the days. " + _COUNTED,
    fact=study_stock_day, value=_mean_a_day(_DAY.stock_amount), formula="stock_value_days ÷ days",
)  # fmt: skip
AVERAGE_UNITS = Metric(
    name="average_stock_units", label="Average units in stock", unit=Unit.QUANTITY, better=Better.NEITHER,
    date_column="stock_date", is_additive=False, strength="V",
    meaning="Units in stock at the end of each day, averaged over the days. " + _COUNTED,
    fact=study_stock_day, value=_mean_a_day(_DAY.on_hand_quantity), formula="units at the end of each day ÷ days",
)  # fmt: skip
YEARLY_COGS = Metric(
    name="yearly_cogs_days", label="Cost of goods × 365", unit=Unit.MONEY, better=Better.NEITHER, strength="V",
    meaning="Cost of goods sold times 365: what turnover divides by the stock value of all days.",
    fact=fact_order_line, value=known_total(_LINE.cost_amount) * _YEAR, where=BOOKED_LINE, formula="cogs × 365",
)  # fmt: skip
YEARLY_PROFIT = Metric(
    name="yearly_profit_days", label="Gross profit × 365", unit=Unit.MONEY, better=Better.NEITHER, strength="V",
    meaning="Gross profit times 365: what GMROI divides by the stock value of all days.",
    fact=fact_order_line, value=(known_total(_LINE.net_amount) - known_total(_LINE.cost_amount)) * _YEAR,
    where=BOOKED_LINE, is_additive=False, formula="gross_profit × 365",
)  # fmt: skip
TURNOVER = Ratio(
    name="turnover", label="Stock turns a year", unit=Unit.NUMBER, top=YEARLY_COGS, bottom=STOCK_VALUE_DAYS,
    strength="V", meaning="Cost of goods sold ÷ average inventory, as of a whole year: cogs × 365 ÷ days ÷ average of "
    "the daily values. " + _COUNTED,
)  # fmt: skip
DIO = Ratio(
    name="dio", label="Days inventory outstanding", unit=Unit.DAYS, top=STOCK_VALUE_DAYS, bottom=COGS,
    better=Better.DOWN, strength="V",
    meaning="365 ÷ stock turns: for how many days of sales, at cost, the average stock would last. " + _COUNTED,
)  # fmt: skip
GMROI = Ratio(
    name="gmroi", label="GMROI", unit=Unit.NUMBER, top=YEARLY_PROFIT, bottom=STOCK_VALUE_DAYS, strength="V",
    meaning="Gross profit ÷ average inventory, as of a whole year: what one unit of money in stock earns a year. "
    + _COUNTED,
)  # fmt: skip
STOCK_DAYS = Metric(
    name="listed_stock_days", label="Product days", unit=Unit.COUNT, better=Better.NEITHER, date_column="stock_date",
    strength="V", meaning="One for each product, place and day it was kept there, in stock or not.",
    fact=study_stock_day, value=func.count(), formula="products × days",
)  # fmt: skip
OUT_DAYS = Metric(
    name="out_of_stock_days", label="Product days out of stock", unit=Unit.COUNT, better=Better.DOWN,
    date_column="stock_date", strength="V",
    meaning="Days on which nothing was left of a product at a place and none was sold. A product that is only counted "
    "and has none left is taken to be out since it last sold.",
    fact=study_stock_day, value=func.count(), where=_DAY.is_out, formula="product days without stock",
)  # fmt: skip
STOCKOUT_RATE = Ratio(
    name="stockout_rate", label="Stockout rate", unit=Unit.RATE, top=OUT_DAYS, bottom=STOCK_DAYS, better=Better.DOWN,
    strength="V", meaning="Product days without stock as a share of all product days.",
)  # fmt: skip
FIFO_COGS = Metric(
    name="fifo_cogs", label="Cost of goods first in, first out", unit=Unit.MONEY, better=Better.DOWN,
    date_column="stock_date", strength="V",
    meaning="Cost of sales booked as stock movements when the oldest units go first; beside cogs, which is at weighted "
    "average cost. Missing where only counts are known. Returns are not taken off.",
    fact=study_stock_day, value=known_total(_DAY.fifo_cost_amount), formula="cost of the layers sold, summed",
)  # fmt: skip
UNITS_RECEIVED = Metric(
    name="units_received", label="Units received", unit=Unit.QUANTITY, better=Better.NEITHER,
    date_column="movement_date", strength="V",
    meaning="Units of recorded receipts and openings; counts without movements do not say when goods came.",
    fact=fact_stock_movement, value=known_total(_MOVE.quantity), where=_IS_RECEIPT,
    formula="quantities of receipts and openings, summed",
)  # fmt: skip
SELL_THROUGH_RECEIVED = Ratio(
    name="sell_through_received", label="Sell-through of received", unit=Unit.RATE, top=UNITS, bottom=UNITS_RECEIVED,
    strength="S", meaning="Units sold as a share of units received in the same period; above 100 % when older stock "
    "sells. The other form, sell_through, divides by units sold plus units on hand.",
)  # fmt: skip
SHRINKAGE = Metric(
    name="shrinkage", label="Shrinkage", unit=Unit.MONEY, better=Better.DOWN, date_column="movement_date", strength="D",
    meaning="Stock written off by corrections of counts, at weighted average cost.",
    fact=fact_stock_movement, value=total(-_MOVE.cost_amount), where=_IS_LOSS,
    formula="cost of negative adjustments, summed",
)  # fmt: skip
SHRINKAGE_RATE = Ratio(
    name="shrinkage_rate", label="Shrinkage rate", unit=Unit.RATE, top=SHRINKAGE, bottom=NET_SALES, better=Better.DOWN,
    strength="D", meaning="Stock written off at cost as a share of net sales.",
)  # fmt: skip
UNITS_IN = Metric(
    name="units_in", label="Units that came in", unit=Unit.QUANTITY, better=Better.NEITHER,
    date_column="movement_date", strength="D",
    meaning="Units of all movements into stock, counts without movements left out.",
    fact=fact_stock_movement, value=total(_MOVE.quantity),
    where=and_(_MOVE.quantity > 0, ~_MOVE.is_estimated, _MOVE.movement_type != "on_order"),
    formula="positive quantities of movements, summed",
)  # fmt: skip
UNITS_OUT = Metric(
    name="units_out", label="Units that went out", unit=Unit.QUANTITY, better=Better.NEITHER,
    date_column="movement_date", strength="D", meaning="Units of all movements out of stock.",
    fact=fact_stock_movement, value=total(-_MOVE.quantity), where=_MOVE.quantity < 0,
    formula="negative quantities of movements, summed without sign",
)  # fmt: skip

STOCK_TURNS: tuple[Measure, ...] = (
    STOCK_VALUE_DAYS, AVERAGE_INVENTORY, AVERAGE_UNITS, YEARLY_COGS, YEARLY_PROFIT, TURNOVER, DIO, GMROI, STOCK_DAYS,
    OUT_DAYS, STOCKOUT_RATE, FIFO_COGS, UNITS_RECEIVED, SELL_THROUGH_RECEIVED, SHRINKAGE, SHRINKAGE_RATE, UNITS_IN,
    UNITS_OUT,
)  # fmt: skip
