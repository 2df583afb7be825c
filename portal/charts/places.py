"""Where things go: points on a plain map of degrees, with the outlines of countries that we have."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from portal.charts.chart import Axis, Chart, Column, Table, empty_chart, number
from portal.charts.outlines import OUTLINES, RIVERS, Line, country_at
from portal.charts.theme import HEAT, layout, value_axis

_SMALLEST, _LARGEST = 7.0, 34.0
_LEAST_DEGREES = 1.2
_ROOM = 0.18


def places(points: pd.DataFrame, size: Axis, rate: Axis) -> Chart:
    """A map of the frame `points` (n, 6): latitude, longitude, label, value, rate (0–1, missing where none), where.

    Args:
        points: one row a place, largest first.
        size: how `value`, the area of a point, is called and written.
        rate: how `rate`, its colour, is called and written.
    """
    known = points.dropna(subset=["latitude", "longitude"])
    known = known[known["value"] > 0]
    if known.empty:
        return empty_chart("No parcel of this period has coordinates. Sources that tell latitude and longitude put "
                           "their parcels on the map.")  # fmt: skip
    head = (Column("Place", is_number=False), Column("Latitude"), Column("Longitude"), Column(size.label),
            Column(rate.label))  # fmt: skip
    rows = [
        [place["label"], f"{place['latitude']:.1f}", f"{place['longitude']:.1f}", size.exact(place["value"]),
         rate.exact(number(place["rate"]))]
        for place in known.to_dict("records")
    ]  # fmt: skip
    first = known.iloc[0]
    count = "1 place" if len(known) == 1 else f"{len(known):,} places"
    summary = f"{count}; most at {first['label']}: {size.exact(first['value'])}."
    return Chart(fig_places(known, size, rate), summary, Table(f"{size.label} by place", head, rows))


def fig_places(points: pd.DataFrame, size: Axis, rate: Axis) -> dict[str, Any]:
    """The figure of `places`: outlines under points whose area is the value and whose colour is the rate."""
    middle = float(points["latitude"].mean())
    countries = {
        country_at(lon, lat) for lon, lat in zip(points["longitude"], points["latitude"], strict=True)
    } - {""}  # fmt: skip
    lines = [_line(line, "@border-strong", 1.4) for name in sorted(countries) for line in OUTLINES[name]]
    rivers = [_line(line, "@series-1/40", 1.2) for name in sorted(countries) for line in RIVERS.get(name, ())]
    across, up = _window(points, middle)
    return {
        "data": [*rivers, *lines, _dots(points, size, rate)],
        "layout": layout(
            hovermode="closest", margin={"l": 8, "r": 8, "t": 8, "b": 8, "pad": 4},
            xaxis=value_axis(range=across, zeroline=False, ticksuffix="°", nticks=7),
            yaxis=value_axis(range=up, zeroline=False, ticksuffix="°", nticks=6, scaleanchor="x",
                             scaleratio=1 / max(0.2, math.cos(math.radians(middle)))),
        ),
    }  # fmt: skip


def _dots(points: pd.DataFrame, size: Axis, rate: Axis) -> dict[str, Any]:
    most = float(points["value"].max())
    widths = [max(_SMALLEST, _LARGEST * math.sqrt(float(value) / most)) for value in points["value"]]
    rates = [number(value) for value in points["rate"]]
    known = [value for value in rates if value is not None]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    if low == high:
        low = max(0.0, high - 0.1)
    words = [
        f"<b>{place['label']}</b><br>{size.label} {size.exact(place['value'])}<br>"
        f"{rate.label} {rate.exact(number(place['rate']))}"
        for place in points.to_dict("records")
    ]
    return {
        "type": "scatter", "mode": "markers", "x": points["longitude"].tolist(), "y": points["latitude"].tolist(),
        "hovertext": words, "hoverinfo": "text", "customdata": points["where"].tolist(), "showlegend": False,
        "marker": {"size": widths, "color": [low if value is None else value for value in rates], "cmin": low,
                   "cmax": high, "colorscale": HEAT, "opacity": 0.9, "line": {"width": 1, "color": "@second"},
                   "colorbar": {"thickness": 8, "outlinewidth": 0, "ticks": "", "tickmode": "array",
                                "tickvals": [low, high], "ticktext": [rate.short(low), rate.short(high)],
                                "title": {"text": rate.label, "side": "right"}, "len": 0.9}},
    }  # fmt: skip


def _line(line: Line, color: str, width: float) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "lines", "x": [x for x, _ in line], "y": [y for _, y in line], "hoverinfo": "skip",
        "line": {"color": color, "width": width}, "showlegend": False,
    }  # fmt: skip


def _window(points: pd.DataFrame, middle: float) -> tuple[list[float], list[float]]:
    """Ranges of longitude and latitude round all points, at least `_LEAST_DEGREES` each way."""
    ranges = []
    for column, stretch in (("longitude", 1 / max(0.2, math.cos(math.radians(middle)))), ("latitude", 1.0)):
        low, high = float(points[column].min()), float(points[column].max())
        half = max((high - low) / 2 * (1 + _ROOM), _LEAST_DEGREES / 2 * stretch)
        ranges.append([(low + high) / 2 - half, (low + high) / 2 + half])
    return ranges[0], ranges[1]
