"""What other lists say of an order: analytics, payments and shipping address; and the returns of order_analytics."""

from __future__ import annotations

import polars as pl

from etl.clean import amount, marks_of, text, whole
from etl.source import Conformed, TenantRules
from etl.sources.onesoko_forms import ADDRESSES, ANALYTICS, PAYMENTS
from etl.sources.onesoko_names import campaign_key
from etl.sources.onesoko_orders import Orders
from etl.sources.onesoko_tables import (
    Sheets,
    at,
    day,
    known_order,
    looked_up,
    newest,
    record_id,
    with_fate,
    with_times,
    word,
)
from etl.sources.set_aside import cleaned_slices, sieve_kept
from etl.sources.sheet import raw
from etl.sources.sieve import Rule, counted, not_read, staged, unreadable_date_rules, with_distinct

_MONEY = {"discount_amount": "discount_amount", "tax_amount": "tax_amount", "shipping_amount": "shipping_cost",
          "refund_amount": "refund_amount"}  # fmt: skip
_CHARGED = ("channel", "campaign_id", *_MONEY)
_PAYMENT_STATES = {"pending": "pending", "completed": "completed", "failed": "failed"}
_ADDRESS = ("recipient_name", "recipient_email", "phone", "city", "zone", "country")
_DECIMAL = pl.Decimal(18, 4)


def order_analytics(sheets: Sheets, campaigns: pl.DataFrame, rules: TenantRules) -> pl.DataFrame | None:
    """Cleaned rows of order_analytics, None without such a list; `campaigns` as of `campaign_ids`."""
    if ANALYTICS.kind not in sheets:
        return None
    return cleaned_slices(sheets[ANALYTICS.kind].frame, lambda rows: _analysed(rows, campaigns, rules))


def _analysed(rows: pl.DataFrame, campaigns: pl.DataFrame, rules: TenantRules) -> pl.DataFrame:
    marks = marks_of(rules.currency)
    told = with_distinct(rows, {
        "channel": ("order_source", text(raw("order_source")).str.to_lowercase()),
        "reason": ("return_reason", text(raw("return_reason"))),
        "campaign_key": ("utm_campaign", campaign_key(raw("utm_campaign"))),
        **{name: (column, amount(raw(column), marks)) for name, column in _MONEY.items()},
    })  # fmt: skip
    dated = with_times(told, {"updated": "updated_at"}, rules.timezone).with_columns(
        record_id(raw("order")).alias("order_id"),
        at("updated").alias("changed_at"),
        whole(raw("rating")).alias("rating"),
    )
    return looked_up(dated, campaigns, "campaign_key").with_columns(
        pl.coalesce("campaign_id", text(raw("utm_campaign"))).alias("campaign_id")
    )


def charged(analytics: pl.DataFrame | None) -> pl.DataFrame:
    """Per order: order_id, channel, campaign_id, discount, tax, shipping and refund; of its newest readable row."""
    if analytics is None:
        schema = {name: _DECIMAL if name in _MONEY else pl.String for name in ("order_id", *_CHARGED)}
        return pl.DataFrame(schema=schema)
    unread = pl.any_horizontal(rule.breaks.fill_null(value=False) for rule in _amount_rules())
    is_unread = analytics.select(unread.alias("unread")).to_series()
    told = analytics.select("order_id", *_CHARGED, "changed_at", "origin_key", "source_row")
    read = told.filter(~is_unread) if is_unread.any() else told
    return newest(read, "order_id", "changed_at").select("order_id", *_CHARGED)


def _amount_rules() -> list[Rule]:
    read = [Rule("rejected", "amount not readable", column, not_read(name)) for name, column in _MONEY.items()]
    negative = [
        Rule("rejected", "negative amount", column, (pl.col(name) < 0).fill_null(value=False))
        for name, column in _MONEY.items()
    ]
    return [*read, *negative, *unreadable_date_rules("updated_at", "updated")]


def conform_returns(sheets: Sheets, analytics: pl.DataFrame, orders: Orders) -> Conformed:
    """One return per order with a refund or a reason for one; how many pieces came back is not recorded.

    The day is that of the tracked return, else the day the row was last changed, else that of the order.
    """
    none = pl.col("refund_amount").fill_null(0) == 0
    checks = [
        *_amount_rules(),
        *known_order(),
        Rule("excluded", "no refund and no reason of return", "refund_amount", none & pl.col("reason").is_null()),
    ]
    found: list[pl.DataFrame] = []
    rows = with_fate(analytics, orders.latest, orders.rejected)
    rejects = sieve_kept(rows, checks, ["return_line"], found.append)
    told = looked_up(
        pl.concat(found), orders.latest.select("order_id", "returned_date", "order_date", "currency"), "order_id"
    )
    returns = told.with_columns(
        pl.coalesce("returned_date", day("updated"), "order_date").alias("return_date"),
        pl.col("order_id").alias("return_id"),
        pl.when(none).then(pl.lit("returned")).otherwise(pl.lit("refunded")).alias("return_status"),
        pl.when(~none).then("refund_amount").alias("refund_amount"),
    )  # fmt: skip
    read = counted(sheets[ANALYTICS.kind].frame, "return_line")
    return Conformed({"return_line": staged(returns, "return_line", ("return_id",))}, rejects, read)


