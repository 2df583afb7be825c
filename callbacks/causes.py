"""Why net sales changed, when people buy, and how margins are spread."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd

from callbacks.desk import Desk
from callbacks.export_tables import column_of, facts_of
from callbacks.series import axis_of
from layouts.sales import BOARD
from portal.analysis.bridge import Bridge, bridge
from portal.charts import bridge as bridge_charts
from portal.charts.chart import Chart, empty_chart
from portal.charts.heat import DAYS, heat
from portal.charts.margins import margins
from portal.exports import ExportColumn, ExportTable
from portal.metrics.model import Unit

_NOTHING = "Nothing has been loaded yet. Load a source to see this."
_BRIDGE_PARTS = ("units", "sales_before_returns", "returns_value")
_NET_SALES = "net_sales"


def bridge_of(desk: Desk) -> Bridge | None:
    """The bridge of net sales from the comparison to the period, exact; None without a comparison or data in it."""
    if desk.earlier is None or not desk.tenants or not desk.can_ask("units", "product"):
        return None
    before = desk.exact(_BRIDGE_PARTS, ("product",), desk.earlier)
    return bridge(before, desk.exact(_BRIDGE_PARTS, ("product",), desk.period)) if len(before) else None


def bridge_chart(desk: Desk) -> Chart:
    """The bridge as a waterfall of causes."""
    if not desk.tenants:
        return empty_chart(_NOTHING)
    if desk.earlier is None:
        return empty_chart(desk.no_comparison)
    found = bridge_of(desk)
    if found is None:
        return empty_chart("The data does not reach back to the period before, so there is nothing to explain.")
    return bridge_charts.bridge(found.frame(), axis_of(desk, _NET_SALES), float(found.before), float(found.after))


def hours_chart(desk: Desk) -> Chart:
    """The metric chosen by weekday and hour."""
    name = BOARD.metric(desk.state)
    if not desk.tenants or not desk.can_ask(name, "weekday", "hour"):
        return empty_chart(_NOTHING)
    cells = desk.ask([name], ("weekday", "hour")).rename(columns={name: "value"})
    cells["hour"] = pd.to_numeric(cells["hour"], errors="coerce")
    cells["weekday"] = pd.to_numeric(cells["weekday"], errors="coerce")
    return heat(cells, axis_of(desk, name))


def margins_chart(desk: Desk) -> Chart:
    """Net sales by the margin of the product."""
    if not desk.tenants or not desk.can_ask("gross_margin", "product"):
        return empty_chart(_NOTHING)
    return margins(desk.ask(["gross_margin", _NET_SALES], ("product",)), axis_of(desk, _NET_SALES))


def hours_table(desk: Desk) -> ExportTable:
    """One row per weekday and hour with the metric the screen shows."""
    name = BOARD.metric(desk.state)
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
