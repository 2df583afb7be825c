"""What a programme would cost: its rules tried on the delivered orders of the last year, answered at each change."""

from __future__ import annotations

from typing import Any

import polars as pl
from dash import Input, Output, html
from dash import State as Given
from dash.development.base_component import Component
from sqlalchemy import select

from callbacks.desk import Desk, State, open_desk
from callbacks.kept import kept
from layouts import filters
from layouts.loyalty import TrialIds, trial_form
from layouts.parts import empty_state, table
from portal.analysis.programme import TIERS, Programme, rewarded
from portal.metrics.format import format_value
from portal.metrics.model import Unit
from portal.studies.programmes import own_rules
from portal.viewer import Permission
from portal.warehouse.schema import study_rolling_order
from portal.wiring import Wiring


def trial_card(desk: Desk) -> Component:
    """The inputs, filled from the policies, and the first answer."""
    if not desk.tenants:
        return empty_state("Nothing to try it on", "Load orders; the calculator begins with the last year of them.")
    return trial_form(starting_values(desk))


def starting_values(desk: Desk) -> dict[str, float]:
    """What the policies of the (first) client say."""
    warehouse = desk.parts.warehouses.open(desk.viewer, desk.tenants[0])
    rules = own_rules(warehouse)
    return {
        TrialIds.RATE: rules.rate, TrialIds.VALUE: float(warehouse.policies["point_value"]),
        TrialIds.REDEEMED: round(100 * (1 - float(warehouse.policies["point_breakage"])), 2),
        **dict(zip((TrialIds.SILVER, TrialIds.GOLD, TrialIds.PLATINUM), rules.thresholds, strict=True)),
    }  # fmt: skip


def answer(desk: Desk, values: dict[str, Any]) -> Component:
    """What these rules would have given and cost."""
    known = {name: _number(value) for name, value in values.items()}
    if any(value is None for value in known.values()) or not desk.tenants:
        return html.P("Fill in every field with a number, 0 or more.", className="page-notice")
    asked = {name: value for name, value in known.items() if value is not None}
    steps = (asked[TrialIds.SILVER], asked[TrialIds.GOLD], asked[TrialIds.PLATINUM])
    if not steps[0] < steps[1] < steps[2] or asked[TrialIds.REDEEMED] > 100:
        return html.P("Silver, gold and platinum must rise, and at most 100% is redeemed.", className="page-notice")
    found = [_tried(desk, place, asked, steps) for place in range(len(desk.tenants))]
    return _told(desk, pl.concat(found), asked)


def _tried(desk: Desk, place: int, asked: dict[str, float], steps: tuple[float, float, float]) -> pl.DataFrame:
    """tier, orders, amount, points of the last year of one client."""
    warehouse = desk.parts.warehouses.open(desk.viewer, desk.tenants[place])
    own = own_rules(warehouse)
    rules = Programme(asked[TrialIds.RATE], own.minimum, own.expiry_days, steps, own.multipliers)
    own_orders = study_rolling_order.c
    orders = warehouse.frame(select(own_orders.order_amount.label("amount"), own_orders.year_spend))
    return _summed(rewarded(orders, rules))


def _summed(orders: pl.DataFrame) -> pl.DataFrame:
    return orders.group_by("tier").agg(pl.len().alias("orders"), pl.col("amount").sum(), pl.col("points").sum())


def _told(desk: Desk, tiers: pl.DataFrame, asked: dict[str, float]) -> Component:
    by_tier = {row["tier"]: row for row in tiers.group_by("tier").agg(pl.exclude("tier").sum()).to_dicts()}
    points = sum(int(row["points"]) for row in by_tier.values())
    amount = sum(float(row["amount"]) for row in by_tier.values())
    each = asked[TrialIds.VALUE] * asked[TrialIds.REDEEMED] / 100
    cost = points * each

    def money(value: float) -> str:
        return format_value(value, Unit.MONEY, desk.currency)

    if not points:
        return html.P("These rules would have given no points: nobody known bought, or orders are too small.",
                      className="page-notice")  # fmt: skip
    share = format_value(cost / amount, Unit.RATE, desk.currency) if amount else "–"
    said = (
        f"On the last 365 days this would have given {points:,} points and cost about {money(cost)}, {share} of "
        f"{money(amount)} delivered to known customers."
    )
    rows = [
        [tier, f"{row['orders']:,}", f"{row['points']:,}", money(row["points"] * each)]
        for tier in TIERS if (row := by_tier.get(tier))
    ]  # fmt: skip
    head = [("Tier before the order", False), ("Orders", True), ("Points", True), ("Cost", True)]
    return html.Div([html.P(said, className="verdict"), table(head, rows, "What the programme would have cost")])


def _number(value: Any) -> float | None:
    try:
        found = float(value)
    except (TypeError, ValueError):
        return None
    return found if 0 <= found < 1e12 else None


def register(app: Wiring) -> None:
    """Wire the inputs to the answer."""

    def work_out(values: list[Any], state: State) -> Any:
        asked = dict(zip(TrialIds.INPUTS, values, strict=True))
        return kept(open_desk(state), f"trial {asked}", lambda desk: {"answer": answer(desk, asked)})["answer"]

    app.callback(
        Output(TrialIds.ANSWER, "children"),
        inputs=[[Input(name, "value") for name in TrialIds.INPUTS], Given(filters.Ids.STATE, "data")],
        permission=Permission.VIEW,
    )(work_out)  # fmt: skip
