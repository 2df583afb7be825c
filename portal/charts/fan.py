"""What was, and what is to come with the bounds it should stay within."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from portal.charts.chart import Axis, Chart, Column, Table, number, numbers
from portal.charts.scale import spread, ticks
from portal.charts.theme import ACCENT, layout, legend, quiet_axis, value_axis
from portal.charts.trend import marked

_BANDS = (("low95", "high95", "95 %", "/12"), ("low80", "high80", "80 %", "/24"))


@dataclass(frozen=True)
class FanWords:
    """Names of the lines.

    Attributes:
        past: what happened ("Net sales").
        ahead: what is expected ("Forecast").
        earlier: what was expected before ("Forecast of a week before"); empty when there is none.
        marks: what happened or is planned in buckets, by title of the bucket.
    """

    past: str
    ahead: str
    earlier: str = ""
    marks: Mapping[str, str] = field(default_factory=dict)


def fan(points: pd.DataFrame, axis: Axis, words: FanWords) -> Chart:
    """A chart of the frame `points` (n, 9), one row per bucket in order of time.

    Args:
        points: label (tick), title (hover), value (what happened, missing ahead), forecast (missing before), low80,
            high80, low95, high95 (missing where not known), and earlier: what was forecast for the bucket before it
            began, missing where nothing was.
        axis: label, unit and currency of the values.
        words: names of the lines.
    """
    return Chart(fig_fan(points, axis, words), _summary(points, axis), _table(points, axis, words))


def fig_fan(points: pd.DataFrame, axis: Axis, words: FanWords) -> dict[str, Any]:
    """The figure of `fan`: the past solid, what is ahead dashed between its bounds."""
    titles, labels = points["title"].tolist(), points["label"].tolist()
    past = numbers(points["value"])
    joint = _joint(past, numbers(points["forecast"]))
    data = [trace for band in _BANDS for trace in _band(points, past, axis, band)]
    if words.earlier:
        data.append(_line(titles, numbers(points["earlier"]), axis, (words.earlier, "@muted", "dot", 1.6)))
    data.append(_line(titles, joint, axis, (words.ahead, ACCENT, "dash", 2)))
    data.append(_line(titles, past, axis, (words.past, ACCENT, "solid", 2)))
    steps = ticks([*past, *joint, *numbers(points["high95"]), *numbers(points["low95"])])
    data += marked(titles, words.marks, steps[-1])
    return {
        "data": data,
        "layout": layout(
            hovermode="x unified", showlegend=True, legend=legend(),
            margin={"l": 8, "r": 12, "t": 34, "b": 8, "pad": 4}, meta={"narrow": {"xaxis": _ticks(labels, 4)}},
            xaxis=quiet_axis(type="category", tickmode="array", **_ticks(labels, 8), tickangle=0,
                             range=[-0.15, len(titles) - 0.85], categoryorder="array", categoryarray=titles),
            yaxis=value_axis(tickmode="array", tickvals=steps, ticktext=[axis.tick(step) for step in steps],
                             range=[steps[0], steps[-1] * 1.02]),
        ),
    }  # fmt: skip


def _ticks(labels: list[str], most: int) -> dict[str, Any]:
    shown = spread(len(labels), most)
    return {"tickvals": shown, "ticktext": [labels[place] for place in shown]}


def _last_known(past: list[float | None]) -> int | None:
    return max((place for place, value in enumerate(past) if value is not None), default=None)


def _joint(past: list[float | None], ahead: list[float | None]) -> list[float | None]:
    """What is ahead, beginning at the last point of the past, so that the line is not torn."""
    last = _last_known(past)
    return [past[place] if place == last else value for place, value in enumerate(ahead)]


def _band(
    points: pd.DataFrame, past: list[float | None], axis: Axis, band: tuple[str, str, str, str]
) -> list[dict[str, Any]]:
    """Two lines without a stroke with the area between them filled."""
    low, high, name, shade = band
    titles = points["title"].tolist()
    lower, upper = _joint(past, numbers(points[low])), _joint(past, numbers(points[high]))
    if all(value is None for value in numbers(points[low])):
        return []
    quiet = {"line": {"width": 0, "shape": "linear"}, "mode": "lines", "connectgaps": False, "type": "scatter"}
    words = [
        f"{axis.exact(number(least))} to {axis.exact(number(most))}" if number(least) is not None else ""
        for least, most in zip(points[low], points[high], strict=True)
    ]
    return [
        {**quiet, "x": titles, "y": lower, "hoverinfo": "skip", "showlegend": False, "name": ""},
        {**quiet, "x": titles, "y": upper, "fill": "tonexty", "fillcolor": ACCENT + shade, "name": f"{name} of cases",
         "text": words, "hovertemplate": "%{text}", "legendrank": 1100},
    ]  # fmt: skip


def _line(
    titles: list[str], values: list[float | None], axis: Axis, look: tuple[str, str, str, float]
) -> dict[str, Any]:
    name, color, dash, width = look
    return {
        "type": "scatter", "mode": "lines", "name": name, "x": titles, "y": values, "connectgaps": False,
        "text": [axis.exact(value) for value in values], "hovertemplate": "%{text}",
        "line": {"color": color, "width": width, "dash": dash, "shape": "linear"},
    }  # fmt: skip


def _table(points: pd.DataFrame, axis: Axis, words: FanWords) -> Table:
    head = [Column("Date", is_number=False), Column(words.past), Column(words.ahead), Column("80 % between"),
            Column("95 % between")]  # fmt: skip
    rows = [
        [point["title"], axis.exact(number(point["value"])), axis.exact(number(point["forecast"])),
         _between(point, "80", axis), _between(point, "95", axis)]
        for point in points.to_dict("records")
    ]  # fmt: skip
    if words.earlier:
        head.append(Column(words.earlier))
        rows = [[*row, axis.exact(number(said))] for row, said in zip(rows, points["earlier"], strict=True)]
    if words.marks:
        head.append(Column("Marked", is_number=False))
        rows = [[*row, words.marks.get(title, "")] for row, title in zip(rows, points["title"], strict=True)]
    return Table(f"{words.ahead} of {axis.label}", tuple(head), rows)


def _between(point: dict[Any, Any], level: str, axis: Axis) -> str:
    low, high = number(point[f"low{level}"]), number(point[f"high{level}"])
    return "–" if low is None or high is None else f"{axis.exact(low)} to {axis.exact(high)}"


def _summary(points: pd.DataFrame, axis: Axis) -> str:
    ahead = points[points["forecast"].notna() & points["value"].isna()]
    if ahead.empty:
        return f"{axis.label}: nothing can be said of what is to come."
    total, first, last = ahead["forecast"].astype(float).sum(), ahead["title"].iloc[0], ahead["title"].iloc[-1]
    return f"{axis.label} expected from {first} to {last}: {axis.exact(total)} in all."
