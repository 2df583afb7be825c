"""Staging tables of selling, customers, products and stock."""

from __future__ import annotations

from etl.staging.kinds import CUSTOMER_COLUMNS, DAY, FLAG, HOUR, INSTANT, MONEY, QUANTITY, TEXT, StagingTable

_SALE = {"channel": TEXT, "shop": TEXT, "employee_id": TEXT, "payment_method": TEXT, "campaign_id": TEXT}
_ORDERED = {"ordered_at": INSTANT, "order_date": DAY, "order_hour": HOUR}

ORDER_STATUSES = (
    "new", "confirmed", "processing", "shipped", "in_transit", "out_for_delivery", "delivered", "exception",
    "cancelled", "returned", "refunded", "lost",
)  # fmt: skip
"""The canonical order states; every source's words are mapped onto them."""

ORDER = StagingTable(
    "order", "One order document as the source gives it.",
    {"order_id": TEXT, **_ORDERED, "status_date": DAY, "order_status": TEXT, **CUSTOMER_COLUMNS, **_SALE,
     "total_amount": MONEY, "tax_amount": MONEY, "shipping_amount": MONEY, "discount_amount": MONEY,
     "advance_amount": MONEY, "balance_amount": MONEY, "refund_amount": MONEY, "tracking_id": TEXT, "courier": TEXT,
     "note": TEXT, "is_test": FLAG, "is_total_estimated": FLAG, "is_refund_in_lines": FLAG, "currency": TEXT,
     "updated_at": INSTANT},
    required=("order_id",), natural_key=("order_id",), totals=("total_amount",),
)  # fmt: skip
"""is_refund_in_lines: the lines are already without the goods that were refunded."""

ORDER_LINE = StagingTable(
    "order_line", "One line of one order document; repeats order columns where the source does.",
    {"order_id": TEXT, **_ORDERED, "order_status": TEXT, **CUSTOMER_COLUMNS, **_SALE,
     "product_id": TEXT, "product": TEXT, "category": TEXT, "quantity": QUANTITY, "unit_price": MONEY,
     "list_price": MONEY, "discount_amount": MONEY, "tax_amount": MONEY, "line_amount": MONEY, "unit_cost": MONEY,
     "is_cancellation": FLAG, "is_return": FLAG, "is_merchandise": FLAG, "is_price_estimated": FLAG,
     "is_cost_estimated": FLAG, "is_test": FLAG, "currency": TEXT, "updated_at": INSTANT},
    required=("quantity",), totals=("quantity", "line_amount"),
)  # fmt: skip
"""line_amount is quantity × unit_price unless the source states it; sign as in the source. A line with neither price
nor amount takes the price of its product. `order_id` null: each line becomes its own order (order_id = row_key)."""

CUSTOMER = StagingTable(
    "customer", "One customer record of the source.",
    {**CUSTOMER_COLUMNS, "second_phone": TEXT, "address": TEXT, "has_consent": FLAG, "created_date": DAY,
     "updated_at": INSTANT},
    natural_key=("customer_id",),
)  # fmt: skip

PRODUCT = StagingTable(
    "product", "One product record of the source.",
    {"product_id": TEXT, "sku": TEXT, "product": TEXT, "category": TEXT, "brand": TEXT, "supplier": TEXT,
     "list_price": MONEY, "unit_cost": MONEY, "on_hand_quantity": QUANTITY, "is_active": FLAG, "is_merchandise": FLAG,
     "shop": TEXT, "currency": TEXT, "updated_at": INSTANT},
    required=("product_id",), natural_key=("product_id",), totals=("on_hand_quantity",),
)  # fmt: skip
"""on_hand_quantity is a count as of the load; null where the source keeps no stock on the product."""

SHOP = StagingTable(
    "shop", "One shop or branch that sells, by the name other tables call it.",
    {"shop": TEXT, "shop_id": TEXT, "city": TEXT, "country": TEXT, "owner": TEXT},
    required=("shop",), natural_key=("shop",),
)  # fmt: skip

STOCK_MOVEMENT = StagingTable(
    "stock_movement", "One movement of one product.",
    {"movement_id": TEXT, "product_id": TEXT, "moved_at": INSTANT, "movement_date": DAY, "movement_type": TEXT,
     "quantity": QUANTITY, "unit_cost": MONEY, "reason": TEXT, "reference_id": TEXT, "shop": TEXT, "hub": TEXT,
     "currency": TEXT},
    required=("product_id", "quantity"), totals=("quantity",),
)  # fmt: skip
