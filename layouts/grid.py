"""The table of a screen: its card, and the grid that the browser fetches late."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import Any

import dash_ag_grid
from dash import dcc, html
from dash.development.base_component import Component
from dash.fingerprint import build_fingerprint

from layouts.attributes import aria

ROW_HEIGHT = 38
GRID_OPTIONS: dict[str, Any] = {
    "rowSelection": {"mode": "singleRow", "checkboxes": False, "enableClickSelection": True},
    "cacheBlockSize": 100, "maxBlocksInCache": 20, "rowHeight": ROW_HEIGHT, "headerHeight": ROW_HEIGHT,
    "localeText": {"noRowsToShow": "Nothing in this period with these filters"},
}  # fmt: skip
"""What never changes while the table is shown; a change would throw its rows away."""


def table_ids(table_id: str) -> dict[str, str]:
    """Ids of the parts of a table's card."""
    return {part: f"{table_id}-{part}" for part in ("holder", "title", "parts", "seen", "opened")}


def grid_script() -> str:
    """Address of the grid's bundle: a third of a megabyte that only this table needs, so the browser gets it late."""
    path = Path(str(dash_ag_grid.__file__)).with_name("dash_ag_grid.min.js")
    name = build_fingerprint(  # type: ignore[no-untyped-call]
        path.name, version("dash-ag-grid"), int(path.stat().st_mtime)
    )
    return f"/_dash-component-suites/dash_ag_grid/{name}"


def table_card(table_id: str) -> Component:
    """The card of a table; its grid is put in once the charts are there and somebody scrolls towards it."""
    ids = table_ids(table_id)
    titles = html.Div(
        [
            html.H2("Table", id=ids["title"], className="card-title"),
            html.P("A click on a row shows the rows behind it", className="card-note"),
        ],
        className="card-titles",
    )
    parts = {"grid": _as_json(_grid(table_id)), "script": grid_script(), "holder": ids["holder"]}
    stores = [dcc.Store(id=ids["parts"], data=parts), dcc.Store(id=ids["seen"]), dcc.Store(id=ids["opened"])]
    card = html.Section(
        [*stores, html.Div(titles, className="card-head"),
         html.Div(id=ids["holder"], className="card-body grid-holder")],
        className="card", **aria(labelledby=ids["title"]),
    )  # fmt: skip
    return html.Div(card, className="span-12")


def _grid(table_id: str) -> Component:
    return dash_ag_grid.AgGrid(
        id=table_id, rowModelType="infinite", columnDefs=[], dashGridOptions=GRID_OPTIONS, className="grid-table",
        defaultColDef={"resizable": True, "sortable": True, "suppressHeaderMenuButton": True, "minWidth": 90},
        getRowId="params.data.where", style={"height": "460px", "width": "100%"}, persistence=True,
        persisted_props=["columnState"],
    )  # fmt: skip


def _as_json(component: Component) -> Any:
    """A component as the browser gets it."""
    return component.to_plotly_json()  # type: ignore[no-untyped-call]
