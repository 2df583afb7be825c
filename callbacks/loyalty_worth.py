"""What the programme brings: naive and matched, each labelled."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
from dash import html
from dash.development.base_component import Component
from sqlalchemy import func, select

from callbacks.desk import Desk
from callbacks.words import exact_value
from layouts.parts import empty_state, table
from portal.analysis.programme import YEAR
from portal.analysis.programme_worth import ProgrammeWorth, programme_worth
from portal.charts.chart import number
from portal.metrics.format import format_value
from portal.metrics.model import Unit
from portal.warehouse.duckdb import Warehouse
from portal.warehouse.schema.studies_loyalty import study_member, study_points_entry
from portal.warehouse.schema.studies_trial import study_buyer


def worth_card(desk: Desk) -> Component:
    """Margin of members against the cost of points over the last year of the data."""
    if not desk.tenants or not desk.can_ask("members"):
        return empty_state("No programme yet", "Once points are loaded, what members bring stands here.")
    if desk.filters:
        return empty_state("For the whole programme only", "Clear the filters to see what it brings.")
    lines = [_section(desk, place) for place in range(len(desk.tenants))]
    known = [line for line in lines if line is not None]
    if not known:
        return empty_state("No programme yet", "Once points are loaded, what members bring stands here.")
    return html.Div([*known, html.P(_reach(desk), className="caption")])


def _reach(desk: Desk) -> str:
    """How many of the known customers take part, and how many of the new ones of the period somebody brought."""
    row = desk.ask(["enrolment_rate", "referral_rate"]).iloc[0]
    told = {name: number(row[name]) for name in row.index}
    parts = [
        f"{exact_value(desk, name, value)} of {of}"
        for name, of in (("enrolment_rate", "known customers are members"),
                         ("referral_rate", "the new customers of this period were brought by another customer"))
        if (value := told[name]) is not None
    ]  # fmt: skip
    return f"{'; '.join(parts)}." if parts else ""


def _section(desk: Desk, place: int) -> Component | None:
    tenant = desk.tenants[place]
    warehouse = desk.parts.warehouses.open(desk.viewer, tenant)
    found = worth_of(warehouse)
    if found is None:
        return None
    title = [html.H3(tenant.name)] if len(desk.tenants) > 1 else []
    note = (
        "Naive counts all members bought as if the programme had caused it. Matched holds each member against "
        "customers of the same first quarter and as many orders before the year who have not joined; what made people "
        "join may still make them buy more, so it is an upper bound."
    )
    rows = table([("", False), ("Last 365 days", True)], _rows(found, desk.currency), "Return on the programme")
    return html.Div([*title, rows, html.P(note, className="caption")])


def _rows(found: ProgrammeWorth, currency: str) -> list[list[str]]:
    def money(value: float | None) -> str:
        return format_value(value, Unit.MONEY, currency)

    def share(value: float | None) -> str:
        return format_value(value, Unit.RATE, currency)

    return [
        ["Gross margin of members", money(found.margin)], ["Cost of points redeemed", money(found.cost)],
        ["Return, naive", share(found.naive)], ["Members that could be compared", share(found.coverage)],
        ["Margin above comparable customers", money(found.incremental)], ["Return, matched", share(found.matched)],
    ]  # fmt: skip


def worth_of(warehouse: Warehouse) -> ProgrammeWorth | None:
    """The return of a tenant's programme over the last year of its data; None without members."""
    as_of = warehouse.snapshot.as_of
    people = warehouse.frame(select(study_member.c.customer_key).distinct())
    if as_of is None or people.is_empty():
        return None
    start = as_of - timedelta(days=YEAR)
    own = study_buyer.c
    known = select(own.customer_key, own.first_quarter, own.orders_before, own.margin)
    buyers = warehouse.frame(known.order_by(own.customer_key))
    marked = buyers.with_columns(pl.col("customer_key").is_in(people["customer_key"].implode()).alias("is_member"))
    move = study_points_entry.c
    redeemed = select(func.coalesce(func.sum(-move.points), 0)).where(move.points_move == "redeemed",
                                                                      move.entry_date > start)  # fmt: skip
    cost = float(warehouse.frame(redeemed).item()) * float(warehouse.policies["point_value"])
    return programme_worth(marked, round(cost, 2))
