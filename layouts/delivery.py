"""Delivery: do parcels arrive, and does their cash."""

from __future__ import annotations

from layouts.board import Board, Card, board_page

BOARD = Board(
    name="delivery", path="/delivery", title="Delivery", icon="truck",
    kpis={
        "delivery_success": "Delivery success", "on_time_rate": "On time",
        "first_attempt_success": "First attempt", "rto_rate": "Returned to origin",
        "cost_per_delivered": "Cost per delivered", "cod_owed": "Cash couriers owe",
    },
    trends={
        "delivery_success": "Success", "on_time_rate": "On time", "first_attempt_success": "First attempt",
        "ndr_rate": "Failed attempts", "sent_shipments": "Parcels sent",
    },
    breakdowns={
        "courier": "Courier", "hub": "Hub", "city": "City", "zone": "Zone", "country": "Country",
        "shipment_type": "Kind", "courier_class": "Class", "cod_band": "Cash band",
        "shipment_status": "State", "exception_reason": "Exception",
    },
    columns=("judged_shipments", "delivery_success", "on_time_rate", "first_attempt_success", "rto_rate", "ndr_rate",
             "attempts_per_shipment", "stage_hours_total_p50", "stage_hours_total_p90", "cost_per_delivered",
             "ship_sla_rate", "cod_gap", "cod_owed"),
    beside=Card("tasks", "What needs you", "Ranked by the money at stake", "span-4", is_chart=False),
    below=(
        Card("parcels", "Parcels", "Find one, or see what is late; a line opens the parcel", "span-12", is_chart=False),
        Card("outcomes", "What became of parcels",
             "By the time they were sent; pale and hatched: too recent to judge"),
        Card("stages", "How long each stage takes", "Half of the parcels and nine in ten; waiting ones are in the "
             "table"),
        Card("ageing", "Cash couriers still owe", "By days since delivery, whenever it was delivered"),
        Card("reasons", "Why attempts fail", "Parcels by their last exception"),
        Card("scores", "Scorecard", "Parcels too recent to judge are left out of every rate", "span-12",
             is_chart=False),
        Card("ledger", "Cash on delivery", "Parcels delivered in this period: expected = remitted + kept for fees + "
             "not remitted", "span-12", is_chart=False),
        Card("statements", "Couriers' statements", "Every line paid out in this period, matched to its parcel by "
             "tracking number", "span-12", is_chart=False),
        Card("map", "Where parcels go", "Area: parcels sent; colour: delivery success. To a tenth of a degree",
             "span-8"),
        Card("notes", "How well parcels are documented", "Parcels of this period", "span-4", is_chart=False),
    ),
    exports=(("cod", "Cash on delivery"), ("stages", "Stage times"), ("statements", "Statement lines"),
             ("scores", "Scorecard")),
    first_by=("courier", "hub", "city", "shipment_type"),
    missing="Not known yet",
)  # fmt: skip

PAGE = board_page(BOARD)
