"""One product: its stock layer by layer, its movements, what it needs, and its cost both ways."""

from __future__ import annotations

from urllib.parse import urlencode

from dash import dcc, html
from dash.development.base_component import Component

from layouts.filters import Ids as FilterIds
from layouts.page import Page, page_head, query_values, row, screen
from layouts.parts import icon, plain_card
from layouts.state import SHARED, ScreenState, read_state


class Ids:
    """Ids of the screen's own parts."""

    PREFIX = "product"
    PERIOD = "product-period"
    LAYERS = "product-layers"
    FACTS = "product-facts"
    COSTS = "product-costs"
    MOVES = "product-moves"


_RULES = {"names": [], "defaults": ScreenState().plain(), "shared": list(SHARED), "screen": Ids.PREFIX}


def layout(**query: str) -> Component:
    """The screen without a product; which one is the state's focus."""
    state = read_state(query_values(query))
    back = dcc.Link([icon("arrow-left"), "Inventory"], href="/inventory", className="button")
    parts = [
        dcc.Store(id=FilterIds.STATE, data={**state.plain(), "screen": Ids.PREFIX}),
        dcc.Store(id=FilterIds.RULES, data=_RULES),
        page_head(Ids.PREFIX, "Product", [back]),
        row(
            plain_card(Ids.LAYERS, "What lies there", "Layer by layer, the oldest first", "span-6"),
            html.Div(
                [plain_card(Ids.FACTS, "What it needs", "Each place by itself", ""),
                 plain_card(Ids.COSTS, "What it costs", "Weighted average beside first in, first out", "")],
                className="span-6 stack",
            ),
        ),
        row(plain_card(Ids.MOVES, "Its movements", "The latest first, with the layers every issue took", "span-12")),
    ]  # fmt: skip
    return screen(Ids.PREFIX, state, parts, "on_hand")


def product_address(name: str, client: str) -> str:
    """The address of the product with a name, id or SKU."""
    return f"/product?{urlencode({'client': client, 'focus': name})}"


PAGE = Page(Ids.PREFIX, "/product", "Product", "box-seam", "", layout)
