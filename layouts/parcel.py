"""One parcel: its way step by step, its promise, its money, and the lines of couriers' statements that name it."""

from __future__ import annotations

from urllib.parse import urlencode

from dash import dcc, html
from dash.development.base_component import Component

from layouts.page import Page, page_head, query_values, row, screen
from layouts.parts import icon, plain_card
from layouts.state import read_state


class Ids:
    """Ids of the screen's own parts."""

    PREFIX = "parcel"
    STATE = "parcel-state"
    PERIOD = "parcel-period"
    NOTICE = "parcel-notice"
    WAY = "parcel-way"
    FACTS = "parcel-facts"
    MONEY = "parcel-money"


def layout(**query: str) -> Component:
    """The screen without a parcel; which one is the state's focus."""
    state = read_state(query_values(query))
    back = dcc.Link([icon("arrow-left"), "Delivery"], href="/delivery", className="button")
    parts = [
        dcc.Store(id=Ids.STATE, data=state.plain()),
        page_head(Ids.PREFIX, "Parcel", [back]),
        row(
            html.Div(
                [plain_card(Ids.WAY, "Its way", "Every step a source tells, times in the merchant's zone", ""),
                 plain_card(Ids.MONEY, "Its money", "Cash expected, remitted, kept for fees and still owed", "")],
                className="span-6 stack",
            ),
            plain_card(Ids.FACTS, "What is known of it", "", "span-6"),
        ),
    ]  # fmt: skip
    return screen(Ids.PREFIX, state, parts, "sent_shipments")


def parcel_address(number: str, client: str) -> str:
    """The address of the parcel with a shipment or tracking number."""
    return f"/parcel?{urlencode({'client': client, 'focus': number})}"


PAGE = Page(Ids.PREFIX, "/parcel", "Parcel", "truck", "", layout)
