"""Finance: do we earn, and where is the cash."""

from __future__ import annotations

from layouts.board import Board, Card, board_page

BOARD = Board(
    name="finance", path="/finance", title="Finance", icon="cash-coin",
    kpis={
        "net_sales": "Net sales", "contribution_1": "Contribution 1", "contribution_3": "Contribution 3",
        "costs": "Costs beside goods", "net_profit": "Net profit", "cash_balance": "Cash in hand",
    },
    trends={
        "net_profit": "Net profit", "contribution_1": "After goods", "contribution_2": "After delivery",
        "contribution_3": "After marketing", "costs": "Costs",
    },
    breakdowns={
        "expense_category": "Category", "cost_line": "Line", "told_by": "Recorded in", "employee": "Employee",
        "courier": "Courier", "source": "Source",
    },
    columns=("costs", "expenses", "costs_left_out"),
    beside=Card("tasks", "What needs you", "Ranked by the money at stake", "span-4", is_chart=False),
    below=(
        Card("profit", "Profit and loss", "Each cost once; a click on an amount shows its rows", "span-12",
             is_chart=False, views={"month": "Months", "quarter": "Quarters"}),
        Card("invoices", "Invoices", "Find one, or see what is to be paid; a line opens it, ready to print", "span-8",
             is_chart=False),
        Card("orders", "Orders to look at", "As of the latest data; a click on a number shows its rows", "span-4",
             is_chart=False),
        Card("costs", "Where the money goes", "Costs beside the goods"),
        Card("cash", "Cash", "What is recorded as paid in, still to come, and paid out", is_chart=False),
        Card("commission", "Commission", "Net sales of delivered orders times the rate", is_chart=False),
        Card("journal", "Journal", "Entries of this period; debits and credits must be equal", is_chart=False),
        Card("calculator", "Break-even calculator", "Filled with this period's own numbers; change any of them",
             "span-12", is_chart=False),
    ),
    exports=(("profit", "Profit and loss"), ("cash", "Cash"), ("journal", "Journal entries"),
             ("commission", "Commission")),
    first_by=("expense_category", "cost_line", "expense_category"),
    has_parts=False,
    missing="Needs books",
)  # fmt: skip

PAGE = board_page(BOARD)
