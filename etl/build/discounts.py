"""Order discounts spread over the lines they belong to, exactly."""

from __future__ import annotations

import polars as pl

from etl.build.rows import look_up

MONEY = pl.Decimal(18, 4)


def allocate_discounts(lines: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Add `order_discount`: the part of the order's discount that falls on each line.

    Proportional to net_own of the sale lines with a positive amount, rounded to 2 decimals; what rounding leaves goes
    to the largest line (the first of equals), so that the parts add up to the discount exactly. Other lines get 0.
    An order without such a line keeps its discount unallocated.

    Args:
        lines: with source, order_id, line_type and net_own; the order of rows decides between equals.
        orders: source, order_id, discount_amount.
    """
    given = orders.filter(pl.col("discount_amount") > 0).select("source", "order_id", "discount_amount")
    nothing = pl.lit(0).cast(MONEY).alias("order_discount")
    if not given.height or not lines.height:
        return lines.with_columns(nothing)
    numbered = lines.with_row_index("_row")
    parts = _parts(numbered, given.rename({"discount_amount": "_discount"}))
    return (
        look_up(numbered, parts, ("_row",)).with_columns(pl.col("order_discount").fill_null(0).cast(MONEY)).drop("_row")
    )


def _parts(numbered: pl.DataFrame, given: pl.DataFrame) -> pl.DataFrame:
    takes = (pl.col("line_type") == "sale") & (pl.col("net_own") > 0)
    order = ["source", "order_id"]
    bearing = numbered.select("_row", *order, "net_own", takes.alias("takes")).filter("takes").join(given, on=order)
    total = pl.col("net_own").sum().over(order)
    rounded = bearing.with_columns((pl.col("_discount") * pl.col("net_own") / total).round(2).cast(MONEY).alias("part"))
    rest = (pl.col("_discount") - pl.col("part").sum().over(order)).cast(MONEY)
    is_largest = pl.col("_row") == pl.col("_row").sort_by("net_own", descending=True, maintain_order=True).first().over(
        order
    )
    return rounded.select(
        "_row", (pl.col("part") + pl.when(is_largest).then(rest).otherwise(0)).cast(MONEY).alias("order_discount")
    )
