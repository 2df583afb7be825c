"""What goods sold cost and what is left is worth, at weighted average and first in, first out, side by side.

The average is that of the warehouse (each movement's own cost_amount, worked out when it was loaded); FIFO comes from
the layers. The two share every movement, so they differ only in which units are taken to have left.
"""

from __future__ import annotations

import polars as pl

from portal.analysis.exact import EXACT
from portal.analysis.layers import Fifo

_WHO = ("product", "place")


def costing(movements: pl.DataFrame, found: Fifo) -> pl.DataFrame:
    """Cost of sales and value of stock by both methods.

    Args:
        movements: product, place, kind, quantity, cost_amount (signed like the quantity, at weighted average cost;
            missing where no cost is known).
        found: layers and issues of these movements.

    Returns:
        One row per product and place: average_cogs, fifo_cogs, average_value, fifo_value; missing where no cost of
        any unit is known.
    """
    sold = (
        movements.filter(pl.col("kind") == "sale").group_by(_WHO).agg(_total("cost_amount", -1).alias("average_cogs"))
    )
    worth = movements.group_by(_WHO).agg(_total("cost_amount").alias("average_value"))
    fifo_sold = (
        found.issues.filter(pl.col("kind") == "sale").group_by(_WHO).agg(_known(pl.col("quantity")).alias("fifo_cogs"))
    )
    left = found.layers.group_by(_WHO).agg(_known(pl.col("remaining")).alias("fifo_value"))
    for other in (sold, fifo_sold, left):
        worth = worth.join(other, on=_WHO, how="left", nulls_equal=True)
    return worth.select(*_WHO, "average_cogs", "fifo_cogs", "average_value", "fifo_value").sort(_WHO)


def _total(column: str, sign: int = 1) -> pl.Expr:
    total = (pl.col(column).sum() * sign).cast(EXACT)
    return pl.when(pl.col(column).is_not_null().any()).then(total)


def _known(quantity: pl.Expr) -> pl.Expr:
    amount = (quantity * pl.col("unit_cost")).cast(EXACT)
    return pl.when(amount.is_not_null().any()).then(amount.sum().cast(EXACT))
