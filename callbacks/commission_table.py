"""The commission statement: what each employee earned at the tenant's rate."""

from __future__ import annotations

from typing import Any

from dash import html

from callbacks.desk import Desk
from callbacks.export_tables import facts_of
from callbacks.linked_table import Cell, cell_link, linked_table
from callbacks.words import exact_value
from layouts.parts import empty_state
from portal.charts.chart import number
from portal.exports import ExportColumn, ExportTable
from portal.metrics import CATALOGUE
from portal.metrics.format import MISSING, NOT_KNOWN, format_label, format_value
from portal.metrics.model import Unit

_NAMES = ("commission", "commission_sales", "delivered_orders")


def commission_body(desk: Desk, only: str = "") -> Any:
    """A line per employee, open to their orders; `only` one of them where a name is given."""
    if not desk.tenants or not all(desk.can_ask(name, "employee") for name in _NAMES):
        return empty_state("Not by employee", "Load orders that say who took them, or clear a filter.")
    lines = desk.ask(_NAMES, ("employee",))
    known = lines[(lines["commission_sales"] != 0) & lines["employee"].notna()]
    known = known[known["employee"] == only] if only else known
    if known.empty:
        return empty_state("No commission", "No delivered order of this period says who took it.")
    rows = [_row(desk, line) for line in known.to_dict("records")]
    if not only:
        rows.append(["Everybody", *(exact_value(desk, name, float(known[name].sum())) for name in (
            "delivered_orders", "commission_sales", "commission"))])  # fmt: skip
    head = [("Employee", False), ("Orders delivered", True), ("Net sales of them", True), ("Commission", True)]
    marked = [False] * len(known) + [True] * (len(rows) - len(known))
    return html.Div([linked_table(head, rows, "Commission", marked=marked),
                     html.P(rate_words(desk), className="caption")], className="statement")  # fmt: skip


def rate_words(desk: Desk) -> str:
    """The rate of each client, and what it is taken of."""
    rates = {
        tenant.name: desk.parts.warehouses.open(desk.viewer, tenant).policies["commission_rate"]
        for tenant in desk.tenants
    }
    told = {name: format_value(rate, Unit.RATE, "") for name, rate in rates.items()}
    words = next(iter(told.values())) if len(set(told.values())) == 1 else ", ".join(
        f"{rate} for {name}" for name, rate in told.items())  # fmt: skip
    return (f"Rate: {words} (set in the policies, as in force now). Returns are taken off; it says what was earned, "
            "not paid.")  # fmt: skip


def commission_export(desk: Desk) -> ExportTable:
    """A row per employee, exact."""
    frame = desk.exact(_NAMES, ("employee",))
    columns = (
        ExportColumn("Employee"),
        *(ExportColumn(CATALOGUE[name].label, CATALOGUE[name].unit, CATALOGUE[name].meaning) for name in _NAMES),
    )
    rows = [[format_label("employee", line["employee"]), *(line[name] for name in _NAMES)]
            for line in frame.to_dict("records")]  # fmt: skip
    return ExportTable("Commission", columns, rows, (*facts_of(desk), ("Rate", rate_words(desk))))


def _row(desk: Desk, line: dict[Any, Any]) -> list[Cell]:
    label = format_label("employee", line["employee"])
    where = f"employee={MISSING if label == NOT_KNOWN else label}"
    told = [exact_value(desk, name, number(line[name])) for name in ("delivered_orders", "commission_sales")]
    return [label, *told, cell_link(exact_value(desk, "commission", number(line["commission"])), "commission", where)]
