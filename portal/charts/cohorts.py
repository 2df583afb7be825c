"""Retention of cohorts: first-order month by months since, recent months that can still grow in grey."""

from __future__ import annotations

from typing import Any

import pandas as pd

from portal.charts.chart import MISSING, Axis, Chart, Column, Table, empty_chart, number
from portal.charts.theme import HEAT, layout, quiet_axis

_GREY = [[0, "@border"], [1, "@border"]]


def cohort_heat(cells: pd.DataFrame, axis: Axis) -> Chart:
    """A triangle of shares.

    Args:
        cells: shape (n, 5): cohort (date, first of the month), age (whole months, from 1), customers, value (share,
            0–1), is_mature. Newest cohort last.
        axis: of the shares.
    """
    if cells.empty:
        return empty_chart("Cohorts need orders of at least two months. Load more history to see who comes back.")
    ages = list(range(1, int(cells["age"].max()) + 1))
    sizes = cells.groupby("cohort", sort=True)["customers"].first()
    known = {(row.cohort, row.age): (number(row.value), bool(row.is_mature)) for row in cells.itertuples()}
    lines = [[known.get((cohort, age)) for age in ages] for cohort in sizes.index]
    labels = [f"{cohort:%b %Y}" for cohort in sizes.index]
    head = (Column("First order", is_number=False), Column("Customers"), *(Column(f"{age} mo") for age in ages))
    rows = [
        [label, f"{int(size):,}", *(_cell(axis, cell) for cell in line)]
        for label, size, line in zip(labels, sizes, lines, strict=True)
    ]
    caption = f"{axis.label} by first-order month and months since; * still running"
    return Chart(_figure(labels, ages, lines, axis), _summary(cells, axis), Table(caption, head, rows))


def _figure(labels: list[str], ages: list[int], lines: list[list[Any]], axis: Axis) -> dict[str, Any]:
    shown = [[cell[0] if cell and cell[1] else None for cell in line] for line in lines]
    open_cells = [[0 if cell and not cell[1] else None for cell in line] for line in lines]
    texts = [
        [_hover(label, age, cell, axis) for age, cell in zip(ages, line, strict=True)]
        for label, line in zip(labels, lines, strict=True)
    ]
    high = max((value for line in shown for value in line if value is not None), default=0.0) or 1.0
    shared = {"type": "heatmap", "x": [str(age) for age in ages], "y": labels, "xgap": 2, "ygap": 2, "text": texts,
              "hovertemplate": "%{text}<extra></extra>", "hoverongaps": False, "zmin": 0}  # fmt: skip
    marks = [0, high / 2, high]
    bar = {"thickness": 8, "outlinewidth": 0, "ticks": "", "tickmode": "array", "tickvals": marks,
           "ticktext": [axis.tick(mark) for mark in marks], "len": 0.92, "x": 1.01, "xpad": 6}  # fmt: skip
    traces = [
        {**shared, "z": open_cells, "zmax": 1, "colorscale": _GREY, "showscale": False},
        {**shared, "z": shown, "zmax": high, "colorscale": HEAT, "colorbar": bar},
    ]
    return {
        "data": traces,
        "layout": layout(
            margin={"l": 8, "r": 4, "t": 6, "b": 6, "pad": 4}, meta={"narrow": {"xaxis": {"nticks": 6}}},
            xaxis=quiet_axis(type="category", title={"text": "Months since the first order"}, tickangle=0),
            yaxis=quiet_axis(type="category", autorange="reversed"),
        ),
    }  # fmt: skip


def _hover(label: str, age: int, cell: Any, axis: Axis) -> str:
    if cell is None:
        return ""
    note = "" if cell[1] else "<br>Month still running: not comparable yet"
    return f"<b>First order {label}, {age} {'month' if age == 1 else 'months'} later</b><br>{axis.exact(cell[0])}{note}"


def _cell(axis: Axis, cell: Any) -> str:
    if cell is None:
        return MISSING
    return axis.exact(cell[0]) + ("" if cell[1] else " *")


def _summary(cells: pd.DataFrame, axis: Axis) -> str:
    first = cells[(cells["age"] == 1) & cells["is_mature"].astype(bool)]
    people = float(first["customers"].sum())
    if not people:
        return f"{axis.label}: no cohort has a complete month after its first yet."
    share = float((first["value"].astype(float) * first["customers"]).sum()) / people
    many = f"{len(first)} {'cohort' if len(first) == 1 else 'cohorts'}"
    told = f"{axis.label}: {axis.exact(share)} in the first month after, over {many}."
    return f"{told} Cells of the running month are grey."
