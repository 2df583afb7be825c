"""Inventory: what stock costs, what runs out, what lies."""

from __future__ import annotations

from layouts.board import Board, Card, board_page

BOARD = Board(
    name="inventory", path="/inventory", title="Inventory", icon="box-seam",
    kpis={
        "inventory_value": "Inventory value", "turnover": "Stock turns a year", "days_of_cover": "Days of cover",
        "aged_rate": "Share of aged stock", "stockout_rate": "Stockout rate", "lost_sales": "Lost sales",
    },
    trends={
        "average_inventory": "Stock value", "average_stock_units": "Units in stock", "stockout_rate": "Stockouts",
        "turnover": "Turns a year", "gmroi": "GMROI",
    },
    breakdowns={
        "category": "Category", "product": "Product", "shop": "Shop", "brand": "Brand", "supplier": "Supplier",
    },
    columns=("on_hand", "inventory_value", "days_of_cover", "stock_age", "reorder_point", "suggested_units",
             "lost_sales", "dead_stock_value", "turnover", "gmroi", "sell_through", "stockout_rate"),
    beside=Card("tasks", "What to do", "Ranked by the money at stake", "span-4", is_chart=False),
    below=(
        Card("ageing", "How old stock is", "First in, first out; age goes along with transfers and returns",
             views={"value": "By value", "units": "By units"}),
        Card("classes", "What matters and how steady it sells",
             "ABC by net sales of a year, XYZ by how much weekly demand varies"),
        Card("reorder", "What to reorder", "At or below the reorder point; most sales at risk first", "span-12",
             is_chart=False),
        Card("sell", "What to sell off", "Aged and dead stock, most money first", "span-12", is_chart=False),
        Card("costs", "Cost and return", "Both costs, both forms of sell-through", is_chart=False),
        Card("states", "States and losses", "What is out, low, old or gone", is_chart=False),
        Card("movements", "What moved in and out", "Movements of this period by kind", "span-12", is_chart=False),
    ),
    exports=(("reorder", "What to reorder"), ("sell", "What to sell off"), ("ageing", "Ageing"),
             ("classes", "ABC and XYZ")),
    first_by=("category", "shop", "product"),
    missing="Needs stock with costs",
)  # fmt: skip

PAGE = board_page(BOARD)
