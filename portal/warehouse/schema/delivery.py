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
    day("delivered_date"), day("returned_date"), day("created_date"), instant("created_at"), instant("promised_at"),
    instant("picked_up_at"), instant("hub_at"), instant("out_at"), instant("delivered_at"),
    flag("is_delivered"), flag("is_late"), small("attempts"), small("failed_attempts"), text("exception_reason"),
    key("customer_key"), key("product_key"), key("place_key"), key("courier_key"), key("hub_key"), key("shop_key"),
    quantity(), money("shipment_amount"), money("cod_amount"), money("collected_amount"), money("remitted_amount"),
    money("fee_amount"), money("withheld_amount"), money("cod_gap_amount"), day("remitted_date"), code("cod_state"),
    text("courier_class"), code("outcome"),
    degrees("latitude"), degrees("longitude"), flag("is_place_unclear"),
    *lineage(),
    comment="Grain: one parcel or delivery line. is_late: delivered after the promised date. shipment_amount is the "
    "value of the goods; fee_amount what the courier or freight costs, null when the source gives no number. "
    "order_id is the reference as the source gives it, order_key the order found by it, else by the tracking number. "
    "courier_class: real_sale, maintenance, service, refund or operational, null where the source is not classed or "
    "the COD not known. "
    "latitude and longitude are where it went; is_place_unclear: the source gives degrees that cannot be right. "
    "outcome: succeeded, failed or open; a return pick-up, exchange or signature brought back succeeded. "
    "created_at: ordered; picked_up_at, hub_at, out_at: first such step of its way, null when no source tells it. "
    "failed_attempts: attempts that came to nothing, null when not known. "
    "For delivered parcels with cash on delivery (others null): withheld_amount is what the courier kept of the cash "
    "for its fees, cod_gap_amount = cod_amount − remitted_amount − withheld_amount is still owed (negative: paid too "
    "much). A courier's statement counts before what the parcel's own source says was collected and remitted. "
    "cod_state: paid, unpaid, short, over, or none where there is no cash to hand over.",
)  # fmt: skip

fact_courier_payment = Table(
    "fact_courier_payment", metadata,
    primary_key("payment_key"), code("source"), text("tracking_id"), text("statement_id"), day("paid_date"),
    key("shipment_key"), key("order_key"), key("courier_key"), key("hub_key"), key("place_key"),
    money("collected_amount"), money("fee_amount"), money("paid_amount"), money("due_amount"),
    money("difference_amount"), code("payment_state"),
    *lineage(),
    comment="Grain: one line of a courier's payout statement. shipment_key 0: no parcel has its tracking number. "
    "due_amount: cash of the parcel still to be settled before this line. difference_amount: positive is missing, "
    "negative too much. payment_state: as_expected, part, short, over, twice, not_delivered or unknown_parcel.",
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
