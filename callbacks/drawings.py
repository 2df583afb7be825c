"""How a chart reaches the screen: the server writes its payload, the browser colours and draws it."""

from __future__ import annotations

from dash import ClientsideFunction, Input, Output, State

from layouts import filters, shell
from portal.wiring import Wiring


def payload_of(chart_id: str) -> Output:
    """What the server writes for a chart."""
    return Output(f"{chart_id}-data", "data")


def draw_charts(app: Wiring, *chart_ids: str) -> None:
    """Draw each chart whenever its payload or the theme changes; no server is asked."""
    for chart_id in chart_ids:
        app.clientside_callback(
            ClientsideFunction("portal", "draw"),
            Output(chart_id, "figure"),
            Output(f"{chart_id}-card", "className"),
            Output(f"{chart_id}-summary", "children"),
            Output(f"{chart_id}-empty", "children"),
            Input(f"{chart_id}-data", "data"),
            Input(shell.Ids.THEME, "data"),
            State(chart_id, "id"),
        )


def drill_bars(app: Wiring, *chart_ids: str) -> None:
    """A click on a bar asks for the rows behind it, of the metric the screen shows."""
    for chart_id in chart_ids:
        app.clientside_callback(
            ClientsideFunction("portal", "drillBar"),
            Output(f"{chart_id}-click", "data"),
            Input(chart_id, "clickData"),
            State(filters.Ids.STATE, "data"),
            prevent_initial_call=True,
        )
