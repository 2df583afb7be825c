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
from etl.sources.onesoko_tables import (
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
from etl.sources.set_aside import (
    Rejected,
    Stack,
    StagedRows,
    beside,
    cleaned_slices,
    placed,
    sieve_kept,
    slices_beside,
    slices_with,
)
from etl.sources.sheet import Sheet, raw
from etl.sources.sieve import Rule, counted, date_rules, sieve, unreadable_date_rules, with_distinct
from etl.sources.slices import slices

_PLACE = ["origin_key", "source_row"]
_TABLES = ("order",)
_LATEST = ("order_id", "customer_id", "customer", "phone", "email", "city", "zone", "country", "shop", "currency",
           "total_amount", "discount_amount", "paid_amount", "refund_amount", "order_status", "tracked_status",
           "order_date", "returned_date", "updated_at", *_PLACE)  # fmt: skip
"""What other lists ask of an order."""
_LINE_TABLES = ("order_line",)
_ITEM = ("record", "order_id", "product_id", "product", "quantity", "is_price_estimated", *_PLACE)


@dataclass(frozen=True)
class Orders:
    """The orders of a load.

    Attributes:
        latest: the newest version of each that is kept, with the columns of `_LATEST`.
        rejected: order_id of orders of which no version was kept.
    """

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
    orders = cleaned_slices(sheet.frame, lambda rows: _cleaned(rows, rules))
    known = [(one, placed(orders[one.columns[0]], one, one.columns[0])) for one in others]
    made, latest, out = StagedRows("order"), Stack(), Rejected(_order_rules(), _TABLES)
    begin = 0
    for rows in slices(orders):
        told = rows
        for other, places in known:
            told = beside(told, other, places.slice(begin, rows.height), other.columns[0])
        begin += rows.height
        kept, rejects = sieve(_completed(told, has_payments), _order_rules(), _TABLES)
        made.add(kept)
        latest.add(kept.select(_LATEST))
        out.add(rejects)
    newest_ones = newest(latest.frame(), "order_id", "updated_at")
    ids = orders.select("order_id").join(newest_ones.select("order_id"), on="order_id", how="anti")
    part = Conformed({"order": made.finish()}, out.finish(), counted(sheet.frame, "order"), _order_notes(newest_ones))
    return Orders(newest_ones, ids.drop_nulls().unique()), part


def _cleaned(rows: pl.DataFrame, rules: TenantRules) -> pl.DataFrame:
    payment = text(raw("payment_method"))
    dated = with_times(rows, {"ordered": "created_at", "updated": "updated_at"}, rules.timezone)
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


def _completed(told: pl.DataFrame, has_payments: bool) -> pl.DataFrame:
    """Columns that come from several lists; the list of users speaks before the address of one order."""
    paid = pl.col("paid_amount").fill_null(0) if has_payments else pl.lit(None, MONEY)
    return told.with_columns(
        pl.coalesce("user_name", "named", "recipient_name").alias("customer"),
        pl.coalesce("user_email", "mailed", "recipient_email").alias("email"),
        pl.coalesce("shop", "shop_id").alias("shop"),
        pl.when(pl.col("tracked_status") == pl.col("order_status")).then("tracked_date").otherwise(day("updated"))
        .alias("status_date"),
        paid.alias("advance_amount"),
        (pl.col("total_amount") - paid).cast(MONEY, strict=False).alias("balance_amount"),
    )  # fmt: skip


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
    items = with_fate(cleaned_slices(sheet.frame, _cleaned_items), orders.latest, orders.rejected)
    checks = [
        *known_order(),
        Rule("rejected", "missing product_id", "product", pl.col("product_id").is_null()),
        Rule("rejected", "missing quantity", "quantity", text(raw("quantity")).is_null()),
        Rule("rejected", "number not readable", "quantity", pl.col("quantity").is_null()),
        Rule("rejected", "quantity is not positive", "quantity", pl.col("quantity") <= 0),
    ]
    stack, made = Stack(), StagedRows("order_line", own="record")
    rejects = sieve_kept(items, checks, _LINE_TABLES, lambda kept: stack.add(
        looked_up(kept.select(_ITEM), prices, "product_id")))  # fmt: skip
    kept = stack.frame()
    for rows in slices_beside(kept, _line_amounts(kept, orders.latest)):
        made.add(rows)
    return Conformed({"order_line": made.finish()}, rejects, counted(sheet.frame, "order_line"), _item_notes(kept))


def _cleaned_items(rows: pl.DataFrame) -> pl.DataFrame:
    return with_distinct(rows, {
        "product_id": ("product", record_id(raw("product"))), "product": ("product_name", text(raw("product_name"))),
        "quantity": ("quantity", number(raw("quantity"))),
    }).with_columns(
        record_id(raw("order")).alias("order_id"), record_id(raw("id")).alias("record"),
        pl.lit(value=True).alias("is_price_estimated"),
    )  # fmt: skip


def _line_amounts(items: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """line_amount: the share of total + discount, or quantity × price where the order has no total."""
    numbered = items.select(
        "order_id", "quantity", "price", *_PLACE,
        pl.coalesce("record", pl.concat_str(pl.lit("#"), "origin_key", pl.lit(":"), "source_row")).alias("item"),
    )  # fmt: skip
    before_discount = (pl.col("total_amount") + pl.col("discount_amount").fill_null(0)).cast(MONEY, strict=False)
    once = newest(numbered, "item").sort(_PLACE, maintain_order=True)
    amounts = orders.select("order_id", before_discount.alias("amount"))
    shares = pl.concat([allocate(rows, amounts) for rows in slices_with(once, "order_id")])
    alone = (pl.col("quantity") * pl.col("price")).cast(MONEY, strict=False)
    told = looked_up(numbered.select("item", alone.alias("alone")), shares, "item")
    return told.select(pl.coalesce("line_amount", "alone").alias("line_amount")).rechunk()


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
