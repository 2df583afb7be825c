"""Values of spreadsheet cells to text."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any


def cell_text(value: Any) -> str:
    """One cell as text; "" for an empty one.

    Excel keeps numbers as binary fractions and shows at most 15 digits: a whole number becomes its digits ("17850"),
    any other the shortest text for the same number, at most 15 digits and never with an exponent. Dates become
    "2026-03-31", with a time of day "2026-03-31 14:05:00"; a clock time or duration "14:05:00"; flags TRUE and FALSE.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, datetime):
        return _moment_text(value)
    if isinstance(value, date | int):
        return str(value)
    if isinstance(value, time):
        return value.isoformat("seconds")
    if isinstance(value, timedelta):
        return _duration_text(value)
    return "" if value is None else str(value)


def number_text(value: float) -> str:
    """A binary fraction as text, see `cell_text`."""
    if value.is_integer():
        return str(int(value))
    shortest = repr(value)
    if len(shortest) > 16:
        shortest = f"{value:.15g}"
    return format(Decimal(shortest), "f") if "e" in shortest else shortest


def _moment_text(value: datetime) -> str:
    """Excel counts days as fractions: a moment within 5 ms of a full second is that second."""
    rounded = (value + timedelta(milliseconds=500)).replace(microsecond=0)
    if abs(rounded - value) <= timedelta(milliseconds=5):
        value = rounded
    if (value.hour, value.minute, value.second, value.microsecond) == (0, 0, 0, 0):
        return value.date().isoformat()
    return value.isoformat(" ")


def _duration_text(value: timedelta) -> str:
    seconds = round(value.total_seconds())
    sign = "-" if seconds < 0 else ""
    minutes, second = divmod(abs(seconds), 60)
    hour, minute = divmod(minutes, 60)
    return f"{sign}{hour:02d}:{minute:02d}:{second:02d}"
