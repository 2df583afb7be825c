"""Dimension tables. Row 0 of each is "not known", so facts join without losing rows."""

from __future__ import annotations

from sqlalchemy import Table

from portal.warehouse.schema.columns import (
    code,
    day,
    flag,
    key,
    metadata,
    money,
    primary_key,
    rate,
    small,
    text,
    whole,
)

dim_date = Table(
    "dim_date", metadata,
    day("date"), small("weekday"), text("weekday_name"), small("iso_week"), small("iso_year"),
    day("week_start"), day("month_start"), day("quarter_start"), day("year_start"),
    small("fiscal_year"), small("fiscal_quarter"), small("fiscal_month"),
    small("retail_year"), small("retail_period"), small("retail_week"),
    flag("is_weekend"), flag("is_holiday"), text("holiday_name"),
    comment="Grain: one calendar day. weekday 1 is Monday; week_start, fiscal and 4-4-5 columns follow the "
    "tenant's calendar policies; holidays are those of the tenant's country.",
)  # fmt: skip

dim_origin = Table(
    "dim_origin", metadata,
    primary_key("origin_key"), code("source"), code("file_name"), text("sheet"), code("sha256"), whole("load_number"),
    comment="Grain: one sheet or file of one landed source file. Facts point here with source_row.",
)  # fmt: skip

dim_product = Table(
    "dim_product", metadata,
    primary_key("product_key"), code("product_id"), text("sku"), text("product"), text("category"), text("brand"),
    text("supplier"), money("list_price"), money("unit_cost"), flag("is_cost_estimated"), flag("is_merchandise"),
    flag("is_active"), code("source"),
    comment="Grain: one product of one source. list_price and unit_cost are the latest known, per unit.",
)  # fmt: skip

dim_customer = Table(
    "dim_customer", metadata,
    primary_key("customer_key"), text("customer_id"), text("customer"), text("phone"), text("second_phone"),
    text("email"), text("city"), text("country"), day("first_order_date"), day("last_order_date"),
    day("first_order_month"), whole("order_count"),
    code("matched_by"), rate("match_confidence"), flag("is_shared_phone"), flag("has_consent"), code("source"),
    comment="Grain: one person over all sources, joined by E.164 phone, then e-mail, then source id "
    "(matched_by says which). match_confidence, 0 to 1, is that of the weakest match among the person's records. "
    "first_order_* count booked orders with a positive value only.",
)  # fmt: skip

customer_identity = Table(
    "customer_identity", metadata,
    primary_key("identity_key"), key("customer_key"), code("source"), text("customer_id"), text("phone"),
    text("email"), text("phone_e164"), text("email_clean"), code("rule"), rate("confidence"), whole("file_rows"),
    comment="Grain: one distinct customer id, phone and e-mail as one source writes them, and the person it is; a "
    "second phone is a record of its own. rule says what joined it to the person's first record: id, phone, email, "
    "second_phone or shared_phone; first is that record itself, alone a person with one record only. phone_e164 and "
    "email_clean are what joins. file_rows: rows of the source's customer file that say so.",
)  # fmt: skip

dim_shop = Table(
    "dim_shop", metadata,
    primary_key("shop_key"), code("shop_id"), text("shop"), text("city"), text("country"), text("owner"),
    code("source"),
    comment="Grain: one shop or business unit that sells. source: whose list of shops it is in; empty where "
    "it is known from other tables only.",
)  # fmt: skip

dim_channel = Table(
    "dim_channel", metadata, primary_key("channel_key"), text("channel"),
    comment="Grain: one sales channel (web, phone, marketplace …).",
)  # fmt: skip

dim_place = Table(
    "dim_place", metadata, primary_key("place_key"), text("city"), text("zone"), text("country"),
    comment="Grain: one distinct (city, zone, country) an order or parcel went to.",
)  # fmt: skip

dim_employee = Table(
    "dim_employee", metadata,
    primary_key("employee_key"), code("employee_id"), text("employee"), text("role"), flag("is_active"),
    flag("is_listed"), code("source"),
    comment="Grain: one person who works for the tenant, by one source's id. is_listed: the source's staff list has "
    "them; else they are known only from other tables.",
)  # fmt: skip

dim_payment_method = Table(
    "dim_payment_method", metadata, primary_key("payment_method_key"), text("payment_method"), text("payment_kind"),
    comment="Grain: one way of paying; payment_kind is cod, prepaid or null.",
)  # fmt: skip

dim_courier = Table(
    "dim_courier", metadata, primary_key("courier_key"), text("courier"),
    comment="Grain: one delivery company.",
)  # fmt: skip

dim_hub = Table(
    "dim_hub", metadata, primary_key("hub_key"), text("hub"), text("city"), text("country"),
    comment="Grain: one courier hub or warehouse.",
)  # fmt: skip

dim_campaign = Table(
    "dim_campaign", metadata,
    primary_key("campaign_key"), code("campaign_id"), text("campaign"), text("campaign_type"), text("status"),
    day("start_date"), day("end_date"), money("budget_amount"), code("source"),
    comment="Grain: one marketing campaign or coupon series of one source.",
)  # fmt: skip
