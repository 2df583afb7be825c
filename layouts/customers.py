"""Customers: who buys, who leaves, what they are worth, and whom to call."""

from __future__ import annotations

from layouts.board import Board, Card, board_page

BOARD = Board(
    name="customers", path="/customers", title="Customers", icon="people",
    kpis={
        "buyers": "Buyers", "new_customers": "New customers", "returning_customers": "Returning customers",
        "repeat_rate": "Repeat rate", "predicted_sales_per_customer": "Predicted sales each",
        "sales_at_risk": "Sales at risk",
    },
    trends={
        "new_customers": "New", "returning_customers": "Returning", "buyers": "Buyers", "repeat_rate": "Repeat rate",
        "sales_per_customer": "Sales each",
    },
    breakdowns={
        "rfm": "RFM segment", "segment": "Segment", "chance": "Chance to buy again",
        "satisfaction_band": "Satisfaction", "city": "City",
        "country": "Country", "channel": "Channel", "category": "Category",
    },
    columns=("buyers", "net_sales", "orders", "aov", "new_customers", "returning_customers", "customers_to_date",
             "overdue_customers", "churn", "sales_at_risk", "predicted_sales", "satisfaction", "dissatisfied_customers",
             "contactable_customers"),
    beside=Card("tasks", "Whom to call", "Customers about to leave, ranked by what they bring in a usual year",
                "span-4", is_chart=False),
    below=(
        Card("cohorts", "Who comes back", "By month of the first order; grey: the month is still running", "span-12",
             views={"each": "In that month", "until": "By then"}),
        Card("rfm", "RFM segments", "Recency, frequency and money scored 1 to 5 over all customers to date", "span-12",
             is_chart=False),
        Card("value", "What customers are worth", "As of the latest data, with the error on days the forecast had not "
             "seen", "span-6", is_chart=False),
        Card("segments", "Segments by policy", "Problematic by share returned, then VIP, regular, new", "span-6",
             is_chart=False),
        Card("list", "Customers", "Most money first; choose a segment", "span-12", is_chart=False),
    ),
    exports=(("list", "Customer list"), ("rfm", "RFM segments"), ("cohorts", "Cohorts")),
    first_by=("rfm", "segment", "city", "channel"),
    missing="Needs more orders",
)  # fmt: skip

PAGE = board_page(BOARD)
