"""The tables of the screens as exports: exact numbers, their definitions, and what they were made from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from callbacks.breakdowns import breakdown_of, first_breakdown
from callbacks.desk import Desk
from callbacks.ledger import row_ledger
from callbacks.overview_parts import BREAKDOWN
from callbacks.quality import ledger_rows
from callbacks.words import period_words
from layouts.board import Board
from layouts.state import AGAINST
from portal.clock import utc_now
from portal.errors import InputError
from portal.exports import ExportColumn, ExportTable
from portal.metrics import CATALOGUE, DIMENSIONS
from portal.metrics.compare import growth
from portal.metrics.format import MISSING, format_day, format_part, inside
from portal.metrics.lookup import is_dated
from portal.metrics.model import Filter, Unit

Facts = tuple[tuple[str, str], ...]
Exports = dict[str, Callable[[Desk], ExportTable]]
"""Screen and table ("sales/parts") to what makes it."""


def facts_of(desk: Desk) -> Facts:
    """What the second sheet says: whose data, when, which filters, as of what."""
    snapshots = {tenant.name: desk.parts.store.current(tenant.id) for tenant in desk.tenants}
    filters = "; ".join(map(filter_words, desk.filters))
    return (
        ("Client", ", ".join(tenant.name for tenant in desk.tenants)),
        ("Period", period_words(desk.period)),
        ("Compared with", period_words(desk.earlier) if desk.earlier else "Nothing"),
        ("Filters", filters or "None"),
        ("Currency", desk.currency),
        ("Data to", format_day(desk.last_day)),
        ("Snapshot", ", ".join(f"{name} {one.number}" for name, one in snapshots.items() if one)),
        ("Made", f"{utc_now():%d %b %Y %H:%M} UTC by {desk.viewer.email}"),
    )


def filter_words(each: Filter) -> str:
    """A filter in words: "Status is Delivered or Out for delivery"."""
    values = (format_part(each.dimension, "" if value == MISSING else value) for value in each.values)
    return f"{DIMENSIONS[each.dimension].label} is {' or '.join(values)}"


def column_of(name: str, label: str = "") -> ExportColumn:
    """A column of a metric with its definition."""
    measure = CATALOGUE[name]
    return ExportColumn(label or measure.label, measure.unit, f"{name}: {measure.meaning}")


def parts_table(desk: Desk, by: str, names: tuple[str, ...], title: str) -> ExportTable:
    """One row per value of a dimension, with the metrics given and the first of them before."""
    asked = [name for name in names if desk.can_ask(name, by)]
    if not asked:
        raise InputError(f"Nothing of this screen is recorded by {inside(DIMENSIONS[by].label)}.", field="by")
    frame, first = desk.exact(asked, (by,)), asked[0]
    before = desk.exact([first], (by,), desk.earlier) if desk.earlier and is_dated(first) else None
    base: dict[Any, Any] = {} if before is None else dict(zip(before[by], before[first], strict=True))
    dimension = DIMENSIONS[by].label
    columns = [ExportColumn(dimension), *(column_of(name) for name in asked)]
    against = AGAINST[desk.state.compare]
    if base:
        label = f"{CATALOGUE[first].label}, {against.lower()}"
        columns += [column_of(first, label), ExportColumn("Change", Unit.RATE)]
    rows = []
    for line in frame.to_dict("records"):
        row = [format_part(by, line[by]), *(line[name] for name in asked)]
        earlier = base.get(line[by])
        rows.append([*row, earlier, growth(line[first], earlier)] if base else row)
    return ExportTable(f"{title} by {inside(dimension)}", tuple(columns), rows, facts_of(desk))


def trend_table(desk: Desk, names: tuple[str, ...], title: str) -> ExportTable:
    """One row per day, week or month with the metrics given."""
    grain = desk.state.grain_of(desk.period)
    asked = [name for name in names if desk.can_ask(name, grain)]
    if not asked:
        raise InputError("Nothing of this screen is recorded over time.", field="metric")
    frame = desk.exact(asked, (grain,), fill=True)
    columns = (ExportColumn(DIMENSIONS[grain].label, meaning="First day"), *(column_of(name) for name in asked))
    return ExportTable(f"{title} by {grain}", columns, frame.to_numpy(dtype=object).tolist(), facts_of(desk))


def ledger_table(desk: Desk) -> ExportTable:
    """Every source table with what became of its rows."""
    counts = ("Read", "Loaded", "Duplicate", "Left out", "Rejected")
    columns = (
        ExportColumn("Source rows"), *(ExportColumn(label, Unit.COUNT) for label in counts), ExportColumn("Totals"),
    )  # fmt: skip
    return ExportTable("Tie-out ledger", columns, ledger_rows(desk, row_ledger(desk)), facts_of(desk))


def board_tables(board: Board) -> Exports:
    """The tables every board has: its breakdown, and its metrics over time."""
    return {
        f"{board.name}/parts": lambda desk: parts_table(desk, breakdown_of(desk, board), board.columns, board.title),
        f"{board.name}/trend": lambda desk: trend_table(desk, tuple(board.trends), board.title),
    }


OVERVIEW: Exports = {
    "overview/trend": lambda desk: trend_table(
        desk, ("net_sales", "booked_revenue", "realised_revenue", "orders"), "Sales"
    ),
    "overview/parts": lambda desk: parts_table(
        desk, first_breakdown(desk, BREAKDOWN), ("net_sales", "orders"), "Sales"
    ),
    "overview/ledger": ledger_table,
}
"""Screen and table to what makes it."""
