"""A number over time, against the period it is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from portal.charts.chart import Axis, Chart, Column, Table, empty_chart, largest, number, numbers
from portal.charts.scale import spread, ticks
from portal.charts.theme import ACCENT, layout, legend, quiet_axis, value_axis

_FADE = {"type": "vertical", "colorscale": [[0, ACCENT + "/0"], [1, ACCENT + "/24"]]}
_HATCH = {"shape": "/", "size": 6, "solidity": 0.22, "fgcolor": ACCENT + "/60", "bgcolor": ACCENT + "/5"}


@dataclass(frozen=True)
class TrendWords:
    """Names of the two lines and whether the last bucket is still running.

    Attributes:
        current: legend of the line ("Net sales").
        against: legend of the comparison ("Previous period"); empty when there is none.
        is_incomplete: the last bucket is not over, so it is hatched and left out of the summary's verdict.
    """

    current: str
    against: str = ""
    is_incomplete: bool = False


def trend(points: pd.DataFrame, axis: Axis, words: TrendWords) -> Chart:
    """A chart of the frame `points` (n, 4), one row per bucket in order of time.

    Args:
        points: label (tick, "18 Oct"), title (hover, "Sun 18 Oct 2026"), value, previous (missing where none).
        axis: label, unit and currency of the values.
        words: names of the lines.
    """
    if points.empty or points["value"].notna().sum() == 0:
        return empty_chart("No sales in this period with these filters. Choose a longer period or clear a filter.")
    table = Table(f"{axis.label} by time", _head(axis, words), _rows(points, axis, words))
    return Chart(fig_trend(points, axis, words), _summary(points, axis, words), table)


def fig_trend(points: pd.DataFrame, axis: Axis, words: TrendWords) -> dict[str, Any]:
    """The figure of `trend`: comparison dotted, current with a fading fill, running bucket hatched."""
    values, previous = numbers(points["value"]), numbers(points["previous"])
    titles = points["title"].tolist()
    data = []
    if words.against:
        data.append(_line(titles, previous, axis, name=words.against, color="@muted", dash="dot", width=1.6))
    data += _current(titles, values, axis, words)
    steps = ticks(values + (previous if words.against else []))
    labels = points["label"].tolist()
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


def _ticks(labels: list[str], most: int) -> dict[str, Any]:
    shown = spread(len(labels), most)
    return {"tickvals": shown, "ticktext": [labels[place] for place in shown]}


def _current(titles: list[str], values: list[float | None], axis: Axis, words: TrendWords) -> list[dict[str, Any]]:
    """The line itself; a running last bucket becomes a dashed, hatched piece of its own."""
    done = [*values[:-1], None] if words.is_incomplete else values
    mode = "lines+markers" if len(values) <= 2 else "lines"
    line = _line(titles, done, axis, name=words.current, color=ACCENT, dash="solid", width=2)
    line |= {"fill": "tozeroy", "fillgradient": _FADE, "fillcolor": ACCENT + "/12", "mode": mode}
    if not words.is_incomplete:
        return [line]
    piece = _line(titles[-2:], values[-2:], axis, name="Not over yet", color=ACCENT, dash="dash", width=2)
    piece |= {"fill": "tozeroy", "fillpattern": _HATCH, "hoverinfo": ["skip"] * (len(titles[-2:]) - 1) + ["all"]}
    piece["hovertemplate"] = [""] * (len(titles[-2:]) - 1) + ["%{text}"]
    piece["mode"] = "lines+markers" if len(values) == 1 else "lines"
    return [line, piece]


def _line(titles: list[str], values: list[float | None], axis: Axis, **look: Any) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "lines", "name": look["name"], "x": titles, "y": values,
        "text": [axis.exact(value) for value in values], "hovertemplate": "%{text}", "connectgaps": False,
        "line": {"color": look["color"], "width": look["width"], "dash": look["dash"], "shape": "linear"},
        "marker": {"color": look["color"], "size": 6},
    }  # fmt: skip


def _head(axis: Axis, words: TrendWords) -> tuple[Column, ...]:
    head = (Column("Date", is_number=False), Column(words.current or axis.label))
    return (*head, Column(words.against)) if words.against else head


def _rows(points: pd.DataFrame, axis: Axis, words: TrendWords) -> list[list[str]]:
    rows = []
    for title, value, previous in zip(points["title"], points["value"], points["previous"], strict=True):
        row = [title, axis.exact(number(value))]
        rows.append([*row, axis.exact(number(previous))] if words.against else row)
    if words.is_incomplete:
        rows[-1][0] += " (not over yet)"
    return rows


def _summary(points: pd.DataFrame, axis: Axis, words: TrendWords) -> str:
    done = points.iloc[:-1] if words.is_incomplete and len(points) > 1 else points
    known = done.dropna(subset=["value"])
    if known.empty:
        return f"{axis.label}: no complete bucket yet."
    high, low = largest(known, "value"), largest(known, "value", sign=-1)
    first, last = points["title"].iloc[0], points["title"].iloc[-1]
    return (
        f"{axis.label} from {first} to {last}: highest {axis.exact(high['value'])} on {high['title']}, "
        f"lowest {axis.exact(low['value'])} on {low['title']}."
    )
