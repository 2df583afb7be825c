"""Tables of numbers whose cells open the rows behind them."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

from callbacks.desk import Desk
from layouts.attributes import aria, data
from layouts.parts import empty_state, heading
from layouts.upload import add_link

Cell = Component | str


def no_parcels(desk: Desk) -> Any:
    """What a card says where there are no parcels to speak of."""
    if desk.tenants:
        return empty_state("Not by this filter", "Parcels are not recorded by what is filtered. Clear a filter.")
    return empty_state("No deliveries yet", "Load a courier's parcels to see this.", add_link(desk.viewer))


def cell_link(text: str, metric: str, where: str) -> Component:
    """A cell that opens the rows behind it."""
    return html.Button(text, type="button", className="cell-link", title="Show the rows",
                       **data(drill=metric, where=where))  # fmt: skip


def linked_table(
    head: list[tuple[str, bool]], rows: list[list[Cell]], caption: str, grey: list[bool] | None = None,
    marked: list[bool] | None = None,
) -> Component:  # fmt: skip
    """A table whose cells may be links; `grey` says which rows are not to be compared, `marked` which are sums."""
    cells = [heading(text, is_number) for text, is_number in head]
    none = [False] * len(rows)
    looks = [_look(*each) for each in zip(grey or none, marked or none, strict=True)]
    body = [
        html.Tr([html.Td(cell, className="num" if head[place][1] else None) for place, cell in enumerate(row)],
                className=look)
        for row, look in zip(rows, looks, strict=True)
    ]  # fmt: skip
    parts = [html.Caption(caption, className="visually-hidden"), html.Thead(html.Tr(cells)), html.Tbody(body)]
    return html.Div(html.Table(parts), className="table-scroll", tabIndex=0, role="region",
                    **aria(label=f"{caption}, as a table"))  # fmt: skip


def _look(is_grey: bool, is_marked: bool) -> str | None:
    return "is-immature" if is_grey else "is-sum" if is_marked else None
