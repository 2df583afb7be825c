"""Which dates of a star are days of business, and which ones the calendar has to reach."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import polars as pl

BUSINESS_DATES = (
    ("fact_order", "order_date"), ("fact_order_line", "order_date"), ("fact_shipment", "ship_date"),
    ("fact_shipment", "delivered_date"), ("fact_staff_day", "work_date"), ("fact_expense", "expense_date"),
    ("fact_lead", "lead_date"), ("fact_return", "return_date"), ("fact_service_case", "opened_date"),
    ("fact_loyalty", "entry_date"), ("fact_shipment_event", "event_date"),
)  # fmt: skip
CALENDAR_DATES = (*BUSINESS_DATES, ("fact_order", "status_date"), ("fact_shipment", "promised_date"),
                   ("fact_shipment", "returned_date"), ("fact_stock_movement", "movement_date"),
                   ("fact_lead", "follow_up_date"), ("fact_campaign_day", "spend_date"),
                   ("fact_service_case", "resolved_date"), ("fact_service_event", "event_date"),
                   ("fact_referral", "created_date"), ("fact_review", "review_date"), ("fact_session", "session_date"),
                   ("fact_payroll", "pay_date"), ("fact_journal_line", "entry_date"),
                   ("fact_lead_event", "event_date"), ("fact_order_link", "link_date"),
                   ("fact_shipment", "created_date"), ("fact_courier_payment", "paid_date"),
                   ("fact_coupon", "entry_date"))  # fmt: skip

Frames = Mapping[str, pl.DataFrame]
"""Warehouse table name to frame."""


def days_of(tables: Frames, columns: Iterable[tuple[str, str]]) -> list[date | None]:
    """The first and the last date of each (table, column)."""
    found: list[date | None] = []
    for table, column in columns:
        ends = tables[table].select(pl.col(column).min().alias("first"), pl.col(column).max().alias("last"))
        found += ends.row(0)
    return found


def latest_day(tables: Frames, today: date) -> date | None:
    """Latest business date that is not in the future."""
    columns = [tables[table][column] for table, column in BUSINESS_DATES]
    known = [day for days in columns if isinstance(day := days.filter(days <= today).max(), date)]
    return max(known) if known else None
