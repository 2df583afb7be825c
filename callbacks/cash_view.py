"""Cash: what is recorded as paid in, still to come, and paid out."""

from __future__ import annotations

from typing import Any

from dash import html

from callbacks.desk import Desk
from callbacks.export_tables import facts_of
from callbacks.linked_table import Cell, cell_link, linked_table
from callbacks.words import exact_value
from layouts.parts import empty_state
from layouts.upload import add_link
from portal.charts.chart import number
from portal.exports import ExportColumn, ExportTable
from portal.metrics import CATALOGUE
from portal.metrics.format import format_day
from portal.metrics.lookup import is_dated
from portal.metrics.model import Unit

LINES: tuple[tuple[str, str, str], ...] = (
    ("There", "cash_balance", "Cash and bank by the journal"),
    ("In", "advances", "Paid in advance with orders"), ("In", "cod_remitted", "Cash on delivery handed over"),
    ("To come", "outstanding", "Still to be paid on orders"), ("To come", "cod_in_transit", "With parcels under way"),
    ("To come", "cod_owed", "Collected, not handed over by couriers"), ("Out", "refunds", "Refunds"),
    ("Out", "expenses", "Expenses booked"), ("Out", "payroll", "Pay of the payroll"),
)  # fmt: skip
"""Kind, metric and name of each line."""


def cash_body(desk: Desk) -> Any:
    """A line each, open to its rows; what nothing tells of has a dash."""
    if not desk.tenants:
        return empty_state("No cash to show", "Load orders, parcels and expenses.", add_link(desk.viewer))
    values = cash_values(desk)
    rows: list[list[Cell]] = [
        [kind, html.Span(f"{label}{_dated(desk, name)}", className="wrap"), _amount(desk, name, values[name])]
        for kind, name, label in LINES
    ]
    head = [("", False), ("What", False), ("Amount", True)]
    paid_in, paid_out = _sums(values, "In"), _sums(values, "Out")
    notes = [html.P("A dash: no source records it. Expenses and payroll may both tell of the same pay; the profit and "
                    "loss counts it once.", className="caption")]  # fmt: skip
    if paid_in is not None and paid_out is not None:
        left = exact_value(desk, "expenses", paid_in - paid_out)
        notes.insert(0, html.P(["Recorded in less recorded out: ", html.Strong(left, className="tabular")]))
    return html.Div([linked_table(head, rows, "Cash"), *notes], className="statement")


def cash_values(desk: Desk) -> dict[str, float | None]:
    """The amount of each line; missing where no source records it or a filter rules it out."""
    asked = [name for _, name, _ in LINES if desk.can_ask(name)]
    row: Any = desk.ask(asked).iloc[0] if asked else {}
    return {name: number(row[name]) if name in asked else None for _, name, _ in LINES}


def cash_export(desk: Desk) -> ExportTable:
    """The lines as a file."""
    values = cash_values(desk)
    columns = (ExportColumn("Kind"), ExportColumn("What"), ExportColumn("Amount", Unit.MONEY), ExportColumn("How"))
    rows = [[kind, label, values[name], CATALOGUE[name].meaning] for kind, name, label in LINES]
    return ExportTable("Cash", columns, rows, facts_of(desk))


def _amount(desk: Desk, name: str, value: float | None) -> Cell:
    text = exact_value(desk, name, value)
    return text if value is None else cell_link(text, name, "")


def _dated(desk: Desk, name: str) -> str:
    return "" if is_dated(name) else f", as of {format_day(desk.last_day)}"


def _sums(values: dict[str, float | None], kind: str) -> float | None:
    known = [value for line, name, _ in LINES if line == kind and (value := values[name]) is not None]
    return sum(known) if known else None
