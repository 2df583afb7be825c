"""The commission statement: what each employee earned at the rate of each order's day."""

from __future__ import annotations

from datetime import date
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
from portal.metrics.format import MISSING, NOT_KNOWN, format_day, format_label, format_value
from portal.metrics.model import Unit
from portal.policies import BY_DAY
from portal.viewer import TenantRef

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
    """The rate of each client in the period, and what it is taken of."""
    told = {tenant.name: _rates(desk, tenant) for tenant in desk.tenants}
    words = next(iter(told.values())) if len(set(told.values())) == 1 else "; ".join(
        f"{rates} for {name}" for name, rates in told.items())  # fmt: skip
    return (f"Rate: {words} (a policy; each order has the rate of its day). Returns are taken off; it says what was "
            "earned, not paid.")  # fmt: skip


def _rates(desk: Desk, tenant: TenantRef) -> str:
    """The rates of a client that were in force within the period: "3.00%, from 15 Mar 2026 5.00%"."""
    policies = desk.parts.warehouses.open(desk.viewer, tenant).policies
    steps = policies.get(f"commission_rate{BY_DAY}") or ((date.min, policies["commission_rate"]),)
    begun = [step for step in steps if step[0] < desk.period.end]
    at_first = max(place for place, (start, _) in enumerate(begun) if start <= desk.period.start)
    first, *later = begun[at_first:]
    changes = [f"from {format_day(start)} {format_value(rate, Unit.RATE, '')}" for start, rate in later]
    return ", ".join([format_value(first[1], Unit.RATE, ""), *changes])


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
