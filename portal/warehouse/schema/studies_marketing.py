"""Studies of marketing: orders that a coupon lowered."""

from __future__ import annotations

from sqlalchemy import Table

from portal.warehouse.schema.columns import code, day, key, lineage, money, primary_key
from portal.warehouse.schema.studies import studies

study_coupon_order = Table(
    "study_coupon_order", studies,
    primary_key("order_key"), code("source"), day("order_date"), key("customer_key"), key("channel_key"),
    key("shop_key"), key("place_key"), key("employee_key"), money("net_amount"), money("cost_amount"),
    money("coupon_amount"), *lineage(),
    comment="Grain: one booked order that a coupon took something off. net_amount and cost_amount are those of its "
    "lines, cost_amount null where one of them is not known; coupon_amount what coupons took off, positive.",
)  # fmt: skip
