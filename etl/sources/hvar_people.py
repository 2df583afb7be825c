"""Customers: phones in every spelling, names without their blanks, the customer file and what was said to whom."""

from __future__ import annotations

import polars as pl

from etl.clean import ascii_digits, identifier, text
from etl.source import Conformed
from etl.sources.hvar_times import day, instant
from etl.sources.sheet import RAW, Sheet, raw
from etl.sources.sieve import Rule, counted, sieve, staged, with_distinct
from etl.sources.usual_cells import completed

_EGYPTIAN = r"^(?:0020|20|0)?(1\d{9})$"
_USUAL = r"^(?:\+20|0020|20|0)?1[0-9]{9}$"
_DIGITS = 10
_CAIRO = "Africa/Cairo"


def phone(cell: pl.Expr) -> pl.Expr:
    """An Egyptian mobile as +20…, whichever way it is written; any other number as written; null without digits.

    "+201000000001", "0020 100 000 0001", "201000000001", "01000000001", "1000000001" and their Arabic digits are one.
    """
    written = identifier(ascii_digits(text(cell)))
    digits = written.str.replace_all(r"\D", "")
    mobile = "+20" + digits.str.extract(_EGYPTIAN, 1)
    return pl.coalesce(mobile, pl.when(digits != "").then(written))


def phones(frame: pl.DataFrame, column: str) -> pl.Series:
    """What `phone` makes of a raw column."""
    cell, cells = raw(column), frame.select(RAW + column)
    mobile = pl.when(cell.str.contains(_USUAL)).then("+20" + cell.str.tail(_DIGITS))
    return completed(cells, cells.select(mobile).to_series(), phone(cell))


def with_full_name(
    frame: pl.DataFrame, first: str = "receiver.firstName", last: str = "receiver.lastName",
    full: str = "receiver.fullName",
) -> pl.DataFrame:  # fmt: skip
    """Add customer: the full name, else first and last; "-" stands for a name that is not known and is left out."""
    cells = {"first": (first, _name(first)), "last": (last, _name(last)), "customer": (full, _name(full))}
    joined = pl.concat_str("first", "last", separator=" ", ignore_nulls=True)
    named = pl.coalesce("customer", pl.when(joined != "").then(joined))
    return with_distinct(frame, cells).with_columns(named.alias("customer")).drop("first", "last")


def _name(column: str) -> pl.Expr:
    name = text(raw(column)).str.replace(r"\s+-$", "").str.replace_all(r"\s+", " ")
    return pl.when(name != "-").then(name)


def conform_customers(sheet: Sheet) -> Conformed:
    """The old program's customer file; its totals, segments and scores are worked out anew and not taken over."""
    named = with_full_name(sheet.frame, "first_name", "last_name", "full_name")
    customers = named.with_columns(
        identifier(raw("customer_id")).alias("customer_id"), phone(raw("phone")).alias("phone"),
        text(raw("email")).str.to_lowercase().alias("email"), text(raw("primary_city")).alias("city"),
        text(raw("primary_zone")).alias("zone"), text(raw("primary_address")).alias("address"),
        instant(raw("updated_at")).alias("updated_at"),
        day(raw("created_at"), instant(raw("created_at")), _CAIRO).alias("created_date"),
    )  # fmt: skip
    is_nobody = pl.all_horizontal(pl.col("customer_id", "phone", "customer", "email").is_null())
    checks = [Rule("rejected", "no id, phone, name or email", "customer_id", is_nobody)]
    kept, rejects = sieve(customers, checks, ["customer"])
    return Conformed({"customer": staged(kept, "customer")}, rejects, counted(sheet.frame, "customer"))


def conform_interactions(sheet: Sheet) -> Conformed:
    """What was said to whom, by which channel; what it was about stays in the landing area."""
    sessions = sheet.frame.with_columns(
        identifier(raw("interaction_id")).alias("session_id"), identifier(raw("customer_id")).alias("customer_id"),
        text(raw("assigned_agent")).alias("employee_id"), instant(raw("created_at")).alias("started_at"),
        text(raw("interaction_type")).str.to_lowercase().alias("session_type"),
        text(raw("channel")).str.to_lowercase().alias("channel"), text(raw("status")).alias("outcome"),
    ).with_columns(day(raw("created_at"), pl.col("started_at"), _CAIRO).alias("session_date"))  # fmt: skip
    checks = [
        Rule("rejected", "missing session_type", "interaction_type", pl.col("session_type").is_null()),
        Rule("rejected", "date missing or not readable", "created_at", pl.col("session_date").is_null()),
    ]
    kept, rejects = sieve(sessions, checks, ["session"])
    return Conformed({"session": staged(kept, "session", ("session_id",))}, rejects, counted(sheet.frame, "session"))
