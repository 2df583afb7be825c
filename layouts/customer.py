"""One customer: their standing, their whole story over all sources, and the records taken for them."""

from __future__ import annotations

from dash import dcc
from dash.development.base_component import Component

from layouts.page import Page, page_head, query_values, row, screen
from layouts.parts import icon, plain_card
from layouts.state import read_state


class Ids:
    """Ids of the screen's own parts."""

    PREFIX = "customer"
    STATE = "customer-state"
    PERIOD = "customer-period"
    STANDING = "customer-standing"
    FACTS = "customer-facts"
    STORY = "customer-story"
    RECORDS = "customer-records"


def layout(**query: str) -> Component:
    """The screen without a customer; which one is the state's focus."""
    state = read_state(query_values(query))
    back = dcc.Link([icon("arrow-left"), "Customers"], href="/customers", className="button")
    parts = [
        dcc.Store(id=Ids.STATE, data=state.plain()),
        page_head(Ids.PREFIX, "Customer", [back]),
        row(
            plain_card(Ids.STANDING, "Standing", "As of the latest data, over all sources", "span-6"),
            plain_card(Ids.FACTS, "Who it is", "Personal data is shown to those who may see it", "span-6"),
            plain_card(Ids.STORY, "Story", "Leads, orders, parcels, returns, service and points, newest first; each "
                       "with the row it came from", "span-12"),
            plain_card(Ids.RECORDS, "Records taken for this person", "What each source calls them, and the rule that "
                       "joined it; wrong ones are parted on Sources", "span-12"),
        ),
    ]  # fmt: skip
    return screen(Ids.PREFIX, state, parts, "customers_to_date")


PAGE = Page(Ids.PREFIX, "/customer", "Customer", "people", "", layout)
