"""The CSV files of Easy Ecom, recognised by their headers, because the names of the files vary."""

from __future__ import annotations

from etl.sources.sheet import Form, squeezed

_CLIENT: dict[str, tuple[str, ...]] = {"client_id": ()}

SALES = Form(
    "sales",
    {**_CLIENT, "date": ("timestamp",), "product_name": ("product",), "quantity_sold": (), "unit_price": (),
     "unit_cost": (), "total_sale": (), "cost_of_goods_sold": ("cogs",), "profit": ()},
    ("date", "product_name", "quantity_sold", "unit_price"), "order_line",
)  # fmt: skip
PRODUCTS = Form(
    "products",
    {**_CLIENT, "product_name": ("product",), "quantity": (), "unit_cost": (), "total_cost": ()},
    ("product_name", "quantity", "unit_cost"), "product",
)  # fmt: skip
USERS = Form("users", {**_CLIENT, "username": (), "role": ()}, ("username", "role"), "employee")
TRANSACTIONS = Form(
    "finance_transactions",
    {**_CLIENT, "transaction_date": (), "transaction_type": (), "category": (), "title": (), "notes": (),
     "amount": (), "created_by": (), "created_at": ()},
    ("transaction_date", "transaction_type", "amount"), "expense",
)  # fmt: skip
SALARIES = Form("finance_salaries", {**_CLIENT, "employee_name": (), "monthly_salary": (), "status": ()},
                ("employee_name", "monthly_salary"), "payroll")  # fmt: skip
CLIENT_SETTINGS = ("business_overview", "opening_hours", "closing_hours", "max_discount_pct", "return_refund_policy",
                   "sales_commission_pct", "whatsapp_enabled", "messenger_enabled", "instagram_enabled")  # fmt: skip
"""Columns of clients that are settings; the others name or open other programs and are never read."""
CLIENTS = Form("clients", {**_CLIENT, "client_name": (), **dict.fromkeys(CLIENT_SETTINGS, ())},
               ("client_id", "client_name"), "setting")  # fmt: skip
FEATURES = Form("user_feature_access", {**_CLIENT, "username": (), "feature": (), "enabled": ()},
                ("username", "feature", "enabled"), "setting")  # fmt: skip

_TELLING: tuple[tuple[Form, tuple[str, ...]], ...] = (
    (SALES, ("quantity_sold",)),
    (TRANSACTIONS, ("transaction_type",)),
    (SALARIES, ("monthly_salary",)),
    (FEATURES, ("feature", "enabled")),
    (CLIENTS, ("client_name",)),
    (PRODUCTS, ("product_name", "quantity")),
    (USERS, ("username", "role")),
)
"""Form to the columns that only it has, in the order they are looked for."""


def form_by_header(headers: list[str]) -> Form | None:
    """The form whose telling columns are all among `headers`, or None."""
    found = {squeezed(header) for header in headers}
    return next((form for form, telling in _TELLING if {squeezed(name) for name in telling} <= found), None)
