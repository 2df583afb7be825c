"""From a filter typed by a person to a condition on a fact. Only dimensions can be filtered, only by equality."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Date, Integer, or_

from portal.errors import InputError
from portal.metrics.model import Dimension, Filter

NOT_KNOWN = frozenset({"", "–"})
_FLAGS = {"yes": True, "no": False}


def matches(column: ColumnElement[Any], dimension: Dimension, wanted: Filter) -> ColumnElement[bool]:
    """The condition "`column` is one of the filter's values".

    Raises:
        InputError: a value has not the form of the dimension.
    """
    values = [parse_value(column, dimension, value) for value in wanted.values if value not in NOT_KNOWN]
    conditions: list[ColumnElement[bool]] = []
    if values:
        conditions.append(column == values[0] if len(values) == 1 else column.in_(values))
    if len(values) < len(wanted.values):
        conditions.append(column.is_(None))
    if not conditions:
        raise InputError(f"The filter on {dimension.name} has no value.", field=dimension.name)
    return or_(*conditions)


def parse_value(column: ColumnElement[Any], dimension: Dimension, value: str) -> object:
    """The value as the column holds it: yes/no, whole number, date or text."""
    kind = column.type
    if isinstance(kind, Boolean):
        return _flag(dimension, value)
    if isinstance(kind, Date):
        return _day(dimension, value)
    if isinstance(kind, Integer) or dimension.kind == "time":
        return _number(dimension, value)
    return value


def _flag(dimension: Dimension, value: str) -> bool:
    if value.lower() not in _FLAGS:
        raise InputError(f"{dimension.name} is yes or no, found '{value}'.", field=dimension.name)
    return _FLAGS[value.lower()]


def _day(dimension: Dimension, value: str) -> date:
    try:
        return date.fromisoformat(value if len(value) > 7 else f"{value}-01")
    except ValueError:
        raise InputError(
            f"{dimension.name}: expected a date such as 2026-03-31, found '{value}'.", field=dimension.name
        ) from None


def _number(dimension: Dimension, value: str) -> int:
    try:
        return int(value)
    except ValueError:
        raise InputError(f"{dimension.name}: expected a whole number, found '{value}'.", field=dimension.name) from None
