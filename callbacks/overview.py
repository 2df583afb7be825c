"""Overview: one call paints everything above the fold, a second what lies below."""

from __future__ import annotations

from typing import Any

from dash import Input, Output

from callbacks.desk import Desk, State, open_desk
from callbacks.drawings import draw_charts, drill_bars, payload_of
from callbacks.kept import kept
from callbacks.kpis import kpi_leaves, kpi_outputs
from callbacks.overview_parts import breakdown, compact_leaves, compact_outputs
from callbacks.quality import quality_card
from callbacks.series import trend_chart
from callbacks.today import register_today
from callbacks.words import notice_line, period_line
from layouts import filters
from layouts.overview import KPIS, Ids
from portal.viewer import Permission
from portal.wiring import Wiring

TREND_METRIC = "net_sales"


def show_overview(state: State) -> dict[str, Any]:
    """Paint head, key figures, revenue to date, trend and breakdown."""
    desk = open_desk(state)
    return kept(desk, "overview", overview)


def show_quality(state: State) -> Any:
    """Paint the card that says whether the numbers can be trusted."""
    return quality_card(open_desk(state))


def overview(desk: Desk) -> dict[str, Any]:
    """Everything above the fold as JSON values."""
    parts, title, note = breakdown(desk)
    return {
        **head(desk),
        "kpis": kpi_leaves(desk, KPIS, TREND_METRIC),
        "compact": compact_leaves(desk),
        "trend": trend_chart(desk, TREND_METRIC).payload(),
        "parts": parts.payload(),
        "parts_title": title,
        "parts_note": note,
    }


def head(desk: Desk) -> dict[str, Any]:
    """Period in words, and a notice where it does not end today."""
    return {"period": period_line(desk), "notice": notice_line(desk)}


def head_outputs(prefix: str) -> dict[str, Output]:
    """Where `head` goes."""
    return {"period": Output(f"{prefix}-period", "children"), "notice": Output(f"{prefix}-notice", "children")}


def register(app: Wiring) -> None:
    """Wire the screen."""
    app.callback(
        output={
            **head_outputs(Ids.PREFIX),
            "kpis": kpi_outputs(Ids.PREFIX, KPIS),
            "compact": compact_outputs(),
            "trend": payload_of(Ids.TREND),
            "parts": payload_of(Ids.PARTS),
            "parts_title": Output(f"{Ids.PARTS}-title", "children"),
            "parts_note": Output(f"{Ids.PARTS}-note", "children"),
        },
        inputs=[Input(filters.Ids.STATE, "data")],
        running=[(Output("screen", "className"), "screen is-loading", "screen")],
        permission=Permission.VIEW,
        with_page=True,
    )(show_overview)
    app.callback(
        Output(f"{Ids.QUALITY}-body", "children"), Input(filters.Ids.STATE, "data"), permission=Permission.VIEW
    )(show_quality)
    register_today(app)
    draw_charts(app, Ids.TREND, Ids.PARTS)
    drill_bars(app, Ids.PARTS)
