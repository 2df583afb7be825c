"""How a board behaves: one call paints what is above the fold, a second the cards below, the table comes last."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dash import ClientsideFunction, Input, Output
from dash.development.base_component import Component

from callbacks.breakdowns import breakdown_of, by_options, changes_chart, parts_chart
from callbacks.desk import Desk, State, open_desk
from callbacks.drawings import draw_charts, drill_bars, payload_of
from callbacks.grid import TableOf, wire_grid
from callbacks.kept import kept
from callbacks.kpis import kpi_leaves, kpi_outputs
from callbacks.overview import head, head_outputs
from callbacks.series import trend_chart
from layouts import filters
from layouts.board import Board, Card
from layouts.filters import Switches
from layouts.grid import table_ids
from layouts.parts import empty_state
from layouts.screens import NUMBERS
from portal.charts.chart import Chart, empty_chart
from portal.errors import PortalError
from portal.metrics import CATALOGUE
from portal.metrics.format import inside
from portal.viewer import Permission
from portal.wiring import Wiring


class Titled(tuple[Any, str]):
    """What a card shows, and the title that goes with it (else the card keeps its own)."""


Painter = Callable[[Desk], "Chart | Component | Titled"]
"""Paints one card: a chart for a chart card, else its body. It says itself what is missing when there is nothing."""


def register_board(app: Wiring, board: Board, painters: Mapping[str, Painter]) -> None:
    """Wire the screen of a board; `painters` has one for each of its cards, by name."""

    def show_above(state: State) -> dict[str, Any]:
        return kept(open_desk(state), board.name, lambda desk: above(desk, board, painters))

    def show_below(state: State) -> dict[str, Any]:
        return kept(open_desk(state), f"{board.name} below", lambda desk: below(desk, board, painters))

    app.callback(
        output={
            **head_outputs(board.name), "kpis": kpi_outputs(board.name, board.kpis),
            "trend": payload_of(board.id("trend")), "trend_title": Output(f"{board.id('trend')}-title", "children"),
            "trend_note": Output(f"{board.id('trend')}-note", "children"),
            "cards": _outputs(board, (board.beside,)),
        },
        inputs=[Input(filters.Ids.STATE, "data")],
        running=[(Output("screen", "className"), "screen is-loading", "screen")],
        permission=Permission.VIEW,
        with_page=True,
    )(show_above)  # fmt: skip
    app.callback(output=_below_outputs(board), inputs=[Input(filters.Ids.STATE, "data")], permission=Permission.VIEW)(
        show_below
    )
    charts = [board.id(card.name) for card in board.cards if card.is_chart]
    parts = [board.id("parts"), board.id("changes")] if board.has_parts else []
    draw_charts(app, board.id("trend"), *parts, *charts)
    drill_bars(app, *parts)
    wire_grid(app, board.id("table"), lambda desk: TableOf(breakdown_of(desk, board), board.columns))


def register(app: Wiring) -> None:
    """Wire what all boards share: the choices of the breakdown, which only one callback may write."""
    app.clientside_callback(
        ClientsideFunction("portal", "firstKnown"),
        Output(Switches.BY, "options"),
        *(Input(f"{page.name}-by", "data", allow_optional=True) for page in NUMBERS),
        prevent_initial_call=True,
    )


def above(desk: Desk, board: Board, painters: Mapping[str, Painter]) -> dict[str, Any]:
    """Everything above the fold as JSON values."""
    name = board.metric(desk.state)
    return {
        **head(desk),
        "kpis": kpi_leaves(desk, board.kpis, "" if board.ahead else name, board.missing),
        **_trend(desk, board, painters),
        "cards": {board.beside.name: _painted(desk, board.beside, painters)},
    }


def _trend(desk: Desk, board: Board, painters: Mapping[str, Painter]) -> dict[str, Any]:
    """The metric over time, or what the board has in its place."""
    if board.ahead:
        painted = _painted(desk, board.ahead, painters)
        return {"trend": painted["content"], "trend_title": painted["title"], "trend_note": board.ahead.note}
    name = board.metric(desk.state)
    measure = CATALOGUE[name]
    note = measure.meaning.split(". ")[0].removesuffix(".") + "."
    return {"trend": trend_chart(desk, name).payload(), "trend_title": f"{measure.label} over time", "trend_note": note}


def below(desk: Desk, board: Board, painters: Mapping[str, Painter]) -> dict[str, Any]:
    """Everything below the fold as JSON values."""
    name, by = board.metric(desk.state), breakdown_of(desk, board)
    label, dimension = CATALOGUE[name].label, inside(board.breakdowns[by])
    painted: dict[str, Any] = {
        "cards": {card.name: _painted(desk, card, painters) for card in board.below},
        "table_title": f"Every {dimension}",
        "by": by_options(desk, board),
    }
    if board.has_parts:
        painted["parts"] = parts_chart(desk, name, by).payload()
        painted["parts_title"] = f"{label} by {dimension}"
        painted["changes"] = changes_chart(desk, name, by).payload()
        painted["changes_title"] = f"What moved {inside(label)}"
    return painted


def _painted(desk: Desk, card: Card, painters: Mapping[str, Painter]) -> dict[str, Any]:
    """One card; what cannot be told stands on that card, and the others are painted all the same."""
    try:
        found = painters[card.name](desk)
    except PortalError as problem:
        found = empty_chart(str(problem)) if card.is_chart else empty_state("Not to be told now", str(problem))
    content, title = found if isinstance(found, Titled) else (found, card.title)
    return {"content": content.payload() if isinstance(content, Chart) else content, "title": title}


def _outputs(board: Board, cards: tuple[Card, ...]) -> dict[str, dict[str, Output]]:
    found = {}
    for card in cards:
        element = board.id(card.name)
        content = payload_of(element) if card.is_chart else Output(f"{element}-body", "children")
        found[card.name] = {"content": content, "title": Output(f"{element}-title", "children")}
    return found


def _below_outputs(board: Board) -> dict[str, Any]:
    outputs: dict[str, Any] = {
        "cards": _outputs(board, board.below),
        "table_title": Output(table_ids(board.id("table"))["title"], "children"),
        "by": Output(board.id("by"), "data"),
    }
    if board.has_parts:
        for part in ("parts", "changes"):
            outputs[part] = payload_of(board.id(part))
            outputs[f"{part}_title"] = Output(f"{board.id(part)}-title", "children")
    return outputs
