"""The tables of after-sales service: those of the old program's file and those of the hub."""

from __future__ import annotations

from etl.sources.sheet import Form


def _form(kind: str, table: str, columns: str, required: int = 1) -> Form:
    """A form whose columns have no other names; the first `required` of them must be there."""
    names = columns.split()
    return Form(kind, {name: () for name in names}, tuple(names[:required]), table)


_CASE, _EVENT = "service_case", "service_event"

TICKETS = _form(
    "service_tickets", _CASE,
    "ticket_id ticket_type customer_phone order_id tracking_number priority status subject product_name "
    "assigned_agent customer_satisfaction created_at updated_at resolved_at", 2,
)  # fmt: skip
CYCLES = _form(
    "maintenance_cycles", _CASE,
    "cycle_id ticket_id customer_phone order_id cycle_type cycle_status scheduled_date completion_date "
    "technician_name service_location total_cost created_at updated_at",
)  # fmt: skip
REPLACEMENTS = _form(
    "replacements", _CASE,
    "replacement_id ticket_id customer_phone order_id replacement_type replacement_reason replacement_status "
    "replacement_value actual_delivery_date created_at updated_at",
)  # fmt: skip
CONFIRMATIONS = _form(
    "hub_confirmations", _CASE,
    "confirmation_id ticket_id order_id tracking_number hub_name hub_agent confirmation_type confirmation_status "
    "confirmation_date quality_score recommended_action created_at confirmed_at",
)  # fmt: skip
RECEIPTS = _form(
    "pending_orders", _CASE,
    "tracking_number order_type status is_received received_at received_by received_notes original_order_id "
    "receiver_phone receiver_name dropoff_city_name created_at last_synced",
)  # fmt: skip
CALLS = _form(
    "team_calls", _EVENT,
    "call_id ticket_id agent_name call_type call_status call_date call_notes customer_response created_at completed_at",
)  # fmt: skip
ACTIONS = _form(
    "team_leader_actions", _EVENT,
    "action_id ticket_id hub_confirmation_id team_leader_name action_type action_status action_date "
    "final_resolution created_at completed_at",
)  # fmt: skip
HUB_ORDERS = _form(
    "hub orders", _CASE,
    "id tracking_number status customer_phone customer_name city zone package_description bosta_id received_at "
    "sent_at returned_at created_at updated_at", 3,
)  # fmt: skip
HUB_HISTORY = _form("maintenance_history", _EVENT, "id order_id action user_name notes timestamp", 3)
SERVICE_ACTIONS = _form(
    "service_actions", _CASE,
    "id action_type status customer_phone customer_full_name original_tracking_number pickup_city refund_amount notes "
    "created_at updated_at", 3,
)  # fmt: skip
ACTION_HISTORY = _form(
    "service_action_history", _EVENT, "id service_action_id action to_status notes user_name created_at", 3
)

SERVICE_FORMS = (TICKETS, CYCLES, REPLACEMENTS, CONFIRMATIONS, RECEIPTS, CALLS, ACTIONS, HUB_HISTORY, SERVICE_ACTIONS,
                 ACTION_HISTORY)  # fmt: skip
