"""A shop small enough to add up by hand, and the writing of it as a snapshot file.

Booked lines: gross 165, discounts 2, returns 9, net 154 = 165 − 2 − 9; 5 orders, 7 documents, 8 lines; 9 units sold,
1 returned; cost 80 on 149 of the 154. Net by month: January 23, February 71, March 60.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
from duckdb_sqlalchemy import Dialect
from sqlalchemy import Boolean, Table
from sqlalchemy.schema import CreateTable

from portal.warehouse.schema import metadata

Rows = Sequence[Mapping[str, Any]]

JAN10, FEB5, FEB20, FEB25, MAR2, MAR5, MAR31 = (
    date(2026, 1, 10), date(2026, 2, 5), date(2026, 2, 20), date(2026, 2, 25), date(2026, 3, 2), date(2026, 3, 5),
    date(2026, 3, 31),
)  # fmt: skip

_PRODUCTS: Rows = [
    {"product_key": 1, "product_id": "P1", "sku": "MUG", "product": "Mug", "category": "Kitchen",
     "is_merchandise": True},
    {"product_key": 2, "product_id": "P2", "sku": "LAMP", "product": "Lamp", "category": "Home",
     "is_merchandise": True},
    {"product_key": 3, "product_id": "P3", "product": "Postage"},
    {"product_key": 4, "product_id": "P4", "product": "Chair", "category": "Home", "is_merchandise": True},
]  # fmt: skip
_CUSTOMERS: Rows = [
    {"customer_key": 1, "customer_id": "C1", "customer": "Ann", "first_order_date": JAN10,
     "first_order_month": date(2026, 1, 1), "order_count": 2, "email": "ann@example.org"},
    {"customer_key": 2, "customer_id": "C2", "customer": "Bob", "first_order_date": FEB5,
     "first_order_month": date(2026, 2, 1), "order_count": 2},
]  # fmt: skip


def _order(key: int, day: date, customer: int, channel: int, employee: int, **more: Any) -> dict[str, Any]:
    return {
        "order_key": key, "order_id": f"O{key}", "order_date": day, "order_hour": 9 + key, "source": "table",
        "document_type": "order", "order_status": "delivered", "is_booked": True, "is_realised": True,
        "customer_key": customer, "has_customer": customer > 0, "channel_key": channel, "employee_key": employee,
        "place_key": channel, "origin_key": 1, "source_row": key, **more,
    }  # fmt: skip


ORDERS: list[dict[str, Any]] = [
    _order(1, JAN10, 1, 1, 1, total_amount=26, advance_amount=26, balance_amount=0),
    _order(2, FEB5, 2, 2, 2, total_amount=55, advance_amount=5, balance_amount=50, refund_amount=5),
    _order(3, FEB20, 1, 1, 1, total_amount=33),
    _order(4, FEB25, 1, 1, 1, total_amount=-9, document_type="credit_note"),
    _order(5, MAR2, 0, 1, 2, total_amount=50, order_status="shipped", is_realised=False),
    _order(6, MAR5, 2, 2, 2, total_amount=50, order_status="cancelled", is_booked=False, is_realised=False),
    _order(7, MAR31, 2, 1, 1, total_amount=12, order_status="new", is_realised=False),
]
_LINES: Sequence[tuple[int, int, int, int, int, int | None, str]] = [
    # order, product, quantity, gross, discount, cost, type
    (1, 1, 2, 20, 2, 8, "sale"),
    (1, 3, 1, 5, 0, None, "sale"),
    (2, 2, 1, 50, 0, 30, "sale"),
    (3, 1, 3, 30, 0, 12, "sale"),
    (4, 1, -1, -10, -1, -4, "return"),
    (5, 2, 1, 50, 0, 30, "sale"),
    (6, 2, 1, 50, 0, 30, "sale"),
    (7, 1, 1, 10, 0, 4, "sale"),
]


def _line(place: int, line: tuple[int, int, int, int, int, int | None, str]) -> dict[str, Any]:
    order, product, quantity, gross, discount, cost, kind = line
    shared = {name: ORDERS[order - 1][name] for name in (
        "order_key", "source", "order_date", "order_hour", "order_status", "is_booked", "is_realised", "has_customer",
        "customer_key", "channel_key", "employee_key", "place_key", "origin_key",
    )}  # fmt: skip
    return {
        **shared, "line_key": place, "source_row": 100 + place, "line_type": kind, "product_key": product,
        "is_merchandise": product != 3, "price_sign": "positive", "has_cost": cost is not None, "quantity": quantity,
        "unit_price": Decimal(gross) / quantity, "gross_amount": gross, "discount_amount": discount,
        "net_amount": gross - discount, "cost_amount": cost, "leakage_amount": 1 if discount else 0,
    }  # fmt: skip


_SHIPMENTS: Rows = [
    {"shipment_key": 1, "shipment_id": "S1", "tracking_id": "T1", "shipment_mode": "Air", "ship_date": JAN10,
     "promised_date": JAN10, "delivered_date": JAN10, "created_date": JAN10, "created_at": datetime(2026, 1, 10, 8),
     "picked_up_at": datetime(2026, 1, 10, 10), "hub_at": datetime(2026, 1, 10, 13),
     "out_at": datetime(2026, 1, 10, 17), "delivered_at": datetime(2026, 1, 10, 18), "is_delivered": True,
     "outcome": "succeeded", "attempts": 1, "failed_attempts": 0, "shipment_amount": 18, "fee_amount": 2, "quantity": 2,
     "cod_amount": 18, "collected_amount": 18, "remitted_amount": 15, "withheld_amount": 2, "cod_gap_amount": 1,
     "remitted_date": FEB5, "cod_state": "short"},
    {"shipment_key": 2, "shipment_id": "S2", "tracking_id": "T2", "shipment_mode": "Truck", "ship_date": FEB5,
     "promised_date": FEB5, "delivered_date": FEB20, "is_delivered": True, "is_late": True, "outcome": "succeeded",
     "attempts": 3, "failed_attempts": 2, "exception_reason": "no answer", "shipment_amount": 50, "quantity": 1,
     "cod_amount": 50, "cod_gap_amount": 50, "cod_state": "unpaid"},
    {"shipment_key": 3, "shipment_id": "S3", "shipment_mode": "Air", "ship_date": MAR2, "fee_amount": 3,
     "created_date": FEB25, "outcome": "open", "shipment_amount": 50, "quantity": 1, "cod_state": "none"},
]  # fmt: skip
_PAYMENTS: Rows = [
    {"payment_key": 1, "tracking_id": "T1", "shipment_key": 1, "paid_date": FEB5, "collected_amount": 18,
     "fee_amount": 2, "paid_amount": 15, "due_amount": 18, "difference_amount": 1, "payment_state": "short"},
    {"payment_key": 2, "tracking_id": "T9", "paid_date": MAR2, "fee_amount": 1, "paid_amount": 7,
     "payment_state": "unknown_parcel"},
]  # fmt: skip
_STAFF_DAYS: Rows = [
    {"staff_day_key": 1, "employee_key": 1, "work_date": FEB5, "leads": 10, "reported_orders": 2},
    {"staff_day_key": 2, "employee_key": 1, "work_date": MAR2, "leads": 5, "reported_orders": 1},
    {"staff_day_key": 3, "employee_key": 2, "work_date": FEB5, "leads": 4, "ad_spend_amount": 20},
]
_LEVELS: Rows = [
    {"stock_level_key": 1, "product_key": 1, "on_hand_quantity": 3, "unit_cost": 4, "stock_amount": 12},
    {"stock_level_key": 2, "product_key": 2, "on_hand_quantity": 0, "unit_cost": 30, "stock_amount": 0},
    {"stock_level_key": 3, "product_key": 4, "on_hand_quantity": 20},
]

_MOVEMENTS: Rows = [
    {"movement_key": 1, "product_key": 1, "movement_date": JAN10, "movement_type": "receipt", "quantity": 10},
    {"movement_key": 2, "product_key": 1, "movement_date": FEB20, "movement_type": "sale", "quantity": -7},
]
_LEADS: Rows = [
    {"lead_key": 1, "lead_id": "L1", "lead_date": JAN10, "lead_status": "won", "is_won": True, "employee_key": 1},
    {"lead_key": 2, "lead_id": "L2", "lead_date": FEB5, "lead_status": "lost", "is_lost": True, "employee_key": 1},
    {"lead_key": 3, "lead_id": "L3", "lead_date": FEB5, "lead_status": "new", "lead_source": "fair"},
]
_EXPENSES: Rows = [
    {"expense_key": 1, "expense_date": FEB5, "expense_category": "rent", "expense_amount": 30},
    {"expense_key": 2, "expense_date": MAR2, "expense_category": "other", "expense_amount": 7, "is_income": True},
    {"expense_key": 3, "expense_date": FEB5, "expense_category": "courier_expenses", "expense_amount": 4},
    {"expense_key": 4, "expense_date": FEB5, "expense_category": "ad_spend", "expense_amount": 11},
]
_CAMPAIGNS: Rows = [
    {
        "campaign_day_key": 1,
        "campaign_key": 1,
        "spend_date": FEB5,
        "spend_amount": 40,
        "impressions": 2000,
        "clicks": 80,
        "conversions": 4,
        "revenue_amount": 90,
    },
    {
        "campaign_day_key": 2,
        "campaign_key": 2,
        "spend_date": MAR2,
        "spend_amount": 20,
        "impressions": 500,
        "clicks": 20,
        "conversions": 0,
        "revenue_amount": 0,
    },
    {"campaign_day_key": 3, "campaign_key": 2, "spend_date": MAR2, "impressions": 0, "clicks": 0},
]

_CASES: Rows = [
    {"case_key": 1, "case_id": "1", "case_type": "ticket", "case_status": "open", "opened_date": FEB5,
     "customer_key": 1, "cost_amount": 6},
    {"case_key": 2, "case_id": "2", "case_type": "hub", "case_status": "closed", "opened_date": MAR2},
]  # fmt: skip
_POINTS: Rows = [
    {"loyalty_key": 1, "entry_date": JAN10, "entry_type": "earned_purchase", "points": 50, "customer_key": 1},
    {"loyalty_key": 2, "entry_date": FEB5, "entry_type": "redeemed_discount", "points": -20, "customer_key": 1},
    {"loyalty_key": 3, "entry_date": FEB5, "entry_type": "expired", "points": -5, "customer_key": 1},
]
_REVIEWS: Rows = [
    {"review_key": 1, "review_date": FEB5, "rating": 5, "customer_key": 1, "product_key": 1},
    {"review_key": 2, "review_date": MAR2, "rating": 2, "customer_key": 2, "product_key": 1},
]
_PAYROLL: Rows = [{"payroll_key": 1, "employee_key": 1, "pay_date": FEB25, "base_amount": 90, "net_amount": 85}]

_COUPONS: Rows = [
    {"coupon_key": 1, "coupon_id": "K1", "campaign_key": 1, "customer_key": 1, "entry_date": FEB5},
    {"coupon_key": 2, "order_key": 2, "customer_key": 2, "entry_date": FEB5, "coupon_amount": 3},
]  # fmt: skip
_JOURNAL: Rows = [
    {"journal_line_key": 1, "entry_id": "J1", "entry_date": JAN10, "account_code": "1000", "debit_amount": 26},
    {"journal_line_key": 2, "entry_id": "J1", "entry_date": JAN10, "account_code": "4000", "credit_amount": 26},
    {"journal_line_key": 3, "entry_id": "J2", "entry_date": FEB5, "account_code": "6000", "debit_amount": 30},
    {"journal_line_key": 4, "entry_id": "J2", "entry_date": FEB5, "account_code": "1000",
     "credit_amount": Decimal("29.99")},
]  # fmt: skip

SHOP: dict[str, Rows] = {
    "dim_product": _PRODUCTS,
    "dim_customer": _CUSTOMERS,
    "dim_channel": [{"channel_key": 1, "channel": "web"}, {"channel_key": 2, "channel": "phone"}],
    "dim_place": [{"place_key": 1, "city": "Leeds", "country": "United Kingdom"}, {"place_key": 2, "country": "Eire"}],
    "dim_employee": [{"employee_key": 1, "employee_id": "E1", "employee": "Zoe"},
                     {"employee_key": 2, "employee_id": "E2"}],
    "dim_origin": [{"origin_key": 1, "source": "table", "file_name": "orders.csv", "sha256": "ab"}],
    "fact_order": ORDERS,
    "fact_order_line": [_line(place, line) for place, line in enumerate(_LINES, start=1)],
    "fact_shipment": _SHIPMENTS,
    "fact_courier_payment": _PAYMENTS,
    "dim_campaign": [{"campaign_key": 1, "campaign_id": "C1", "campaign": "Spring"},
                     {"campaign_key": 2, "campaign_id": "C2", "campaign": "Radio"}],
    "fact_campaign_day": _CAMPAIGNS,
    "fact_staff_day": _STAFF_DAYS,
    "fact_stock_level": _LEVELS,
    "fact_stock_movement": _MOVEMENTS,
    "fact_lead": _LEADS,
    "fact_expense": _EXPENSES,
    "fact_service_case": _CASES,
    "fact_loyalty": _POINTS,
    "fact_review": _REVIEWS,
    "fact_payroll": _PAYROLL,
    "fact_journal_line": _JOURNAL,
    "fact_coupon": _COUPONS,
    "tie_out": [{"source": "table", "staging_table": "order_line", "measure": "line_amount", "source_value": 204,
                 "warehouse_value": 204, "explained_value": 0, "is_tied": True}],
}  # fmt: skip

OTHER_SHOP: dict[str, Rows] = {
    "dim_product": [{"product_key": 1, "product_id": "X1", "product": "canary-product", "category": "canary-category"}],
    "dim_customer": [{"customer_key": 1, "customer_id": "canary-id", "customer": "canary-name",
                      "first_order_date": FEB5, "first_order_month": date(2026, 2, 1), "order_count": 1}],
    "dim_channel": [{"channel_key": 1, "channel": "canary-channel"}],
    "fact_order": [_order(1, FEB5, 1, 1, 0, total_amount=1000)],
    "fact_order_line": [{**_line(1, (1, 1, 1, 1000, 0, None, "sale")), "order_date": FEB5}],
}  # fmt: skip


CALENDAR = """
insert into dim_date by name
select day::date as date, isodow(day) as weekday, isodow(day) > 5 as is_weekend, false as is_holiday,
  date_trunc('week', day)::date as week_start, date_trunc('month', day)::date as month_start,
  date_trunc('quarter', day)::date as quarter_start, date_trunc('year', day)::date as year_start
