"""When people buy: weekday by hour."""

from __future__ import annotations

from typing import Any

import pandas as pd

from portal.charts.chart import MISSING, Axis, Chart, Column, Table, empty_chart, largest, number
from portal.charts.theme import HEAT, layout, quiet_axis

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def heat(cells: pd.DataFrame, axis: Axis) -> Chart:
    """A heat map of the frame `cells` (n, 3): weekday 1 (Monday) to 7, hour 0 to 23, value.

    Cells without a row stay empty: nothing was sold then, or the source gives no time of day.
    """
    known = cells.dropna(subset=["weekday", "hour", "value"])
    if known.empty:
        return empty_chart("The source gives dates without a time of day. Load orders with a time to see the hours.")
    matrix = known.pivot_table(index="weekday", columns="hour", values="value", aggfunc="sum")
    hours = list(range(int(known["hour"].min()), int(known["hour"].max()) + 1))
    matrix = matrix.reindex(index=range(1, 8), columns=hours)
    head = (Column("Weekday", is_number=False), *(Column(f"{hour:02d}:00") for hour in hours))
    rows = [[DAYS[day - 1], *(_cell(axis, matrix.at[day, hour]) for hour in hours)] for day in range(1, 8)]
    best = largest(known, "value")
    summary = (
        f"{axis.label} by weekday and hour: most on {DAYS[int(best['weekday']) - 1]} from {int(best['hour']):02d}:00, "
        f"{axis.exact(best['value'])}."
    )
    table = Table(f"{axis.label} by weekday and hour", head, rows)
    return Chart(fig_heat(matrix, hours, axis), summary, table)


def fig_heat(matrix: pd.DataFrame, hours: list[int], axis: Axis) -> dict[str, Any]:
    """The figure of `heat`: sequential blues, Monday on top."""
    values = [[number(value) for value in row] for row in matrix.to_numpy()]
    flat = [value for row in values for value in row if value is not None]
    low, high = min([0.0, *flat]), max([*flat, 0.0]) or 1.0
    texts = [
        [f"<b>{DAYS[day]} {hour:02d}:00</b><br>{axis.exact(value)}" for hour, value in zip(hours, row, strict=True)]
        for day, row in enumerate(values)
    ]
    marks = [low, (low + high) / 2, high]
    trace = {
        "type": "heatmap", "z": values, "x": [f"{hour:02d}" for hour in hours], "y": [day[:3] for day in DAYS],
        "text": texts, "hovertemplate": "%{text}<extra></extra>", "hoverongaps": False, "xgap": 2, "ygap": 2,
        "zmin": low, "zmax": high, "colorscale": HEAT,
        "colorbar": {"thickness": 8, "outlinewidth": 0, "ticks": "", "tickmode": "array", "tickvals": marks,
                     "ticktext": [axis.tick(mark) for mark in marks], "len": 0.92, "x": 1.01, "xpad": 6},
    }  # fmt: skip
    return {
        "data": [trace],
        "layout": layout(
            margin={"l": 8, "r": 4, "t": 6, "b": 6, "pad": 4}, meta={"narrow": {"xaxis": {"nticks": 6}}},
            xaxis=quiet_axis(type="category", nticks=13, tickangle=0),
            yaxis=quiet_axis(type="category", autorange="reversed"),
        ),
    }  # fmt: skip


def _cell(axis: Axis, value: Any) -> str:
    return MISSING if number(value) is None else axis.exact(number(value))
