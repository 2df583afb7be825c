"""Customers: who buys, who leaves, what they are worth, and whom to call."""

from __future__ import annotations

from typing import Any

import pandas as pd
from dash import dcc, html

from callbacks.board import Painter, Titled, register_board
from callbacks.customer_cards import (
    cohort_cells,
    cohorts_chart,
    nobody,
    rfm_body,
    segment_rows,
    segments_table,
    value_body,
)
from callbacks.customer_rows import POLICY_SEGMENTS, Wanted, focus_of, read_customers
from callbacks.customer_tasks import customer_address, tasks_body
from callbacks.desk import Desk
from callbacks.export_tables import Exports, column_of, facts_of
from callbacks.linked_table import Cell, linked_table
from layouts.attributes import aria
from layouts.customers import BOARD
from layouts.parts import empty_state
from layouts.state import address_of
from portal.analysis.rfm import PROSPECT, SEGMENTS
from portal.charts.chart import Chart, number
from portal.exports import ExportColumn, ExportTable
from portal.metrics.format import format_day, format_part, format_value
from portal.metrics.model import Unit
from portal.wiring import Wiring

_CHOICES = ("overdue", *POLICY_SEGMENTS, *(name for name in SEGMENTS if name not in {PROSPECT, "new"}))
_EXPORTED = 100_000
_LISTED = 20


def cohorts(desk: Desk) -> Chart:
    """Retention by first-order month."""
    return cohorts_chart(desk, BOARD.view(desk.state))


def segments(desk: Desk) -> Any:
    """The policy's segments."""
    return segments_table(desk, "segment", POLICY_SEGMENTS, brief=True)


def customer_list(desk: Desk) -> Titled | Any:
    """The customers of the segment chosen, most money first; each opens its page."""
    if not desk.tenants:
        return nobody(desk)
    chosen, where = focus_of(desk)
    found = read_customers(desk, Wanted(where, _LISTED))
    title = "Customers" if not chosen else f"Customers: {format_part('segment', chosen)}"
    body = _list(desk, found.to_dict("records")) if len(found) else empty_state("Nobody", "No customer is in it.")
    note = (
        f"The first {_LISTED}; all of them are in the export, with the consent of each."
        if len(found) == _LISTED
        else ""
    )
    return Titled((html.Div([_choices(desk, chosen), body, html.P(note, className="caption")]), title))


def _choices(desk: Desk, chosen: str) -> Any:
    links = [
        dcc.Link(format_part("segment", name), href=address_of(BOARD.path, desk.state.changed(focus=focus)),
                 className="crumb is-chosen" if chosen == focus else "crumb")
        for name, focus in (("All", ""), *((each, each) for each in _CHOICES))
    ]  # fmt: skip
    return html.Nav(links, className="crumbs", **aria(label="Segment"))


def _list(desk: Desk, rows: list[dict[Any, Any]]) -> Any:
    head = [("Customer", False), ("City", False), ("Segment", False), ("RFM", False), ("Orders", True),
            ("Last order", True), ("Net sales", True), ("Usual year", True), ("Overdue by", True),
            ("Buys soon", True), ("Predicted", True), ("Consent", False)]  # fmt: skip
    return linked_table(head, [_line(desk, row) for row in rows], "Customers, most money first")


def _line(desk: Desk, row: dict[Any, Any]) -> list[Cell]:
    def money(name: str) -> str:
        return format_value(number(row[name]), Unit.MONEY, desk.currency, short=True)

    late = number(row["overdue_days"]) if row["is_overdue"] else None
    return [
        dcc.Link(str(row["customer"]), href=customer_address(desk, row)), str(row["city"] or "–"),
        format_part("segment", row["policy_segment"]), format_part("rfm", row["rfm_segment"]),
        f"{int(row['orders']):,}", format_day(row["last_order_date"]) if row["last_order_date"] else "–",
        money("net_amount"), money("yearly_amount"), format_value(late, Unit.DAYS, "", short=True) if late else "–",
        format_value(number(row["buys_probability"]), Unit.RATE, "", short=True), money("predicted_amount"),
        "Yes" if row["has_consent"] else "No",
    ]  # fmt: skip


def list_table(desk: Desk) -> ExportTable:
    """Every customer of the segment chosen, with the consent of each."""
    chosen, where = focus_of(desk)
    found = read_customers(desk, Wanted(where, _EXPORTED))
    names = ("customer", "city", "policy_segment", "rfm_segment", "orders", "first_order_date", "last_order_date",
             "net_amount", "yearly_amount", "recency_days", "is_overdue", "buys_probability", "predicted_amount",
             "clv_amount", "return_rate", "has_consent")  # fmt: skip
    money = ("net_amount", "yearly_amount", "predicted_amount", "clv_amount")
    heads = ("Customer", "City", "Segment", "RFM segment", "Orders", "First order", "Last order", "Net sales",
             "Sales in a usual year", "Silent for days", "Overdue", "Chance to buy soon", "Predicted sales",
             "Predicted value", "Share returned", "May be contacted")  # fmt: skip
    columns = tuple(
        ExportColumn(
            head, Unit.MONEY if name in money else Unit.RATE if name in {"buys_probability", "return_rate"} else None
        )
        for head, name in zip(heads, names, strict=True)
    )
    rows = [[_plain(row[name]) for name in names] for row in found.to_dict("records")]
    return ExportTable(f"Customers {chosen}".strip(), columns, rows, facts_of(desk))


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return None if pd.isna(value) else value


def rfm_table(desk: Desk) -> ExportTable:
    """The RFM segments with their numbers."""
    names = ("customers_to_date", "sales_to_date", "yearly_sales", "overdue_customers", "p_buys", "predicted_sales",
             "contactable_customers")  # fmt: skip
    rows = segment_rows(desk, "rfm", SEGMENTS)
    columns = (ExportColumn("RFM segment"), *(column_of(name) for name in names))
    lines = [[row["rfm"], *(number(row[name]) for name in names)] for row in rows.to_dict("records")]
    return ExportTable("RFM segments", columns, lines, facts_of(desk))


def cohorts_table(desk: Desk) -> ExportTable:
    """Every cohort and month."""
    heads = ("First order month", "Months since", "Customers", "Ordered", "Ordered again by then", "Month complete")
    counts = {"Customers", "Ordered", "Ordered again by then"}
    columns = tuple(ExportColumn(head, Unit.COUNT if head in counts else None) for head in heads)
    rows = [[_plain(value) for value in row] for row in cohort_cells(desk).astype(object).to_numpy().tolist()]
    return ExportTable("Cohorts", columns, rows, facts_of(desk))


EXPORTS: Exports = {"customers/list": list_table, "customers/rfm": rfm_table, "customers/cohorts": cohorts_table}
PAINTERS: dict[str, Painter] = {
    "tasks": tasks_body, "cohorts": cohorts, "rfm": rfm_body, "value": value_body, "segments": segments,
    "list": customer_list,
}  # fmt: skip


def register(app: Wiring) -> None:
    """Wire the screen."""
    register_board(app, BOARD, PAINTERS)
