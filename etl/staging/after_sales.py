"""Staging tables of what follows a sale: parcel events, returns, service, points, reviews."""

from __future__ import annotations

from etl.staging.kinds import CUSTOMER_COLUMNS, DAY, FLAG, INSTANT, MONEY, QUANTITY, TEXT, WHOLE, StagingTable

SHIPMENT_EVENT = StagingTable(
    "shipment_event", "One step in the life of one shipment.",
    {"shipment_id": TEXT, "event_at": INSTANT, "event_date": DAY, "event_status": TEXT, "event_code": TEXT,
     "description": TEXT, "hub": TEXT, "is_failed_attempt": FLAG},
    required=("shipment_id", "event_status"),
)  # fmt: skip

RETURN_LINE = StagingTable(
    "return_line", "One returned line; quantity and amounts positive.",
    {"return_id": TEXT, "order_id": TEXT, "product_id": TEXT, "return_date": DAY, "reason": TEXT,
     "return_status": TEXT, "quantity": QUANTITY, "return_amount": MONEY, "refund_amount": MONEY, "currency": TEXT},
    required=("return_id",), totals=("quantity", "refund_amount"),
)  # fmt: skip

SERVICE_CASE = StagingTable(
    "service_case", "One service case: ticket, maintenance cycle, replacement or hub confirmation.",
    {"case_id": TEXT, "case_type": TEXT, "priority": TEXT, "case_status": TEXT, **CUSTOMER_COLUMNS, "order_id": TEXT,
     "product_id": TEXT, "employee_id": TEXT, "hub": TEXT, "opened_at": INSTANT, "opened_date": DAY,
     "resolved_at": INSTANT, "resolved_date": DAY, "quality_score": WHOLE, "satisfaction": WHOLE, "cost_amount": MONEY,
     "refund_amount": MONEY, "subject": TEXT, "currency": TEXT, "updated_at": INSTANT},
    required=("case_id", "case_type"), natural_key=("case_type", "case_id"), totals=("cost_amount",),
)  # fmt: skip

SERVICE_EVENT = StagingTable(
    "service_event", "One call, confirmation or decision within a service case.",
    {"event_id": TEXT, "case_type": TEXT, "case_id": TEXT, "employee_id": TEXT, "event_at": INSTANT, "event_date": DAY,
     "event_type": TEXT, "event_status": TEXT, "note": TEXT},
    required=("case_id", "event_type"),
)  # fmt: skip

LOYALTY_ENTRY = StagingTable(
    "loyalty_entry", "One entry of the points ledger; points are signed.",
    {"entry_id": TEXT, **CUSTOMER_COLUMNS, "shop": TEXT, "order_id": TEXT, "entered_at": INSTANT, "entry_date": DAY,
     "entry_type": TEXT, "points": WHOLE, "tier": TEXT, "reward": TEXT, "reference_id": TEXT},
    required=("entry_type", "points"), totals=("points",),
)  # fmt: skip

REFERRAL = StagingTable(
    "referral", "One customer brought by another.",
    {"referral_id": TEXT, "referrer_id": TEXT, "referee_id": TEXT, "shop": TEXT, "code": TEXT, "referral_status": TEXT,
     "order_id": TEXT, "created_date": DAY, "completed_date": DAY},
    required=("referral_id",), natural_key=("referral_id",),
)  # fmt: skip

REVIEW = StagingTable(
    "review", "One review of a product or shop; rating 1 to 5.",
    {"review_id": TEXT, **CUSTOMER_COLUMNS, "product_id": TEXT, "shop": TEXT, "order_id": TEXT, "review_date": DAY,
     "rating": WHOLE, "review_status": TEXT, "title": TEXT},
    required=("rating",),
)  # fmt: skip

SESSION = StagingTable(
    "session", "One conversation, message or login the source logged.",
    {"session_id": TEXT, "employee_id": TEXT, **CUSTOMER_COLUMNS, "started_at": INSTANT, "session_date": DAY,
     "session_type": TEXT, "channel": TEXT, "outcome": TEXT},
    required=("session_type",),
)  # fmt: skip

COUPON_USE = StagingTable(
    "coupon_use", "One use of a coupon: its redemption, or what it took off a line of an order.",
    {"coupon_id": TEXT, "campaign_id": TEXT, "order_id": TEXT, "product_id": TEXT, "shop": TEXT, **CUSTOMER_COLUMNS,
     "entered_at": INSTANT, "entry_date": DAY, "coupon_amount": MONEY, "currency": TEXT},
    required=("entry_date",), totals=("coupon_amount",),
)  # fmt: skip
