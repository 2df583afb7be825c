"""Staging tables of leads, staff, money spent and marketing."""

from __future__ import annotations

import polars as pl

from etl.staging.kinds import CUSTOMER_COLUMNS, DAY, FLAG, INSTANT, MONEY, TEXT, WHOLE, StagingTable

LEAD = StagingTable(
    "lead", "One lead.",
    {"lead_id": TEXT, "lead_status": TEXT, "priority": TEXT, "lead_source": TEXT, "lead_type": TEXT, "child_age": TEXT,
     **CUSTOMER_COLUMNS,
     "employee_id": TEXT, "lead_date": DAY, "last_contact_date": DAY, "status_date": DAY, "follow_up_date": DAY,
     "score": WHOLE, "follow_up_count": WHOLE, "value_amount": MONEY, "note": TEXT, "currency": TEXT,
     "updated_at": INSTANT},
)  # fmt: skip

EMPLOYEE = StagingTable(
    "employee", "One person who works for the tenant.",
    {"employee_id": TEXT, "employee": TEXT, "role": TEXT, "email": TEXT, "is_active": FLAG},
    required=("employee_id",), natural_key=("employee_id",),
)  # fmt: skip

STAFF_DAY = StagingTable(
    "staff_day", "One employee and day of a performance sheet.",
    {"employee_id": TEXT, "work_date": DAY, "leads": WHOLE, "reported_orders": WHOLE, "ad_spend_amount": MONEY,
     "currency": TEXT},
    required=("employee_id", "work_date"), totals=("leads", "reported_orders"),
)  # fmt: skip

EXPENSE = StagingTable(
    "expense", "One expense or other income; amounts positive.",
    {"expense_id": TEXT, "expense_date": DAY, "expense_category": TEXT, "expense_amount": MONEY, "title": TEXT,
     "is_income": FLAG, "employee_id": TEXT, "courier": TEXT, "currency": TEXT},
    required=("expense_date", "expense_amount"), totals=("expense_amount",),
)  # fmt: skip

FX_RATE = StagingTable(
    "fx_rate", "One day and currency pair: 1 from_currency = rate to_currency.",
    {"rate_date": DAY, "from_currency": TEXT, "to_currency": TEXT, "rate": pl.Decimal(18, 8)},
    required=("rate_date", "from_currency", "to_currency", "rate"),
    natural_key=("rate_date", "from_currency", "to_currency"),
)  # fmt: skip

CAMPAIGN = StagingTable(
    "campaign", "One campaign or coupon series, with totals where the source has no daily figures.",
    {"campaign_id": TEXT, "campaign": TEXT, "campaign_type": TEXT, "status": TEXT, "start_date": DAY, "end_date": DAY,
     "budget_amount": MONEY, "channel": TEXT, "spend_amount": MONEY, "impressions": WHOLE, "clicks": WHOLE,
     "conversions": WHOLE, "revenue_amount": MONEY, "currency": TEXT},
    required=("campaign_id",), natural_key=("campaign_id",), totals=("spend_amount", "revenue_amount"),
)  # fmt: skip
