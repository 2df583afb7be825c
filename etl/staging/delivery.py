"""Staging tables of delivery and of what couriers pay out."""

from __future__ import annotations

from etl.staging.kinds import CUSTOMER_COLUMNS, DAY, DEGREES, FLAG, INSTANT, MONEY, QUANTITY, TEXT, WHOLE, StagingTable

SHIPMENT = StagingTable(
    "shipment", "One parcel or delivery line.",
    {"shipment_id": TEXT, "order_id": TEXT, "tracking_id": TEXT, "shipment_type": TEXT, "shipment_status": TEXT,
     "shipment_mode": TEXT, "ship_date": DAY, "promised_date": DAY, "delivered_date": DAY, "returned_date": DAY,
     "created_at": INSTANT, "delivered_at": INSTANT, "promised_at": INSTANT, "picked_up_at": INSTANT,
     "hub_at": INSTANT, "out_at": INSTANT, "attempts": WHOLE, "exception_reason": TEXT, **CUSTOMER_COLUMNS,
     "product_id": TEXT, "product": TEXT, "category": TEXT, "courier": TEXT, "hub": TEXT, "shop": TEXT,
     "quantity": QUANTITY, "shipment_amount": MONEY, "cod_amount": MONEY, "collected_amount": MONEY,
     "remitted_amount": MONEY, "fee_amount": MONEY, "remitted_date": DAY, "latitude": DEGREES,
     "longitude": DEGREES, "is_place_unclear": FLAG, "currency": TEXT, "updated_at": INSTANT},
    required=("shipment_id",), natural_key=("shipment_id",),
    totals=("quantity", "shipment_amount", "cod_amount", "fee_amount"),
)  # fmt: skip
"""latitude and longitude are where it went; is_place_unclear: the source gives degrees that cannot be right. hub_at is
when it reached the first hub, out_at when it first went out to the customer, promised_at the promise where it has an
hour."""

COURIER_PAYMENT = StagingTable(
    "courier_payment", "One line of a courier's payout statement: what was paid out for one parcel.",
    {"tracking_id": TEXT, "courier": TEXT, "statement_id": TEXT, "paid_date": DAY, "collected_amount": MONEY,
     "fee_amount": MONEY, "paid_amount": MONEY, "note": TEXT, "currency": TEXT},
    required=("tracking_id", "paid_amount"), totals=("collected_amount", "fee_amount", "paid_amount"),
)  # fmt: skip
"""collected_amount: what the courier took from the customer; fee_amount: what it keeps of it, positive; paid_amount:
what it pays out, negative where fees are more than cash."""
