"""Tickets, repairs, replacements, hub checks and receipts → service case; calls and decisions → service event.

Decisions:
    * A case is known by its kind and its number in its own table. A ticket's kind is its type (complaint, maintenance,
      replacement, return); the others are maintenance_cycle, replacement_delivery, hub_confirmation, hub_receipt,
      hub_order and service_action.
    * A receipt at the hub is a case of its own that only the table of receipts can tell. A delivery, however often it
      is read again, says nothing about it; and a newer copy of the file whose own sync has erased receipts does not
      withdraw them (`Source.keeps`).
    * Times in these tables are UTC, as the file's default writes them; dates are days in Egypt.
    * An order is named by its tracking number; where a row has the courier's id only, the deliveries of the same load
      tell the number.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from etl.clean import amount, flag, identifier, marks_of, text, unreadable, whole
from etl.source import Conformed
from etl.sources.hvar_goods import CURRENCY, goods_key
from etl.sources.hvar_people import phone
from etl.sources.hvar_service_forms import CONFIRMATIONS, CYCLES, RECEIPTS, REPLACEMENTS, TICKETS
from etl.sources.hvar_times import day, instant
from etl.sources.sheet import Sheet, raw
from etl.sources.sieve import Rule, counted, sieve, staged

_CAIRO = "Africa/Cairo"
Cells = dict[str, pl.Expr]


def _word(column: str) -> pl.Expr:
    return text(raw(column)).str.to_lowercase()


def _ticket() -> Cells:
    return {
        "case_id": identifier(raw("ticket_id")), "case_type": _word("ticket_type"), "priority": _word("priority"),
        "case_status": _word("status"), "phone": phone(raw("customer_phone")), "subject": text(raw("subject")),
        "product_id": goods_key(raw("product_name")), "employee_id": text(raw("assigned_agent")),
        "satisfaction": whole(raw("customer_satisfaction")),
    }  # fmt: skip


def _cycle() -> Cells:
    return {
        "case_id": identifier(raw("cycle_id")), "case_type": pl.lit("maintenance_cycle"),
        "case_status": _word("cycle_status"), "phone": phone(raw("customer_phone")),
        "employee_id": text(raw("technician_name")), "hub": text(raw("service_location")),
        "cost_amount": amount(raw("total_cost"), marks_of(CURRENCY)), "subject": _word("cycle_type"),
    }  # fmt: skip


def _replacement() -> Cells:
    return {
        "case_id": identifier(raw("replacement_id")), "case_type": pl.lit("replacement_delivery"),
        "case_status": _word("replacement_status"), "phone": phone(raw("customer_phone")),
        "cost_amount": amount(raw("replacement_value"), marks_of(CURRENCY)), "subject": text(raw("replacement_reason")),
    }  # fmt: skip


def _confirmation() -> Cells:
    return {
        "case_id": identifier(raw("confirmation_id")), "case_type": pl.lit("hub_confirmation"),
        "case_status": _word("confirmation_status"), "hub": text(raw("hub_name")),
        "employee_id": text(raw("hub_agent")), "quality_score": whole(raw("quality_score")),
        "subject": text(raw("recommended_action")),
    }  # fmt: skip


def _receipt() -> Cells:
    return {
        "case_id": identifier(raw("tracking_number")), "case_type": pl.lit("hub_receipt"),
        "case_status": pl.lit("received"), "phone": phone(raw("receiver_phone")),
        "customer": text(raw("receiver_name")),
        "city": text(raw("dropoff_city_name")), "employee_id": text(raw("received_by")),
        "subject": text(raw("received_notes")), "is_received": flag(raw("is_received")),
    }  # fmt: skip


CELLS: dict[str, tuple[Callable[[], Cells], str, str, str]] = {
    TICKETS.kind: (_ticket, "created_at", "resolved_at", "updated_at"),
    CYCLES.kind: (_cycle, "created_at", "completion_date", "updated_at"),
    REPLACEMENTS.kind: (_replacement, "created_at", "actual_delivery_date", "updated_at"),
    CONFIRMATIONS.kind: (_confirmation, "created_at", "confirmed_at", "confirmed_at"),
    RECEIPTS.kind: (_receipt, "created_at", "received_at", "last_synced"),
}
"""Kind of table to its cells, and the columns that say when a case was opened, resolved and last changed."""

_NUMBERS = {"customer_satisfaction": ("satisfaction", 5), "quality_score": ("quality_score", 10)}
_AMOUNTS = {"total_cost": "cost_amount", "replacement_value": "cost_amount"}


def conform_cases(sheet: Sheet, orders: pl.DataFrame) -> Conformed:
    """One table of cases.

    Args:
        sheet: rows of one of `CELLS`.
        orders: number (the courier's id) and order_id (the tracking number) of the deliveries of the load.
    """
    make, opened, resolved, changed = CELLS[sheet.form.kind]
    cells = {**make(), **when("opened", opened), **when("resolved", resolved), "currency": pl.lit(CURRENCY),
             "updated_at": pl.coalesce(instant(raw(changed)), instant(raw(opened)))}  # fmt: skip
    cases = with_order(sheet, orders).with_columns(cell.alias(name) for name, cell in cells.items())
    kept, rejects = sieve(cases, _case_rules(sheet, opened, resolved), ["service_case"])
    return Conformed({"service_case": staged(kept, "service_case")}, rejects, counted(sheet.frame, "service_case"))


def when(name: str, column: str) -> Cells:
    """`<name>_at` and `<name>_date` of a column that holds a time or a date."""
    moment = instant(raw(column))
    return {f"{name}_at": moment, f"{name}_date": day(raw(column), moment, _CAIRO)}


def with_order(sheet: Sheet, orders: pl.DataFrame) -> pl.DataFrame:
    """Add order_id: the tracking number of the row, else of the delivery whose id it names, else that id."""
    columns = sheet.form.columns
    named = next((name for name in ("order_id", "original_order_id") if name in columns), None)
    given = identifier(raw(named)) if named else pl.lit(None, pl.String)
    tracking = next((name for name in ("tracking_number", "original_tracking_number") if name in columns), None)
    is_own = sheet.form.kind == RECEIPTS.kind
    told = identifier(raw(tracking)) if tracking and not is_own else pl.lit(None, pl.String)
    found = sheet.frame.with_columns(given.alias("number")).join(orders, on="number", how="left", maintain_order="left")
    return found.with_columns(pl.coalesce(told, "order_id", "number").alias("order_id")).drop("number")


def _case_rules(sheet: Sheet, opened: str, resolved: str) -> list[Rule]:
    columns = sheet.form.columns
    rules = [
        Rule("rejected", "missing case_id", next(iter(columns)), pl.col("case_id").is_null()),
        Rule("rejected", "missing case_type", list(columns)[1], pl.col("case_type").is_null()),
        Rule("rejected", "date not readable", opened, unreadable(raw(opened), pl.col("opened_date"))),
        Rule("rejected", "date not readable", resolved, unreadable(raw(resolved), pl.col("resolved_date"))),
    ]
    for column, (name, most) in _NUMBERS.items():
        if column in columns:
            outside = ~pl.col(name).is_between(1, most).fill_null(False) & text(raw(column)).is_not_null()
            rules.append(Rule("rejected", f"not a number from 1 to {most}", column, outside))
    for column, name in _AMOUNTS.items():
        if column in columns:
            rules.append(Rule("rejected", "amount not readable", column, unreadable(raw(column), pl.col(name))))
    if sheet.form is RECEIPTS:
        is_open = ~pl.col("is_received").fill_null(False)
        rules.append(Rule("excluded", "not received at the hub yet", "is_received", is_open))
    return rules
