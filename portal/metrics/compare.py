"""Comparison: which period to compare with, and what changed. Pure functions of dates and frames."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

import pandas as pd

from portal.metrics.arithmetic import quotient
from portal.metrics.format import as_decimal
from portal.metrics.model import Better, Period

_DAY = timedelta(days=1)
_WEEK = 7


class Comparison(StrEnum):
    """What a period is compared with."""

    PREVIOUS = "previous"
    YEAR = "year"
    YEAR_BY_WEEKDAY = "year_by_weekday"


def previous_period(period: Period) -> Period:
    """The stretch just before: whole calendar months for whole months, else the same number of days."""
    months = _whole_months(period)
    if months:
        return Period(_months_earlier(period.start, months), period.start)
    return Period(period.start - timedelta(days=period.days), period.start)


def year_earlier(period: Period, by_weekday: bool = False) -> Period:
    """The same dates a year before; 29 February becomes 1 March, so that adjacent periods stay adjacent (a period of
    that day alone becomes 28 February).

    Args:
        period: half-open.
        by_weekday: 52 weeks before instead, so that Mondays meet Mondays.
    """
    if by_weekday:
        step = timedelta(days=52 * _WEEK)
        return Period(period.start - step, period.end - step)
    start, end = _year_before(period.start), _year_before(period.end)
    return Period(start, end) if start < end else Period(start - _DAY, end)


def to_date(period: Period, as_of: date | None) -> Period | None:
    """The part of a period that data can have reached: up to and including `as_of`; None when it has not begun."""
    if as_of is None or period.start > as_of:
        return None
    return Period(period.start, min(period.end, as_of + _DAY))


def compared_period(period: Period, comparison: Comparison, as_of: date | None) -> Period:
    """What to compare with, like for like: an unfinished period meets the equally long start of the other one.

    Args:
        period: the one shown, complete as asked for.
        comparison: which other one.
        as_of: latest business date in the data; None cuts nothing off.
    """
    if comparison is Comparison.PREVIOUS:
        other = previous_period(period)
    else:
        other = year_earlier(period, comparison is Comparison.YEAR_BY_WEEKDAY)
    reached = to_date(period, as_of)
    if reached is None or reached == period:
        return other
    return Period(other.start, min(other.end, other.start + timedelta(days=reached.days)))


def growth(current: object, base: object) -> Decimal | None:
    """(current − base) ÷ |base|; None when either is missing or base is 0."""
    now, before = as_decimal(current), as_decimal(base)
    if now is None or before is None:
        return None
    return quotient(now - before, abs(before))


def is_good(change: object, better: Better) -> bool | None:
    """Whether a change is good news; None when it is nothing, not known, or has no good direction."""
    number = as_decimal(change)
    if number is None or number == 0 or better is Better.NEITHER:
        return None
    return (number > 0) == (better is Better.UP)


def with_comparison(current: pd.DataFrame, base: pd.DataFrame, by: Sequence[str], metric: str) -> pd.DataFrame:
    """Both periods side by side.

    Args:
        current, base: frames of two answers with the columns `by` and `metric`.
        by: breakdown without time dimensions; none gives one row.
        metric: which number.

    Returns:
        Columns `by`, metric, `<metric>_base`, `<metric>_change` (absolute), `<metric>_growth` (relative), one row per
        group of either period, those of `current` first. Missing stays None.
    """
    keys = list(by)
    before = _by_key(base, keys, metric)
    now = _by_key(current, keys, metric)
    rows = [[*key, *_compared(now.get(key), before.get(key))] for key in dict.fromkeys([*now, *before])]
    names = [*keys, metric, f"{metric}_base", f"{metric}_change", f"{metric}_growth"]
    return pd.DataFrame(rows, columns=names, dtype=object)


def aligned(current: pd.DataFrame, base: pd.DataFrame, periods: tuple[Period, Period], metric: str) -> pd.DataFrame:
    """Two daily series on the days of the first: day n of the base period beside day n of the current one.

    Args:
        current, base: frames with `day` and `metric`.
        periods: the current and the base period.
        metric: which number.

    Returns:
        Columns day, metric, base_day, `<metric>_base`; one row per day of the current period that the base period
        has too. Missing stays None.
    """
    now, before = _by_key(current, ["day"], metric), _by_key(base, ["day"], metric)
    rows = []
    for step in range(min(periods[0].days, periods[1].days)):
        day, other = (period.start + timedelta(days=step) for period in periods)
        rows.append([day, now.get((day,)), other, before.get((other,))])
    return pd.DataFrame(rows, columns=["day", metric, "base_day", f"{metric}_base"], dtype=object)


def _compared(now: object, before: object) -> list[object]:
    one, other = as_decimal(now), as_decimal(before)
    change = one - other if one is not None and other is not None else None
    return [now, before, change, growth(now, before)]


def _by_key(frame: pd.DataFrame, keys: list[str], metric: str) -> dict[tuple[object, ...], object]:
    labels = zip(*(frame[key].tolist() for key in keys), strict=True) if keys else [() for _ in range(len(frame))]
    return dict(zip(labels, frame[metric].tolist(), strict=True))


def _whole_months(period: Period) -> int:
    """How many calendar months the period is exactly made of; 0 when it is not."""
    if period.start.day != 1 or period.end.day != 1:
        return 0
    return (period.end.year - period.start.year) * 12 + period.end.month - period.start.month


def _months_earlier(day: date, months: int) -> date:
    place = day.year * 12 + day.month - 1 - months
    return date(place // 12, place % 12 + 1, 1)


def _year_before(day: date) -> date:
    if (day.month, day.day) == (2, 29) and not calendar.isleap(day.year - 1):
        return date(day.year - 1, 3, 1)
    return day.replace(year=day.year - 1)
