"""Horizontal bars: how much each part contributes, and what changed."""

from __future__ import annotations

from typing import Any

import pandas as pd

from portal.charts.chart import (
    MISSING,
    Axis,
    Chart,
    Column,
    Table,
    empty_chart,
    largest,
    number,
    numbers,
    shortened,
)
from portal.charts.theme import ACCENT, OTHER, PREVIOUS, layout, legend, quiet_axis
from portal.metrics.format import format_delta, inside
from portal.metrics.model import Better

_NOTHING = "Nothing to show in this period with these filters. Choose a longer period or clear a filter."
_LEVEL = 12
_OUT, _OUT_NARROW = 1.42, 1.95
"""Room to the right of the longest bar for its label, as a factor; and the same on a narrow card."""


def bars(parts: pd.DataFrame, axis: Axis, title: str, against: str = "") -> Chart:
    """Horizontal bars of the frame `parts` (n, 5), largest first.

    Args:
        parts: label, value, previous (missing where none), share (0–1, missing where parts do not add up), where
            (predicate "category=Shoes" a click drills to; empty for the rest).
        axis: label, unit and currency of the values.
        title: heading of the label column ("Category").
        against: name of the comparison; empty when there is none.
    """
    if parts.empty or parts["value"].notna().sum() == 0:
        return empty_chart(_NOTHING)
    head = (
        Column(title, is_number=False),
        Column(axis.label),
        Column("Share"),
        *([Column(against)] if against else []),
    )
    rows = [_row(part, axis, against) for part in parts.to_dict("records")]
    top = parts.iloc[0]
    summary = f"{axis.label} by {inside(title)}: {top['label']} leads with {axis.exact(number(top['value']))}"
    summary += f", {_percent(top['share'])} of the total." if number(top["share"]) is not None else "."
    return Chart(fig_bars(parts, axis, against), summary, Table(f"{axis.label} by {inside(title)}", head, rows))


def fig_bars(parts: pd.DataFrame, axis: Axis, against: str = "") -> dict[str, Any]:
    """The figure of `bars`: value and share at the end of the bar, the comparison as a thin amber tick."""
    parts = _undrawn_rest(parts)
    labels, values = [shortened(label) for label in parts["label"]], numbers(parts["drawn"])
    places = list(range(len(labels)))
    colors = [OTHER if where == "" else ACCENT for where in parts["where"]]
    data: list[dict[str, Any]] = [
        {"type": "bar", "orientation": "h", "x": values, "y": places, "name": "This period", "width": 0.58,
         "marker": {"color": colors, "cornerradius": 4}, "customdata": parts["where"].tolist(),
         "hovertext": _hover(parts, axis, against), "hoverinfo": "text"},
    ]  # fmt: skip
    previous = numbers(parts["previous"] if against else [None] * len(values))
    if against:
        data.append(_ticks(previous, places, against))
    data.append(_marks(parts, places, axis, (values, previous)))
    known = [value for value in values + previous if value is not None]
    return {
        "data": data,
        "layout": layout(
            hovermode="closest", showlegend=bool(against), legend=legend(), barcornerradius=4,
            meta={"narrow": {"xaxis": {"range": _range(known, _OUT_NARROW)}, "yaxis": _short_labels(parts)}},
            margin={"l": 8, "r": 8, "t": 30 if against else 4, "b": 4, "pad": 6},
            xaxis=quiet_axis(showticklabels=False, zeroline=True, zerolinecolor="@axis", range=_range(known, _OUT)),
            yaxis=quiet_axis(tickmode="array", tickvals=places, ticktext=labels,
                             range=[max(len(labels), 3) - 0.5, -0.5]),
        ),
    }  # fmt: skip


def changes(parts: pd.DataFrame, axis: Axis, title: str, better: Better) -> Chart:
    """Bars of what changed most: frame `parts` (n, 5) of label, value, previous, change, where; signed and coloured."""
    if parts.empty:
        return empty_chart("There is nothing to compare with: the data does not reach back to the period before.")
    head = (Column(title, is_number=False), Column("This period"), Column("Before"), Column("Change"))
    rows = [
        [part["label"], axis.exact(number(part["value"])), axis.exact(number(part["previous"])),
         format_delta(part["change"], axis.unit, axis.currency, short=False)]
        for part in parts.to_dict("records")
    ]  # fmt: skip
    most = largest(parts.assign(size=parts["change"].abs()), "size")
    word = "rose" if most["change"] > 0 else "fell"
    size = format_delta(abs(most["change"]), axis.unit, axis.currency, short=False).removeprefix("+")
    summary = f"{most['label']} changed most: {inside(axis.label)} {word} by {size}."
    figure = fig_changes(parts, axis, better)
    return Chart(figure, summary, Table(f"Change of {inside(axis.label)} by {inside(title)}", head, rows))


