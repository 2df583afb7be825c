"""Coupons by campaign: redemptions, customers, and what they took off."""

from __future__ import annotations

from typing import Any

from dash import html
from sqlalchemy import func, select

from callbacks.desk import Desk
from callbacks.export_tables import column_of, facts_of
from callbacks.linked_table import Cell, cell_link, linked_table
from callbacks.words import exact_value
from layouts.parts import empty_state
from layouts.upload import add_link
from portal.charts.chart import number
from portal.exports import ExportColumn, ExportTable
from portal.metrics.format import MISSING, NOT_KNOWN, format_label
from portal.warehouse.schema import dim_campaign

TOTALS = {
    "coupon_redemptions": "Redeemed", "coupon_customers": "Customers", "coupon_campaigns": "Campaigns",
    "coupon_orders": "Orders", "coupon_discount": "Taken off", "coupon_sales": "Net sales of them",
    "coupon_margin": "Left after goods and coupons",
}  # fmt: skip
_BY_CAMPAIGN = ("coupon_redemptions", "coupon_customers", "coupon_discount")


def coupons_body(desk: Desk) -> Any:
    """The totals, each open to its rows, and the campaigns."""
    if not desk.tenants:
        return empty_state("No coupons yet", "Load redemptions of coupons to see them here.", add_link(desk.viewer))
    totals = coupon_totals(desk)
    if not any(totals.values()):
        text = "Load redemptions of coupons, or what they took off orders; or choose a longer period."
        return empty_state("No coupons in this period", text)
    head = [(label, True) for label in TOTALS.values()]
    cells: list[Cell] = [_open(desk, name, totals[name], "") for name in TOTALS]
    parts = [linked_table(head, [cells], "Coupons"), html.P(_words(desk, totals), className="caption")]
    if desk.can_ask("coupon_redemptions", "campaign") and totals["coupon_redemptions"]:
        parts.append(_by_campaign(desk))
    return html.Div(parts, className="statement")


def coupon_totals(desk: Desk) -> dict[str, float | None]:
    """Every total of the period; missing where nothing tells it or a filter rules it out."""
    asked = [name for name in TOTALS if desk.can_ask(name)]
    row: Any = desk.ask(asked).iloc[0] if asked else {}
    return {name: number(row[name]) if name in asked else None for name in TOTALS}


def coupons_export(desk: Desk) -> ExportTable:
    """Coupons by campaign, exact."""
    frame = desk.exact(_BY_CAMPAIGN, ("campaign",))
    columns = (ExportColumn("Campaign"), *(column_of(name) for name in _BY_CAMPAIGN))
    rows = [[format_label("campaign", line["campaign"]), *(line[name] for name in _BY_CAMPAIGN)]
            for line in frame.to_dict("records")]  # fmt: skip
    return ExportTable("Coupons by campaign", columns, rows, facts_of(desk))


def _by_campaign(desk: Desk) -> Any:
    frame = desk.ask(_BY_CAMPAIGN, ("campaign",))
    rows: list[list[Cell]] = []
    for line in frame.to_dict("records"):
        label = format_label("campaign", line["campaign"])
        where = f"campaign={MISSING if label == NOT_KNOWN else label}"
        rows.append([label, *(_open(desk, name, number(line[name]), where) for name in _BY_CAMPAIGN)])
    head = [("Campaign", False), *((TOTALS[name], True) for name in _BY_CAMPAIGN)]
    return linked_table(head, rows, "Coupons by campaign")


def _words(desk: Desk, totals: dict[str, float | None]) -> str:
    known = sum(_campaigns(desk))
    found = totals["coupon_campaigns"]
    words = f"{found:,.0f} of {known:,} campaigns had a redemption. " if found else ""
    return words + "Redemptions and amounts are told apart by the source and not added. A dash: it is not known."


def _campaigns(desk: Desk) -> list[int]:
    """How many campaigns each client has."""
    query = select(func.count()).where(dim_campaign.c.campaign_key != 0)
    return [desk.parts.warehouses.open(desk.viewer, tenant).frame(query).item() for tenant in desk.tenants]


def _open(desk: Desk, name: str, value: float | None, where: str) -> Cell:
    text = exact_value(desk, name, value)
    return text if value is None else cell_link(text, name, where)
