"""The total of an order shared out over its lines, because OneSoko keeps no price on the line."""

from __future__ import annotations

import polars as pl

MONEY = pl.Decimal(18, 4)


def allocate(items: pl.DataFrame, amounts: pl.DataFrame) -> pl.DataFrame:
    """What each line takes of its order's amount; the parts of an order add up to its amount exactly.

    In proportion to quantity × current price, rounded to 2 decimals; what rounding leaves goes to the line with the
    largest share, the first of equals. An order in which any price is unknown, or all of them are 0, is shared out by
    quantity alone: half of it by price would be neither.

    Args:
        items: item, order_id, quantity (> 0), price (null when not known); each item once, in the order of the lists.
        amounts: order_id, amount (null when not known).

    Returns:
        item, line_amount (null when the amount is not known), in the order of `items`.
    """
    priced = (pl.col("quantity") * pl.col("price")).cast(MONEY, strict=False)
    weighed = items.join(amounts, on="order_id", how="left", maintain_order="left").with_columns(priced.alias("priced"))
    is_priced = (pl.col("priced").is_not_null().all() & (pl.col("priced").sum() > 0)).over("order_id")
    shared = weighed.with_columns(pl.when(is_priced).then("priced").otherwise("quantity").alias("weight")).with_columns(
        (pl.col("amount") * pl.col("weight") / pl.col("weight").sum().over("order_id"))
        .round(2)
        .cast(MONEY, strict=False)
        .alias("part")
    )
    rest = (pl.col("amount") - pl.col("part").sum().over("order_id")).cast(MONEY, strict=False)
    largest = pl.col("item").sort_by("weight", descending=True, maintain_order=True).first().over("order_id")
    takes_rest = pl.when(pl.col("item") == largest).then(rest).otherwise(0)
    return shared.select("item", (pl.col("part") + takes_rest).cast(MONEY, strict=False).alias("line_amount"))