def fig_changes(parts: pd.DataFrame, axis: Axis, better: Better) -> dict[str, Any]:
    """The figure of `changes`; good and bad by colour and by sign."""
    values = [float(value) for value in parts["change"]]
    labels = [shortened(label) for label in parts["label"]]
    places = list(range(len(labels)))
    bar = {
        "type": "bar", "orientation": "h", "x": values, "y": places, "width": 0.58, "cliponaxis": False,
        "marker": {"color": [_verdict(value, better) for value in values], "cornerradius": 4},
        "text": [format_delta(value, axis.unit, axis.currency) for value in values], "textposition": "outside",
        "textfont": {"size": _LEVEL, "color": "@second"}, "customdata": parts["where"].tolist(),
        "hovertext": [f"<b>{label}</b><br>{format_delta(value, axis.unit, axis.currency, short=False)}"
                      for label, value in zip(parts["label"], values, strict=True)], "hoverinfo": "text",
    }  # fmt: skip
    low, high = min(0.0, *values), max(0.0, *values)
    return {
        "data": [bar],
        "layout": layout(
            hovermode="closest", margin={"l": 8, "r": 8, "t": 4, "b": 4, "pad": 6},
            meta={"narrow": {"xaxis": {"range": _both_sides(low, high, 0.85)}, "yaxis": _short_labels(parts)}},
            xaxis=quiet_axis(showticklabels=False, zeroline=True, zerolinecolor="@axis",
                             range=_both_sides(low, high, 0.42)),
            yaxis=quiet_axis(tickmode="array", tickvals=places, ticktext=labels, range=[len(labels) - 0.5, -0.5]),
        ),
    }  # fmt: skip


def _verdict(value: float, better: Better) -> str:
    if better is Better.NEITHER or value == 0:
        return ACCENT
    return "@good" if (value > 0) == (better is Better.UP) else "@bad"


def _ticks(previous: list[float | None], places: list[int], against: str) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "markers", "name": against, "x": previous, "y": places,
        "marker": {"symbol": "line-ns", "size": 18, "line": {"width": 2, "color": PREVIOUS}, "color": PREVIOUS},
        "hoverinfo": "skip",
    }  # fmt: skip


def _hover(parts: pd.DataFrame, axis: Axis, against: str) -> list[str]:
    lines = zip(parts["label"], numbers(parts["value"]), numbers(parts["previous"]), strict=True)
    return [
        f"<b>{label}</b><br>{axis.label} {axis.exact(value)}"
        + (f"<br>{against} {axis.exact(before)}" if against else "")
        for label, value, before in lines
    ]


def _undrawn_rest(parts: pd.DataFrame) -> pd.DataFrame:
    """With a column `drawn`: a rest larger than every part loses its bar, which would dwarf theirs."""
    rest = parts["where"] == ""
    named = parts.loc[~rest, "value"].max()
    too_long = rest & (parts["value"] > named)
    return parts.assign(
        drawn=parts["value"].mask(too_long, 0.0), previous=parts["previous"].mask(too_long, float("nan"))
    )


def _marks(
    parts: pd.DataFrame, places: list[int], axis: Axis, drawn: tuple[list[float | None], list[float | None]]
) -> dict[str, Any]:
    """Value and share, right of the bar and of the tick of the comparison."""
    ends = [max(value or 0.0, before or 0.0, 0.0) for value, before in zip(*drawn, strict=True)]
    return {
        "type": "scatter", "mode": "text", "x": ends, "y": places, "textposition": "middle right", "cliponaxis": False,
        "text": [f"  {_mark(part, axis)}" for part in parts.to_dict("records")], "hoverinfo": "skip",
        "textfont": {"size": _LEVEL, "color": "@second"}, "showlegend": False,
    }  # fmt: skip


def _both_sides(low: float, high: float, room: float) -> list[float]:
    """A range with room for labels on the sides that have bars."""
    reach = max(abs(low), abs(high)) or 1.0
    return [low - room * reach * (low < 0), high + room * reach * (high > 0)]


def _short_labels(parts: pd.DataFrame) -> dict[str, Any]:
    return {"ticktext": [shortened(label, 13) for label in parts["label"]]}


def _range(known: list[float], room: float) -> list[float]:
    low, high = min([0.0, *known]), max([0.0, *known])
    reach = (high - low) or 1.0
    return [low - (0.2 * reach if low < 0 else 0), high + (room - 1) * reach]


def _mark(part: dict[Any, Any], axis: Axis) -> str:
    text = axis.short(number(part["value"]))
    return text if number(part["share"]) is None else f"{text} · {_percent(part['share'])}"


def _percent(share: float) -> str:
    return f"{share * 100:.0f}%" if share >= 0.005 or share <= 0 else "<1%"


def _row(part: dict[Any, Any], axis: Axis, against: str) -> list[str]:
    share = MISSING if number(part["share"]) is None else f"{part['share'] * 100:.1f}%"
    row = [part["label"], axis.exact(number(part["value"])), share]
    return [*row, axis.exact(number(part["previous"]))] if against else row
