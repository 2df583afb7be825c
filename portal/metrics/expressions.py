"""The few expressions that definitions are written with, so that "booked sale line" is spelled once."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Date, Numeric, and_, bindparam, func

from portal.warehouse.schema import dim_customer, fact_order, fact_order_line

BOOKED_LINE = fact_order_line.c.is_booked
BOOKED_ORDER = fact_order.c.is_booked
SALE_LINE = and_(BOOKED_LINE, fact_order_line.c.line_type == "sale")
BACK_LINE = and_(BOOKED_LINE, fact_order_line.c.line_type.in_(("return", "cancellation")))
SALE_ORDER = and_(BOOKED_ORDER, fact_order.c.document_type == "order")

AS_OF: ColumnElement[Any] = bindparam("as_of", type_=Date(), required=False)
"""Latest business date of the snapshot."""


def policy_value(name: str) -> ColumnElement[Any]:
    """The value in force of a policy that is a number; filled when the select runs."""
    return bindparam(name, type_=Numeric(18, 4), required=False)


def total(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Sum of something that is always known: nothing to add up makes 0."""
    return func.coalesce(func.sum(column), 0)


def known_total(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Sum of something that may be unknown: missing when it is known of no row."""
    return func.sum(column)


def distinct(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """How many different values there are."""
    return func.count(column.distinct())


def first_order_day(day: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether `day` is the day of the customer's first order ever (needs a join with dim_customer)."""
    return day == dim_customer.c.first_order_date
