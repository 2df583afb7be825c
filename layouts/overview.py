"""Overview: how are we doing, what needs me."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from layouts.attributes import aria
from layouts.filters import export_menu, filter_bar, view_menu
from layouts.page import Page, page_head, query_values, row, screen
from layouts.parts import chart_card, compact_cell, kpi_card, plain_card
from layouts.state import read_state


class Ids:
    """Ids of the screen's own parts."""

    PREFIX = "overview"
    TREND = "overview-trend"
    PARTS = "overview-parts"
    TODAY = "overview-today"
    SNOOZE = "today-snooze"
    WAKE = "today-wake"
    QUALITY = "overview-quality"


KPIS: dict[str, str] = {
    "net_sales": "Net sales", "gross_profit": "Gross profit", "orders": "Orders", "aov": "Average order value",
    "return_value_rate": "Return rate", "sell_through": "Sell-through",
}  # fmt: skip
"""Metric to label of the strip, in order."""

TO_DATE: dict[str, str] = {"day": "Revenue today", "week": "Revenue this week", "month": "Revenue this month"}
"""Bucket of the revenue to date to its label; booked large, realised below."""

STOCK: dict[str, str] = {"inventory_value": "Inventory value"}

EXPORTS = (("trend", "Revenue by day"), ("parts", "Breakdown"), ("ledger", "Tie-out ledger"))


def layout(**query: str) -> Component:
    """The screen without numbers; the state comes from the address."""
    state = read_state(query_values(query))
    head = page_head("overview", "Overview", [view_menu(), export_menu("overview", EXPORTS)])
    strip = html.Section(
        [kpi_card(Ids.PREFIX, name, label) for name, label in KPIS.items()],
        className="strip", **aria(label="Key figures"),
    )  # fmt: skip
    charts = row(
        chart_card(Ids.TREND, "Net sales", "Over the period, beside its comparison", "span-8"),
        plain_card(Ids.TODAY, "Today", "What needs you, ranked by money", "span-4"),
    )
    below = row(
        chart_card(Ids.PARTS, "Where it comes from", "Net sales and share", "span-6"),
        plain_card(
            Ids.QUALITY, "Can these numbers be trusted?", "Source rows accounted for in the last load", "span-6"
        ),
    )
    return screen("overview", state, [head, *filter_bar("overview", state), strip, _compact(), charts, below])


def _compact() -> Component:
    cells = [
        compact_cell(Ids.PREFIX, f"to-date-{name}", label, "booked_revenue", name) for name, label in TO_DATE.items()
    ]
    cells.append(compact_cell(Ids.PREFIX, "inventory_value", "Inventory value", "inventory_value"))
    return html.Section(cells, className="card compact", **aria(label="Revenue to date and stock"))


PAGE = Page("overview", "/", "Overview", "grid-1x2", "Analyse", layout, exports=EXPORTS)