from generate_series(date '2025-01-01', date '2026-12-31', interval 1 day) days(day)
"""


def _complete(table: Table, row: Mapping[str, Any]) -> list[Any]:
    """The row with what its maker left out: key 0, flag no, code empty, everything else unknown."""
    values = []
    for column in table.c:
        missing: Any = None
        if not column.nullable:
            missing = False if isinstance(column.type, Boolean) else 0 if column.name.endswith(("_key", "_row")) else ""
        values.append(row.get(column.name, missing))
    return values


def write_warehouse(path: Path, tables: Mapping[str, Rows]) -> dict[str, int]:
    """A complete star schema with these rows, row 0 in every dimension, and the calendar of 2025 and 2026."""
    with duckdb.connect(str(path)) as connection:
        for table in metadata.sorted_tables:
            connection.execute(str(CreateTable(table).compile(dialect=Dialect())))
            rows = list(tables.get(table.name, ()))
            if table.name.startswith("dim_") and table.name != "dim_date":
                rows.append({})
            if rows:
                marks = ",".join(f"({','.join('?' for _ in table.c)})" for _ in rows)
                values = [value for row in rows for value in _complete(table, row)]
                connection.execute(f"insert into {table.name} values {marks}", values)
        connection.execute(CALENDAR)
        return {table.name: _count(connection, table) for table in metadata.sorted_tables}


def _count(connection: duckdb.DuckDBPyConnection, table: Table) -> int:
    row = connection.execute(f"select count(*) from {table.name}").fetchone()
    return int(row[0]) if row else 0
