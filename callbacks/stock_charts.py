"""Charts of stock: its age, and which products matter and sell steadily."""

from __future__ import annotations

from typing import Any

import pandas as pd

from callbacks.board import Titled
from callbacks.desk import Desk
from callbacks.series import axis_of
from callbacks.stock_past import past_ageing, past_day
from callbacks.stock_tasks import derived_note, value_of
from layouts.inventory import BOARD
from portal.charts.bars import bars
from portal.charts.chart import Chart, empty_chart, largest, number
from portal.charts.matrix import Cell, Matrix, matrix
from portal.metrics.format import format_day, format_value
from portal.metrics.model import Unit

NO_STOCK = "No stock is known here. Load counts or stock movements."
_Told = dict[tuple[str, str], dict[Any, Any]]
_MOSTLY = 0.5
_ABC, _XYZ = ("A", "B", "C"), ("X", "Y", "Z", "none")


def ageing_frame(desk: Desk) -> pd.DataFrame:
    """age_bucket, fifo_value, layer_units; youngest first; no row where no stock is known."""
    names = ["fifo_value", "layer_units"]
    day = past_day(desk)
    if day is not None:
        return past_ageing(desk, day)
    if not desk.tenants or not desk.can_ask("fifo_value", "age_bucket"):
        return pd.DataFrame(columns=["age_bucket", *names])
    frame = desk.ask(names, ("age_bucket",)).dropna(subset=["layer_units"])
    first = frame["age_bucket"].str.extract(r"(\d+)", expand=False).astype(float)
    first += frame["age_bucket"].str.startswith(">").astype(float)
    return frame.loc[first.sort_values(kind="stable").index].reset_index(drop=True)


def ageing(desk: Desk) -> Titled:
    """Value or units by age, as of now, or on the last day of a period that ended before."""
    day = past_day(desk)
    derived = (value_of(desk, "derived_age_rate") or 0.0) > _MOSTLY if desk.tenants and day is None else False
    when = f" on {format_day(day or desk.last_day)}" if desk.tenants else ""
    title = f"How old stock {'was' if day else 'is'}{when}{', derived from sales' * derived}"
    return Titled((ageing_chart(desk), title))


def ageing_chart(desk: Desk) -> Chart:
    """Value or units by age."""
    frame = ageing_frame(desk)
    if frame.empty:
        return empty_chart(NO_STOCK)
    name = "fifo_value" if BOARD.view(desk.state) == "value" else "layer_units"
    if frame[name].notna().sum() == 0:
        return empty_chart("No cost of this stock is known. Choose units, or load costs.")
    total = frame[name].sum()
    parts = pd.DataFrame({
        "label": [f"{bucket} days" for bucket in frame["age_bucket"]], "value": frame[name],
        "previous": float("nan"), "share": frame[name] / total if total else float("nan"),
        "where": [f"age_bucket={bucket}" for bucket in frame["age_bucket"]],
    })  # fmt: skip
    chart = bars(parts, axis_of(desk, name), "Age")
    note = derived_note(desk) if past_day(desk) is None else ""
    most = largest(parts.dropna(subset=["value"]), "value")
    summary = f"Most stock is {most['label']} old: {axis_of(desk, name).exact(float(most['value']))}."
    return Chart(chart.figure, f"{summary} {note}".strip(), chart.table)


def classes_chart(desk: Desk) -> Chart:
    """Share of stock by ABC and XYZ class: of its value, or of the products where no cost is known."""
    if not desk.tenants or not desk.can_ask("classed_products", "abc_class"):
        return empty_chart(NO_STOCK)
    frame = desk.ask(["classed_products", "classed_value"], ("abc_class", "xyz_class"))
    if not frame["classed_products"].sum():
        return empty_chart(NO_STOCK)
    by_value = bool(frame["classed_value"].sum() > 0)
    told = {(row["abc_class"], row["xyz_class"]): row for row in frame.to_dict("records")}
    total = float(frame["classed_value" if by_value else "classed_products"].sum())
    cells = tuple(tuple(_class_cell(desk, told, (abc, xyz), by_value, total) for xyz in _XYZ) for abc in _ABC)
    what = "stock value" if by_value else "products"
    best = sum(cell.share or 0.0 for cell in cells[0])
    summary = f"{best * 100:.0f}% of {what} {'is' if by_value else 'are'} in class A. Numbers are shares of {what}."
    columns = ("X steady", "Y varying", "Z uneven", "No sales")
    return matrix(Matrix("Class", ("A", "B", "C"), columns, cells, summary), NO_STOCK)


def _class_cell(desk: Desk, told: _Told, key: tuple[str, str], by_value: bool, total: float) -> Cell:
    row = told.get(key)
    if row is None:
        return Cell(None)
    products, value = number(row["classed_products"]), number(row["classed_value"])
    words = f"{format_value(products, Unit.COUNT, '')} products"
    if value is not None:
        words += f", {format_value(value, Unit.MONEY, desk.currency, short=True)}"
    part = (value or 0.0) if by_value else (products or 0.0)
    return Cell(part / total if total else None, words)
