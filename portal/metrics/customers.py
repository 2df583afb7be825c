"""Customers: who bought, who is new, who came back. One customer is one person over all sources."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Table, and_, func, not_

from portal.metrics.expressions import (
    BOOKED_LINE,
    SALE_LINE,
    SALE_ORDER,
    distinct,
    first_order_day,
)
from portal.metrics.model import Better, Measure, Metric, Ratio, Unit
from portal.metrics.sales import NET_SALES
from portal.warehouse.schema import dim_customer, fact_order, fact_order_line

_LINE = fact_order_line.c
_ORDER = fact_order.c
_BUYS_LINE = and_(SALE_LINE, _LINE.has_customer)
_BUYS_ORDER = and_(SALE_ORDER, _ORDER.has_customer)


def _had_bought_before(fact: Table) -> ColumnElement[bool]:
    """Over the rows of one customer: the first order ever is earlier than all of them."""
    first, day = dim_customer.c.first_order_date, fact.c.order_date
    return and_(func.bool_or(day > first), not_(func.bool_or(day == first)))


CUSTOMERS = Metric(
    name="customers", label="Customers", unit=Unit.COUNT,
    meaning="Different known customers with any booked line, returns included. Sales to unknown customers are not "
    "counted. Parts do not add up: one customer may be in several.",
    fact=fact_order_line, value=distinct(_LINE.customer_key), where=and_(BOOKED_LINE, _LINE.has_customer),
    is_additive=False, formula="different known customers",
)  # fmt: skip
BUYERS = Metric(
    name="buyers", label="Buyers", unit=Unit.COUNT,
    meaning="Different known customers with at least one booked order (sale) in the period.",
    fact=fact_order_line, value=distinct(_LINE.customer_key), where=_BUYS_LINE, is_additive=False,
    formula="different known customers with a sale",
    cheaper=Metric(
        name="buyers", label="", unit=Unit.COUNT, meaning="", fact=fact_order, value=distinct(_ORDER.customer_key),
        where=_BUYS_ORDER, is_additive=False,
    ),
)  # fmt: skip
NEW_CUSTOMERS = Metric(
    name="new_customers", label="New customers", unit=Unit.COUNT,
    meaning="Known customers whose first booked order ever falls in the period. Right only where the history loaded "
    "is complete.",
    fact=fact_order_line, value=distinct(_LINE.customer_key),
    where=and_(_BUYS_LINE, first_order_day(_LINE.order_date)), joins=("dim_customer",), is_additive=False,
    formula="customers whose first order is in the period",
    cheaper=Metric(
        name="new_customers", label="", unit=Unit.COUNT, meaning="", fact=fact_order,
        value=distinct(_ORDER.customer_key), where=and_(_BUYS_ORDER, first_order_day(_ORDER.order_date)),
        joins=("dim_customer",), is_additive=False,
    ),
)  # fmt: skip
RETURNING_CUSTOMERS = Metric(
    name="returning_customers", label="Returning customers", unit=Unit.COUNT,
    meaning="Known customers who bought in the period and whose first order was before it: buyers less new customers.",
    fact=fact_order_line, value=_had_bought_before(fact_order_line), where=_BUYS_LINE, per=_LINE.customer_key,
    joins=("dim_customer",),
    is_additive=False, formula="buyers whose first order is earlier", parts=("buyers", "new_customers"),
    cheaper=Metric(
        name="returning_customers", label="", unit=Unit.COUNT, meaning="", fact=fact_order,
        value=_had_bought_before(fact_order), where=_BUYS_ORDER, per=_ORDER.customer_key, joins=("dim_customer",),
        is_additive=False,
    ),
)  # fmt: skip
REPEAT_CUSTOMERS = Metric(
    name="repeat_customers", label="Repeat customers", unit=Unit.COUNT, strength="V",
    meaning="Known customers with at least two booked orders within the period asked for.",
    fact=fact_order_line, value=distinct(_LINE.order_key) >= 2, where=_BUYS_LINE, per=_LINE.customer_key,
    is_additive=False, formula="customers with two or more orders in the period",
    cheaper=Metric(
        name="repeat_customers", label="", unit=Unit.COUNT, meaning="", fact=fact_order,
        value=func.count() >= 2, where=_BUYS_ORDER, per=_ORDER.customer_key, is_additive=False,
    ),
)  # fmt: skip
REPEAT_RATE = Ratio(
    name="repeat_rate", label="Repeat rate", unit=Unit.RATE, top=REPEAT_CUSTOMERS, bottom=BUYERS, strength="V",
    meaning="Share of the buyers of the period with at least two orders in it. The window is the period asked for.",
)  # fmt: skip
SALES_PER_CUSTOMER = Ratio(
    name="sales_per_customer", label="Net sales per customer", unit=Unit.MONEY, top=NET_SALES, bottom=CUSTOMERS,
    strength="V", better=Better.UP,
    meaning="Net sales per known customer. Sales to unknown customers are in the top and not in the bottom; filter on "
    "has_customer to leave them out.",
)  # fmt: skip

CUSTOMER: tuple[Measure, ...] = (
    CUSTOMERS, BUYERS, NEW_CUSTOMERS, RETURNING_CUSTOMERS, REPEAT_CUSTOMERS, REPEAT_RATE, SALES_PER_CUSTOMER,
)  # fmt: skip
