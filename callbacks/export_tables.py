"""The tables of the screens as exports: exact numbers, their definitions, and what they were made from."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from callbacks.breakdowns import breakdown_of, first_breakdown
from callbacks.causes import bridge_of
from callbacks.desk import Desk
from callbacks.grid import COLUMNS
from callbacks.ledger import row_ledger
from callbacks.overview_parts import BREAKDOWN
from callbacks.quality import ledger_rows
from callbacks.words import period_words
from layouts.state import AGAINST, TREND_METRICS
from portal.charts.heat import DAYS
from portal.clock import utc_now
from portal.exports import ExportColumn, ExportTable
from portal.metrics import CATALOGUE, DIMENSIONS
from portal.metrics.compare import growth
from portal.metrics.format import format_day, format_label
from portal.metrics.model import Unit

Facts = tuple[tuple[str, str], ...]


def facts_of(desk: Desk) -> Facts:
    """What the second sheet says: whose data, when, which filters, as of what."""
    snapshots = {tenant.name: desk.parts.store.current(tenant.id) for tenant in desk.tenants}
    filters = "; ".join(f"{each.dimension} is {' or '.join(each.values)}" for each in desk.filters)
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


def column_of(name: str, label: str = "") -> ExportColumn:
    """A column of a metric with its definition."""
    measure = CATALOGUE[name]
    return ExportColumn(label or measure.label, measure.unit, f"{name}: {measure.meaning}")


def parts_table(desk: Desk, by: str, names: tuple[str, ...]) -> ExportTable:
    """One row per value of a dimension, with the metrics given and net sales before."""
    asked = [name for name in names if desk.can_ask(name, by)]
    frame = desk.exact(asked, (by,))
    before = desk.exact(["net_sales"], (by,), desk.earlier) if desk.earlier else None
    base: dict[Any, Any] = {} if before is None else dict(zip(before[by], before["net_sales"], strict=True))
    dimension = DIMENSIONS[by].label
    columns = [ExportColumn(dimension), *(column_of(name) for name in asked)]
    against = AGAINST[desk.state.compare]
    if base:
        columns += [column_of("net_sales", f"Net sales, {against.lower()}"), ExportColumn("Change", Unit.RATE)]
    rows = []
    for line in frame.to_dict("records"):
        row = [format_label(by, line[by]), *(line[name] for name in asked)]
        earlier = base.get(line[by])
        rows.append([*row, earlier, growth(line["net_sales"], earlier)] if base else row)
    return ExportTable(f"Sales by {dimension.lower()}", tuple(columns), rows, facts_of(desk))


def trend_table(desk: Desk, names: tuple[str, ...]) -> ExportTable:
    """One row per day, week or month with the metrics given."""
    grain = desk.state.grain_of(desk.period)
    asked = [name for name in names if desk.can_ask(name, grain)]
    frame = desk.exact(asked, (grain,), fill=True)
    columns = (ExportColumn(DIMENSIONS[grain].label, meaning="First day"), *(column_of(name) for name in asked))
    return ExportTable(f"Sales by {grain}", columns, frame.to_numpy(dtype=object).tolist(), facts_of(desk))


def hours_table(desk: Desk) -> ExportTable:
    """One row per weekday and hour with the metric the screen shows."""
    name = desk.state.metric
    frame = desk.exact([name], ("weekday", "hour"))
    rows = [[DAYS[int(day) - 1] if day else None, hour, value] for day, hour, value in frame.itertuples(index=False)]
    columns = (ExportColumn("Weekday"), ExportColumn("Hour", Unit.COUNT, "Local hour of the order"), column_of(name))
    return ExportTable("Weekday and hour", columns, rows, facts_of(desk))


def bridge_table(desk: Desk) -> ExportTable:
    """Net sales before, the causes, net sales after; the causes sum exactly to the change."""
    found = bridge_of(desk)
    rows: list[list[str | Decimal]] = []
    if found is not None:
        causes = found.frame().itertuples(index=False)
        rows = [["Before", found.before], *([label, amount] for label, amount in causes), ["After", found.after]]
    columns = (ExportColumn("Step"), column_of("net_sales", "Amount"))
    return ExportTable("Bridge of net sales", columns, rows, facts_of(desk))


def ledger_table(desk: Desk) -> ExportTable:
    """Every source table with what became of its rows."""
    counts = ("Read", "Loaded", "Duplicate", "Left out", "Rejected")
    columns = (
        ExportColumn("Source rows"), *(ExportColumn(label, Unit.COUNT) for label in counts), ExportColumn("Totals"),
    )  # fmt: skip
    return ExportTable("Tie-out ledger", columns, ledger_rows(desk, row_ledger(desk)), facts_of(desk))


EXPORTS: dict[str, Callable[[Desk], ExportTable]] = {
    "overview/trend": lambda desk: trend_table(desk, ("net_sales", "booked_revenue", "realised_revenue", "orders")),
    "overview/parts": lambda desk: parts_table(desk, first_breakdown(desk, BREAKDOWN), ("net_sales", "orders")),
    "overview/ledger": ledger_table,
    "sales/parts": lambda desk: parts_table(desk, breakdown_of(desk), COLUMNS),
    "sales/trend": lambda desk: trend_table(desk, tuple(TREND_METRICS)),
    "sales/hours": hours_table,
    "sales/bridge": bridge_table,
}
"""Screen and table to what makes it."""
