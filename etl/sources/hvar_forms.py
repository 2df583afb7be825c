"""The tables of HVAR: the courier's JSON, the bosta-crm SQLite file, and the hub's own tables.

Headers are compared without case and signs, so that `state.code` of the JSON and `state_code` of the file are one.
"""

from __future__ import annotations

from collections.abc import Sequence

from etl.source import JsonForm
from etl.sources.hvar_service_forms import HUB_ORDERS, SERVICE_FORMS
from etl.sources.sheet import Form, squeezed

_DELIVERY: dict[str, tuple[str, ...]] = {
    "trackingNumber": (), "_id": (), "type.code": ("order_type_code",), "type.value": ("order_type_value",),
    "webhook.type": (), "state.code": (), "state.value": (), "webhook.state": (), "cod": (), "shipmentFees": (),
    "wallet.cashCycle.cod": (), "wallet.cashCycle.bosta_fees": ("bosta_fees",),
    "wallet.cashCycle.deposited_amt": ("deposited_amount",), "wallet.cashCycle.deposited_at": (),
    "receiver.phone": (), "receiver.secondPhone": (), "receiver.firstName": (), "receiver.lastName": (),
    "receiver.fullName": ("receiver_name",), "notes": (),
    "specs.packageDetails.description": ("specs_description", "product_name"),
    "specs.packageDetails.itemsCount": ("specs_items_count", "product_count"),
    "dropOffAddress.city.name": ("dropoff_city_name",), "dropOffAddress.zone.name": ("dropoff_zone_name",),
    "dropOffAddress.firstLine": ("dropoff_first_line",), "pickupAddress.city.name": ("pickup_city",),
    "pickupAddress.zone.name": ("pickup_zone",), "pickupAddress.firstLine": ("pickup_address",),
    "assignedHub.name": (), "state.receivedAtWarehouse.warehouse.name": (),
    "state.receivedAtWarehouse.time": ("received_at_warehouse",),
    "creationTimestamp": (), "createdAt": (), "updatedAt": ("last_synced",), "timeStamp": (),
    "state.pickedUpTime": ("picked_up_at",), "state.deliveryTime": ("delivered_at",), "state.delivering.time": (),
    "state.returnedToBusiness": ("returned_at",), "sla.orderSla.orderSlaTimestamp": ("order_sla_timestamp",),
    "sla.e2eSla.e2eSlaTimestamp": ("e2e_sla_timestamp",), "deliveryPromiseDate": (), "attemptsCount": (),
    "numberOfAttempts": (), "state.lastExceptionCode": (), "exceptionCode": (), "exceptionReason": (),
    "state.exception.reason": (), "paymentMethod": (), "dropOffAddress.geoLocation": (),
    "pickupAddress.geoLocation": (), "state.delivering.actualAddress": (), "delivery_lat": (), "delivery_lng": (),
}  # fmt: skip
_STEP: dict[str, tuple[str, ...]] = {
    "trackingNumber": ("parent_id", "tracking_number"), "value": ("event_value",), "code": ("event_code",),
    "date": ("event_date",), "done": ("is_done",), "desc": ("description",),
}  # fmt: skip

DELIVERIES = Form("deliveries", _DELIVERY, ("trackingNumber",), "shipment")
ORDERS = Form("orders", _DELIVERY, ("trackingNumber", "state.code"), "shipment")
TIMELINE = Form("timeline", _STEP, ("trackingNumber", "value"), "shipment_event")
STEPS = Form("timeline_events", _STEP, ("trackingNumber", "value"), "shipment_event")
ATTEMPTS = Form(
    "attempts",
    {"trackingNumber": ("parent_id",), "type": (), "attemptDate": (), "warehouse.name": (), "exception.code": (),
     "exception.reason": (), "exception.time": ()},
    ("trackingNumber",), "shipment_event",
)  # fmt: skip
EXCEPTIONS = Form(
    "exceptions", {"trackingNumber": ("parent_id",), "attemptType": (), "time": (), "code": (), "reason": ()},
    ("trackingNumber",), "shipment_event",
)  # fmt: skip

