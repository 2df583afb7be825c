"""What is known of days beforehand: weekdays, holidays and their eves, paydays, promotions, events."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from portal.errors import InputError

PROMOTION = "promotion"
"""An event of this name also counts by itself on Mondays, when promotions begin."""
_HARMONICS = 3
_YEAR_DAYS = 365.25
_FAST = "Eid al-Fitr"
_FAST_DAYS = 30


@dataclass(frozen=True)
class Calendar:
    """Features of days, known into the future.

    Attributes:
        features: one row a day: ds (date), and named columns of numbers, 0/1 or of any size. Days without a row count
            as all 0 in the past.
        yearly: columns that say the time of the year; they count only for series long enough to tell it from a trend.
    """

    features: pl.DataFrame
    yearly: tuple[str, ...] = ()

    def between(self, first: date, last: date) -> pl.DataFrame:
        """The features of the days from `first` to `last`, one row a day, without ds.

        Raises:
            InputError: the calendar ends before `last`.
        """
        ends = self.features["ds"].max()
        if not isinstance(ends, date) or ends < last:
            until = ends.isoformat() if isinstance(ends, date) else "no day"
            raise InputError(f"The calendar ends on {until}; the forecast needs it up to {last}.", field="calendar")
        days = pl.DataFrame({"ds": pl.date_range(first, last, "1d", eager=True)})
        found = days.join(self.features.unique("ds", keep="first"), on="ds", how="left", maintain_order="left")
        return found.drop("ds").cast(pl.Float64).fill_null(0.0).fill_nan(0.0)


def build_calendar(
    country: str, first: date, last: date, events: Mapping[str, Iterable[date]] | None = None
) -> Calendar:
    """Weekdays, parts of the month, time of the year, and a country's public holidays with the days around them.

    Holidays come from the `holidays` package, which works offline and knows those that follow the moon; where Eid
    al-Fitr is one, the 30 days before it are Ramadan (it has 29 or 30). Dates ahead may move by a day with the moon.

    Args:
        country: ISO 3166 code of two letters; no holidays where it is not known.
        first, last: days covered, both included.
        events: days of the tenant's own events by name; "promotion" is one of them.
    """
    day = pl.col("ds")
    days = pl.DataFrame({"ds": pl.date_range(first, last, "1d", eager=True)})
    angle = day.dt.ordinal_day().cast(pl.Float64) * (2 * math.pi / _YEAR_DAYS)
    waves = [
        wave.alias(f"year_{name}{turns}")
        for turns in range(1, _HARMONICS + 1)
        for name, wave in (("sin", (angle * turns).sin()), ("cos", (angle * turns).cos()))
    ]
    told = {**_holidays(country, first, last), **{name: set(dates) for name, dates in (events or {}).items()}}
    marked = [day.is_in(sorted(dates)).alias(name) for name, dates in told.items()]
    if PROMOTION in told:
        marked.append((day.is_in(sorted(told[PROMOTION])) & (day.dt.weekday() == 1)).alias("promotion_monday"))
    parts = [
        *[(day.dt.weekday() == place).alias(f"weekday_{place}") for place in range(1, 8)],
        (day.dt.day() <= 5).alias("month_begins"), day.dt.day().is_between(14, 16).alias("month_middle"),
        (day.dt.month_end().dt.day() - day.dt.day() < 5).alias("month_ends"),
    ]  # fmt: skip
    columns = [column.cast(pl.Float64) for column in (*parts, *marked, *waves)]
    return Calendar(days.select(day, *columns), tuple(wave.meta.output_name() for wave in waves))


def _holidays(country: str, first: date, last: date) -> dict[str, set[date]]:
    """Days of any holiday, of the day before and after one, of each by name, and of Ramadan."""
    named = _named_holidays(country, first, last)
    if not named:
        return {}
    every = set().union(*named.values())
    one = timedelta(days=1)
    found = {
        "holiday": every, "holiday_eve": {day - one for day in every} - every,
        "holiday_after": {day + one for day in every} - every,
        **{f"holiday: {name}": days for name, days in sorted(named.items())},
    }  # fmt: skip
    feasts = named.get(_FAST, set())
    begins = [day for day in feasts if not {day - step * one for step in range(1, 15)} & feasts]
    if begins:
        found["ramadan"] = {day - step * one for day in begins for step in range(1, _FAST_DAYS + 1)}
    return found


def _named_holidays(country: str, first: date, last: date) -> dict[str, set[date]]:
    """Holidays by name, a year around included, so that eves and Ramadan at the edges are found."""
    import holidays  # most programs that import this make no calendar

    years = range(first.year, last.year + 2)
    try:
        found = holidays.country_holidays(country, years=years, language="en_US")
    except NotImplementedError:
        return {}
    named: dict[str, set[date]] = {}
    for day, names in found.items():
        for name in names.split("; "):
            plain = re.sub(r" \(.*\)| Holiday$", "", re.sub(r" \(.*\)$", "", name)).strip()
            named.setdefault(plain, set()).add(day)
    return named
