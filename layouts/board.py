"""A board: how a screen of numbers is declared. Strip, trend, breakdown, its own cards, and the table, in one shape.

A screen says what it shows (`Board`); `board_page` makes its layout, `callbacks.board.register_board` its behaviour.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from layouts.attributes import aria
from layouts.filters import Switches, export_menu, filter_bar, view_menu
from layouts.grid import table_card
from layouts.page import Page, page_head, query_values, screen
from layouts.parts import chart_card, kpi_card, plain_card, segmented
from layouts.state import GRAINS, ScreenState, read_state


@dataclass(frozen=True)
class Card:
    """One card of a board.

    Attributes:
        name: identifier within the board.
        title, note: heading, and how it is measured; the painter may give others.
        size: how many of twelve columns it takes ("span-6").
        is_chart: it is a chart; else a body the painter fills (a list, a table, a form).
        views: choices of a switch on the card, by name; they are the board's `view` in the state, at most one card
            has them.
    """

    name: str
    title: str
    note: str = ""
    size: str = "span-6"
    is_chart: bool = True
    views: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Board:
    """One screen of numbers.

    Attributes:
        name: identifier, prefix of all ids.
        path, title, icon: as of `Page`.
        kpis: metric to label of the strip, six of them.
        trends: metric to label of what can be seen over time and broken down; the first is shown unless chosen.
        breakdowns: dimension to label; where none is chosen, the first of `first_by` with two known values is shown.
        columns: metrics of the table, the first is compared and shared.
        beside: the card beside the trend.
        below: cards of the screen's own, after "parts" and "changes".
        exports: (name, label) of the tables it can export besides "parts" and "trend".
        first_by: breakdowns tried in this order; empty for `breakdowns` in their order.
        has_parts: whether it has the two cards of the breakdown.
        missing: what a card says where its number is not known ("Needs deliveries").
        ahead: a chart of the screen's own in the place of the metric over time; its painter gives the title too.
    """

    name: str
    path: str
    title: str
    icon: str
    kpis: Mapping[str, str]
    trends: Mapping[str, str]
    breakdowns: Mapping[str, str]
    columns: tuple[str, ...]
    beside: Card
    below: tuple[Card, ...] = ()
    exports: tuple[tuple[str, str], ...] = ()
    first_by: tuple[str, ...] = ()
    has_parts: bool = True
    missing: str = "Not known"
    ahead: Card | None = None

    def id(self, part: str) -> str:
        """Id of a part of the board: of a card by its name, of the trend, parts, changes and the table."""
        return f"{self.name}-{part}"

    @property
    def cards(self) -> tuple[Card, ...]:
        """Every card but the trend, the breakdown and the table."""
        return (self.beside, *self.below)

    def metric(self, state: ScreenState) -> str:
        """The metric shown over time and broken down."""
        return state.metric if state.metric in self.trends else next(iter(self.trends))

    def view(self, state: ScreenState) -> str:
        """The choice of the board's own switch; "" when it has none."""
        views = next((card.views for card in self.cards if card.views), {})
        return state.view if state.view in views else next(iter(views), "")


def board_page(board: Board) -> Page:
    """The screen of a board."""
    exports = (("parts", "Breakdown"), ("trend", "Over time"), *board.exports)

    def layout(**query: str) -> Component:
        return _layout(board, exports, read_state(query_values(query)))

    return Page(board.name, board.path, board.title, board.icon, "Analyse", layout, exports=exports)


def _layout(board: Board, exports: tuple[tuple[str, str], ...], state: ScreenState) -> Component:
    head = page_head(board.name, board.title, [view_menu(), export_menu(board.name, exports)])
    strip = html.Section(
        [kpi_card(board.name, name, label) for name, label in board.kpis.items()],
        className="strip", **aria(label="Key figures"),
    )  # fmt: skip
    title, note = f"{board.trends[board.metric(state)]} over time", ""
    if board.ahead:
        title, note = board.ahead.title, board.ahead.note
    trend = chart_card(board.id("trend"), title, note, "span-8", _trend_switches(board, state))
    first = html.Div([trend, _card(board, board.beside, state)], className="grid")
    switch = segmented(Switches.BY, board.breakdowns, state.by, "Break down by")
    by = html.Div([switch, dcc.Store(id=board.id("by"))], className="break-down")
    parts = [
        chart_card(board.id("parts"), "By part", "", "span-6"),
        chart_card(board.id("changes"), "What moved", "Largest changes against the comparison", "span-6"),
    ]
    below = [*(parts if board.has_parts else []), *(_card(board, card, state) for card in board.below)]
    table = html.Div(table_card(board.id("table")), className="grid")
    bar = filter_bar(board.name, state)
    children = [head, *bar, strip, first, by, html.Div(below, className="grid"), table]
    return screen(board.name, state, children, board.metric(state))


def _trend_switches(board: Board, state: ScreenState) -> Component:
    several = len(board.trends) > 1
    metric = segmented(Switches.METRIC, board.trends, board.metric(state), "Metric", "segmented-small")
    grain = segmented(Switches.GRAIN, GRAINS, state.grain, "Grain", "segmented-small")
    return html.Div([*([metric] if several else []), grain], className="switches")


def _card(board: Board, card: Card, state: ScreenState) -> Component:
    switch: Any = None
    if card.views:
        switch = segmented(Switches.VIEW, card.views, board.view(state), card.title, "segmented-small")
    if card.is_chart:
        return chart_card(board.id(card.name), card.title, card.note, card.size, switch)
    return plain_card(board.id(card.name), card.title, card.note, card.size, [switch] if switch else None)
