"""Which columns tie rows of staging tables together, beyond products and other small dimensions."""

from __future__ import annotations

from etl.staging import STAGING

_PERSON = {"customer_id": "customer id", "referrer_id": "customer id", "referee_id": "customer id", "phone": "phone",
           "second_phone": "phone", "email": "email"}  # fmt: skip
_DOCUMENT = {"order_id": "document", "shipment_id": "document", "tracking_id": "document"}
_OTHERS = {"case_id": "case", "lead_id": "lead"}

PERSON_KINDS = ("customer id", "phone", "email")

CONTEXT = ("product", "stock_movement", "fx_rate", "employee", "campaign", "setting", "shop")
"""Small tables that every row may depend on. A load that changes one of them is not local."""

LINKS: dict[str, dict[str, str]] = {
    name: {
        column: kind
        for column, kind in {**_PERSON, **_DOCUMENT, **_OTHERS, "row_key": f"row of {name}"}.items()
        if column in table.schema()
    }
    for name, table in STAGING.items()
    if name not in CONTEXT
}
"""Staging table to its link columns and their kind. Rows that share a value of a kind are looked at together.

Sources are not told apart: that can only add rows. A parcel goes by order, parcel and tracking number alike, because
what follows an order may name any of them.
"""
