"""Staging tables of delivery."""

from __future__ import annotations

from etl.staging.kinds import CUSTOMER_COLUMNS, DAY, DEGREES, FLAG, INSTANT, MONEY, QUANTITY, TEXT, WHOLE, StagingTable

SHIPMENT = StagingTable(
    "shipment", "One parcel or delivery line.",
    {"shipment_id": TEXT, "order_id": TEXT, "tracking_id": TEXT, "shipment_type": TEXT, "shipment_status": TEXT,
     "shipment_mode": TEXT, "ship_date": DAY, "promised_date": DAY, "delivered_date": DAY, "returned_date": DAY,
     "created_at": INSTANT, "delivered_at": INSTANT, "attempts": WHOLE, "exception_reason": TEXT, **CUSTOMER_COLUMNS,
     "product_id": TEXT, "product": TEXT, "category": TEXT, "courier": TEXT, "hub": TEXT, "shop": TEXT,
     "quantity": QUANTITY, "shipment_amount": MONEY, "cod_amount": MONEY, "collected_amount": MONEY,
     "remitted_amount": MONEY, "fee_amount": MONEY, "remitted_date": DAY, "latitude": DEGREES,
     "longitude": DEGREES, "is_place_unclear": FLAG, "currency": TEXT, "updated_at": INSTANT},
    required=("shipment_id",), natural_key=("shipment_id",),
    totals=("quantity", "shipment_amount", "cod_amount", "fee_amount"),
)  # fmt: skip
"""latitude and longitude are where it went; is_place_unclear: the source gives degrees that cannot be right."""
