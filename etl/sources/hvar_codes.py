"""The courier's code tables: types of delivery, states, exceptions, steps of the timeline.

Words of states are those of the portal; the courier's own words are in the comments where they mislead.
"""

from __future__ import annotations

SEND, CASH_COLLECTION, RETURN_TO_ORIGIN, RETURN_PICKUP, EXCHANGE, SIGN_AND_RETURN = 10, 15, 20, 25, 30, 35

TYPES: dict[int, str] = {
    SEND: "send", CASH_COLLECTION: "cash_collection", RETURN_TO_ORIGIN: "return_to_origin",
    RETURN_PICKUP: "return_pickup", EXCHANGE: "exchange", SIGN_AND_RETURN: "sign_and_return",
}  # fmt: skip
"""Code of a delivery type to shipment_type."""

TYPE_WORDS: dict[str, int] = {
    "send": SEND, "fxf_send": SEND, "cash_collection": CASH_COLLECTION, "rto": RETURN_TO_ORIGIN,
    "return_to_origin": RETURN_TO_ORIGIN, "customer_return_pickup": RETURN_PICKUP, "exchange": EXCHANGE,
    "sign_and_return": SIGN_AND_RETURN, "sign_return": SIGN_AND_RETURN,
}  # fmt: skip
"""Words of the webhook and of screens (lower case, anything but letters as "_") to the code."""

SUCCEED_BY_RETURNING = (RETURN_PICKUP, EXCHANGE, SIGN_AND_RETURN)
"""Types for which coming back to the business (state 46) is what was asked for."""

DELIVERED, RETURNED, LOST = 45, 46, 100

SHIPMENT_STATES: dict[int, str] = {
    10: "new", 11: "confirmed", 20: "confirmed", 21: "shipped", 22: "picking_up", 23: "in_transit", 24: "in_transit",
    25: "processing", 30: "in_transit", 40: "out_for_delivery", 41: "out_for_delivery", DELIVERED: "delivered",
    RETURNED: "returned", 47: "exception", 48: "terminated", 49: "cancelled", 60: "returned", LOST: "lost",
    101: "damaged", 102: "investigation", 103: "awaiting_action", 104: "archived", 105: "on_hold",
}  # fmt: skip
"""State code to shipment_status. 25 is "Fulfilled" (packed); 41 is called "Picked up" but means out for delivery, and
for every type but Send heading back to the business; 48 is terminated by the courier, 49 cancelled."""

HEADING_BACK = 41

ORDER_STATES: dict[str, str] = {
    "picking_up": "processing", "terminated": "exception", "damaged": "lost", "investigation": "exception",
    "awaiting_action": "exception", "archived": "exception", "on_hold": "exception",
}  # fmt: skip
"""shipment_status to the canonical state of its order, where the two differ."""

EXCEPTIONS: dict[int, str] = {
    1: "customer not at the address", 2: "customer changed the address", 3: "customer postponed",
    4: "customer wants to open the parcel", 5: "address or phone unclear", 6: "cancelled by sender", 7: "no answer",
    8: "customer refused", 12: "outside coverage", 13: "address unclear", 14: "wrong phone",
    **dict.fromkeys(range(20, 26), "return attempt failed"),
    26: "return: item damaged", 27: "return: parcel empty", 28: "return: parcel incomplete",
    29: "return: item does not belong to the business", 30: "return: parcel was opened", 100: "bad weather",
    101: "suspicious consignee",
}  # fmt: skip
"""Exception code to its meaning; 20 to 25 are the return side of delivery exceptions, not told apart."""

SERVICE_PARCEL = "a service parcel without cash on delivery is a shipment, not a sale"
MAINTENANCE_PARCEL = "cash on delivery up to service_cod_limit is a maintenance visit, not a sale"
UNSETTLED = "the amount is not known before the courier settles"
REFUND_OPEN = "a refund counts once the goods are back"
NOT_SALES: dict[int, str] = {
    CASH_COLLECTION: "a cash collection is a shipment, not a sale",
    RETURN_TO_ORIGIN: "a return to origin is a shipment, not a sale",
    RETURN_PICKUP: "a return pickup without a refund is a shipment, not a sale",
    EXCHANGE: "an exchange is a shipment, not a sale",
    SIGN_AND_RETURN: "a signature to bring back is a shipment, not a sale",
}
"""Why a delivery is kept out of orders and order lines; it is a shipment in any case."""
