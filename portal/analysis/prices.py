"""When the price of a product changed, told from what it was sold for."""

from __future__ import annotations

import polars as pl

_LEAST_CHANGE = 0.02
_HOLDS_DAYS = 3
"""A price counts once it was the usual one on three days of sales in a row: a discount of a day is none."""


def price_changes(sold: pl.DataFrame) -> pl.DataFrame:
    """Days from which on a product had another price.

    The price of a day is the median of what its lines were sold for. It changes when three days of sales in a row have
    the same price (within 2 %), and it differs from the last price that held by 2 % or more.

    Args:
        sold: product, day, price (median list price of the day's sale lines, above 0).

    Returns:
        product, day (the first with the new price), old_price, new_price; sorted.
    """
    price, by = pl.col("price"), "product"
    runs = sold.sort(by, "day").with_columns(
        *(price.shift(-ahead).over(by).alias(f"_next{ahead}") for ahead in range(1, _HOLDS_DAYS))
    )
    near = [((pl.col(f"_next{ahead}") / price - 1).abs() < _LEAST_CHANGE) for ahead in range(1, _HOLDS_DAYS)]
    held = runs.with_columns(pl.when(pl.all_horizontal(near).fill_null(False)).then(price).alias("_held"))
    known = held.with_columns(pl.col("_held").forward_fill().shift(1).over(by).alias("old_price"))
    moved = (pl.col("_held") / pl.col("old_price") - 1).abs() >= _LEAST_CHANGE
    changed = known.filter(pl.col("_held").is_not_null() & pl.col("old_price").is_not_null() & moved)
    return changed.select(by, "day", "old_price", pl.col("_held").alias("new_price")).sort(by, "day")
