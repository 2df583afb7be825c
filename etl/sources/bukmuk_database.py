"""users and audit_log of the old program's database → employee and lead_event.

The audit log keeps the values of a row before and after a change as JSON (older versions: as Python wrote them). A
change of a lead that gives it another status is a lead event; everything else in the log is excluded by name. Its
times are UTC, as SQLite's CURRENT_TIMESTAMP writes them.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from etl.clean import identifier, text
from etl.dates import ISO, DateRule, moments
from etl.source import Conformed, TenantRules
from etl.sources.bukmuk_cells import status_of
from etl.sources.imiq_orders import name_key
from etl.sources.sheet import RAW, Form, Sheet, raw
from etl.sources.sieve import Rule, counted, sieve, staged, unreadable_date_rules

USERS = Form("users", dict.fromkeys(("id", "username", "email", "role"), ()), ("id", "username"), "employee")
AUDIT_LOG = Form(
    "audit_log",
    dict.fromkeys(("user_id", "action", "table_name", "record_id", "old_values", "new_values", "timestamp"), ()),
    ("table_name", "record_id", "old_values", "new_values", "timestamp"), "lead_event",
)  # fmt: skip
SESSIONS = Form("user_sessions", {})

_MOST_TEXT = 100_000
"""Characters of a logged row that are looked at; a lead is never that long."""


def conform_users(sheet: Sheet) -> Conformed:
    """People with a login in the old program. Passwords never get here: no column of theirs is read."""
    users = sheet.frame.with_columns(
        name_key(raw("username")).alias("employee_id"), text(raw("username")).alias("employee"),
        text(raw("role")).str.to_lowercase().alias("role"), text(raw("email")).str.to_lowercase().alias("email"),
    )  # fmt: skip
    nobody = Rule("rejected", "missing employee_id", "username", pl.col("employee_id").is_null())
    kept, rejects = sieve(users, [nobody], ["employee"])
    return Conformed({"employee": staged(kept, "employee")}, rejects, counted(sheet.frame, "employee"))


def user_names(sheet: Sheet) -> dict[str, str]:
    """users.id to employee_id."""
    pairs = sheet.frame.select(identifier(raw("id")), name_key(raw("username"))).drop_nulls()
    return dict(pairs.iter_rows())


def conform_events(
    sheet: Sheet, rules: TenantRules, users: Mapping[str, str], ids: Mapping[str, str]
) -> Conformed:  # fmt: skip
    """Changes of status from the audit log.

    Args:
        sheet: the audit log.
        rules: the tenant's time zone.
        users: users.id to employee_id.
        ids: lead_id of merged leads to that of the lead that stays.
    """
    before, after = (
        _logged(sheet, column, name) for column, name in (("old_values", "before"), ("new_values", "after"))
    )
    logged = pl.concat([sheet.frame, before, after], how="horizontal").with_columns(
        moments(raw("timestamp"), DateRule((ISO,)), "UTC", rules.timezone).alias("moment"),
        identifier(raw("record_id")).replace(dict(ids)).alias("lead_id"),
        identifier(raw("user_id")).replace(dict(users)).alias("employee_id"),
    ).with_columns(
        status_of(pl.col("before")).alias("from_status"), status_of(pl.col("after")).alias("to_status"),
        pl.col("moment").struct.field("at").alias("event_at"), pl.col("moment").struct.field("day").alias("event_date"),
    )  # fmt: skip
    kept, rejects = sieve(logged, _event_rules(), ["lead_event"])
    events = staged(kept, "lead_event", content=("lead_id", "event_at", "from_status", "to_status"))
    return Conformed({"lead_event": events}, rejects, counted(sheet.frame, "lead_event"))


def _event_rules() -> list[Rule]:
    table = text(raw("table_name")).str.to_lowercase()
    return [
        Rule("excluded", "not about a lead", "table_name", (table != "leads").fill_null(True)),
        Rule("rejected", "logged values not readable", "new_values", ~pl.col("after_read")),
        Rule("rejected", "logged values not readable", "old_values", ~pl.col("before_read")),
        Rule("excluded", "no change of status", "new_values",
             pl.col("after").is_null() | pl.col("after").eq_missing(pl.col("before"))),
        Rule("rejected", "unknown status", "new_values", pl.col("to_status").is_null()),
        Rule("rejected", "missing lead_id", "record_id", pl.col("lead_id").is_null()),
        *unreadable_date_rules("timestamp", "moment"),
    ]  # fmt: skip


def _logged(sheet: Sheet, column: str, name: str) -> pl.DataFrame:
    """`name`: the lead_status in each logged row, null without one; `name`_read: whether the row could be read."""
    cells = sheet.frame[RAW + column]
    known: dict[str | None, tuple[str | None, bool]] = {None: (None, True)}
    known |= {cell: _status_in(cell) for cell in cells.unique().drop_nulls()}
    rows = [known[cell] for cell in cells]
    return pl.DataFrame(rows, schema={name: pl.String, f"{name}_read": pl.Boolean}, orient="row")


def _status_in(cell: str) -> tuple[str | None, bool]:
    values = _values(cell)
    if values is None:
        return None, not cell.strip()
    status = values.get("lead_status")
    return (status if isinstance(status, str) else None), True


def _values(cell: str) -> dict[str, Any] | None:
    """A logged row as a dictionary; None where the text is none."""
    readers: Sequence[Any] = (json.loads, ast.literal_eval)
    for reader in readers if len(cell) <= _MOST_TEXT else ():
        try:
            found = reader(cell)
        except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
            continue
        if isinstance(found, dict):
            return found
    return None
