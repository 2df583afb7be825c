"""IMIQ: the master workbook of an order desk (or the same tabs as CSV files).

One row of NewOrders is one order with one product: it becomes one order and one order line, or neither. Money is in
the tenant's currency; times without an offset are local to the tenant; 03/02/2026 is the third of February.

A repeated header is excluded. An order_id that stands more than once is one order: the row with the newest Last Update
Date wins, the others are counted as duplicates. Sheets this version has no use for are excluded by name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from etl.source import Conformed, Origin, RawTable, Source, TenantRules
from etl.sources.imiq_desk import conform_assignments, conform_chats, conform_settings, conform_stages
from etl.sources.imiq_forms import (
    CHAT_ASSIGNMENTS,
    CHAT_LOGS,
    CUSTOMERS,
    FORMS,
    NEW_ORDERS,
    ORDER_STAGES,
    PERFORMANCE,
    PRODUCT_LIST,
    REVENUE,
    SETTINGS,
    SHIPMENTS,
    USERS,
)
from etl.sources.imiq_orders import conform_orders, conform_shipments
from etl.sources.imiq_records import (
    conform_customers,
    conform_expenses,
    conform_products,
    conform_staff_days,
    conform_users,
    product_ids,
    user_ids,
)
from etl.sources.sheet import Form, Sheet, gather_sheets, squeezed
from etl.sources.sieve import merged, not_loaded, unused_columns
from portal.errors import SourceError


def form_of(origin: Origin, headers: Sequence[str]) -> Form | None:
    """The form of a sheet by its name; of a CSV file by the end of its name ("Master - NewOrders.csv")."""
    name = origin.sheet or origin.file_name.rsplit("/", 1)[-1].rsplit(".", 1)[0].rsplit(" - ", 1)[-1]
    return FORMS.get(squeezed(name))


def conform(tables: Sequence[RawTable], rules: TenantRules, mapping: Any = None) -> Conformed:
    """The master workbook as staging tables; `mapping` is not used.

    Raises:
        SourceError: no sheet of the master workbook is among the tables, or one lacks a column it must have.
    """
    sheets, unknown = gather_sheets(tables, form_of)
    if not sheets:
        raise SourceError(_no_sheets([origin for origin, _ in unknown]))
    users = _one(sheets, USERS, conform_users)
    products = _one(sheets, PRODUCT_LIST, lambda sheet: conform_products(sheet, rules))
    employee_ids = user_ids(users.tables["employee"]) if users.tables else {}
    ids = product_ids(sheets[PRODUCT_LIST.kind], products.tables["product"]) if products.tables else {}
    shipments = _one(sheets, SHIPMENTS, lambda sheet: conform_shipments(sheet, rules))
    parts = [
        users, products, shipments,
        _one(sheets, CUSTOMERS, lambda sheet: conform_customers(sheet, rules)),
        _one(sheets, NEW_ORDERS, lambda sheet: conform_orders(sheet, rules, ids, employee_ids)),
        _one(sheets, PERFORMANCE, lambda sheet: conform_staff_days(sheet, rules, employee_ids)),
        _one(sheets, REVENUE, lambda sheet: conform_expenses(sheet, rules)),
        _one(sheets, CHAT_LOGS, lambda sheet: conform_chats(sheet, rules, employee_ids)),
        _one(sheets, CHAT_ASSIGNMENTS, lambda sheet: conform_assignments(sheet, rules, employee_ids)),
        _one(sheets, ORDER_STAGES, lambda sheet: conform_stages(sheet, rules, shipments.tables.get("shipment"))),
        _one(sheets, SETTINGS, lambda sheet: conform_settings(sheet, rules)),
        unused_columns(sheets),
        *(_unused(sheet) for sheet in sheets.values() if sheet.form.table == "unused"),
        *(not_loaded(origin.sheet or origin.file_name, rows, "not a known sheet") for origin, rows in unknown),
    ]  # fmt: skip
    return merged(parts)


def _one(sheets: dict[str, Sheet], form: Form, conform_sheet: Callable[[Sheet], Conformed]) -> Conformed:
    return conform_sheet(sheets[form.kind]) if form.kind in sheets else Conformed({})


def _unused(sheet: Sheet) -> Conformed:
    return not_loaded(sheet.form.kind, sheet.frame, "instructions for an assistant are no data of the shop")


def _no_sheets(origins: Sequence[Origin]) -> str:
    found = ", ".join(dict.fromkeys(origin.sheet or origin.file_name for origin in origins)) or "nothing"
    known = ", ".join(form.kind for form in FORMS.values() if form.table != "unused")
    return f"This is no IMIQ workbook: found {found}; expected at least one of the sheets {known}."


SOURCE = Source(
    "imiq", "IMIQ master workbook",
    ("order", "order_line", "product", "customer", "employee", "staff_day", "expense", "shipment", "shipment_event",
     "session", "setting"),
    (".xlsx", ".xlsm", ".xls", ".csv"), conform, is_whole=True,
)  # fmt: skip
