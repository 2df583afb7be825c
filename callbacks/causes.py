"""Why net sales changed, when people buy, and how margins are spread."""

from __future__ import annotations

import pandas as pd

from callbacks.desk import Desk
from callbacks.series import axis_of
from portal.analysis.bridge import Bridge, bridge
from portal.charts import bridge as bridge_charts
from portal.charts.chart import Chart, empty_chart
from portal.charts.heat import heat
from portal.charts.margins import margins

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


def hours_frame(desk: Desk) -> pd.DataFrame:
    """Frame of weekday, hour and the metric chosen; hour missing where the source gives no time of day."""
    return desk.ask([desk.state.metric], ("weekday", "hour"))


def hours_chart(desk: Desk) -> Chart:
    """The metric chosen by weekday and hour."""
    name = desk.state.metric
    if not desk.tenants or not desk.can_ask(name, "weekday", "hour"):
        return empty_chart(_NOTHING)
    cells = hours_frame(desk).rename(columns={name: "value"})
    cells["hour"] = pd.to_numeric(cells["hour"], errors="coerce")
    cells["weekday"] = pd.to_numeric(cells["weekday"], errors="coerce")
    return heat(cells, axis_of(desk, name))


def margins_chart(desk: Desk) -> Chart:
    """Net sales by the margin of the product."""
    if not desk.tenants or not desk.can_ask("gross_margin", "product"):
        return empty_chart(_NOTHING)
    return margins(desk.ask(["gross_margin", _NET_SALES], ("product",)), axis_of(desk, _NET_SALES))
