"""Service: what happens after the sale, who waits, and how it ends."""

from __future__ import annotations

from layouts.board import Board, Card, board_page

BOARD = Board(
    name="service", path="/service", title="Service", icon="check-circle",
    kpis={
        "service_cases": "Cases opened", "open_cases": "Open now", "urgent_cases": "Urgent now",
        "resolution_days": "Days to resolve", "case_satisfaction": "Satisfaction told", "service_cost": "Service cost",
    },
    trends={
        "service_cases": "Opened", "resolved_cases": "Resolved", "service_cost": "Cost",
        "service_events": "Steps taken",
    },
    breakdowns={
        "case_type": "Kind", "case_status": "State", "case_priority": "Priority", "product": "Product",
        "employee": "Employee", "hub": "Hub", "segment": "Customer segment",
    },
    columns=("service_cases", "open_cases", "urgent_cases", "resolved_cases", "resolution_days", "case_quality",
             "case_satisfaction", "service_cost", "case_refunds"),
    beside=Card("day", "The last day", "New: opened on the last day of the data; open and urgent: as of it", "span-4",
                is_chart=False),
    below=(
        Card("ages", "How long open cases wait", "Open cases by days since they were opened"),
        Card("steps", "What the team did", "Calls, hub confirmations and decisions of the period", is_chart=False),
        Card("cases", "Open cases", "The most urgent first, then the oldest", "span-12", is_chart=False),
    ),
    first_by=("case_type", "case_status"),
    missing="Not told by a source",
)  # fmt: skip

PAGE = board_page(BOARD)
