"""Orders and order items → order and order line.

Decisions:
    * An order's own status decides. Its tracking is the life of the parcel and becomes the shipment; where the two end
      differently a note says how often. The system itself reads revenue off the order's status alone.
    * total is the price of the goods as charged, after discounts. Shipping and tax of order_analytics stand beside it
      and are not part of it; a discount there was taken off before, so lines and order are worth total + discount
      before it and total after it.
    * A missing status stays missing (policy status_when_missing); a word that is no known status is rejected.
    * Payments count towards their order when completed: advance_amount; what is left of the total is its balance.
      Without a list of payments both stay missing.
    * An item of an order that is missing or rejected is rejected; an order without items stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from etl.clean import amount, marks_of, number, text, unreadable
from etl.source import Conformed, TenantRules
from etl.sources.onesoko_allocation import MONEY, allocate
from etl.sources.onesoko_forms import PAYMENT_WORDS, STATUS_WORDS
from etl.sources.onesoko_tables import at, day, keyed, known_order, looked_up, newest, record_id, with_times, word
from etl.sources.sheet import Sheet, raw
from etl.sources.sieve import Rule, counted, date_rules, sieve, staged, unreadable_date_rules, with_distinct

_PLACE = ["origin_key", "source_row"]


@dataclass(frozen=True)
class Orders:
    """The orders of a load.

    Attributes:
        kept: cleaned orders, every version of each.
        latest: the newest version of each: order_id, customer columns, shop, total and discount amounts, status.
        rejected: order_id of orders of which no version was kept.
    """

    kept: pl.DataFrame
    latest: pl.DataFrame
    rejected: pl.DataFrame


def conform_orders(
    sheet: Sheet, rules: TenantRules, others: Sequence[pl.DataFrame], has_payments: bool
) -> tuple[Orders, Conformed]:
    """Orders, completed from frames keyed by order_id, shop_id, customer_id.

    Args:
        sheet: rows of orders.
        rules: the tenant's currency and time zone.
        others: frames whose first column is the key, each key once: of analytics, payments, addresses, tracking, shops
            and people.
        has_payments: the load has a list of payments; without one what was paid is not known.
    """
    orders = _cleaned(sheet, rules)
    for other in others:
        orders = looked_up(orders, other, other.columns[0])
    paid = pl.col("paid_amount").fill_null(0) if has_payments else pl.lit(None, MONEY)
    orders = orders.with_columns(
        *_completed(),
        paid.alias("advance_amount"),
        (pl.col("total_amount") - paid).cast(MONEY, strict=False).alias("balance_amount"),
    )
    kept, rejects = sieve(orders, _order_rules(), ["order"])
    latest = newest(kept, "order_id", "updated_at")
    refused = orders.select("order_id").join(latest.select("order_id"), on="order_id", how="anti").drop_nulls().unique()
    part = Conformed({"order": staged(kept, "order")}, rejects, counted(sheet.frame, "order"), _order_notes(latest))
    return Orders(kept, latest, refused), part


def _cleaned(sheet: Sheet, rules: TenantRules) -> pl.DataFrame:
    payment = text(raw("payment_method"))
    dated = with_times(sheet.frame, {"ordered": "created_at", "updated": "updated_at"}, rules.timezone)
    told = with_distinct(dated, {
        "customer_id": ("user", record_id(raw("user"))), "shop_id": ("shop", record_id(raw("shop"))),
        "order_status": ("status", word(raw("status"), STATUS_WORDS)),
        "total_amount": ("total", amount(raw("total"), marks_of(rules.currency))),
        "payment_method": ("payment_method", pl.coalesce(word(payment, PAYMENT_WORDS), payment)),
    })  # fmt: skip
    return told.with_columns(
        record_id(raw("id")).alias("order_id"), at("ordered").alias("ordered_at"), day("ordered").alias("order_date"),
        pl.col("ordered").struct.field("hour").alias("order_hour"), at("updated").alias("updated_at"),
        text(raw("currency")).str.to_uppercase().alias("currency"), text(raw("customer_name")).alias("named"),
        text(raw("customer_email")).str.to_lowercase().alias("mailed"),
    )  # fmt: skip


def _completed() -> list[pl.Expr]:
    """Columns that come from several lists; the list of users speaks before the address of one order."""
    return [
        pl.coalesce("user_name", "named", "recipient_name").alias("customer"),
        pl.coalesce("user_email", "mailed", "recipient_email").alias("email"),
        pl.coalesce("shop", "shop_id").alias("shop"),
        pl.when(pl.col("tracked_status") == pl.col("order_status")).then("tracked_date").otherwise(day("updated"))
        .alias("status_date"),
    ]  # fmt: skip


def _order_rules() -> list[Rule]:
    total = pl.col("total_amount")
    return [
        Rule("rejected", "missing order_id", "id", pl.col("order_id").is_null()),
        *date_rules("created_at", "ordered", "order_date"),
        Rule("rejected", "unknown status", "status", unreadable(raw("status"), pl.col("order_status"))),
        Rule("rejected", "amount not readable", "total", unreadable(raw("total"), total)),
        Rule("rejected", "negative total", "total", total < 0),
        *unreadable_date_rules("updated_at", "updated"),
    ]


def _order_notes(orders: pl.DataFrame) -> tuple[str, ...]:
    ended = pl.col("tracked_status").is_in(["delivered", "returned", "cancelled"])
    findings = (
        (ended & (pl.col("tracked_status") != pl.col("order_status")), "tracking ended differently from the order; the "
         "order's own status counts"),
        (pl.col("total_amount").is_null(), "total is missing; it is estimated from current prices"),
        (pl.col("order_status").is_null(), "status is blank; the policy status_when_missing applies"),
        (pl.col("paid_amount") > pl.col("total_amount"), "more was paid than the total"),
        (pl.col("refund_amount") > pl.col("total_amount"), "more was refunded than the total"),
    )  # fmt: skip
    notes = []
    for condition, sentence in findings:
        rows = orders.filter(condition).sort(_PLACE)["source_row"]
        if len(rows):
            notes.append(f"orders: {len(rows)} rows, first row {rows[0]}: {sentence}.")
    return tuple(notes)


def conform_items(sheet: Sheet, orders: Orders, prices: pl.DataFrame) -> Conformed:
    """Order lines, each with its share of its order's total.

    The same item in two overlapping pages is one line. A line's money is estimated, because its price is not stored.

    Args:
        sheet: rows of order_items.
        orders: of `conform_orders`.
        prices: product_id, price.
    """
    items = with_distinct(sheet.frame, {
        "order_id": ("order", record_id(raw("order"))), "product_id": ("product", record_id(raw("product"))),
        "product": ("product_name", text(raw("product_name"))), "quantity": ("quantity", number(raw("quantity"))),
    }).with_columns(
        record_id(raw("id")).alias("record"), pl.lit(value=True).alias("is_price_estimated")
    )  # fmt: skip
    checks = [
        *known_order(orders.latest, orders.rejected),
        Rule("rejected", "missing product_id", "product", pl.col("product_id").is_null()),
        Rule("rejected", "missing quantity", "quantity", text(raw("quantity")).is_null()),
        Rule("rejected", "number not readable", "quantity", pl.col("quantity").is_null()),
        Rule("rejected", "quantity is not positive", "quantity", pl.col("quantity") <= 0),
    ]
    kept, rejects = sieve(items, checks, ["order_line"])
    priced = _priced(looked_up(kept, prices, "product_id"), orders.latest)
    return Conformed({"order_line": keyed(priced, "order_line")}, rejects, counted(sheet.frame, "order_line"),
                     _item_notes(priced))  # fmt: skip


def _priced(items: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Add line_amount: the share of total + discount, or quantity × price where the order has no total."""
    numbered = items.with_columns(
        pl.coalesce("record", pl.concat_str(pl.lit("#"), "origin_key", pl.lit(":"), "source_row")).alias("item")
    )
    before_discount = (pl.col("total_amount") + pl.col("discount_amount").fill_null(0)).cast(MONEY, strict=False)
    once = newest(numbered, "item").sort(_PLACE, maintain_order=True)
    shares = allocate(once, orders.select("order_id", before_discount.alias("amount")))
    alone = (pl.col("quantity") * pl.col("price")).cast(MONEY, strict=False)
    return looked_up(numbered, shares, "item").with_columns(pl.coalesce("line_amount", alone).alias("line_amount"))


def _item_notes(items: pl.DataFrame) -> tuple[str, ...]:
    if not items.height:
        return ()
    notes = ["order_items: no price is stored on a line; each takes its share of its order's total by quantity × "
             "current price and is marked as estimated."]  # fmt: skip
    bare = items.filter(pl.col("price").is_null()).sort(_PLACE)["source_row"]
    if len(bare):
        notes.append(f"order_items: {len(bare)} rows, first row {bare[0]}: the product's price is not known; its order "
                     "is shared out by quantity alone.")  # fmt: skip
    return tuple(notes)
