"""What the rows of a staging table are called by people."""

from __future__ import annotations

TABLE_NAMES = {
    "order": "orders", "order_line": "order lines", "customer": "customers", "product": "products",
    "stock_movement": "stock movements", "shipment": "shipments", "shipment_event": "shipment steps",
    "return_line": "returns", "lead": "leads", "lead_event": "lead status changes", "employee": "employees",
    "staff_day": "staff days", "expense": "expenses", "fx_rate": "exchange rates", "campaign": "campaigns",
    "coupon_use": "uses of coupons", "courier_payment": "lines of payout statements",
    "service_case": "service cases", "service_event": "service calls and decisions",
    "session": "conversations and visits",
    "loyalty_entry": "loyalty points", "referral": "referrals", "review": "reviews", "payroll": "payroll",
    "journal_line": "journal lines", "setting": "settings", "shop": "shops", "unused": "not used",
}  # fmt: skip
"""Staging table to the name of its rows; `unused` are rows of tables that no staging table takes."""


def table_name(table: str) -> str:
    """The name of a staging table's rows, in lower case."""
    return TABLE_NAMES.get(table, table.replace("_", " "))
