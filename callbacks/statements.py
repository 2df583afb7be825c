"""Couriers' payout statements: what their lines are, whether they add up, and which parcels they left out."""

from __future__ import annotations

from typing import Any

from dash import html

from callbacks.breakdowns import first_breakdown
from callbacks.desk import Desk
from callbacks.export_tables import column_of, facts_of
from callbacks.linked_table import Cell, cell_link, linked_table, no_parcels
from callbacks.words import exact_value
from layouts.parts import empty_state
from layouts.upload import add_link
from portal.charts.chart import number
from portal.exports import ExportColumn, ExportTable
from portal.metrics import DIMENSIONS
from portal.metrics.format import format_label

_SUMS = ("statement_lines", "statement_collected", "statement_fees", "statement_paid", "statement_short",
         "statement_over")  # fmt: skip
_HEAD = [("What the lines are", False), ("Lines", True), ("Collected", True), ("Fees", True), ("Paid out", True),
         ("Too little", True), ("Too much", True)]  # fmt: skip
STATES = {
    "as_expected": "As expected", "part": "Part, more came later", "short": "Paid too little", "over": "Paid too much",
    "twice": "Paid twice", "not_delivered": "Parcel not delivered", "unknown_parcel": "No such parcel",
}  # fmt: skip
"""What a line of a statement is, in words."""


def statements_body(desk: Desk) -> Any:
    """Lines of statements by what they are; counts and amounts add up to what was paid out."""
    if not desk.tenants:
        return no_parcels(desk)
    upload = add_link(desk.viewer)
    if not desk.can_ask("statement_lines", "payment_state"):
        return empty_state("Not by this filter", "Statements are not recorded by what is filtered. Clear a filter.")
    found = desk.ask(_SUMS, ("payment_state",))
    if found.empty:
        return empty_state(
            "No statement was paid out in this period",
            "Add the courier's payout file (tracking number, collected, fee, net, paid on): short payments, missing "
            "parcels and doubles are found and listed.", upload,
        )  # fmt: skip
    order = {state: place for place, state in enumerate(STATES)}
    found = found.sort_values("payment_state", key=lambda states: states.map(order))
    rows = [
        _row(desk, STATES.get(line["payment_state"], ""), f"payment_state={line['payment_state']}", line)
        for line in found.to_dict("records")
    ]
    total = desk.ask((*_SUMS, "statement_arithmetic", "cod_skipped", "cod_skipped_parcels")).iloc[0].to_dict()
    rows.append(_row(desk, "All lines", "", total))
    table = linked_table(_HEAD, rows, "Lines of couriers' statements")
    return html.Div([table, _tie_words(desk, total), *([html.Div(upload, className="pager")] if upload else [])])


def _row(desk: Desk, label: str, where: str, line: dict[Any, Any]) -> list[Cell]:
    return [cell_link(label, "statement_lines", where),
            *(exact_value(desk, name, number(line[name])) for name in _SUMS)]  # fmt: skip


def _tie_words(desk: Desk, total: dict[Any, Any]) -> Any:
    """Whether the statements add up in themselves, and which parcels they left out."""
    off, told = number(total["statement_arithmetic"]), ""
    if off is not None:
        left = exact_value(desk, "statement_arithmetic", off)
        told = f"Collected less fees less paid leaves {left}. " if off else "Every line adds up. "
    count = int(number(total["cod_skipped_parcels"]) or 0)
    if not count:
        return html.P(told, className="caption")
    money = exact_value(desk, "cod_skipped", number(total["cod_skipped"]))
    parcels = f"{count:,} delivered {'parcel' if count == 1 else 'parcels'} worth {money}"
    link = cell_link(parcels, "cod_skipped", "")
    return html.P([told, link, " should have been in a statement by now and are in none."], className="caption")


def statements_table(desk: Desk) -> ExportTable:
    """Lines of statements by file (or statement) and by what they are."""
    by = first_breakdown(desk, ("file", "statement"))
    names = (*_SUMS, "statement_arithmetic")
    frame = desk.exact(names, (by, "payment_state"))
    columns = (ExportColumn(DIMENSIONS[by].label), ExportColumn("What the lines are"), *map(column_of, names))
    rows = [
        [format_label(by, line[by]), STATES.get(line["payment_state"], line["payment_state"]),
         *(line[name] for name in names)]
        for line in frame.to_dict("records")
    ]  # fmt: skip
    return ExportTable("Couriers' statements", columns, rows, facts_of(desk))
