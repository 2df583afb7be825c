"""Sales: one call paints everything above the fold, a second the breakdowns below; the table comes last."""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Input, Output
from dash import State as Given

from callbacks.breakdowns import breakdown_of, by_options, changes_chart, pareto_chart, parts_chart, plural
from callbacks.causes import bridge_chart, hours_chart, margins_chart
from callbacks.desk import Desk, State, open_desk
from callbacks.drawings import draw_charts, drill_bars, payload_of
from callbacks.grid import grid_columns, grid_height, grid_options, rows_of_request
from callbacks.kept import kept
from callbacks.kpis import kpi_leaves, kpi_outputs
from callbacks.overview import head, head_outputs
from callbacks.series import trend_chart
from layouts import filters
from layouts.sales import KPIS, Ids
from portal.metrics import CATALOGUE, DIMENSIONS
from portal.viewer import Permission
from portal.wiring import Wiring


def show_sales(state: State) -> dict[str, Any]:
    """Paint head, key figures, trend and bridge."""
    return kept(open_desk(state), "sales", sales)


def show_breakdowns(state: State) -> dict[str, Any]:
    """Paint what lies below: parts, changes, Pareto, hours, margins."""
    return kept(open_desk(state), "sales below", breakdowns)


def show_grid(state: State) -> tuple[list[dict[str, Any]], dict[str, Any], dict[str, str]]:
    """Columns, total row and height of the table."""
    desk = open_desk(state)
    return grid_columns(desk), grid_options(desk), grid_height(desk)


def show_rows(request: dict[str, Any] | None, state: State) -> dict[str, Any]:
    """The rows of the table that are scrolled into sight."""
    return rows_of_request(open_desk(state), request or {})


def sales(desk: Desk) -> dict[str, Any]:
    """Everything above the fold as JSON values."""
    label = CATALOGUE[desk.state.metric].label
    return {
        **head(desk),
        "kpis": kpi_leaves(desk, KPIS, desk.state.metric),
        "trend": trend_chart(desk, desk.state.metric).payload(),
        "trend_title": f"{label} over time",
        "trend_note": CATALOGUE[desk.state.metric].meaning.split(". ")[0] + ".",
        "bridge": bridge_chart(desk).payload(),
    }


def breakdowns(desk: Desk) -> dict[str, Any]:
    """Everything below the fold as JSON values."""
    name, by = desk.state.metric, breakdown_of(desk)
    label, dimension = CATALOGUE[name].label, DIMENSIONS[by].label.lower()
    return {
        "parts": parts_chart(desk, name, by).payload(),
        "parts_title": f"{label} by {dimension}",
        "changes": changes_chart(desk, name, by).payload(),
        "changes_title": f"What moved {label.lower()}",
        "pareto": pareto_chart(desk, name, by).payload(),
        "pareto_title": f"How few {plural(by)} make how much",
        "heat": hours_chart(desk).payload(),
        "heat_title": f"When people buy: {CATALOGUE[name].label.lower()}",
        "margins": margins_chart(desk).payload(),
        "table_title": f"Every {dimension}",
        "by": by_options(desk),
    }


def register(app: Wiring) -> None:
    """Wire the screen."""
    state = Input(filters.Ids.STATE, "data")
    app.callback(
        output={
            **head_outputs(Ids.PREFIX),
            "kpis": kpi_outputs(Ids.PREFIX, KPIS),
            "trend": payload_of(Ids.TREND),
            "trend_title": Output(f"{Ids.TREND}-title", "children"),
            "trend_note": Output(f"{Ids.TREND}-note", "children"),
            "bridge": payload_of(Ids.BRIDGE),
        },
        inputs=[state],
        running=[(Output("screen", "className"), "screen is-loading", "screen")],
        permission=Permission.VIEW,
        with_page=True,
    )(show_sales)
    app.callback(output=_below(), inputs=[state], permission=Permission.VIEW)(show_breakdowns)
    draw_charts(app, Ids.TREND, Ids.BRIDGE, Ids.PARTS, Ids.CHANGES, Ids.PARETO, Ids.HEAT, Ids.MARGINS)
    drill_bars(app, Ids.PARTS, Ids.CHANGES)
    _wire_grid(app)


def _below() -> dict[str, Output]:
    return {
        "parts": payload_of(Ids.PARTS),
        "parts_title": Output(f"{Ids.PARTS}-title", "children"),
        "changes": payload_of(Ids.CHANGES),
        "changes_title": Output(f"{Ids.CHANGES}-title", "children"),
        "pareto": payload_of(Ids.PARETO),
        "pareto_title": Output(f"{Ids.PARETO}-title", "children"),
        "heat": payload_of(Ids.HEAT),
        "heat_title": Output(f"{Ids.HEAT}-title", "children"),
        "margins": payload_of(Ids.MARGINS),
        "table_title": Output(Ids.TABLE_TITLE, "children"),
        "by": Output(Ids.BY, "options"),
    }


def _wire_grid(app: Wiring) -> None:
    """The grid's code is fetched once the charts are there; its rows follow what is scrolled into sight."""
    app.clientside_callback(
        ClientsideFunction("portal", "insertGrid"),
        Output(Ids.TABLE_HOLDER, "children"),
        Input(f"{Ids.PARTS}-data", "data"),
        Given(Ids.TABLE_PARTS, "data"),
        Given(Ids.TABLE_HOLDER, "children"),
    )
    app.callback(
        Output(Ids.TABLE, "columnDefs"), Output(Ids.TABLE, "dashGridOptions"), Output(Ids.TABLE, "style"),
        Input(filters.Ids.STATE, "data"), permission=Permission.VIEW,
    )(show_grid)  # fmt: skip
    app.callback(
        Output(Ids.TABLE, "getRowsResponse"), Input(Ids.TABLE, "getRowsRequest"), Given(filters.Ids.STATE, "data"),
        permission=Permission.VIEW,
    )(show_rows)  # fmt: skip
    app.clientside_callback(
        ClientsideFunction("portal", "freshRows"), Output(Ids.TABLE_SEEN, "data"), Input(Ids.TABLE, "columnDefs"),
        Given(Ids.TABLE, "id"),
    )  # fmt: skip
    app.clientside_callback(
        ClientsideFunction("portal", "openRow"), Output(Ids.TABLE_OPENED, "data"), Input(Ids.TABLE, "selectedRows"),
        prevent_initial_call=True,
    )  # fmt: skip
