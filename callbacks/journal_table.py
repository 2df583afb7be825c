"""The journal: its entries, those that do not balance first."""

from __future__ import annotations

from typing import Any

import polars as pl
from dash import html
from sqlalchemy import select

from callbacks.desk import Desk
from callbacks.export_tables import facts_of
from callbacks.linked_table import Cell, cell_link, linked_table
from callbacks.words import exact_value
from layouts.parts import empty_state
from portal.charts.chart import number
from portal.exports import ExportColumn, ExportTable
from portal.metrics.format import MISSING, format_day
from portal.metrics.model import Unit
from portal.warehouse.schema import study_journal_entry

_SHOWN = 15


def journal_body(desk: Desk) -> Any:
    """How many entries balance, and the first of them."""
    names = ("journal_entries", "journal_unbalanced", "journal_debits", "journal_credits")
    if desk.tenants and not all(desk.can_ask(name) for name in names):
        return empty_state("Not by this filter", "The journal is not recorded by what is filtered. Clear a filter.")
    if not desk.tenants:
        return empty_state("No journal", "Load journal entries and lines to see whether they balance.")
    entries = journal_entries(desk)
    if entries.is_empty():
        return empty_state("No journal in this period", "Load journal entries and lines to see whether they balance.")
    off = entries.filter(~pl.col("is_balanced")).height
    state = f"{off:,} of {entries.height:,} entries do not balance." if off else "Every entry balances."
    totals = desk.ask(names[2:]).iloc[0]
    sums = (f" Debits {exact_value(desk, 'expenses', number(totals['journal_debits']))}, credits "
            f"{exact_value(desk, 'expenses', number(totals['journal_credits']))}.")  # fmt: skip
    head = [("Date", False), ("Entry", False), ("What for", False), ("Debit", True), ("Credit", True),
            ("Difference", True), ("State", False)]  # fmt: skip
    rows = [_row(desk, entry) for entry in entries.head(_SHOWN).iter_rows(named=True)]
    more = [html.P(f"The first {_SHOWN} of {entries.height:,}; the export has them all.", className="caption")]
    return html.Div([html.P([_chip(off == 0), f" {state}{sums}"]), linked_table(head, rows, "Journal entries"),
                     *(more if entries.height > _SHOWN else [])], className="statement")  # fmt: skip


def journal_entries(desk: Desk) -> pl.DataFrame:
    """Entries of the period, unbalanced first, then newest: entry_id, entry_date, description, amounts, is_balanced."""
    entry, found = study_journal_entry.c, []
    for tenant in desk.tenants:
        rows = select(entry.entry_id, entry.entry_date, entry.description, entry.debit_amount, entry.credit_amount,
                      entry.difference_amount, entry.is_balanced).where(
            entry.entry_date >= desk.period.start, entry.entry_date < desk.period.end,
            *(entry.source.in_(each.values) for each in desk.filters if each.dimension == "source"))  # fmt: skip
        found.append(desk.parts.warehouses.open(desk.viewer, tenant).frame(rows))
    return pl.concat(found).sort("is_balanced", "entry_date", "entry_id", descending=[False, True, False])


def journal_export(desk: Desk) -> ExportTable:
    """Every entry of the period."""
    columns = (
        ExportColumn("Entry"), ExportColumn("Date"), ExportColumn("What for"), ExportColumn("Debit", Unit.MONEY),
        ExportColumn("Credit", Unit.MONEY), ExportColumn("Debit less credit", Unit.MONEY), ExportColumn("Balanced"),
    )  # fmt: skip
    rows = [list(row) for row in journal_entries(desk).iter_rows()]
    return ExportTable("Journal entries", columns, rows, facts_of(desk))


def _row(desk: Desk, entry: dict[str, Any]) -> list[Cell]:
    where = f"journal_entry={entry['entry_id']}"
    amounts = [exact_value(desk, "expenses", number(entry[name])) for name in (
        "debit_amount", "credit_amount", "difference_amount")]  # fmt: skip
    day = format_day(entry["entry_date"]) if entry["entry_date"] else MISSING
    return [day, cell_link(entry["entry_id"], "journal_debits", where), entry["description"] or MISSING, *amounts,
            _chip(entry["is_balanced"])]  # fmt: skip


def _chip(is_balanced: bool) -> Any:
    look = "chip chip-good" if is_balanced else "chip chip-bad"
    return html.Span("✓ balanced" if is_balanced else "✕ not balanced", className=look)
