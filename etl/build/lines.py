"""Order lines: what they inherit from their order and product, their kind, their amounts."""

from __future__ import annotations

import polars as pl

from etl.build.rows import look_up
from etl.source import TenantRules

MONEY = pl.Decimal(18, 4)
DOCUMENT = ("source", "order_id")

INHERITED = (
    "ordered_at", "order_date", "order_hour", "order_status", "customer_id", "customer", "phone", "email", "city",
    "zone", "country", "channel", "shop", "employee_id", "payment_method", "campaign_id", "is_test", "currency",
)  # fmt: skip
"""Columns a line takes from its order where it has none of its own."""

_WHOLE_GROUPS = (
    ("ordered_at", "order_date", "order_hour"),
    ("customer_id", "customer", "phone", "email"),
    ("city", "zone", "country"),
)


def own_documents(lines: pl.DataFrame) -> pl.DataFrame:
    """Lines without an order number become orders of their own; a product without id goes by its name."""
    return lines.with_columns(
        pl.col("order_id").fill_null(pl.col("row_key")), pl.col("product_id").fill_null(pl.col("product"))
    )


def inherit_from_orders(lines: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Fill what the line does not say from its order.

    Date, customer and place are taken as wholes: a line with a date of its own does not take the order's hour.
    """
    if not orders.height or not lines.height:
        return lines
    theirs = orders.select(*DOCUMENT, *(pl.col(name).alias(f"{name}_of_order") for name in INHERITED))
    joined = look_up(lines, theirs, DOCUMENT)
    grouped = {name: group for group in _WHOLE_GROUPS for name in group}
    filled = []
    for name in INHERITED:
        is_blank = pl.all_horizontal(pl.col(one).is_null() for one in grouped.get(name, (name,)))
        filled.append(pl.when(is_blank).then(pl.col(f"{name}_of_order")).otherwise(pl.col(name)).alias(name))
    return joined.with_columns(filled).drop(f"{name}_of_order" for name in INHERITED)


def with_prices(lines: pl.DataFrame, products: pl.DataFrame) -> pl.DataFrame:
    """Lines with neither price nor amount take the price of their product, flagged as estimated."""
    lines = lines.with_columns(
        pl.col("is_price_estimated").fill_null(value=False), pl.col("is_cost_estimated").fill_null(value=False)
    )
    bare = pl.col("line_amount").is_null() & pl.col("unit_price").is_null()
    if not products.height or not lines.select(bare.any()).item():
        return lines
    prices = products.select("source", "product_id", pl.col("list_price").alias("product_price"))
    joined = look_up(lines, prices, ("source", "product_id"))
    takes = bare & pl.col("product_price").is_not_null()
    return joined.with_columns(
        pl.when(takes).then("product_price").otherwise("unit_price").alias("unit_price"),
        (takes | pl.col("is_price_estimated")).alias("is_price_estimated"),
    ).drop("product_price")


def with_kind(lines: pl.DataFrame, rules: TenantRules) -> pl.DataFrame:
    """Add line_type, order_status, is_booked and is_realised."""
    is_return = pl.coalesce("is_return", pl.col("quantity") < 0)
    line_type = (
        pl.when(pl.col("is_cancellation").fill_null(value=False)).then(pl.lit("cancellation"))
        .when(is_return).then(pl.lit("return")).otherwise(pl.lit("sale"))
    )  # fmt: skip
    return with_status(lines, rules).with_columns(line_type.alias("line_type"))


def with_status(rows: pl.DataFrame, rules: TenantRules) -> pl.DataFrame:
    """Add order_status (never null), is_booked (not test, not in an excluded state) and is_realised."""
    status = pl.col("order_status").fill_null(rules.policies["status_when_missing"])
    is_booked = ~status.is_in(rules.policies["excluded_statuses"]) & ~pl.col("is_test").fill_null(value=False)
    is_realised = is_booked & status.is_in(rules.policies["realised_statuses"])
    return rows.with_columns(
        status.alias("order_status"), is_booked.alias("is_booked"), is_realised.alias("is_realised")
    )


def with_amounts(lines: pl.DataFrame) -> pl.DataFrame:
    """Add gross_amount, own_discount and net_own: the line's money before any discount of its order.

    unit_price is the price before the line's own discount. line_amount may be stated before or after it: whichever of
    quantity × unit_price and quantity × unit_price − discount it is nearer to (before, when equally near); without a
    unit_price it is after. A missing line_amount is quantity × unit_price − discount. A discount carries the sign of
    its line. gross_amount is quantity × list_price where the source gives a list price but no discount, else
    net_own + discount.
    """
    sign = pl.when(pl.col("quantity") < 0).then(-1).otherwise(1).cast(MONEY)
    stated = (pl.col("discount_amount").abs() * sign).cast(MONEY)
    discount = stated.fill_null(0)
    priced = (pl.col("quantity") * pl.col("unit_price")).cast(MONEY)
    amount = pl.col("line_amount")
    is_before = ((amount - priced).abs() <= (amount - priced + discount).abs()).fill_null(value=False)
    net = pl.when(is_before).then(amount - discount).otherwise(pl.coalesce(amount, priced - discount))
    listed = (pl.col("quantity") * pl.col("list_price")).cast(MONEY)
    with_net = lines.with_columns(net.cast(MONEY).alias("net_own"))
    gross = pl.when(stated.is_null() & listed.is_not_null()).then(listed).otherwise(pl.col("net_own") + discount)
    with_gross = with_net.with_columns(gross.cast(MONEY).alias("gross_amount"))
    return with_gross.with_columns((pl.col("gross_amount") - pl.col("net_own")).cast(MONEY).alias("own_discount"))
