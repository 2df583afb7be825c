"""Leads: is the pipeline moving."""

from __future__ import annotations

from layouts.board import Board, Card, board_page

BOARD = Board(
    name="leads", path="/leads", title="Leads", icon="funnel",
    kpis={
        "leads": "Leads", "open_leads": "Open leads", "overdue_rate": "Overdue share", "lead_conversion": "Conversion",
        "win_rate": "Win rate", "expected_wins": "Expected wins",
    },
    trends={"leads": "Leads", "won_leads": "Won", "lead_conversion": "Conversion"},
    breakdowns={
        "lead_source": "Source", "employee": "Assignee", "lead_status": "Status", "lead_priority": "Priority",
        "lead_type": "Type", "lead_score": "Score", "city": "City",
    },
    columns=("leads", "won_leads", "lead_conversion", "win_rate", "mean_lead_score", "open_leads", "overdue_leads",
             "urgent_leads", "expected_wins", "lead_sales", "margin_per_lead"),
    beside=Card("todo", "To do", "Follow-ups that are overdue, most promising first", "span-4", is_chart=False),
    below=(
        Card("funnel", "How far leads come", "Leads that came in during the period, and the share that went on"),
        Card("stay", "How long stages last", "Median days, those still waiting included"),
        Card("cohorts", "By the month they came in", "Share of each month's leads that came to a stage", "span-12"),
        Card("speed", "Speed and value", "What open leads are worth and how long winning takes", is_chart=False),
        Card("load", "Who has what on the desk", "Open leads by assignee", is_chart=False),
    ),
    exports=(("funnel", "Funnel by month"), ("due", "Follow-ups due")),
    missing="Needs leads",
)  # fmt: skip

PAGE = board_page(BOARD)
