"""Periods, buckets and changes in words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd

from callbacks.desk import Desk
from callbacks.synced import synced, trouble
from layouts.upload import add_link
from portal.clock import utc_now
from portal.metrics import CATALOGUE
from portal.metrics.compare import growth, is_good
from portal.metrics.format import format_change, format_day, format_points, format_value
from portal.metrics.model import Better, Period, Unit

_FITS = 100_000


@dataclass(frozen=True)
class Change:
    """A change as a chip: arrow, sign and size, and the class that gives its colour."""

    text: str = ""
    look: str = "chip"


def change_of(value: float | None, before: float | None, unit: Unit, better: Better) -> Change:
    """How `value` compares with `before`: percent, or points for a rate. Empty when either is missing.

    A base of zero or less has no percentage; then the chip says only that there was nothing before.
    """
    if value is None or before is None or math.isnan(value) or math.isnan(before):
        return Change()
    if unit is Unit.RATE:
        return _chip(format_points(value - before), value - before, better)
    if before <= 0:
        return _chip("new", value - before, better) if value > 0 else Change()
    return _chip(format_change(growth(value, before)), value - before, better)


def _chip(size: str, step: float, better: Better) -> Change:
    if size != "new" and not size.startswith(("+", "−")):
        return Change(size)
    text = f"{'▲' if step > 0 else '▼'} {size}"
    verdict = is_good(step, better)
    if verdict is None:
        return Change(text)
    return Change(text, "chip chip-good" if verdict else "chip chip-bad")


def short_value(desk: Desk, name: str, value: float | None) -> str:
    """A metric's value as a card shows it; a count keeps all its digits as long as they fit."""
    unit = CATALOGUE[name].unit
    fits = unit in {Unit.COUNT, Unit.QUANTITY} and value is not None and abs(value) < _FITS
    text = format_value(round(value) if fits and value is not None else value, unit, desk.currency, short=not fits)
    return text.removesuffix(".00") if value == 0 else text


def exact_value(desk: Desk, name: str, value: float | None) -> str:
    """A metric's value as a table shows it."""
    return format_value(value, CATALOGUE[name].unit, desk.currency, short=False)


def period_words(period: Period) -> str:
    """ "17 Oct – 15 Nov 2026"; the year of the first day only where it differs."""
    first, last = period.start, period.end - timedelta(days=1)
    if first == last:
        return format_day(last)
    start = f"{first.day} {first:%b}" if first.year == last.year else format_day(first)
    return f"{start} – {format_day(last)}"


def period_line(desk: Desk) -> str:
    """The line under the heading: period, and what it is compared with."""
    if not desk.tenants:
        return "Nothing has been loaded yet"
    earlier = desk.earlier
    text = period_words(desk.period)
    if earlier:
        return f"{text}, compared with {period_words(earlier)}"
    return text if desk.state.compare == "none" else f"{text}. {desk.no_comparison}"


def age_line(desk: Desk) -> tuple[str, str]:
    """What the top bar says of the data's age, and the class of its dot."""
    if not desk.tenants:
        return "No data yet", "dot"
    late = (desk.today - desk.last_day).days
    look = "dot dot-good" if late <= 2 else "dot dot-warn"
    said, worse = trouble(synced(desk, utc_now()))
    return f"Data to {format_day(desk.last_day)}{said}", worse or look


def notice_line(desk: Desk) -> Any:
    """Said when periods do not end today; before anything is loaded, the way to load it."""
    late = (desk.today - desk.last_day).days
    if not desk.tenants:
        return add_link(desk.viewer) or ""
    if late <= 2:
        return ""
    return f"The data ends {late:,} days ago, so periods count back from {format_day(desk.last_day)}, not from today."


def bucket_words(buckets: pd.Series, grain: str, period: Period) -> pd.DataFrame:
    """Frame (n, 2) of label ("18 Oct") and title ("Sun 18 Oct 2026") of each bucket's first day."""
    days = [pd.Timestamp(each).date() for each in buckets]
    return pd.DataFrame(
        {"label": [_label(day, grain) for day in days], "title": [_title(day, grain, period) for day in days]}
    )


def bucket_end(start: date, grain: str) -> date:
    """First day after the bucket that begins on `start`."""
    if grain == "day":
        return start + timedelta(days=1)
    if grain == "week":
        return start + timedelta(days=7)
    return (start.replace(day=28) + timedelta(days=4)).replace(day=1)


def _label(day: date, grain: str) -> str:
    if grain != "month":
        return f"{day.day} {day:%b}"
    return f"{day:%b %Y}" if day.month == 1 else f"{day:%b}"


def _title(day: date, grain: str, period: Period) -> str:
    if grain == "day":
        return f"{day:%a} {format_day(day)}"
    name = f"Week of {format_day(day)}" if grain == "week" else f"{day:%B %Y}"
    return f"{name} (from {period.start.day} {period.start:%b})" if day < period.start else name
