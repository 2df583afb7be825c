"""Staff: who handles leads, who sells, and what comes of it."""

from __future__ import annotations

from layouts.board import Board, Card, board_page

BOARD = Board(
    name="staff", path="/staff", title="Staff", icon="person-badge",
    kpis={
        "staff_leads": "Leads handled", "staff_conversion": "Conversion", "orders": "Orders",
        "delivered_order_rate": "Delivered", "returned_order_rate": "Returned", "aov": "Average order value",
    },
    trends={
        "orders": "Orders", "net_sales": "Net sales", "staff_leads": "Leads", "staff_conversion": "Conversion",
        "delivered_order_rate": "Delivered", "aov": "Order value", "commission": "Commission",
    },
    breakdowns={"employee": "Employee", "channel": "Channel", "source": "Source"},
    columns=("orders", "net_sales", "staff_leads", "staff_conversion", "delivered_order_rate", "cancellation_rate",
             "returned_order_rate", "aov", "commission", "staff_roas"),
    beside=Card("tasks", "What needs you", "Compared with the team in this period", "span-4", is_chart=False),
    below=(
        Card("scores", "Performance", "Score from conversion, delivery, orders and order value, less what is lost",
             "span-12", is_chart=False),
        Card("course", "One person against the team", "The chosen number over time; dotted: mean of the team",
             "span-12"),
        Card("person", "One person", "Choose whose numbers are shown", "span-12", is_chart=False),
    ),
    exports=(("scores", "Performance"), ("person", "One person")),
    first_by=("employee", "channel"),
    missing="Needs staff",
)  # fmt: skip

PAGE = board_page(BOARD)
