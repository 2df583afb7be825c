"""Canonical staging schemas: what every source is conformed to before the star is built.

A staging frame is a Polars DataFrame with exactly the columns of its `StagingTable`, in that order, plus the
lineage columns of `LINEAGE`. Text is trimmed, null means the source does not say. Money is fixed decimal in the
row's own `currency` (null: the tenant's). `<x>_at` is an instant in UTC without zone, null when the source gives a
date only; `<x>_date` is the business date in the tenant's zone; `<x>_hour` the local hour, null for dates only.

`row_key` identifies a row: the natural key where the table has one, else a hash of the row's content plus the number
of its occurrence within its file, because identical lines can be real. The same row_key in a later file is the same
row: the newest wins (`updated_at` where mapped, else later load, later file, later row) and the others are counted
as duplicates.
"""

from __future__ import annotations

from etl.staging.after_sales import (
    COUPON_USE,
    LOYALTY_ENTRY,
    REFERRAL,
    RETURN_LINE,
    REVIEW,
    SERVICE_CASE,
    SERVICE_EVENT,
    SESSION,
    SHIPMENT_EVENT,
)
from etl.staging.books import JOURNAL_LINE, LEAD_EVENT, PAYROLL, SETTING
from etl.staging.delivery import COURIER_PAYMENT, SHIPMENT
from etl.staging.kinds import (
    DAY,
    DEGREES,
    FLAG,
    HOUR,
    INSTANT,
    LINEAGE,
    MONEY,
    OUTCOMES,
    QUANTITY,
    REJECTS,
    TEXT,
    WHOLE,
    StagingTable,
)
from etl.staging.people import CAMPAIGN, EMPLOYEE, EXPENSE, FX_RATE, LEAD, STAFF_DAY
from etl.staging.sales import CUSTOMER, ORDER, ORDER_LINE, ORDER_STATUSES, PRODUCT, SHOP, STOCK_MOVEMENT

STAGING: dict[str, StagingTable] = {
    table.name: table
    for table in (ORDER, ORDER_LINE, CUSTOMER, PRODUCT, STOCK_MOVEMENT, SHIPMENT, LEAD, EMPLOYEE, STAFF_DAY, EXPENSE,
                  FX_RATE, CAMPAIGN, SHIPMENT_EVENT, RETURN_LINE, SERVICE_CASE, SERVICE_EVENT, LOYALTY_ENTRY, REFERRAL,
                  REVIEW, SESSION, PAYROLL, JOURNAL_LINE, LEAD_EVENT, SETTING, SHOP, COURIER_PAYMENT, COUPON_USE)
}  # fmt: skip

__all__ = [
    "CAMPAIGN", "COUPON_USE",
    "COURIER_PAYMENT", "CUSTOMER", "DAY", "DEGREES", "EMPLOYEE", "EXPENSE", "FLAG", "FX_RATE", "HOUR",
    "INSTANT", "JOURNAL_LINE", "LEAD", "LEAD_EVENT", "LINEAGE", "LOYALTY_ENTRY", "MONEY", "ORDER", "ORDER_LINE",
    "ORDER_STATUSES", "OUTCOMES",
    "PAYROLL", "PRODUCT", "QUANTITY", "REFERRAL", "REJECTS", "RETURN_LINE", "REVIEW", "SERVICE_CASE",
    "SERVICE_EVENT", "SESSION", "SETTING", "SHIPMENT", "SHIPMENT_EVENT", "SHOP", "STAFF_DAY", "STAGING",
    "STOCK_MOVEMENT", "TEXT", "WHOLE", "StagingTable",
]  # fmt: skip
