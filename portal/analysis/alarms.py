"""Which days of a daily number are too far from what was to be expected, what was expected, and what that costs.

The residual of a day, and of the last two and three days together, is held against a multiple of the median absolute
residual (MAD) of such stretches before it; the spread of a weekday counts where it is larger. A day is off only when
the difference is also a large enough share, costs enough money, and the number stands on enough volume. A day without
rows is off by itself where such a day normally has some. Everything said of a day uses the days before it only, so
looking again gives the same, and a replay of the past is fair.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import polars as pl

from portal.analysis.calendar_fit import WINDOW, Flags, Floats, Scale, Whole, expected_values, scale_of

MADS = (4.0, 3.0, 2.5)
"""How many MADs one day, two and three days together must be off; docs/benchmarks.md says how they were chosen."""

HISTORY = 2 * WINDOW + 14
"""Days before the first one judged that are of use."""

_LEAST_PAST = 21
_WEEKDAY_PRIOR = 6
_NEAR_HOLIDAY = 1.5
_USUALLY, _SAME_WEEKDAYS = 0.75, 8
_LEAST_WEEKS = 4


@dataclass(frozen=True)
class Limits:
    """When a day is off.

    Attributes:
        direction: "fall", "rise" or "either".
        better: "up", "down" or "neither": which direction costs money.
        least_share: least difference as a share of what was expected (0.2 is 20 %).
        least_money: least size of the cost, in money; not asked where the cost is not known.
        least_volume: least median volume of the days before, and of the day itself where `adds_up` is False.
        adds_up: whether days add up (sales do, rates do not); only then can a day be missing.
        mads: multiples of the MAD for one, two and three days together.
    """

    direction: str = "fall"
    better: str = "up"
    least_share: float = 0.0
    least_money: float = 0.0
    least_volume: float = 0.0
    adds_up: bool = True
    mads: tuple[float, ...] = MADS


@dataclass(frozen=True)
class _Days:
    """The days as arrays of equal length, NaN where there is no value."""

    value: Floats
    volume: Floats
    worth: Floats
    weekday: Whole
    is_holiday: Flags

    @property
    def near_holiday(self) -> Flags:
        """Days that are a holiday, before or after one."""
        found = self.is_holiday.copy()
        found[1:] |= self.is_holiday[:-1]
        found[:-1] |= self.is_holiday[1:]
        return found


def judge_days(series: pl.DataFrame, limits: Limits) -> pl.DataFrame:
    """A verdict for each day.

    Args:
        series: one row a day, without gaps, in order: day; value and volume (null on days without rows); worth, the
            money that one unit of the value stands for on that day (null when not known); is_holiday.
        limits: when a day is off.

    Returns:
        The same days: day, found, expected, low, high (of that day; null where nothing was expected or found), money
        (what the difference costs, positive is a loss; null when not known), span (how many days with rows, up to this
        one, are off together; 0 where it is not off), kind ("value", "missing" or ""). Never NaN.
    """
    days = _days(series)
    scale = scale_of(days.value)
    fitted = expected_values(scale.there(days.value), days.weekday, ~days.near_holiday)
    expected = scale.back(fitted)
    is_missing = _missing(days, expected) if limits.adds_up else np.zeros(len(expected), dtype=bool)
    found = np.where(is_missing, 0.0, days.value)
    spread, span = _spans(days, scale, (found, expected), limits)
    money = _cost(found, expected, days, limits)
    enough = _enough_volume(days, limits)
    missing = is_missing & enough & (limits.direction != "rise") & _costs_enough(money, limits)
    span = np.where(missing, 1, np.where(enough & ~is_missing, span, 0))
    reach = limits.mads[0] * spread
    low, high = scale.back(fitted - reach), scale.back(fitted + reach)
    kind = np.where(missing, "missing", np.where(span > 0, "value", ""))
    named = {"found": found, "expected": expected, "low": low, "high": high, "money": money}
    numbers = [pl.Series(name, values, dtype=pl.Float64).fill_nan(None) for name, values in named.items()]
    return pl.DataFrame([series["day"], *numbers, pl.Series("span", span, dtype=pl.Int64), pl.Series("kind", kind)])


def _days(series: pl.DataFrame) -> _Days:
    numbers = {
        each.name: series[each.name].cast(pl.Float64).fill_null(float("nan")).to_numpy().copy()
        for each in fields(_Days) if each.name in {"value", "volume", "worth"}
    }  # fmt: skip
    for values in numbers.values():
        values[~np.isfinite(values)] = np.nan
    weekday = series["day"].dt.weekday().cast(pl.Int64).to_numpy() - 1
    return _Days(**numbers, weekday=weekday, is_holiday=series["is_holiday"].fill_null(False).to_numpy().copy())


def _missing(days: _Days, expected: Floats) -> Flags:
    """Days without rows on a weekday that has some on three of the last four to eight; holidays are closed."""
    has_rows, found = np.isfinite(days.value), np.zeros(len(expected), dtype=bool)
    for place in np.flatnonzero(~has_rows & ~days.is_holiday & np.isfinite(expected)):
        same = np.arange(place - 7, -1, -7)[:_SAME_WEEKDAYS]
        same = same[~days.is_holiday[same]]
        found[place] = len(same) >= _LEAST_WEEKS and has_rows[same].mean() >= _USUALLY
    return found


def _spans(days: _Days, scale: Scale, pair: tuple[Floats, Floats], limits: Limits) -> tuple[Floats, Whole]:
    """The spread of each day's residual (NaN where unknown), and how many days together are off (0: none)."""
    places = np.flatnonzero(np.isfinite(pair[0]) & np.isfinite(pair[1]))
    found, expected = (values[places] for values in pair)
    spread, spans = np.full(len(days.value), np.nan), np.zeros(len(days.value), dtype=np.int64)
    near = days.near_holiday[places]
    for span, mads in enumerate(limits.mads, start=1):
        if len(places) < span:
            break
        # What is off by itself is told already, and must not drag the days after it along.
        told = np.where(spans[places] == 1, expected, found)
        got, meant = _means(told, span), _means(expected, span)
        gap = scale.there(got) - scale.there(meant)
        at = places[span - 1 :]
        usual = _usual_gap(gap, days.weekday[at], near[span - 1 :], span)
        is_off = _is_off(gap, mads * usual, limits.direction) & (
            np.abs(got - meant) >= limits.least_share * np.abs(meant)
        )
        cost = _means(np.nan_to_num(_cost(told, expected, _at(days, places), limits)), span) * span
        known = np.isfinite(days.worth[at])
        is_off &= ~known | (np.abs(cost) >= limits.least_money)
        spans[at] = np.where(is_off & (spans[at] == 0), span, spans[at])
        if span == 1:
            spread[at] = usual
    return spread, spans


