"""Accounts, transactions and redemptions of points → loyalty_entry.

Every transaction is an entry. A redemption that a transaction refers to (by its id or code) is that transaction; any
other one takes its points itself. An account whose balance is not the sum of these gets one entry "opening_balance" of
the difference (0 where there is none), so that the entries of a customer add up to the balance the customer sees, and
every member of a programme has an entry.
"""

from __future__ import annotations

import polars as pl

from etl.clean import identifier, text, unreadable, whole
from etl.source import Conformed, TenantRules
from etl.sources.onesoko_forms import ACCOUNTS, REDEMPTIONS, TRANSACTIONS
from etl.sources.onesoko_tables import Sheets, at, day, keyed, looked_up, newest, record_id, with_times, word
from etl.sources.sheet import RAW, raw
from etl.sources.sieve import Rule, counted, date_rules, sieve, unreadable_date_rules

_EARNED = ("purchase", "signup", "referral", "review", "birthday", "bonus")
_ENTRY_TYPES = {
    **{f"earned {reason}": f"earned_{reason}" for reason in _EARNED},
    "redeemed discount": "redeemed_discount", "redeemed product": "redeemed_product", "expired": "expired",
    "adjustment": "adjustment",
}  # fmt: skip
_REDEMPTION_STATES = {state: state for state in ("pending", "approved", "redeemed", "expired", "cancelled")}
_MEMBER = ("customer_id", "shop", "tier")
_ENTRY = {"entry_key": pl.String, "account": pl.String, "points": pl.Int32, "reference_id": pl.String,
          "origin_key": pl.Int64, "source_row": pl.Int32}  # fmt: skip


def conform_loyalty(sheets: Sheets, shops: pl.DataFrame, rules: TenantRules) -> list[Conformed]:
    """The points ledger from accounts, transactions and redemptions; `shops` are shop_id, shop."""
    accounts = _accounts(sheets, shops, rules)
    members = newest(accounts, "account").select("account", *_MEMBER)
    parts: list[Conformed] = []
    entries = pl.DataFrame(schema=_ENTRY)
    if TRANSACTIONS.kind in sheets:
        entries, part = _transactions(sheets, members, rules)
        parts.append(part)
    if REDEMPTIONS.kind in sheets:
        redeemed, part = _redemptions(sheets, members, entries, rules)
        entries = pl.concat([entries, redeemed])
        parts.append(part)
    if ACCOUNTS.kind in sheets:
        parts.append(_opening(sheets, accounts, entries))
    return parts


def _accounts(sheets: Sheets, shops: pl.DataFrame, rules: TenantRules) -> pl.DataFrame:
    """Cleaned rows of accounts; none without such a list."""
    empty = pl.DataFrame(schema={**{RAW + name: pl.String for name in ACCOUNTS.columns}, "origin_key": pl.Int64,
                                 "source_row": pl.Int32})  # fmt: skip
    frame = sheets[ACCOUNTS.kind].frame if ACCOUNTS.kind in sheets else empty
    cleaned = with_times(frame, {"opened": "created_at"}, rules.timezone).with_columns(
        record_id(raw("id")).alias("account"), record_id(raw("customer")).alias("customer_id"),
        record_id(raw("shop")).alias("shop_id"), text(raw("current_tier")).str.to_lowercase().alias("tier"),
        whole(raw("current_points_balance")).alias("balance"),
    )  # fmt: skip
    return looked_up(cleaned, shops, "shop_id").with_columns(pl.coalesce("shop", "shop_id").alias("shop"))


def _opening(sheets: Sheets, accounts: pl.DataFrame, entries: pl.DataFrame) -> Conformed:
    """One entry per account: what its balance holds beyond its other entries, dated by the opening of the account."""
    once = newest(entries, "entry_key").filter(pl.col("account").is_not_null())
    booked = once.group_by("account").agg(pl.col("points").cast(pl.Int64).sum().alias("booked"))
    opened = looked_up(accounts, booked, "account").with_columns(
        (pl.col("balance") - pl.col("booked").fill_null(0)).cast(pl.Int32, strict=False).alias("points"),
        pl.lit("opening_balance").alias("entry_type"), pl.col("account").alias("record"),
        at("opened").alias("entered_at"), day("opened").alias("entry_date"),
        (pl.lit("account ") + pl.col("account")).alias("entry_id"),
    )  # fmt: skip
    checks = [
        Rule("rejected", "missing customer_id", "customer", pl.col("customer_id").is_null()),
        Rule("rejected", "points missing or not readable", "current_points_balance", pl.col("points").is_null()),
        *unreadable_date_rules("created_at", "opened"),
    ]
    kept, rejects = sieve(opened, checks, ["loyalty_entry"])
    read = counted(sheets[ACCOUNTS.kind].frame, "loyalty_entry")
    return Conformed({"loyalty_entry": keyed(kept, "loyalty_entry", "account ")}, rejects, read)


