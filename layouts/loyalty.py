"""Loyalty: is the programme worth it."""

from __future__ import annotations

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from layouts.attributes import aria
from layouts.board import Board, Card, board_page

BOARD = Board(
    name="loyalty", path="/loyalty", title="Loyalty", icon="bookmark",
    kpis={
        "members": "Members", "active_member_rate": "Active", "points_issued": "Points given",
        "points_liability": "Liability", "cohort_redemption_rate": "Redeemed", "breakage": "Breakage",
    },
    trends={
        "points_issued": "Given", "points_redeemed": "Redeemed", "points_expired": "Ended",
        "liability_issued": "Held back",
    },
    breakdowns={"shop": "Shop", "tier": "Tier", "points_type": "Kind"},
    columns=("points_issued", "points_redeemed", "redemption_rate", "members", "active_member_rate",
             "points_liability", "breakage", "points_ending_soon", "referral_rate"),
    beside=Card("todo", "To do", "Members to keep, most money first", "span-4", is_chart=False),
    below=(
        Card("roll", "Liability, month by month", "Opening, given, redeemed, ended, closing; to the cent", "span-12",
             is_chart=False),
        Card("tiers", "Tiers", "Members by the tier their last 365 days give them"),
        Card("moves", "Where members went", "From the tier a year ago to the tier now; each row adds up to 100%"),
        Card("codes", "Codes", "Issue one for a reward or a referral; check and redeem it at the counter", "span-12",
             is_chart=False),
        Card("worth", "Is it worth it", "Margin of members of the last 365 days against what the points cost",
             is_chart=False),
        Card("trial", "What would it cost", "A programme on the delivered orders of the last 365 days",
             is_chart=False),
    ),
    exports=(("roll", "Liability by month"), ("members", "Members")),
    missing="No programme",
)  # fmt: skip

PAGE = board_page(BOARD)


class TrialIds:
    """Ids of the calculator."""

    RATE = "loyalty-trial-rate"
    VALUE = "loyalty-trial-value"
    REDEEMED = "loyalty-trial-redeemed"
    SILVER = "loyalty-trial-silver"
    GOLD = "loyalty-trial-gold"
    PLATINUM = "loyalty-trial-platinum"
    ANSWER = "loyalty-trial-answer"

    INPUTS = (RATE, VALUE, REDEEMED, SILVER, GOLD, PLATINUM)


_LABELS = {
    TrialIds.RATE: "Points per unit of currency", TrialIds.VALUE: "Value of a point",
    TrialIds.REDEEMED: "Redeemed, %", TrialIds.SILVER: "Silver from a spend of",
    TrialIds.GOLD: "Gold from", TrialIds.PLATINUM: "Platinum from",
}  # fmt: skip


def trial_form(values: dict[str, float]) -> Component:
    """The inputs of the calculator with what they start with, and the place of its answer."""
    fields = [
        html.Div(
            [html.Label(label, htmlFor=element, className="field-label"),
             dbc.Input(id=element, type="number", value=f"{values[element]:g}", min=0, step="any",
                       className="field-input", autoComplete="off")],
            className="field",
        )
        for element, label in _LABELS.items()
    ]  # fmt: skip
    answer = html.Div(id=TrialIds.ANSWER, className="trial-answer", role="status", **aria(live="polite"))
    return html.Div([html.Div(fields, className="form-fields calculator"), answer])
