"""A metric over time, beside the period it is compared with."""

from __future__ import annotations

from datetime import date

import pandas as pd

from callbacks.desk import Desk
from callbacks.marks import bucket_marks, marks_of
from callbacks.words import bucket_end, bucket_words
from layouts.state import AGAINST
from portal.charts.chart import Axis, Chart, empty_chart
from portal.charts.trend import TrendWords, trend
from portal.metrics import CATALOGUE
from portal.metrics.model import Period


def axis_of(desk: Desk, name: str) -> Axis:
    """How a metric's numbers are called and written for these tenants."""
    measure = CATALOGUE[name]
    return Axis(measure.label, measure.unit, desk.currency)


def trend_chart(desk: Desk, name: str) -> Chart:
    """The trend of a metric over the period, with its comparison, incomplete buckets hatched."""
    if not desk.tenants:
        return empty_chart("Nothing has been loaded yet. Load a source to see the trend.")
    if not desk.can_ask(name, "day"):
        return empty_chart(f"{CATALOGUE[name].label} is not recorded over time, or not by this filter.")
    against = AGAINST[desk.state.compare] if desk.earlier else ""
    points = trend_points(desk, name)
    words = TrendWords(CATALOGUE[name].label, against, marks_on(desk, points, desk.state.grain_of(desk.period)))
    return trend(points, axis_of(desk, name), words)


def marks_on(desk: Desk, points: pd.DataFrame, grain: str) -> dict[str, str]:
    """What happened in the buckets of a chart, by their titles."""
    if points.empty:
        return {}
    days = [pd.Timestamp(day).date() for day in points["bucket"]]
    told = bucket_marks(marks_of(desk, Period(days[0], bucket_end(days[-1], grain))), days, grain)
    return {title: told[day] for title, day in zip(points["title"], days, strict=True) if day in told}


def trend_points(desk: Desk, name: str) -> pd.DataFrame:
    """Frame (n, 6) of bucket, label, title, value, previous, is_whole.

    The comparison is laid beside the period by position: first day beside first day.
    """
    grain = desk.state.grain_of(desk.period)
    current = desk.ask([name], (grain,), fill=True)
    points = bucket_words(current[grain], grain, desk.period)
    points = points.assign(bucket=current[grain].to_list(), value=current[name].to_list(), previous=float("nan"))
    if desk.earlier:
        earlier = desk.ask([name], (grain,), period=desk.earlier, fill=True)[name].to_list()
        points["previous"] = (earlier + [float("nan")] * len(points))[: len(points)]
    points["is_whole"] = [is_whole(desk, pd.Timestamp(day).date(), grain) for day in points["bucket"]]
    return points


def is_whole(desk: Desk, start: date, grain: str) -> bool:
    """Whether all of a bucket is in the period and over: nothing more can fall into it."""
    end = bucket_end(start, grain)
    return start >= desk.period.start and end <= min(desk.period.end, desk.today)
