"""Column kinds of the warehouse, so that every table spells money, keys and dates the same way."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Integer,
    MetaData,
    Numeric,
    SmallInteger,
    String,
)

metadata = MetaData()

MONEY = Numeric(18, 4)
"""Fixed decimal in the tenant's reporting currency unless the column says otherwise."""


def primary_key(name: str) -> Column[int]:
    """Our own surrogate key; 0 is the row "not known" in every dimension."""
    return Column(name, BigInteger, primary_key=True, autoincrement=False)


def key(name: str) -> Column[int]:
    """A reference to a dimension row; never null, 0 means not known."""
    return Column(name, BigInteger, nullable=False)


def text(name: str) -> Column[str]:
    """Free text or a code, null when the source does not say."""
    return Column(name, String)


def code(name: str) -> Column[str]:
    """A word of one of our own vocabularies; never null."""
    return Column(name, String, nullable=False)


def money(name: str) -> Column[Any]:
    """An amount of money, null when not known."""
    return Column(name, MONEY)


def quantity(name: str = "quantity") -> Column[Any]:
    """A number of units, fractions allowed, null when not known."""
    return Column(name, Numeric(18, 4))


def degrees(name: str) -> Column[Any]:
    """Degrees of latitude or longitude, null when not known."""
    return Column(name, Numeric(9, 6))


def day(name: str) -> Column[Any]:
    """A business date in the tenant's time zone."""
    return Column(name, Date)


def instant(name: str) -> Column[Any]:
    """A moment in UTC without zone marker; null when the source gives only a date."""
    return Column(name, DateTime)


def flag(name: str) -> Column[bool]:
    """Yes or no; never null."""
    return Column(name, Boolean, nullable=False)


def whole(name: str) -> Column[int]:
    """A whole number, null when not known."""
    return Column(name, Integer)


def small(name: str) -> Column[int]:
    """A small whole number (hour, weekday, week), null when not known."""
    return Column(name, SmallInteger)


def rate(name: str) -> Column[Any]:
    """A share between 0 and 1, or an exchange rate."""
    return Column(name, Numeric(18, 8))


def lineage() -> tuple[Column[Any], ...]:
    """Where a fact row came from: the landed file (and sheet) and its 1-based row in it."""
    return (key("origin_key"), Column("source_row", Integer, nullable=False))
