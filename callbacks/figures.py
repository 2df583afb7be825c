"""A few numbers as a table: each with its change, its formula and its rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from callbacks.desk import Desk
from callbacks.linked_table import Cell, cell_link, linked_table
from callbacks.words import change_of, exact_value
from layouts.parts import formula_button
from portal.charts.chart import number
from portal.metrics import CATALOGUE
from portal.metrics.lookup import is_dated


def figures(
    desk: Desk, names: Sequence[str], caption: str, text: Callable[[Desk, str, Any], str] = exact_value
) -> Component:
    """The numbers that exist under the filters; `text` writes a value."""
    asked = [name for name in names if desk.can_ask(name)]
    now: Any = desk.ask(asked).iloc[0] if asked else {}
    dated = [name for name in asked if is_dated(name)]
    before: Any = desk.ask(dated, period=desk.earlier).iloc[0] if desk.earlier and dated else {}
    rows: list[list[Cell]] = []
    for name in asked:
        measure, value = CATALOGUE[name], number(now[name])
        change = change_of(value, number(before[name]) if name in before else None, measure.unit, measure.better)
        what = html.Span([measure.label, formula_button(name, measure.label)], className="with-formula")
        rows.append([what, cell_link(text(desk, name, value), name, ""), html.Span(change.text, className=change.look)])
    head = [("Number", False), ("Now", True), ("Change", True)]
    if not dated:
        head, rows = head[:2], [row[:2] for row in rows]
    return linked_table(head, rows, caption)
