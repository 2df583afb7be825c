"""The sheets of the IMIQ master workbook: documented columns, the other headers they are known under, status words."""

from __future__ import annotations

from etl.sources.sheet import Form, squeezed

_DATE = ("timestamp", "created_at", "orderdate", "order_date")
_USER = ("user", "created_by", "userid", "user_id", "name", "email")

NEW_ORDERS = Form(
    "NewOrders",
    {
        "order_id": (), "phone": ("phone_number",), "customer_name": ("name",), "product": ("product_name",),
        "quantity": ("qty",), "balance_to_pay": ("balance",), "advance_paid": ("advance",), "total": ("total_amount",),
        "city": (), "payment_method": ("payment_type",), "status": ("order_status",),
        "timestamp": ("date", "order_date", "orderdate", "created_at"), "tracking_id": (), "courier_name": ("courier",),
        "created_by": ("userid", "user_id", "user"), "Remarks": ("notes",), "Last Update Date": ("updated_at",),
    },
    ("order_id", "timestamp", "total", "status"), "order",
)  # fmt: skip
PRODUCT_LIST = Form(
    "ProductList",
    {"product_name": ("product", "name"), "price": ("selling_price",), "stock": ("quantity",), "category": (),
     "sku": (), "status": ()},
    ("product_name",), "product",
)  # fmt: skip
CUSTOMERS = Form(
    "Customers",
    {"customer_id": (), "phone": ("phone_number",), "name": ("customer_name",), "email": (), "address": (),
     "city": (), "pincode": (), "created_at": ()},
    (), "customer",
)  # fmt: skip
USERS = Form("Users", {"user_id": ("userid",), "email": (), "role": (), "name": (), "is_active": ()},
             ("user_id",), "employee")  # fmt: skip
PERFORMANCE = Form(
    "Performance",
    {"date": _DATE, "name": _USER, "no_of_leads": ("leads", "lead_count", "num_leads", "total_leads"),
     "no_of_orders": ("orders", "order_count", "num_orders", "total_orders"), "ad_spend": ()},
    ("date", "name"), "staff_day",
)  # fmt: skip
REVENUE = Form(
    "Revenue",
    {"date": _DATE, "ad_spend": (), "courier_expenses": ("courier",), "other_expenses": ("other",), "notes": (),
     "created_by": _USER},
    ("date",), "expense",
)  # fmt: skip
SHIPMENTS = Form(
    "Shipments",
    {"shipment_id": (), "order_id": (), "courier": ("courier_name",), "tracking_id": (), "status": (),
     "created_at": ("timestamp", "date"), "updated_at": ()},
    ("shipment_id", "order_id"), "shipment",
)  # fmt: skip
CHAT_LOGS = Form(
    "ChatLogs",
    {"message_id": ("id", "log_id", "chat_id"), "phone": ("phone_number", "customer_phone"), "direction": ("type",),
     "timestamp": ("created_at", "date", "sent_at"), "assigned_user": ("user_id", "user", "agent"),
     "source": ("channel", "platform"), "status": (), "ai_attempted": (), "ai_success": ()},
    (), "session",
)  # fmt: skip
CHAT_ASSIGNMENTS = Form(
    "ChatAssignments",
    {"phone": ("phone_number", "customer_phone"), "assigned_user": ("assigned_to", "user_id", "user"),
     "assigned_at": ("timestamp", "created_at", "date"), "status": ()},
    (), "session",
)  # fmt: skip
ORDER_STAGES = Form(
    "OrderStages",
    {"order_id": (), "stage": ("order_stage",), "status": (), "confirmation": (),
     "timestamp": ("updated_at", "created_at", "date"), "notes": ("remarks",), "next_step": ()},
    ("order_id", "stage"), "shipment_event",
)  # fmt: skip
SETTINGS = Form(
    "Settings",
    {"setting_key": ("key", "setting", "name"), "setting_value": ("value",), "category": (), "updated_at": ()},
    ("setting_key", "setting_value"), "setting",
)  # fmt: skip
AI_PROMPTS = Form("AI_Prompts", {})

FORMS: dict[str, Form] = {
    squeezed(form.kind): form
    for form in (
        NEW_ORDERS, PRODUCT_LIST, CUSTOMERS, USERS, PERFORMANCE, REVENUE, SHIPMENTS, CHAT_LOGS, CHAT_ASSIGNMENTS,
        ORDER_STAGES, SETTINGS, AI_PROMPTS,
    )
}  # fmt: skip
"""Squeezed sheet name to form."""

STATUS_WORDS: dict[str, str] = {
    "new": "new", "pending": "new", "confirmed": "confirmed", "processing": "processing",
    "shipped": "shipped", "dispatched": "shipped", "in transit": "in_transit", "transit": "in_transit",
    "out for delivery": "out_for_delivery", "delivered": "delivered", "complete": "delivered",
    "completed": "delivered", "failed delivery": "exception", "cancelled": "cancelled", "canceled": "cancelled",
    "cancel": "cancelled", "returned": "returned", "return": "returned", "rto": "returned",
    "refunded": "refunded", "refund": "refunded",
}  # fmt: skip
"""Status words (lower case, trimmed, `_` and `-` as blanks) to canonical states. RTO, back to origin, is a return."""

PAYMENT_WORDS: dict[str, str] = {
    "cod": "COD", "cash": "COD", "cash on delivery": "COD", "prepaid": "Prepaid", "online": "Prepaid",
    "upi": "Prepaid", "card": "Prepaid",
}  # fmt: skip
"""Payment words to the two kinds IMIQ knows; any other word stays as written."""