def conform_ratings(sheets: Sheets, analytics: pl.DataFrame, orders: Orders) -> Conformed:
    """What customers gave their orders, 1 to 5, as reviews of the shop; their words stay in the stored file."""
    checks = [
        Rule("excluded", "no rating", "rating", text(raw("rating")).is_null()),
        *known_order(),
        Rule("rejected", "rating is not a number from 1 to 5", "rating",
             ~pl.col("rating").is_between(1, 5).fill_null(value=False)),
        *unreadable_date_rules("updated_at", "updated"),
    ]  # fmt: skip
    found: list[pl.DataFrame] = []
    rejects = sieve_kept(with_fate(analytics, orders.latest, orders.rejected), checks, ["review"], found.append)
    named = orders.latest.select("order_id", "customer_id", "shop", "order_date")
    told = looked_up(pl.concat(found), named, "order_id").with_columns(
        pl.coalesce(day("updated"), "order_date").alias("review_date"), pl.lit("approved").alias("review_status"),
        ("order " + pl.col("order_id")).alias("review_id"),
    )  # fmt: skip
    read = counted(sheets[ANALYTICS.kind].frame, "review")
    return Conformed({"review": staged(told, "review", ("review_id",))}, rejects, read)


def payments(sheets: Sheets, rules: TenantRules) -> pl.DataFrame | None:
    """Cleaned rows of payments, None without such a list."""
    if PAYMENTS.kind not in sheets:
        return None
    return cleaned_slices(sheets[PAYMENTS.kind].frame, lambda rows: with_distinct(rows, {
        "paid": ("amount", amount(raw("amount"), marks_of(rules.currency))),
        "state": ("status", word(raw("status"), _PAYMENT_STATES)),
    }).with_columns(record_id(raw("id")).alias("record"), record_id(raw("order")).alias("order_id")))  # fmt: skip


def paid(rows: pl.DataFrame | None) -> pl.DataFrame:
    """Per order the sum of its completed payments: order_id, paid_amount; each payment counts once."""
    if rows is None:
        return pl.DataFrame(schema={"order_id": pl.String, "paid_amount": _DECIMAL})
    own = pl.concat_str(pl.lit("#"), "origin_key", pl.lit(":"), "source_row")
    told = rows.select(pl.coalesce("record", own).alias("payment"), "order_id", "state", "paid", "origin_key",
                       "source_row")  # fmt: skip
    once = newest(told, "payment")
    completed = once.filter((pl.col("state") == "completed") & pl.col("order_id").is_not_null())
    return completed.group_by("order_id", maintain_order=True).agg(
        pl.col("paid").sum().cast(_DECIMAL, strict=False).alias("paid_amount")
    )


def conform_payments(sheets: Sheets, rows: pl.DataFrame, orders: Orders) -> Conformed:
    """Payments have no table of their own: completed ones are in their order's amounts; every row is accounted for."""
    checks = [
        *known_order(),
        Rule("rejected", "unknown status", "status", pl.col("state").is_null()),
        Rule("rejected", "amount missing or not readable", "amount", pl.col("paid").is_null()),
        Rule("excluded", "payment not completed", "status", pl.col("state") != "completed"),
        Rule("excluded", "counted in its order as paid", "amount", pl.lit(value=True)),
    ]
    theirs = with_fate(rows, orders.latest, orders.rejected)
    rejects = sieve_kept(theirs, checks, ["payment"], lambda kept: None)
    return Conformed({}, rejects, counted(sheets[PAYMENTS.kind].frame, "payment"))


def addresses(sheets: Sheets, rules: TenantRules) -> pl.DataFrame | None:
    """Cleaned rows of shipping addresses, None without such a list."""
    if ADDRESSES.kind not in sheets:
        return None
    return cleaned_slices(sheets[ADDRESSES.kind].frame, lambda rows: _addressed(rows, rules))


def _addressed(rows: pl.DataFrame, rules: TenantRules) -> pl.DataFrame:
    dated = with_times(rows, {"created": "created_at", "updated": "updated_at"}, rules.timezone)
    lines = [text(raw(column)) for column in ("address_line_1", "address_line_2", "postal_code")]
    address = pl.concat_str(lines, separator=", ", ignore_nulls=True)
    return dated.with_columns(
        record_id(raw("order")).alias("order_id"), text(raw("recipient_name")).alias("recipient_name"),
        text(raw("recipient_email")).str.to_lowercase().alias("recipient_email"),
        text(raw("recipient_phone")).alias("phone"), text(raw("city")).alias("city"),
        text(raw("state_province")).alias("zone"), text(raw("country")).alias("country"),
        pl.when(address != "").then(address).alias("address"),
        pl.coalesce(at("updated"), at("created")).alias("changed_at"),
    )  # fmt: skip


def recipients(rows: pl.DataFrame | None) -> pl.DataFrame:
    """Per order its newest address: order_id, recipient_name, recipient_email, phone, city, zone, country."""
    if rows is None:
        return pl.DataFrame(schema=dict.fromkeys(("order_id", *_ADDRESS), pl.String))
    told = rows.select("order_id", *_ADDRESS, "changed_at", "origin_key", "source_row")
    return newest(told, "order_id", "changed_at").select("order_id", *_ADDRESS)
