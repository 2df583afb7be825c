"""Sales: where revenue and profit come from."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import Any

import dash_ag_grid
from dash import dcc, html
from dash.development.base_component import Component
from dash.fingerprint import build_fingerprint

from layouts.attributes import aria
from layouts.filters import export_menu, filter_bar, view_menu
from layouts.page import Page, page_head, query_values, row, screen
from layouts.parts import chart_card, kpi_card, segmented
from layouts.state import BREAKDOWNS, GRAINS, TREND_METRICS, read_state


class Ids:
    """Ids of the screen's own parts."""

    PREFIX = "sales"
    METRIC = "sales-metric"
    GRAIN = "sales-grain"
    BY = "sales-by"
    TREND = "sales-trend"
    PARTS = "sales-parts"
    BRIDGE = "sales-bridge"
    CHANGES = "sales-changes"
    PARETO = "sales-pareto"
    HEAT = "sales-heat"
    MARGINS = "sales-margins"
    TABLE = "sales-table"
    TABLE_HOLDER = "sales-table-holder"
    TABLE_TITLE = "sales-table-title"
    TABLE_PARTS = "sales-table-parts"
    TABLE_SEEN = "sales-table-seen"
    TABLE_OPENED = "sales-table-opened"


KPIS: dict[str, str] = {
    "net_sales": "Net sales", "gross_profit": "Gross profit", "gross_margin": "Gross margin", "orders": "Orders",
    "aov": "Average order value", "units": "Units",
}  # fmt: skip
"""Metric to label of the strip, in order."""

ROW_HEIGHT = 38
GRID_OPTIONS: dict[str, Any] = {
    "rowSelection": {"mode": "singleRow", "checkboxes": False, "enableClickSelection": True},
    "cacheBlockSize": 100, "maxBlocksInCache": 20, "rowHeight": ROW_HEIGHT, "headerHeight": ROW_HEIGHT,
}  # fmt: skip
"""What never changes while the table is shown; a change would throw its rows away."""

SWITCHES: tuple[tuple[str, str], ...] = (("metric", Ids.METRIC), ("grain", Ids.GRAIN), ("by", Ids.BY))

EXPORTS = (("parts", "Breakdown"), ("trend", "Over time"), ("hours", "Weekday and hour"), ("bridge", "Bridge"))


def layout(**query: str) -> Component:
    """The screen without numbers; the state comes from the address."""
    state = read_state(query_values(query))
    head = page_head("sales", "Sales", [view_menu(), export_menu("sales", EXPORTS)])
    strip = html.Section(
        [kpi_card(Ids.PREFIX, name, label) for name, label in KPIS.items()],
        className="strip", **aria(label="Key figures"),
    )  # fmt: skip
    switches = html.Div(
        [
            segmented(Ids.METRIC, TREND_METRICS, state.metric, "Metric", "segmented-small"),
            segmented(Ids.GRAIN, GRAINS, state.grain, "Grain", "segmented-small"),
        ],
        className="switches",
    )
    first = row(
        chart_card(Ids.TREND, "Net sales over time", "", "span-8", switches),
        chart_card(Ids.BRIDGE, "Why it changed", "Causes that add up exactly to the change in net sales", "span-4"),
    )
    by = html.Div(segmented(Ids.BY, BREAKDOWNS, state.by, "Break down by"), className="break-down")
    return screen("sales", state, [head, *filter_bar("sales", state, SWITCHES), strip, first, by, *_below()])


def _below() -> list[Component]:
    return [
        row(
            chart_card(Ids.PARTS, "By category", "", "span-6"),
            chart_card(Ids.CHANGES, "What moved", "Largest changes against the comparison", "span-6"),
        ),
        row(
            chart_card(Ids.PARETO, "How few make how much", "", "span-6"),
            chart_card(Ids.HEAT, "When people buy", "By weekday and hour of the order", "span-6"),
        ),
        row(chart_card(Ids.MARGINS, "Margins", "Net sales by the margin of the product", "span-12")),
        row(_table_card()),
    ]


def grid_script() -> str:
    """Address of the grid's bundle: a third of a megabyte that only this table needs, so the browser gets it late."""
    path = Path(str(dash_ag_grid.__file__)).with_name("dash_ag_grid.min.js")
    name = build_fingerprint(  # type: ignore[no-untyped-call]
        path.name, version("dash-ag-grid"), int(path.stat().st_mtime)
    )
    return f"/_dash-component-suites/dash_ag_grid/{name}"


def _grid() -> Component:
    return dash_ag_grid.AgGrid(
        id=Ids.TABLE, rowModelType="infinite", columnDefs=[], dashGridOptions=GRID_OPTIONS, className="grid-table",
        defaultColDef={"resizable": True, "sortable": True, "suppressHeaderMenuButton": True, "minWidth": 90},
        getRowId="params.data.where", style={"height": "460px", "width": "100%"}, persistence=True,
        persisted_props=["columnState"],
    )  # fmt: skip


def _as_json(component: Component) -> Any:
    """A component as the browser gets it."""
    return component.to_plotly_json()  # type: ignore[no-untyped-call]


def _table_card() -> Component:
    titles = html.Div(
        [
            html.H2("Table", id=Ids.TABLE_TITLE, className="card-title"),
            html.P("A click on a row shows the order lines behind it", className="card-note"),
        ],
        className="card-titles",
    )
    holder = html.Div(id=Ids.TABLE_HOLDER, className="card-body grid-holder")
    stores = [
        dcc.Store(
            id=Ids.TABLE_PARTS, data={"grid": _as_json(_grid()), "script": grid_script(), "holder": Ids.TABLE_HOLDER}
        ),
        dcc.Store(id=Ids.TABLE_SEEN),
        dcc.Store(id=Ids.TABLE_OPENED),
    ]
    card = html.Section(
        [*stores, html.Div(titles, className="card-head"), holder],
        className="card",
        **aria(labelledby=Ids.TABLE_TITLE),
    )
    return html.Div(card, className="span-12")


PAGE = Page("sales", "/sales", "Sales", "graph-up", "Analyse", layout, exports=EXPORTS)
