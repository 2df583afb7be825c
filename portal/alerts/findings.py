"""What a rule finds: stretches of days that are off, each with what moved it. Reads, changes nothing."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl

from portal.alerts.days import LOOKED_AT, Desk, adds_up, daily_values
from portal.alerts.reasons import reasons
from portal.alerts.rules import ABOVE, BASELINE, BELOW, WEEK, NewRule
from portal.analysis.alarm_levels import days_before, hold_against
from portal.analysis.alarm_stretches import CALM_DAYS, Stretch, stretches_of
from portal.analysis.alarms import MADS, Limits, judge_days
from portal.metrics.lookup import measure_called

_DEVIATIONS = 2.7
NEWS_DAYS = 7
"""An alarm whose last day is older than this is no news."""


@dataclass(frozen=True)
class Finding:
    """One stretch of days off of one value of the rule's dimension ("" for the whole), and why."""

    label: str
    stretch: Stretch
    why: dict[str, Any]


def findings(rule: NewRule, desk: Desk, last: date) -> list[Finding]:
    """What is off on the days up to `last`, those of the last week only, in the order of labels and days.

    Raises:
        InputError: the metric cannot be asked for here (no data of its kind, amounts of several currencies).
    """
    found, values = [], daily_values(rule, desk, last)
    for label, series in values.items():
        for stretch in stretches_of(_verdicts(rule, series, last, len(values)), adds_up(rule.metric)):
            if stretch.last > last - timedelta(days=NEWS_DAYS):
                found.append(Finding(label, stretch, reasons(rule, desk, label, stretch)))
    return sorted(found, key=lambda one: (one.label, one.stretch.first))


def widened(values: int) -> float:
    """How much wider the limits are where so many values are looked at, so that fifty are not fifty times as loud.

    4 MADs are 2.7 standard deviations; the tail beyond √(2.7² + 2 ln n) is about one n-th of that beyond 2.7.
    """
    return math.sqrt(1 + 2 * math.log(max(values, 1)) / _DEVIATIONS**2)


def _verdicts(rule: NewRule, series: pl.DataFrame, last: date, values: int) -> pl.DataFrame:
    limits = Limits(
        rule.direction, str(measure_called(rule.metric).better), rule.least_share, rule.least_money,
        rule.least_volume, adds_up(rule.metric), tuple(each * widened(values) for each in MADS),
    )  # fmt: skip
    if rule.comparison == BASELINE:
        judged = judge_days(series, limits)
    else:
        judged = hold_against(series, _held_against(rule, series), limits)
    recent = judged.filter(pl.col("day") > last - timedelta(days=LOOKED_AT))
    is_asked = pl.col("day").dt.weekday().cast(pl.String).is_in(list(rule.weekdays))
    return recent.with_columns(pl.when(is_asked).then(pl.col("span")).otherwise(0).alias("span"))


def _held_against(rule: NewRule, series: pl.DataFrame) -> pl.Series:
    if rule.comparison in {BELOW, ABOVE}:
        return pl.Series("expected", [rule.level] * series.height, dtype=pl.Float64)
    return days_before(series, 7 if rule.comparison == WEEK else 364)


def is_same(stretch: Stretch, first: date, last: date) -> bool:
    """Whether a stretch goes on with, or overlaps, the days from first to last."""
    return stretch.first <= last + timedelta(days=CALM_DAYS) and stretch.last >= first
