"""Sales that a source's lines leave out because they were refunded since."""

from __future__ import annotations

import polars as pl

from etl.build.rows import look_up

MONEY = pl.Decimal(18, 4)
_NOTHING = pl.lit(0).cast(MONEY)
_AMOUNTS = ("gross_amount", "net_own", "net_amount")


def netted_lines(lines: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """A sale line and a return line of the same amount for each booked order whose lines are without its refund.

    The amount is what the order's total has beyond lines, tax and shipping, at most the refund. Net sales stay as they
    are; gross sales and returns become those of an export that keeps returned goods. How many units came back is not
    known. The lines stand with the first line that has nothing left, else with the first; the return is dated on the
    day of the order's state, else of the order.

    Args:
        lines: with order_key, line_type and amounts.
        orders: documents with order_key, is_refund_in_lines, refund_amount and total_amount.
    """
    refunded = orders.filter(pl.col("is_booked") & (pl.col("refund_amount") > 0) & pl.col("is_refund_in_lines"))
    if not refunded.height:
        return lines.clear()
    sold = lines.filter((pl.col("line_type") == "sale") & pl.col("is_booked")).join(
        refunded.select("order_key"), on="order_key", how="semi"
    )
    kept = sold.group_by("order_key").agg(pl.col("net_amount").sum().alias("kept"))
    told = look_up(refunded, kept, ("order_key",)).select(
        "order_key", pl.max_horizontal("status_date", "order_date").alias("refunded_on"), _refunded().alias("refunded")
    ).filter(pl.col("refunded") > 0)  # fmt: skip
    first = sold.sort(pl.col("quantity") != 0, maintain_order=True).unique("order_key", keep="first")
    bare = first.sort("order_key").join(told, on="order_key", how="inner", maintain_order="left").with_columns(
        *(_NOTHING.alias(name) for name in ("quantity", "own_discount", "order_discount", "line_discount")),
        pl.lit(None, MONEY).alias("line_amount"), pl.lit(None, MONEY).alias("tax_amount"),
        pl.lit(value=True).alias("is_price_estimated"),
    )  # fmt: skip
    sale = bare.with_columns(pl.col("refunded").alias(name) for name in _AMOUNTS)
    back = bare.with_columns(
        *((-pl.col("refunded")).alias(name) for name in _AMOUNTS), pl.lit("return").alias("line_type"),
        pl.coalesce("refunded_on", "order_date").alias("order_date"),
        pl.lit(None, pl.Datetime("us")).alias("ordered_at"), pl.lit(None, pl.Int8).alias("order_hour"),
    )  # fmt: skip
    return pl.concat([sale, back]).select(lines.columns)


def _refunded() -> pl.Expr:
    """What the lines lack of the order's total, at most its refund; the refund where there is no total."""
    beside = pl.col("tax_amount").fill_null(0) + pl.col("shipping_amount").fill_null(0) + pl.col("kept")
    lacking = pl.when(~pl.col("is_total_estimated")).then(pl.col("total_amount") - beside)
    return pl.min_horizontal("refund_amount", lacking).cast(MONEY)
