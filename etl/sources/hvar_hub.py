"""What happens to cases: calls and decisions of the old program's file; the hub's repairs and service actions."""

from __future__ import annotations

import polars as pl

from etl.clean import amount, identifier, marks_of, text, unreadable
from etl.source import Conformed
from etl.sources.hvar_goods import CURRENCY
from etl.sources.hvar_people import phone
from etl.sources.hvar_service import CELLS, Cells, conform_cases, when, with_order
from etl.sources.hvar_service_forms import (
    ACTION_HISTORY,
    ACTIONS,
    CALLS,
    HUB_HISTORY,
    HUB_ORDERS,
    SERVICE_ACTIONS,
    TICKETS,
)
from etl.sources.sheet import RAW, Sheet, raw
from etl.sources.sieve import Rule, counted, merged, sieve, staged

_HUB_STATES = {
    "received": "received", "start": "in_maintenance", "start_maintenance": "in_maintenance",
    "reschedule": "in_maintenance", "complete": "completed", "refund_or_replace": "completed", "fail": "failed",
    "send_order": "sending", "confirm_send": "sending", "return_order": "returned", "move_to_returns": "returned",
}  # fmt: skip
"""What the hub did to the state it leads to; set_return_condition keeps the state."""

_ENDED = ("completed", "failed", "cancelled")


def conform_service(sheets: dict[str, Sheet], orders: pl.DataFrame) -> Conformed:
    """All tables of service of a load.

    Args:
        sheets: tables of the load by kind.
        orders: number (the courier's id) and order_id (the tracking number) of its deliveries.
    """
    parts = [conform_cases(sheets[kind], orders) for kind in CELLS if kind in sheets]
    events = {CALLS.kind: _call, ACTIONS.kind: _decision, HUB_HISTORY.kind: _hub_step, ACTION_HISTORY.kind: _step}
    kinds = _ticket_kinds(sheets)
    for kind, cells in events.items():
        if kind in sheets:
            parts.append(_conform_events(sheets[kind], cells(), kinds))
    hub = {HUB_ORDERS.kind: _hub_order, SERVICE_ACTIONS.kind: _service_action}
    parts += [_conform_hub(sheets[kind], cells(), orders) for kind, cells in hub.items() if kind in sheets]
    return merged(parts)


def _ticket_kinds(sheets: dict[str, Sheet]) -> pl.DataFrame:
    """ticket number to the kind of its case."""
    empty = pl.DataFrame(schema={"ticket": pl.String, "ticket_kind": pl.String})
    if TICKETS.kind not in sheets:
        return empty
    pairs = sheets[TICKETS.kind].frame.select(
        identifier(raw("ticket_id")).alias("ticket"), text(raw("ticket_type")).str.to_lowercase().alias("ticket_kind")
    )
    return pl.concat([empty, pairs.drop_nulls()]).unique("ticket", keep="last", maintain_order=True)


def _call() -> Cells:
    said = pl.concat_str(text(raw("customer_response")), text(raw("call_notes")), separator=": ", ignore_nulls=True)
    return {
        "event_id": "call " + identifier(raw("call_id")), "case_id": identifier(raw("ticket_id")),
        "employee_id": text(raw("agent_name")), "event_type": pl.lit("call"),
        "event_status": text(raw("call_status")).str.to_lowercase(), "note": pl.when(said != "").then(said),
        **_at(("completed_at", "call_date", "created_at")),
    }  # fmt: skip


def _decision() -> Cells:
    confirmation = identifier(raw("hub_confirmation_id"))
    return {
        "event_id": "decision " + identifier(raw("action_id")),
        "case_id": pl.coalesce(confirmation, identifier(raw("ticket_id"))),
        "case_type": pl.when(confirmation.is_not_null()).then(pl.lit("hub_confirmation")),
        "employee_id": text(raw("team_leader_name")), "event_type": text(raw("action_type")).str.to_lowercase(),
        "event_status": text(raw("action_status")).str.to_lowercase(), "note": text(raw("final_resolution")),
        **_at(("completed_at", "action_date", "created_at")),
    }  # fmt: skip


def _hub_step() -> Cells:
    action = text(raw("action")).str.to_lowercase()
    return {
        "event_id": "hub step " + identifier(raw("id")), "case_id": identifier(raw("order_id")),
        "case_type": pl.lit("hub_order"), "employee_id": text(raw("user_name")), "event_type": action,
        "event_status": action.replace_strict(_HUB_STATES, default=None, return_dtype=pl.String),
        "note": text(raw("notes")), **_at(("timestamp",)),
    }  # fmt: skip


