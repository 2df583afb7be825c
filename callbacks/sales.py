"""Sales: where revenue and profit come from."""

from __future__ import annotations

from callbacks.board import Painter, Titled, register_board
from callbacks.breakdowns import breakdown_of, pareto_chart, plural
from callbacks.causes import bridge_chart, bridge_table, hours_chart, hours_table, margins_chart
from callbacks.desk import Desk
from callbacks.export_tables import Exports
from layouts.sales import BOARD
from portal.metrics import CATALOGUE
from portal.metrics.format import inside
from portal.wiring import Wiring

EXPORTS: Exports = {"sales/hours": hours_table, "sales/bridge": bridge_table}


def pareto(desk: Desk) -> Titled:
    """Cumulative share of the parts."""
    by = breakdown_of(desk, BOARD)
    return Titled((pareto_chart(desk, BOARD.metric(desk.state), by), f"How few {plural(by)} make how much"))


def heat(desk: Desk) -> Titled:
    """By weekday and hour."""
    return Titled((hours_chart(desk), f"When people buy: {inside(CATALOGUE[BOARD.metric(desk.state)].label)}"))


PAINTERS: dict[str, Painter] = {"bridge": bridge_chart, "pareto": pareto, "heat": heat, "margins": margins_chart}


def register(app: Wiring) -> None:
    """Wire the screen."""
    register_board(app, BOARD, PAINTERS)