PRODUCTS = Form(
    "products",
    {"product_id": ("id",), "sku": ("part_sku",), "name_ar": ("part_name",), "name_en": (), "brand": (),
     "category": ("part_type",), "selling_price": (), "purchase_price": ("cost_price",), "current_stock": (),
     "is_active": (), "updated_at": ()},
    ("sku", "name_ar"), "product",
)  # fmt: skip
PARTS = Form("parts", PRODUCTS.columns, ("sku", "name_ar"), "product")
INVENTORY = Form("inventory", {"product_id": (), "quantity_available": ()}, ("product_id", "quantity_available"))
LOCATIONS = Form("warehouse_locations", {"location_id": (), "location_name": ()}, ("location_id", "location_name"))
MOVEMENTS = Form(
    "inventory_transactions",
    {"transaction_id": (), "product_id": (), "location_id": (), "transaction_type": (), "quantity": (), "notes": (),
     "created_at": ()},
    ("transaction_id", "product_id", "quantity"), "stock_movement",
)  # fmt: skip
CUSTOMERS = Form(
    "customers",
    {"customer_id": (), "phone": (), "first_name": (), "last_name": (), "full_name": (), "email": (),
     "primary_city": (), "primary_zone": (), "primary_address": (), "created_at": (), "updated_at": ()},
    ("customer_id", "phone"), "customer",
)  # fmt: skip
INTERACTIONS = Form(
    "customer_interactions",
    {"interaction_id": (), "customer_id": (), "interaction_type": (), "channel": (), "status": (),
     "assigned_agent": (), "created_at": ()},
    ("interaction_id", "interaction_type"), "session",
)  # fmt: skip

_CATEGORIES = Form("product_categories", {"category_id": ()})
_ADDRESSES = Form("customer_addresses", {"customer_id": ()})
_SEGMENTS = Form("customer_segments", {"segment_id": ()})
_ANALYTICS = Form("customer_analytics", {"customer_id": ()})
_QUEUE = Form("customer_service_queue", {"queue_id": ()})
_IMAGES = Form("proof_images", {"order_id": ()})

LEFT_OUT: dict[str, str] = {
    _CATEGORIES.kind: "the product names its category",
    _ADDRESSES.kind: "customers keep their primary address",
    _SEGMENTS.kind: "segments are policies of the portal",
    _ANALYTICS.kind: "scores are worked out anew from the orders",
    _IMAGES.kind: "pictures stay with the source",
    _QUEUE.kind: "the queue repeats what tickets and interactions say",
}
"""Tables that are known and not loaded, with the reason."""

FORMS: dict[str, Form] = {
    squeezed(form.kind): form
    for form in (DELIVERIES, ORDERS, TIMELINE, STEPS, ATTEMPTS, EXCEPTIONS, PRODUCTS, PARTS, INVENTORY, LOCATIONS,
                 MOVEMENTS, CUSTOMERS, INTERACTIONS, _CATEGORIES, _ADDRESSES, _SEGMENTS, _ANALYTICS, _QUEUE, _IMAGES,
                 *SERVICE_FORMS)
}  # fmt: skip


def form_by_name(name: str, headers: Sequence[str]) -> Form | None:
    """The form of a table by its name; None for tables nobody knows. The hub calls its own cases `orders`, too."""
    form = FORMS.get(squeezed(name))
    return HUB_ORDERS if form is ORDERS and "bosta_id" in headers else form


_DELIVERY_FORM_PATHS = {
    **{name: name for name in _DELIVERY if not name.startswith("delivery_")},
    "webhook.type": "type", "webhook.state": "state",
    "state.exception.reason": "state.exception.0.reason",
}  # fmt: skip


def _paths(form: Form) -> dict[str, str]:
    """Column to path for a list inside a delivery; the number of the delivery comes from the reader."""
    return {name: name for name in form.columns if name != "trackingNumber"}


JSON_FORMS: tuple[JsonForm, ...] = (
    JsonForm(
        DELIVERIES.kind, ("data.deliveries", "data.list", "deliveries", "list", "data", ""), _DELIVERY_FORM_PATHS,
        (
            JsonForm(TIMELINE.kind, ("timeline",), _paths(TIMELINE)),
            JsonForm(ATTEMPTS.kind, ("attempts",), _paths(ATTEMPTS)),
            JsonForm(EXCEPTIONS.kind, ("state.exception",), _paths(EXCEPTIONS)),
        ),
    ),
)  # fmt: skip
"""Where detail objects, lists of them, search pages and webhook payloads keep their deliveries."""
