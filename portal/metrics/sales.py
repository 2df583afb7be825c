"""Sales: what was sold, given away in discounts and taken back. Grain of all: booked order lines."""

from __future__ import annotations

from sqlalchemy import func

from portal.metrics.expressions import BACK_LINE, BOOKED_LINE, SALE_LINE, SALE_ORDER, distinct, total
from portal.metrics.model import Better, Measure, Metric, Ratio, Unit
from portal.warehouse.schema import fact_order, fact_order_line

_LINE = fact_order_line.c

GROSS_SALES = Metric(
    name="gross_sales", label="Gross sales", unit=Unit.MONEY,
    meaning="List price times quantity of booked sale lines, before discounts and returns. Excludes tax, shipping "
    "and cancelled orders. Dated by the order.",
    fact=fact_order_line, value=total(_LINE.gross_amount), where=SALE_LINE, formula="list price × quantity, summed",
)  # fmt: skip
DISCOUNTS = Metric(
    name="discounts", label="Discounts", unit=Unit.MONEY, better=Better.DOWN,
    meaning="Discounts of booked sale lines, and order discounts as they were allocated to lines. Dated by the order.",
    fact=fact_order_line, value=total(_LINE.discount_amount), where=SALE_LINE,
    formula="line discounts + allocated order discounts",
)  # fmt: skip
RETURNS_VALUE = Metric(
    name="returns_value", label="Returns value", unit=Unit.MONEY, better=Better.DOWN,
    meaning="Value at the price paid of booked return and cancellation lines, shown positive. Dated on the day they "
    "happened. Excludes tax and shipping.",
    fact=fact_order_line, value=total(-_LINE.net_amount), where=BACK_LINE,
    formula="net amount of return and cancellation lines, sign turned",
)  # fmt: skip
NET_SALES = Metric(
    name="net_sales", label="Net sales", unit=Unit.MONEY,
    meaning="Line amounts of booked orders after discounts and returns. Excludes tax, shipping and cancelled orders.",
    fact=fact_order_line, value=total(_LINE.net_amount), where=BOOKED_LINE,
    formula="gross_sales − discounts − returns_value", parts=("gross_sales", "discounts", "returns_value"),
)  # fmt: skip
SALES_BEFORE_RETURNS = Metric(
    name="sales_before_returns", label="Sales before returns", unit=Unit.MONEY,
    meaning="Net amount of booked sale lines: after discounts, before returns. Excludes tax and shipping.",
    fact=fact_order_line, value=total(_LINE.net_amount), where=SALE_LINE, formula="gross_sales − discounts",
    parts=("gross_sales", "discounts"),
)  # fmt: skip
ORDERS = Metric(
    name="orders", label="Orders", unit=Unit.COUNT,
    meaning="Booked orders with at least one sale line. Credit notes and cancelled orders are not counted; parts over "
    "products do not add up, since one order may hold several.",
    fact=fact_order_line, value=distinct(_LINE.order_key), where=SALE_LINE, is_additive=False,
    formula="different booked orders with a sale line",
    cheaper=Metric(
        name="orders", label="Orders", unit=Unit.COUNT, meaning="", fact=fact_order, value=func.count(),
        where=SALE_ORDER, is_additive=False,
    ),
)  # fmt: skip
INVOICES = Metric(
    name="invoices", label="Documents", unit=Unit.COUNT, better=Better.NEITHER,
    meaning="Order documents with a line of any type in any state: orders, credit notes and cancelled ones.",
    fact=fact_order_line, value=distinct(_LINE.order_key), is_additive=False, formula="different documents",
    strength="D",
)  # fmt: skip
ORDER_LINES = Metric(
    name="order_lines", label="Order lines", unit=Unit.COUNT, better=Better.NEITHER,
    meaning="Lines of order documents of any type and state.",
    fact=fact_order_line, value=func.count(), formula="number of lines", strength="D",
)  # fmt: skip
UNITS = Metric(
    name="units", label="Units sold", unit=Unit.QUANTITY,
    meaning="Quantity of booked sale lines, before returns.",
    fact=fact_order_line, value=total(_LINE.quantity), where=SALE_LINE, formula="quantity of sale lines, summed",
)  # fmt: skip
UNITS_RETURNED = Metric(
    name="units_returned", label="Units returned", unit=Unit.QUANTITY, better=Better.DOWN,
    meaning="Quantity of booked return and cancellation lines, shown positive, on the day they happened.",
    fact=fact_order_line, value=total(-_LINE.quantity), where=BACK_LINE,
    formula="quantity of return and cancellation lines, sign turned",
)  # fmt: skip
NET_UNITS = Metric(
    name="net_units", label="Net units", unit=Unit.QUANTITY,
    meaning="Units sold less units returned, booked orders.",
    fact=fact_order_line, value=total(_LINE.quantity), where=BOOKED_LINE, formula="units − units_returned",
    parts=("units", "units_returned"),
)  # fmt: skip
AOV = Ratio(
    name="aov", label="Average order value", unit=Unit.MONEY, top=NET_SALES, bottom=ORDERS,
    meaning="Net sales per order. Excludes tax and shipping.",
)  # fmt: skip
UPT = Ratio(
    name="upt", label="Units per order", unit=Unit.NUMBER, top=UNITS, bottom=ORDERS, strength="V",
    meaning="Units sold per order.",
)  # fmt: skip
ASP = Ratio(
    name="asp", label="Average selling price", unit=Unit.MONEY, top=NET_SALES, bottom=NET_UNITS, strength="V",
    meaning="Net sales per net unit.",
)  # fmt: skip
DISCOUNT_RATE = Ratio(
    name="discount_rate", label="Discount rate", unit=Unit.RATE, top=DISCOUNTS, bottom=GROSS_SALES, strength="D",
    better=Better.DOWN, meaning="Discounts as a share of gross sales.",
)  # fmt: skip
MARKDOWN_LEAKAGE = Metric(
    name="markdown_leakage", label="Markdown leakage", unit=Unit.MONEY, better=Better.DOWN, strength="D",
    meaning="What discounts of booked sale lines exceed the discount cap (policy) in force when the order was taken. "
    "Without a cap nothing leaks.",
    fact=fact_order_line, value=total(_LINE.leakage_amount), where=SALE_LINE,
    formula="discount − cap × gross sales where above 0, summed",
)  # fmt: skip
RETURN_VALUE_RATE = Ratio(
    name="return_value_rate", label="Return rate by value", unit=Unit.RATE, top=RETURNS_VALUE,
    bottom=SALES_BEFORE_RETURNS, strength="V", better=Better.DOWN,
    meaning="Value returned or cancelled in the period as a share of what was sold in the same period (not of the "
    "same sale cohort).",
)  # fmt: skip

SALES: tuple[Measure, ...] = (
    GROSS_SALES, DISCOUNTS, RETURNS_VALUE, NET_SALES, SALES_BEFORE_RETURNS, ORDERS, INVOICES, ORDER_LINES, UNITS,
    UNITS_RETURNED, NET_UNITS, AOV, UPT, ASP, DISCOUNT_RATE, MARKDOWN_LEAKAGE,
    RETURN_VALUE_RATE,
)  # fmt: skip
