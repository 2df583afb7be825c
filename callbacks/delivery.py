"""Delivery: do parcels arrive, and does their cash."""

from __future__ import annotations

from typing import Any

from dash import html

from callbacks.board import Painter, Titled, register_board
from callbacks.breakdowns import breakdown_of
from callbacks.cash_ledger import cod_table, ledger_body
from callbacks.delivery_charts import (
    ageing_chart,
    map_chart,
    outcomes_chart,
    reasons_chart,
    stages_chart,
    stages_table,
)
from callbacks.delivery_tasks import delivery_tasks
from callbacks.desk import Desk
from callbacks.export_tables import Exports
from callbacks.figures import figures
from callbacks.linked_table import no_parcels
from callbacks.parcel_list import parcels_body
from callbacks.scorecards import scores_body, scores_table
from callbacks.statements import statements_body, statements_table
from callbacks.task_list import task_line
from layouts.delivery import BOARD
from layouts.parts import empty_state
from layouts.upload import add_link
from portal.charts.chart import number
from portal.metrics.format import inside
from portal.wiring import Wiring

NOTES = ("documented_rate", "parcels_with_goods", "parcels_with_notes", "parcels_with_phone", "parcels_with_place",
         "parcels_with_promise", "shipments")  # fmt: skip

EXPORTS: Exports = {
    "delivery/cod": cod_table, "delivery/stages": stages_table, "delivery/statements": statements_table,
    "delivery/scores": scores_table,
}  # fmt: skip


def tasks_body(desk: Desk) -> Any:
    """What deliveries ask somebody to do."""
    if not desk.tenants:
        return empty_state("Nothing to do yet", "Load deliveries; what needs you appears here.", add_link(desk.viewer))
    found = delivery_tasks(desk)
    if not found:
        return empty_state("Nothing needs you", "No parcel is overdue and no cash on delivery is missing.")
    return html.Div([task_line(task, desk.currency) for task in found], className="today")


def notes_body(desk: Desk) -> Any:
    """How many parcels say what is in them, why, and where to."""
    if not desk.tenants or not desk.can_ask("shipments"):
        return no_parcels(desk)
    if not number(desk.ask(["shipments"])["shipments"].iloc[0]):
        return empty_state("No parcels in this period", "Choose a longer period or clear a filter.")
    return figures(desk, NOTES, "How well parcels are documented")


def scores(desk: Desk) -> Titled:
    """The scorecard under the name of what it is by."""
    return Titled((scores_body(desk), f"Scorecard by {inside(BOARD.breakdowns[breakdown_of(desk, BOARD)])}"))


PAINTERS: dict[str, Painter] = {
    "tasks": tasks_body, "outcomes": outcomes_chart, "stages": stages_chart, "ageing": ageing_chart,
    "reasons": reasons_chart, "scores": scores, "ledger": ledger_body, "statements": statements_body,
    "map": map_chart, "notes": notes_body,
    "parcels": parcels_body,
}  # fmt: skip


def register(app: Wiring) -> None:
    """Wire the screen."""
    register_board(app, BOARD, PAINTERS)
