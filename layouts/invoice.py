"""One order as an invoice, ready to print: what was sold, what is to be paid, and what stands behind it."""

from __future__ import annotations

from urllib.parse import urlencode

from dash import dcc, html
from dash.development.base_component import Component

from layouts.attributes import data
from layouts.page import Page, page_head, query_values, row, screen
from layouts.parts import icon, plain_card
from layouts.state import read_state


class Ids:
    """Ids of the screen's own parts."""

    PREFIX = "invoice"
    STATE = "invoice-state"
    PERIOD = "invoice-period"
    SHEET = "invoice-sheet"
    BEHIND = "invoice-behind"


def layout(**query: str) -> Component:
    """The screen without an order; which one is the state's focus."""
    state = read_state(query_values(query))
    back = dcc.Link([icon("arrow-left"), "Finance"], href="/finance", className="button")
    printed = html.Button([icon("file-earmark-text"), "Print"], type="button", className="button", **data(print="1"))
    parts = [
        dcc.Store(id=Ids.STATE, data=state.plain()),
        page_head(Ids.PREFIX, "Invoice", [back, printed]),
        row(
            plain_card(Ids.SHEET, "Invoice", "", "span-8 invoice"),
            plain_card(Ids.BEHIND, "Behind it", "Its parcels, and the file it was read from", "span-4 invoice-behind"),
        ),
    ]
    return screen(Ids.PREFIX, state, parts, "orders")


def invoice_address(number: str, client: str) -> str:
    """The address of the invoice of the order with a number."""
    return f"/invoice?{urlencode({'client': client, 'focus': number})}"


PAGE = Page(Ids.PREFIX, "/invoice", "Invoice", "file-earmark-text", "", layout)