def _transactions(sheets: Sheets, members: pl.DataFrame, rules: TenantRules) -> tuple[pl.DataFrame, Conformed]:
    """(`_ENTRY` rows that are kept, their staging rows)."""
    frame = with_times(sheets[TRANSACTIONS.kind].frame, {"entered": "created_at"}, rules.timezone).with_columns(
        record_id(raw("id")).alias("record"), record_id(raw("customer_loyalty")).alias("account"),
        word(raw("transaction_type"), _ENTRY_TYPES).alias("entry_type"), whole(raw("points_change")).alias("points"),
        record_id(raw("reference_id")).alias("reference_id"), at("entered").alias("entered_at"),
        day("entered").alias("entry_date"),
    )  # fmt: skip
    bought = pl.when(pl.col("entry_type") == "earned_purchase").then("reference_id")
    told = looked_up(frame, members, "account").with_columns(
        bought.alias("order_id"), pl.col("record").alias("entry_id")
    )
    unknown = unreadable(raw("transaction_type"), pl.col("entry_type"))
    checks = [
        Rule("rejected", "missing entry_type", "transaction_type", text(raw("transaction_type")).is_null()),
        Rule("rejected", "unknown kind of entry", "transaction_type", unknown),
        Rule("rejected", "points missing or not readable", "points_change", pl.col("points").is_null()),
        *date_rules("created_at", "entered", "entry_date"),
    ]
    kept, rejects = sieve(told, checks, ["loyalty_entry"])
    return _staged(sheets, TRANSACTIONS.kind, kept, rejects, "")


def _redemptions(
    sheets: Sheets, members: pl.DataFrame, entries: pl.DataFrame, rules: TenantRules
) -> tuple[pl.DataFrame, Conformed]:
    """(`_ENTRY` rows that are kept, their staging rows); not those whose points are among `entries`."""
    frame = with_times(sheets[REDEMPTIONS.kind].frame, {"entered": "created_at"}, rules.timezone).with_columns(
        record_id(raw("id")).alias("record"), record_id(raw("customer_loyalty")).alias("account"),
        word(raw("status"), _REDEMPTION_STATES).alias("state"), whole(raw("points_used")).alias("used"),
        identifier(raw("redemption_code")).alias("reference_id"), record_id(raw("order")).alias("order_id"),
        record_id(raw("reward")).alias("reward"), at("entered").alias("entered_at"),
        day("entered").alias("entry_date"), pl.lit("redeemed_reward").alias("entry_type"),
    )  # fmt: skip
    told = looked_up(frame, members, "account").with_columns(
        (-pl.col("used").abs()).alias("points"), pl.col("record").alias("entry_id")
    )
    booked = entries["reference_id"].drop_nulls().implode()
    is_booked = pl.col("record").is_in(booked) | pl.col("reference_id").is_in(booked)
    checks = [
        Rule("rejected", "unknown status", "status", pl.col("state").is_null()),
        Rule("rejected", "points missing or not readable", "points_used", pl.col("used").is_null()),
        *date_rules("created_at", "entered", "entry_date"),
        Rule("excluded", "its points are a loyalty transaction", "id", is_booked.fill_null(value=False)),
        Rule("excluded", "redemption expired or cancelled", "status", pl.col("state").is_in(["expired", "cancelled"])),
    ]
    kept, rejects = sieve(told, checks, ["loyalty_entry"])
    return _staged(sheets, REDEMPTIONS.kind, kept, rejects, "redemption ")


def _staged(
    sheets: Sheets, kind: str, kept: pl.DataFrame, rejects: pl.DataFrame, prefix: str
) -> tuple[pl.DataFrame, Conformed]:
    rows = keyed(kept, "loyalty_entry", prefix)
    entries = kept.with_columns(rows["row_key"].alias("entry_key")).select(list(_ENTRY)).cast(_ENTRY)  # type: ignore[arg-type]
    return entries, Conformed({"loyalty_entry": rows}, rejects, counted(sheets[kind].frame, "loyalty_entry"))