def _step() -> Cells:
    return {
        "event_id": "service step " + identifier(raw("id")), "case_id": identifier(raw("service_action_id")),
        "case_type": pl.lit("service_action"), "employee_id": text(raw("user_name")),
        "event_type": text(raw("action")).str.to_lowercase(),
        "event_status": text(raw("to_status")).str.to_lowercase(), "note": text(raw("notes")), **_at(("created_at",)),
    }  # fmt: skip


def _at(columns: tuple[str, ...]) -> Cells:
    """event_at and event_date of the first column that says when."""
    moments = [when("event", column) for column in columns]
    return {name: pl.coalesce(*(moment[name] for moment in moments)) for name in ("event_at", "event_date")}


def _conform_events(sheet: Sheet, cells: Cells, kinds: pl.DataFrame) -> Conformed:
    """One table of events; an event of a ticket takes the kind of its ticket."""
    events = sheet.frame.with_columns(cell.alias(name) for name, cell in cells.items())
    told = events.join(kinds, left_on="case_id", right_on="ticket", how="left", maintain_order="left")
    own = "case_type" if "case_type" in cells else pl.lit(None, pl.String)
    first, *_ = sheet.form.columns
    checks = [
        Rule("rejected", "missing event_id", first, pl.col("event_id").is_null()),
        Rule("rejected", "missing case_id", list(sheet.form.columns)[1], pl.col("case_id").is_null()),
        Rule("rejected", "missing event_type", first, pl.col("event_type").is_null()),
    ]
    typed = told.with_columns(pl.coalesce(own, "ticket_kind").alias("case_type"))
    kept, rejects = sieve(typed, checks, ["service_event"])
    rows = staged(kept, "service_event", ("event_id",))
    return Conformed({"service_event": rows}, rejects, counted(sheet.frame, "service_event"))


def _hub_order() -> Cells:
    return {
        "case_id": identifier(raw("id")), "case_type": pl.lit("hub_order"), "customer": text(raw("customer_name")),
        "city": text(raw("city")), "zone": text(raw("zone")), "subject": text(raw("package_description")),
        **_resolved(("sent_at", "returned_at")),
    }  # fmt: skip


def _service_action() -> Cells:
    status = text(raw("status")).str.to_lowercase()
    ended = when("resolved", "updated_at")
    return {
        "case_id": identifier(raw("id")), "case_type": pl.lit("service_action"),
        "customer": text(raw("customer_full_name")), "city": text(raw("pickup_city")),
        "refund_amount": amount(raw("refund_amount"), marks_of(CURRENCY)),
        "subject": text(raw("action_type")).str.to_lowercase(),
        **{name: pl.when(status.is_in(_ENDED)).then(cell) for name, cell in ended.items()},
    }  # fmt: skip


def _resolved(columns: tuple[str, ...]) -> Cells:
    moments = [when("resolved", column) for column in columns]
    return {name: pl.coalesce(*(moment[name] for moment in moments)) for name in ("resolved_at", "resolved_date")}


def _conform_hub(sheet: Sheet, cells: Cells, orders: pl.DataFrame) -> Conformed:
    """The hub's own cases: parcels in its care and actions it was asked for."""
    known = {
        "case_status": text(raw("status")).str.to_lowercase(), "phone": phone(raw("customer_phone")),
        **when("opened", "created_at"), "updated_at": when("changed", "updated_at")["changed_at"],
        "currency": pl.lit(CURRENCY), **cells,
    }  # fmt: skip
    cases = with_order(sheet, orders).with_columns(cell.alias(name) for name, cell in known.items())
    checks = [
        Rule("rejected", "missing case_id", "id", pl.col("case_id").is_null()),
        Rule("rejected", "missing case_status", "status", pl.col("case_status").is_null()),
        Rule("rejected", "date not readable", "created_at", unreadable(raw("created_at"), pl.col("opened_date"))),
    ]
    if RAW + "refund_amount" in cases.columns:
        bad = unreadable(raw("refund_amount"), pl.col("refund_amount"))
        checks.append(Rule("rejected", "amount not readable", "refund_amount", bad))
    kept, rejects = sieve(cases, checks, ["service_case"])
    return Conformed({"service_case": staged(kept, "service_case")}, rejects, counted(sheet.frame, "service_case"))
