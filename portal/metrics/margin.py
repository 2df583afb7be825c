"""Margin: what goods cost and what is left. Grain of all: booked order lines."""

from __future__ import annotations

from sqlalchemy import and_, not_

from portal.metrics.expressions import BOOKED_LINE, known_total, total
from portal.metrics.model import Better, Measure, Metric, Ratio, Unit
from portal.metrics.sales import NET_SALES
from portal.warehouse.schema import fact_order_line

_LINE = fact_order_line.c

COGS = Metric(
    name="cogs", label="Cost of goods sold", unit=Unit.MONEY, better=Better.DOWN,
    meaning="Quantity times weighted average cost at the moment of sale, of booked lines whose cost is known; what "
    "came back is taken off. Missing when no cost is known. Estimated costs count and are flagged.",
    fact=fact_order_line, value=known_total(_LINE.cost_amount), where=BOOKED_LINE,
    formula="units × weighted average cost, summed",
)  # fmt: skip
_PROFIT = known_total(_LINE.net_amount) - known_total(_LINE.cost_amount)
GROSS_PROFIT = Metric(
    name="gross_profit", label="Gross profit", unit=Unit.MONEY,
    meaning="Net sales less cost of goods sold. Lines without a known cost count with their whole amount, so read it "
    "with cost coverage; missing when no cost is known, which is why parts may not add up to the total.",
    fact=fact_order_line, value=_PROFIT, where=BOOKED_LINE, is_additive=False,
    formula="net_sales − cogs", parts=("net_sales", "cogs"),
)  # fmt: skip
CONTRIBUTION_1 = Metric(
    name="contribution_1", label="Contribution 1", unit=Unit.MONEY, strength="V",
    meaning="Net sales less cost of goods sold: the same amount as gross profit, first step of the contribution "
    "ladder; contribution_2 takes off fulfilment, contribution_3 marketing.",
    fact=fact_order_line, value=_PROFIT, where=BOOKED_LINE, is_additive=False,
    formula="net_sales − cogs", parts=("net_sales", "cogs"),
)  # fmt: skip
COSTED_SALES = Metric(
    name="costed_sales", label="Net sales with a recorded cost", unit=Unit.MONEY, strength="V",
    meaning="Net sales of booked lines whose cost the source recorded; estimated costs do not count.",
    fact=fact_order_line, value=total(_LINE.net_amount),
    where=and_(BOOKED_LINE, _LINE.has_cost, not_(_LINE.is_cost_estimated)),
    formula="net amount of lines with a recorded cost, summed",
)  # fmt: skip
ESTIMATED_COGS = Metric(
    name="estimated_cogs", label="Estimated cost of goods", unit=Unit.MONEY, better=Better.DOWN, strength="D",
    meaning="The part of cost of goods sold that rests on an estimated cost.",
    fact=fact_order_line, value=total(_LINE.cost_amount), where=and_(BOOKED_LINE, _LINE.is_cost_estimated),
    formula="cost of lines with an estimated cost, summed",
)  # fmt: skip
GROSS_MARGIN = Ratio(
    name="gross_margin", label="Gross margin", unit=Unit.RATE, top=GROSS_PROFIT, bottom=NET_SALES,
    meaning="Gross profit as a share of net sales. Read it with cost coverage.",
)  # fmt: skip
COST_COVERAGE = Ratio(
    name="cost_coverage", label="Cost coverage", unit=Unit.RATE, top=COSTED_SALES, bottom=NET_SALES,
    meaning="Share of net sales whose cost is recorded, not estimated. Below 95 % profit is badged as uncertain.",
)  # fmt: skip

MARGIN: tuple[Measure, ...] = (
    COGS, GROSS_PROFIT, CONTRIBUTION_1, COSTED_SALES, ESTIMATED_COGS, GROSS_MARGIN, COST_COVERAGE,
)  # fmt: skip
