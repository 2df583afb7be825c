"""Returns and discounts: are policies kept."""

from __future__ import annotations

from layouts.board import Board, Card, board_page

BOARD = Board(
    name="governance", path="/governance", title="Returns & discounts", icon="shield-check",
    kpis={
        "return_rate": "Return rate", "returned_value": "Value of returns", "out_of_window_rate": "Out of window",
        "discount_rate": "Discount rate", "markdown_leakage": "Above the cap", "approvals_needed": "Approvals needed",
    },
    trends={
        "returned_value": "Returns", "return_rate": "Return rate", "discounts": "Discounts",
        "markdown_leakage": "Above the cap",
    },
    breakdowns={
        "product": "Product", "category": "Category", "employee": "Seller", "channel": "Channel", "shop": "Shop",
        "campaign": "Promotion", "city": "City", "return_reason": "Reason",
    },
    columns=("returned_value", "return_rate", "late_return_value", "discounts", "mean_discount", "markdown_leakage",
             "discount_breaches", "approvals_needed"),
    beside=Card("todo", "To do", "Breaches and late returns, most money first", "span-4", is_chart=False),
    below=(
        Card("reasons", "Why goods come back", "Value of returns of the period by reason"),
        Card("ages", "How long after the sale", "Value of returns by days since the sale"),
        Card("ladder", "Who should have approved", "Discounts of the period by the rung of the ladder they reach"),
        Card("cohorts", "Return rate by the month of the sale", "What came back within the window; grey: not over yet",
             views={"units": "Units", "value": "Value", "orders": "Orders"}),
        Card("breaches", "Breaches", "Discounts above the cap in force that day, or below the margin floor; largest "
             "first", "span-12", is_chart=False),
    ),
    exports=(("breaches", "Breaches"), ("cohorts", "Return rate by month of sale")),
    first_by=("category", "product", "employee", "channel"),
    missing="Too recent or not recorded",
)  # fmt: skip

PAGE = board_page(BOARD)
