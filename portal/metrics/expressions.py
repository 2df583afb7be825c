"""The few expressions that definitions are written with, so that "booked sale line" is spelled once."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, Numeric, String, and_, bindparam, cast, func, literal_column

from portal.warehouse.schema import dim_customer, fact_order, fact_order_line

BOOKED_LINE = fact_order_line.c.is_booked
BOOKED_ORDER = fact_order.c.is_booked
SALE_LINE = and_(BOOKED_LINE, fact_order_line.c.line_type == "sale")
BACK_LINE = and_(BOOKED_LINE, fact_order_line.c.line_type.in_(("return", "cancellation")))
SALE_ORDER = and_(BOOKED_ORDER, fact_order.c.document_type == "order")

AS_OF: ColumnElement[Any] = bindparam("as_of", type_=Date(), required=False)
"""Latest business date of the snapshot."""

SHARES = ("0.50", "0.90")
"""The percentiles that are told of times."""


def policy_value(name: str) -> ColumnElement[Any]:
    """The value in force of a policy that is a number; filled when the select runs."""
    return bindparam(name, type_=Numeric(18, 4), required=False)


def policy_word(name: str) -> ColumnElement[Any]:
    """The value in force of a policy that is a word."""
    return bindparam(name, type_=String(), required=False)


def policy_list(name: str) -> ColumnElement[Any]:
    """The value in force of a policy that is a list; for `list_contains`."""
    return bindparam(name, required=False)


def policy_days(name: str, place: int | None = None) -> ColumnElement[Any]:
    """The value in force of a policy that is a number of days; of a list of them the one at `place` (from 1)."""
    value: ColumnElement[Any] = bindparam(name, required=False)
    return cast(value if place is None else func.list_extract(value, place), Integer)


def percentile(column: ColumnElement[Any], share: str) -> ColumnElement[Any]:
    """The value below which `share` ("0.5", "0.9") of the known values are, between two of them where need be."""
    return cast(func.quantile_cont(column, literal_column(share)), Numeric(18, 4))


def hours_percentile(start: ColumnElement[Any], end: ColumnElement[Any], share: str) -> ColumnElement[Any]:
    """The hours from `start` to `end` below which `share` (of `SHARES`) of them are.

    Whole seconds are ordered, all shares at once: asked for side by side the same list is worked out once.
    """
    seconds = func.date_diff(literal_column("'second'"), start, end)
    found = func.quantile_cont(seconds, literal_column(f"[{', '.join(SHARES)}]"))
    place: ColumnElement[Any] = literal_column(str(SHARES.index(share) + 1))
    return cast(func.list_extract(found, place) / literal_column("3600.0"), Numeric(18, 4))


def hours_between(start: ColumnElement[Any], end: ColumnElement[Any]) -> ColumnElement[Any]:
    """Hours from one instant to another, whole seconds exactly."""
    return func.date_diff(literal_column("'second'"), start, end) / literal_column("3600.0")


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
