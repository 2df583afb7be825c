"""Staging tables of payroll, journal and the source's own settings."""

from __future__ import annotations

from etl.staging.kinds import DAY, INSTANT, MONEY, TEXT, StagingTable

PAYROLL = StagingTable(
    "payroll", "One employee and pay day; net = base + bonus − deductions.",
    {"employee_id": TEXT, "pay_date": DAY, "base_amount": MONEY, "bonus_amount": MONEY, "deduction_amount": MONEY,
     "net_amount": MONEY, "payroll_status": TEXT, "currency": TEXT},
    required=("employee_id", "net_amount"), totals=("net_amount",),
)  # fmt: skip

JOURNAL_LINE = StagingTable(
    "journal_line", "One line of one journal entry; debits equal credits within an entry.",
    {"entry_id": TEXT, "entry_date": DAY, "account_code": TEXT, "account": TEXT, "account_type": TEXT,
     "debit_amount": MONEY, "credit_amount": MONEY, "description": TEXT, "currency": TEXT},
    required=("entry_id", "account_code"), totals=("debit_amount", "credit_amount"),
)  # fmt: skip

LEAD_EVENT = StagingTable(
    "lead_event", "One change of status of one lead.",
    {"lead_id": TEXT, "employee_id": TEXT, "event_at": INSTANT, "event_date": DAY, "from_status": TEXT,
     "to_status": TEXT, "note": TEXT},
    required=("lead_id", "to_status"),
)  # fmt: skip

SETTING = StagingTable(
    "setting", "One setting the source keeps about itself; never a secret.",
    {"setting": TEXT, "value": TEXT, "category": TEXT, "updated_at": INSTANT},
    required=("setting",), natural_key=("setting",),
)  # fmt: skip