def _usual_gap(gap: Floats, weekday: Whole, near: Flags, span: int) -> Floats:
    """MAD of the gaps before each one, or that of its weekday where larger; NaN where fewer than 21 are known."""
    usual = np.full(len(gap), np.nan)
    for place in range(span + _LEAST_PAST - 1, len(gap)):
        first, last = max(0, place - WINDOW), place - span + 1
        calm = ~near[first:last]
        sizes, same = np.abs(gap[first:last])[calm], (weekday[first:last] == weekday[place])[calm]
        if len(sizes) < _LEAST_PAST:
            continue
        all_days = float(np.median(sizes))
        own = float(np.median(sizes[same])) if same.any() else 0.0
        weight = int(same.sum())
        mixed = (weight * own + _WEEKDAY_PRIOR * all_days) / (weight + _WEEKDAY_PRIOR)
        usual[place] = max(all_days, mixed, 1e-9) * (_NEAR_HOLIDAY if near[place] else 1.0)
    return usual


def _is_off(gap: Floats, reach: Floats, direction: str) -> Flags:
    size = {"fall": -gap, "rise": gap}.get(direction, np.abs(gap))
    found: Flags = np.nan_to_num(size, nan=0.0) > np.where(np.isfinite(reach), reach, np.inf)
    return found


def _means(values: Floats, span: int) -> Floats:
    total = np.concatenate([[0.0], np.cumsum(values)])
    found: Floats = (total[span:] - total[:-span]) / span
    return found


def _at(days: _Days, places: Whole) -> _Days:
    return _Days(*(getattr(days, each.name)[places] for each in fields(_Days)))


def _cost(found: Floats, expected: Floats, days: _Days, limits: Limits) -> Floats:
    """What the difference costs: positive is a loss; the size of it where neither direction is better."""
    lost = (expected - found) * days.worth
    known: Floats = {"up": lost, "down": -lost}.get(limits.better, np.abs(lost))
    return known


def _costs_enough(money: Floats, limits: Limits) -> Flags:
    found: Flags = ~np.isfinite(money) | (np.abs(np.nan_to_num(money)) >= limits.least_money)
    return found


def _enough_volume(days: _Days, limits: Limits) -> Flags:
    """Whether the median volume of the days before reaches the least, and the day's own where days do not add up."""
    if limits.least_volume <= 0:
        return np.ones(len(days.volume), dtype=bool)
    enough = np.zeros(len(days.volume), dtype=bool)
    for place in range(len(days.volume)):
        before = days.volume[max(0, place - WINDOW) : place]
        before = before[np.isfinite(before)]
        enough[place] = len(before) > 0 and float(np.median(before)) >= limits.least_volume
    if not limits.adds_up:
        enough &= np.nan_to_num(days.volume) >= limits.least_volume
    return enough
