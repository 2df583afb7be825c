"""Users, shipping addresses, referrals and the terms of programmes → customer, referral, setting."""

from __future__ import annotations

import json

import polars as pl

from etl.clean import flag, text, unreadable
from etl.source import Conformed, TenantRules
from etl.sources.onesoko_forms import LOYALTY_PROGRAMS, REFERRAL_PROGRAMS, REFERRALS, REWARDS, USERS
from etl.sources.onesoko_names import full_name
from etl.sources.onesoko_tables import Sheets, at, day, looked_up, record_id, with_times, word
from etl.sources.set_aside import Rejected, StagedRows, beside, placed, slices_beside
from etl.sources.sheet import Form, raw
from etl.sources.sieve import Rule, counted, sieve, staged, unreadable_date_rules

_TABLES = ("customer",)
_REFERRAL_STATES = {state: state for state in ("pending", "completed", "expired")}
_PROGRAMMES = ((LOYALTY_PROGRAMS, "loyalty_program", "shop"), (REFERRAL_PROGRAMS, "referral_program", "shop"),
               (REWARDS, "reward", "id"))  # fmt: skip


def conform_users(sheets: Sheets, rules: TenantRules) -> Conformed:
    """The list of users as customers. Passwords are never read."""
    users = with_times(sheets[USERS.kind].frame, {"joined": "date_joined"}, rules.timezone).with_columns(
        record_id(raw("id")).alias("customer_id"), full_name().alias("customer"),
        text(raw("email")).str.to_lowercase().alias("email"), text(raw("phone_number")).alias("phone"),
        day("joined").alias("created_date"),
    )  # fmt: skip
    checks = [
        Rule("rejected", "missing customer_id", "id", pl.col("customer_id").is_null()),
        *unreadable_date_rules("date_joined", "joined"),
    ]
    kept, rejects = sieve(users, checks, ["customer"])
    return Conformed({"customer": staged(kept, "customer")}, rejects, counted(sheets[USERS.kind].frame, "customer"))


def conform_addresses(addresses: pl.DataFrame, orders: pl.DataFrame, known: pl.DataFrame) -> Conformed:
    """Each shipping address as a record of the user who ordered; of several addresses the newest counts.

    Args:
        addresses: of `onesoko_order_facts.addresses`.
        orders: order_id, customer_id of kept orders.
        known: customer_id, user_name, user_email of the list of users, which speaks first.
    """
    owners = placed(addresses["order_id"], orders, "order_id")
    customers = orders["customer_id"].gather(owners)
    named = placed(customers, known, "customer_id")
    checks = [
        Rule("rejected", "missing order_id", "order", pl.col("order_id").is_null()),
        Rule("rejected", "no order of a customer with this id", "order", pl.col("customer_id").is_null()),
    ]
    made, out = StagedRows("customer"), Rejected(checks, _TABLES)
    begin = 0
    for rows in slices_beside(addresses, customers.rechunk().to_frame()):
        told = beside(rows, known, named.slice(begin, rows.height), "customer_id").with_columns(
            pl.coalesce("user_name", "recipient_name").alias("customer"),
            pl.coalesce("user_email", "recipient_email").alias("email"), pl.col("changed_at").alias("updated_at"),
        )  # fmt: skip
        begin += rows.height
        kept, rejects = sieve(told, checks, _TABLES)
        made.add(kept)
        out.add(rejects)
    return Conformed({"customer": made.finish()}, out.finish(), counted(addresses, "customer"))


def conform_referrals(sheets: Sheets, shops: pl.DataFrame, rules: TenantRules) -> Conformed:
    """Who brought whom; `shops` are shop_id, shop."""
    written = {"created": "created_at", "completed": "completed_at"}
    frame = with_times(sheets[REFERRALS.kind].frame, written, rules.timezone).with_columns(
        record_id(raw("id")).alias("referral_id"), record_id(raw("referrer")).alias("referrer_id"),
        record_id(raw("referee")).alias("referee_id"), record_id(raw("shop")).alias("shop_id"),
        text(raw("referral_code")).alias("code"), word(raw("status"), _REFERRAL_STATES).alias("referral_status"),
        record_id(raw("first_purchase_order")).alias("order_id"), day("created").alias("created_date"),
        day("completed").alias("completed_date"),
    )  # fmt: skip
    told = looked_up(frame, shops, "shop_id").with_columns(pl.coalesce("shop", "shop_id").alias("shop"))
    checks = [
        Rule("rejected", "missing referral_id", "id", pl.col("referral_id").is_null()),
        Rule("rejected", "unknown status", "status", unreadable(raw("status"), pl.col("referral_status"))),
        *unreadable_date_rules("created_at", "created"),
        *unreadable_date_rules("completed_at", "completed"),
    ]
    kept, rejects = sieve(told, checks, ["referral"])
    read = counted(sheets[REFERRALS.kind].frame, "referral")
    return Conformed({"referral": staged(kept, "referral")}, rejects, read)


def conform_settings(sheets: Sheets, rules: TenantRules) -> list[Conformed]:
    """The terms of loyalty and referral programmes and of rewards, one setting each; its value is a JSON object."""
    parts = []
    for form, name, key in _PROGRAMMES:
        if form.kind in sheets:
            parts.append(_settings(sheets[form.kind].frame, form, (name, key), rules))
    return parts


def _settings(frame: pl.DataFrame, form: Form, called: tuple[str, str], rules: TenantRules) -> Conformed:
    name, key = called
    terms = [column for column in form.columns if column not in {key, "updated_at"}]
    values = [_as_json(row, terms) for row in frame.select(_term(one) for one in terms).rows()]
    told = with_times(frame, {"updated": "updated_at"}, rules.timezone).with_columns(
        (pl.lit(f"{name}:") + record_id(raw(key))).alias("setting"), pl.lit("loyalty").alias("category"),
        pl.Series("value", values, pl.String),
        at("updated").alias("updated_at"),
    )  # fmt: skip
    checks = [
        Rule("rejected", "missing setting", key, pl.col("setting").is_null()),
        *unreadable_date_rules("updated_at", "updated"),
    ]
    kept, rejects = sieve(told, checks, ["setting"])
    return Conformed({"setting": staged(kept, "setting")}, rejects, counted(frame, "setting"))


def _term(column: str) -> pl.Expr:
    """A term as written; ids and flags in the one form all exports share."""
    if column == "shop":
        return record_id(raw(column))
    return flag(raw(column)).cast(pl.String).alias(column) if column == "is_active" else raw(column)


def _as_json(cells: tuple[str | None, ...], names: list[str]) -> str:
    return json.dumps({name: cell for name, cell in zip(names, cells, strict=True) if cell is not None})
