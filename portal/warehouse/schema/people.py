"""Facts of leads, staff, loyalty and marketing."""

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
    small,
    text,
    whole,
)

fact_lead = Table(
    "fact_lead", metadata,
    primary_key("lead_key"), code("lead_id"), code("lead_status"), code("priority"), text("lead_source"),
    text("lead_type"), key("customer_key"), key("employee_key"), key("place_key"), day("lead_date"),
    day("last_contact_date"), day("status_date"), day("follow_up_date"), small("score"), flag("is_won"),
    flag("is_lost"), money("value_amount"), whole("follow_up_count"), text("child_age"), text("note"),
    *lineage(),
    comment="Grain: one lead after de-duplication, in its latest state. child_age is as written: a number or a range.",
)  # fmt: skip

fact_lead_event = Table(
    "fact_lead_event", metadata,
    primary_key("event_key"), key("lead_key"), key("employee_key"), instant("event_at"), day("event_date"),
    code("from_status"), code("to_status"), text("note"),
    *lineage(),
    comment="Grain: one change of status of one lead.",
)  # fmt: skip

fact_staff_day = Table(
    "fact_staff_day", metadata,
    primary_key("staff_day_key"), key("employee_key"), day("work_date"), whole("leads"), whole("reported_orders"),
    money("ad_spend_amount"),
    *lineage(),
    comment="Grain: one employee and day as the source's performance sheet reports it. reported_orders is what the "
    "sheet says; orders counted from the order sheet live in fact_order.",
)  # fmt: skip

fact_loyalty = Table(
    "fact_loyalty", metadata,
    primary_key("loyalty_key"), key("customer_key"), key("shop_key"), key("order_key"), day("entry_date"),
    instant("entered_at"), code("entry_type"), whole("points"), text("tier"), text("reward"), text("reference_id"),
    *lineage(),
    comment="Grain: one entry of the points ledger; points are signed.",
)  # fmt: skip

fact_referral = Table(
    "fact_referral", metadata,
    primary_key("referral_key"), code("referral_id"), key("referrer_key"), key("referee_key"), key("shop_key"),
    key("order_key"), text("code"), code("referral_status"), day("created_date"), day("completed_date"),
    *lineage(),
    comment="Grain: one customer brought by another; referrer_key and referee_key are customer keys, order_key the "
    "first purchase.",
)  # fmt: skip

fact_campaign_day = Table(
    "fact_campaign_day", metadata,
    primary_key("campaign_day_key"), key("campaign_key"), key("channel_key"), day("spend_date"),
    money("spend_amount"), whole("impressions"), whole("clicks"), whole("conversions"), money("revenue_amount"),
    *lineage(),
    comment="Grain: one campaign and day (or one campaign where the source gives only totals).",
)  # fmt: skip

fact_coupon = Table(
    "fact_coupon", metadata,
    primary_key("coupon_key"), text("coupon_id"), key("campaign_key"), key("customer_key"), key("order_key"),
    key("product_key"), key("shop_key"), day("entry_date"), money("coupon_amount"),
    *lineage(),
    comment="Grain: one use of a coupon as the source tells it: a redemption (coupon_id known, no amount) or what a "
    "coupon took off a line of an order (coupon_amount positive). The two tell of the same uses and are not added.",
)  # fmt: skip

fact_session = Table(
    "fact_session", metadata,
    primary_key("session_key"), key("employee_key"), key("customer_key"), instant("started_at"), day("session_date"),
    code("session_type"), text("channel"), text("outcome"),
    *lineage(),
    comment="Grain: one conversation or login the source logged.",
)  # fmt: skip
