"""A number over time, against the period it is compared with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from portal.charts.chart import Axis, Chart, Column, Table, empty_chart, largest, number, numbers, shortened
from portal.charts.scale import spread, ticks
from portal.charts.theme import ACCENT, layout, legend, quiet_axis, value_axis

_LONGEST_MARK = 90
_FADE = {"type": "vertical", "colorscale": [[0, ACCENT + "/0"], [1, ACCENT + "/24"]]}
_HATCH = {"shape": "/", "size": 6, "solidity": 0.22, "fgcolor": ACCENT + "/60", "bgcolor": ACCENT + "/5"}


@dataclass(frozen=True)
class TrendWords:
    """Names of the two lines.

    Attributes:
        current: legend of the line ("Net sales").
        against: legend of the comparison ("Previous period"); empty when there is none.
        marks: what happened in buckets, by title of the bucket.
    """

    current: str
    against: str = ""
    marks: Mapping[str, str] = field(default_factory=dict)


def trend(points: pd.DataFrame, axis: Axis, words: TrendWords) -> Chart:
    """A chart of the frame `points` (n, 5), one row per bucket in order of time.

    Args:
        points: label (tick, "18 Oct"), title (hover, "Sun 18 Oct 2026"), value, previous (missing where none), and
            is_whole: false for a bucket that is not over or only partly in the period.
        axis: label, unit and currency of the values.
        words: names of the lines.
    """
    if points.empty or points["value"].notna().sum() == 0:
        return empty_chart("Nothing in this period with these filters. Choose a longer period or clear a filter.")
    table = Table(f"{axis.label} by time", _head(axis, words), _rows(points, axis, words))
    return Chart(fig_trend(points, axis, words), _summary(points, axis), table)


def fig_trend(points: pd.DataFrame, axis: Axis, words: TrendWords) -> dict[str, Any]:
    """The figure of `trend`: comparison dotted, current with a fading fill, incomplete buckets hatched."""
    values, previous = numbers(points["value"]), numbers(points["previous"])
    titles = points["title"].tolist()
    data = []
    if words.against:
        data.append(_line(titles, previous, axis, name=words.against, color="@muted", dash="dot", width=1.6))
    data += _current(titles, values, axis, (words.current, points["is_whole"].tolist()))
    steps = ticks(values + (previous if words.against else []))
    labels = points["label"].tolist()
    data += marked(titles, words.marks, steps[-1])
    return {
        "data": data,
        "layout": layout(
            hovermode="x unified", showlegend=True, legend=legend(),
            margin={"l": 8, "r": 12, "t": 34, "b": 8, "pad": 4}, meta={"narrow": {"xaxis": _ticks(labels, 4)}},
            xaxis=quiet_axis(type="category", tickmode="array", **_ticks(labels, 7),
                             range=[-0.15, len(titles) - 0.85], showspikes=True, spikemode="across", spikethickness=1,
                             spikecolor="@border-strong", spikedash="solid", categoryorder="array",
                             categoryarray=titles, tickangle=0),
            yaxis=value_axis(tickmode="array", tickvals=steps, ticktext=[axis.tick(step) for step in steps],
                             range=[steps[0], steps[-1] * 1.02]),
        ),
    }  # fmt: skip


def marked(titles: list[str], marks: Mapping[str, str], top: float) -> list[dict[str, Any]]:
    """Small marks along the top where something happened; what it was is told on hovering and in the table."""
    there = [title for title in titles if title in marks]
    if not there:
        return []
    return [{
        "type": "scatter", "mode": "markers", "x": there, "y": [top] * len(there), "name": "Marked",
        "cliponaxis": False,
        "text": [shortened(marks[title], _LONGEST_MARK) for title in there], "hovertemplate": "%{text}",
        "marker": {"symbol": "triangle-down", "size": 10, "color": "@series-2"}, "showlegend": True,
    }]  # fmt: skip


def _ticks(labels: list[str], most: int) -> dict[str, Any]:
    shown = spread(len(labels), most)
    return {"tickvals": shown, "ticktext": [labels[place] for place in shown]}


def _current(
    titles: list[str], values: list[float | None], axis: Axis, line_of: tuple[str, list[bool]]
) -> list[dict[str, Any]]:
    """The line itself; incomplete buckets, which are the first or the last, become dashed, hatched pieces."""
    name, whole = line_of
    done = [value if is_whole else None for value, is_whole in zip(values, whole, strict=True)]
    line = _line(titles, done, axis, name=name, color=ACCENT, dash="solid", width=2)
    if not _has_gaps(done):  # an area would be drawn straight across a gap
        line |= {"fill": "tozeroy", "fillgradient": _FADE, "fillcolor": ACCENT + "/12"}
    line["mode"] = "lines+markers" if len(values) <= 2 or _has_lone_points(done) else "lines"
    if all(whole):
        return [line]
    pieces = [] if whole[0] else [_piece(titles[:2], values[:2], axis)]
    pieces += [] if whole[-1] or len(whole) == 1 else [_piece(titles[-2:], values[-2:], axis)]
    rest = [None if is_whole else value for value, is_whole in zip(values, whole, strict=True)]
    marks = _line(titles, rest, axis, name="Incomplete", color=ACCENT, dash="solid", width=2)
    marks |= {"mode": "markers", "marker": {"size": 7, "color": "@surface", "line": {"color": ACCENT, "width": 2}}}
    return [line, *pieces, marks]


def _has_gaps(values: list[float | None]) -> bool:
    """Whether something is missing between two known values."""
    known = [place for place, value in enumerate(values) if value is not None]
    return bool(known) and known[-1] - known[0] + 1 > len(known)


def _has_lone_points(values: list[float | None]) -> bool:
    """Whether a value has no neighbour to draw a line to."""
    around = [None, *values, None]
    return any(
        value is not None and before is None and after is None
        for before, value, after in zip(around, values, around[2:], strict=False)
    )


def _piece(titles: list[str], values: list[float | None], axis: Axis) -> dict[str, Any]:
    piece = _line(titles, values, axis, name="", color=ACCENT, dash="dash", width=2)
    piece |= {"fill": "tozeroy", "fillpattern": _HATCH, "hoverinfo": "skip", "showlegend": False}
    del piece["hovertemplate"]
    return piece


def _line(titles: list[str], values: list[float | None], axis: Axis, **look: Any) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "lines", "name": look["name"], "x": titles, "y": values,
        "text": [axis.exact(value) for value in values], "hovertemplate": "%{text}", "connectgaps": False,
        "line": {"color": look["color"], "width": look["width"], "dash": look["dash"], "shape": "linear"},
        "marker": {"color": look["color"], "size": 6},
    }  # fmt: skip


def _head(axis: Axis, words: TrendWords) -> tuple[Column, ...]:
    head = (Column("Date", is_number=False), Column(words.current or axis.label))
    marks = (Column("Marked", is_number=False),) if words.marks else ()
    return (*head, Column(words.against), *marks) if words.against else (*head, *marks)


def _rows(points: pd.DataFrame, axis: Axis, words: TrendWords) -> list[list[str]]:
    rows = []
    for point in points.to_dict("records"):
        title = point["title"] if point["is_whole"] else f"{point['title']}, incomplete"
        row = [title, axis.exact(number(point["value"]))]
        row += [axis.exact(number(point["previous"]))] if words.against else []
        rows.append([*row, words.marks.get(point["title"], "")] if words.marks else row)
    return rows


def _summary(points: pd.DataFrame, axis: Axis) -> str:
    known = points[points["is_whole"]].dropna(subset=["value"])
    if known.empty:
        return f"{axis.label}: no complete bucket yet."
    high, low = largest(known, "value"), largest(known, "value", sign=-1)
    first, last = points["title"].iloc[0], points["title"].iloc[-1]
    return (
        f"{axis.label} from {first} to {last}: highest {axis.exact(high['value'])} on {high['title']}, "
        f"lowest {axis.exact(low['value'])} on {low['title']}."
    )
