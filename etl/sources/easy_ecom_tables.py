"""The tables of Easy Ecom's database, known by their names: of a SQLite file, or one CSV or Parquet file per table."""

from __future__ import annotations

from collections.abc import Sequence

from etl.source import Origin
from etl.sources.sheet import Form, squeezed

_MADE = ("created_at", "date")

ORDERS = Form(
    "orders",
    {"id": (), "order_number": (), "customer_id": (), "status": (), "tax_amount": (), "discount_amount": (),
     "total_amount": (), "currency": (), "created_at": ("order_date", "ordered_at", "date")},
    ("id", "order_number", "status"), "order",
)  # fmt: skip
ORDER_ITEMS = Form(
    "order_items",
    {"id": (), "order_id": (), "product_id": (), "quantity": (), "unit_price": (), "line_total": ()},
    ("order_id", "product_id", "quantity"), "order_line",
)  # fmt: skip
PRODUCTS = Form(
    "products (database)",
    {"id": (), "sku": (), "name": (), "category": (), "unit_cost": (), "unit_price": (), "is_active": ()},
    ("id", "sku"), "product",
)  # fmt: skip
CUSTOMERS = Form(
    "customers", {"id": (), "full_name": ("name",), "email": (), "phone_e164": ("phone",), "created_at": ()},
    ("id",), "customer",
)  # fmt: skip
STOCK_MOVEMENTS = Form(
    "stock_movements",
    {"id": (), "product_id": (), "movement_type": (), "quantity": (), "reason": (), "reference_type": (),
     "reference_id": (), "created_at": ("moved_at", "date")},
    ("product_id", "movement_type", "quantity"), "stock_movement",
)  # fmt: skip
RETURNS = Form(
    "returns", {"id": (), "order_id": (), "status": (), "reason": (), "created_at": ("return_date",)},
    ("id", "order_id"), "return_line",
)  # fmt: skip
RETURN_ITEMS = Form(
    "return_items", {"id": (), "return_id": (), "order_item_id": (), "quantity": (), "refund_amount": ()},
    ("return_id", "order_item_id", "quantity"), "return_line",
)  # fmt: skip
ACCOUNTS = Form("accounts", {"id": (), "code": (), "name": (), "account_type": ()}, ("id", "code"), "journal_line")
JOURNAL_ENTRIES = Form(
    "journal_entries", {"id": (), "entry_date": (), "description": (), "reference_type": (), "reference_id": ()},
    ("id", "entry_date"), "journal_line",
)  # fmt: skip
JOURNAL_LINES = Form(
    "journal_lines", {"id": (), "journal_entry_id": (), "account_id": (), "debit": (), "credit": ()},
    ("journal_entry_id", "account_id"), "journal_line",
)  # fmt: skip
EXPENSES = Form(
    "expenses",
    {"id": (), "category": (), "description": (), "amount": (), "expense_date": _MADE, "created_by": ()},
    ("amount", "expense_date"), "expense",
)  # fmt: skip
INCOME = Form(
    "income", {"id": (), "source": (), "description": (), "amount": (), "income_date": _MADE},
    ("amount", "income_date"), "expense",
)  # fmt: skip
EMPLOYEES = Form("employees", {"id": (), "full_name": (), "role_title": (), "employment_status": ()},
                 ("id", "full_name"), "employee")  # fmt: skip
ACCOUNTS_OF_PEOPLE = Form("users (database)", {"username": (), "email": (), "is_active": ()}, ("username",), "employee")
PAYROLL = Form(
    "payroll",
    {"employee_id": (), "period_start": (), "period_end": ("pay_date",), "base_salary": (), "bonus": (),
     "deductions": (), "net_salary": (), "payment_status": ("status",)},
    ("employee_id", "base_salary"), "payroll",
)  # fmt: skip
SESSION_LOGS = Form("session_logs", {"id": (), "actor": (), "action": (), "created_at": ()}, ("actor", "action"),
                    "session")  # fmt: skip
CONVERSATIONS = Form(
    "conversations", {"id": (), "customer_phone": (), "direction": (), "channel": (), "created_at": ()},
    ("customer_phone", "direction"), "session",
)  # fmt: skip
INVOICES = Form("invoices", {"id": (), "order_id": (), "issue_date": ()}, ("order_id", "issue_date"), "order")

_FORMS = (
    ORDERS, ORDER_ITEMS, PRODUCTS, CUSTOMERS, STOCK_MOVEMENTS, RETURNS, RETURN_ITEMS, ACCOUNTS, JOURNAL_ENTRIES,
    JOURNAL_LINES, EXPENSES, INCOME, EMPLOYEES, ACCOUNTS_OF_PEOPLE, PAYROLL, SESSION_LOGS, CONVERSATIONS, INVOICES,
)  # fmt: skip
_BY_NAME = {squeezed(form.kind.removesuffix(" (database)")): form for form in _FORMS}
UNUSED = {
    "payments": "payments are told by the orders", "payment_confirmations": "payments are told by the orders",
    "cash_transactions": "cash movements are told by the journal", "support_messages": "messages are not loaded",
    "audit_logs": "the old program's own log", "roles": "access to the old program is not taken over",
    "permissions": "access to the old program is not taken over",
    "user_roles": "access to the old program is not taken over",
    "role_permissions": "access to the old program is not taken over", "product_images": "pictures are not loaded",
    "alembic_version": "the old program's own bookkeeping",
}  # fmt: skip
"""Tables of the database that are not loaded, and why."""


def table_name(origin: Origin) -> str:
    """The name of a table: of the table in a database, or of a file without folder, schema and suffix."""
    return origin.sheet or origin.file_name.rsplit("/", 1)[-1].rsplit(".", 1)[0].rsplit(".", 1)[-1]


def form_by_name(origin: Origin, headers: Sequence[str]) -> Form | None:
    """The form of a table of the database that has the columns it needs, else None."""
    form = _BY_NAME.get(squeezed(table_name(origin)))
    found = {squeezed(header) for header in headers}
    return form if form is not None and all(squeezed(name) in found for name in form.required[:1]) else None
