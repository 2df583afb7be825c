"""Facts of selling: orders, their lines, and what came back."""

from __future__ import annotations

from sqlalchemy import Table

from portal.warehouse.schema.columns import (
    code,
    day,
    flag,
    instant,
    key,
    lineage,
    metadata,
    money,
    primary_key,
    quantity,
    rate,
    small,
    text,
)

fact_order = Table(
    "fact_order", metadata,
    primary_key("order_key"), code("order_id"), code("source"), day("order_date"), instant("ordered_at"),
    small("order_hour"), day("status_date"), code("document_type"), code("order_status"),
    flag("is_booked"), flag("is_realised"), flag("is_total_estimated"),
    key("customer_key"), flag("has_customer"), key("shop_key"), key("channel_key"), key("place_key"),
    key("employee_key"), key("payment_method_key"), key("courier_key"), key("campaign_key"),
    money("total_amount"), money("tax_amount"), money("shipping_amount"), money("discount_amount"),
    money("advance_amount"), money("balance_amount"), money("refund_amount"),
    money("source_total_amount"), code("source_currency"), rate("fx_rate"), text("tracking_id"), text("note"),
    *lineage(),
    comment="Grain: one order document. document_type is 'order' (has a sale line) or 'credit_note' (only returns "
    "or cancellations). order_status is one of the twelve canonical states. is_booked: not cancelled, test or "
    "excluded by policy; is_realised: booked and delivered (or fulfilled at the counter). Amounts are in the "
    "reporting currency at the rate of order_date; source_total_amount as the source gave it. total_amount includes "
    "tax and shipping; is_total_estimated when summed from lines because the source gives no total.",
)  # fmt: skip

fact_order_line = Table(
    "fact_order_line", metadata,
    primary_key("line_key"), key("order_key"), code("source"), day("order_date"), small("order_hour"),
    code("line_type"), code("order_status"), flag("is_booked"), flag("is_realised"),
    flag("is_merchandise"), flag("has_customer"), code("price_sign"), flag("has_cost"), flag("is_cost_estimated"),
    flag("is_price_estimated"),
    key("customer_key"), key("product_key"), key("shop_key"), key("channel_key"), key("place_key"),
    key("employee_key"), key("payment_method_key"), key("campaign_key"),
    quantity(), money("unit_price"), money("gross_amount"), money("discount_amount"), money("net_amount"),
    money("tax_amount"), money("cost_amount"), money("leakage_amount"),
    *lineage(),
    comment="Grain: one line of one order document. line_type: sale, return (goods back) or cancellation (a line "
    "that reverses an earlier sale). quantity and amounts carry their sign: returns and cancellations are negative. "
    "gross_amount = list price × quantity, net_amount = gross − line discount − allocated order discount; both "
    "without tax and shipping, in the reporting currency. cost_amount = quantity × unit cost at the moment of sale, "
    "null when unknown (has_cost false). leakage_amount = the discount above the cap in force on "
    "order_date. price_sign: positive, zero or negative.",
)  # fmt: skip

fact_return = Table(
    "fact_return", metadata,
    primary_key("return_key"), code("source"), text("return_id"), flag("is_recorded"), key("order_key"),
    key("line_key"), day("return_date"), day("order_date"),
    key("customer_key"), key("product_key"), key("shop_key"), key("channel_key"), key("place_key"),
    text("reason"), code("return_status"), quantity(), money("return_amount"), money("refund_amount"),
    *lineage(),
    comment="Grain: one returned line. is_recorded: the source keeps a record of the return; else the row is a booked "
    "return or cancellation line of an order. A record and a line of the same order and product are one row (the n-th "
    "of each), whose line_key is that line; 0 where sales have no such line. return_date is the day it happened, "
    "order_date the day of the sale where known. quantity and amounts are positive.",
)  # fmt: skip

fact_review = Table(
    "fact_review", metadata,
    primary_key("review_key"), key("customer_key"), key("product_key"), key("shop_key"), key("order_key"),
    day("review_date"), small("rating"), code("review_status"), text("title"),
    *lineage(),
    comment="Grain: one review of a product or shop; rating 1 to 5.",
)  # fmt: skip
