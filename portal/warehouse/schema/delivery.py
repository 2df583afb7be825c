"""Facts of delivery and after-sales service."""

from __future__ import annotations

from sqlalchemy import Table

from portal.warehouse.schema.columns import (
    code,
    day,
    degrees,
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
    whole,
)

fact_shipment = Table(
    "fact_shipment", metadata,
    primary_key("shipment_key"), code("shipment_id"), key("order_key"), text("order_id"), code("source"),
    text("tracking_id"),
    code("shipment_type"), code("shipment_status"), text("shipment_mode"), day("ship_date"), day("promised_date"),
    day("delivered_date"), day("returned_date"), instant("created_at"), instant("delivered_at"),
    flag("is_delivered"), flag("is_late"), small("attempts"), text("exception_reason"),
    key("customer_key"), key("product_key"), key("place_key"), key("courier_key"), key("hub_key"), key("shop_key"),
    quantity(), money("shipment_amount"), money("cod_amount"), money("collected_amount"), money("remitted_amount"),
    money("fee_amount"), day("remitted_date"), text("courier_class"), code("outcome"),
    degrees("latitude"), degrees("longitude"), flag("is_place_unclear"),
    *lineage(),
    comment="Grain: one parcel or delivery line. is_late: delivered after the promised date. shipment_amount is the "
    "value of the goods; fee_amount what the courier or freight costs, null when the source gives no number. "
    "order_id is the reference as the source gives it, order_key the order found by it, else by the tracking number. "
    "courier_class: real_sale, maintenance, service, refund or operational, null where the source is not classed or "
    "the COD not known. "
    "latitude and longitude are where it went; is_place_unclear: the source gives degrees that cannot be right. "
    "outcome: succeeded, failed or open; a return pick-up, exchange or signature brought back succeeded.",
)  # fmt: skip

fact_shipment_event = Table(
    "fact_shipment_event", metadata,
    primary_key("event_key"), key("shipment_key"), key("hub_key"), instant("event_at"), day("event_date"),
    code("event_status"), text("event_code"), text("description"), flag("is_failed_attempt"),
    *lineage(),
    comment="Grain: one step in the life of one shipment.",
)  # fmt: skip

fact_order_link = Table(
    "fact_order_link", metadata,
    primary_key("link_key"), key("order_key"), key("main_order_key"), key("shipment_key"), key("main_shipment_key"),
    key("customer_key"), code("relation"), day("link_date"), day("main_date"), whole("gap_days"), code("rule"),
    rate("confidence"),
    *lineage(),
    comment="Grain: one child delivery (its order where it has one) and the main order it follows. relation: "
    "maintenance, service, return or refund. gap_days from the day the main order arrived (main_date) to the day the "
    "child was sent (link_date). rule: only_main, nearest_main or several_mains; confidence 0 to 1.",
)  # fmt: skip

fact_service_case = Table(
    "fact_service_case", metadata,
    primary_key("case_key"), code("case_id"), code("source"), code("case_type"), code("priority"), code("case_status"),
    key("customer_key"), key("order_key"), key("product_key"), key("employee_key"), key("hub_key"),
    day("opened_date"), day("resolved_date"), instant("opened_at"), instant("resolved_at"), small("quality_score"),
    small("satisfaction"), money("cost_amount"), money("refund_amount"), text("subject"),
    *lineage(),
    comment="Grain: one service case: ticket, maintenance cycle, replacement or hub confirmation.",
)  # fmt: skip

fact_service_event = Table(
    "fact_service_event", metadata,
    primary_key("event_key"), key("case_key"), key("employee_key"), instant("event_at"), day("event_date"),
    code("event_type"), code("event_status"), text("note"),
    *lineage(),
    comment="Grain: one call, confirmation or decision within a service case.",
)  # fmt: skip
