"""A metric over time, beside the period it is compared with."""

from __future__ import annotations

import pandas as pd

from callbacks.desk import Desk
from callbacks.words import bucket_end, bucket_words
from layouts.state import AGAINST
from portal.charts.chart import Axis, Chart, empty_chart
from portal.charts.trend import TrendWords, trend
from portal.metrics import CATALOGUE


def axis_of(desk: Desk, name: str) -> Axis:
    """How a metric's numbers are called and written for these tenants."""
    measure = CATALOGUE[name]
    return Axis(measure.label, measure.unit, desk.currency)


def trend_chart(desk: Desk, name: str) -> Chart:
    """The trend of a metric over the period, with its comparison and a hatched bucket that is not over."""
    if not desk.tenants or not desk.can_ask(name, "day"):
        return empty_chart("Nothing has been loaded yet. Load a source to see the trend.")
    points, is_incomplete = trend_points(desk, name)
    against = AGAINST[desk.state.compare] if desk.earlier else ""
    words = TrendWords(CATALOGUE[name].label, against, is_incomplete)
    return trend(points, axis_of(desk, name), words)


def trend_points(desk: Desk, name: str) -> tuple[pd.DataFrame, bool]:
    """Frame (n, 5) of bucket, label, title, value, previous; and whether the last bucket is still running.

    The comparison is laid beside the period by position: first day beside first day.
    """
    grain = desk.state.grain_of(desk.period)
    current = desk.ask([name], (grain,), fill=True)
    points = bucket_words(current[grain], grain, desk.period)
    points = points.assign(bucket=current[grain].to_list(), value=current[name].to_list(), previous=float("nan"))
    if desk.earlier:
        earlier = desk.ask([name], (grain,), period=desk.earlier, fill=True)[name].to_list()
        points["previous"] = (earlier + [float("nan")] * len(points))[: len(points)]
    return points, is_running(desk, points, grain)


def is_running(desk: Desk, points: pd.DataFrame, grain: str) -> bool:
    """Whether more can still fall into the last bucket: it reaches past the period, or today is in it."""
    if points.empty:
        return False
    end = bucket_end(pd.Timestamp(points["bucket"].iloc[-1]).date(), grain)
    return end > desk.period.end or desk.period.end > desk.today
