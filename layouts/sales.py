"""Sales: where revenue and profit come from."""

from __future__ import annotations

from layouts.board import Board, Card, board_page
from layouts.state import BREAKDOWNS, TREND_METRICS

BOARD = Board(
    name="sales", path="/sales", title="Sales", icon="graph-up",
    kpis={
        "net_sales": "Net sales", "gross_profit": "Gross profit", "gross_margin": "Gross margin", "orders": "Orders",
        "aov": "Average order value", "units": "Units",
    },
    trends=TREND_METRICS,
    breakdowns={**BREAKDOWNS, "order_status": "Status"},
    columns=("net_sales", "gross_profit", "gross_margin", "orders", "units", "aov", "return_value_rate",
             "discount_rate", "realisation_rate", "delivered_order_rate", "collection_rate", "outstanding_rate",
             "average_rating"),
    beside=Card("bridge", "Why it changed", "Causes that add up exactly to the change in net sales", "span-4"),
    below=(
        Card("pareto", "How few make how much"),
        Card("heat", "When people buy", "By weekday and hour of the order"),
        Card("margins", "Margins", "Net sales by the margin of the product", "span-12"),
    ),
    exports=(("hours", "Weekday and hour"), ("bridge", "Bridge")),
    first_by=("category", "product", "channel", "city"),
)  # fmt: skip

PAGE = board_page(BOARD)
