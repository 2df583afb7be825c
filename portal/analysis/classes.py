"""Which products matter (ABC), how steady their demand is (XYZ), and what kind of demand it is."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

_A, _B = 0.80, 0.95
ADI_LIMIT, CV2_LIMIT = 1.32, 0.49
"""Where Syntetos, Boylan and Croston draw the line between kinds of demand ("On the categorization of demand patterns",
Journal of the Operational Research Society 56, 2005, 495–503): mean interval between demands, and squared coefficient
of variation of their sizes."""


def abc(revenue: pl.Expr) -> pl.Expr:
    """A, B or C of each row by its share of the revenue of all.

    Rows are taken from the largest down: A until 80 % are reached, B until 95 %, then C. The row that crosses a limit
    still belongs to the class it starts in, so the largest is always A. Without revenue C.
    """
    amount = revenue.cast(pl.Float64).fill_null(0.0).clip(0.0)
    order = amount.rank("ordinal", descending=True)
    before = (amount.sort_by(order).cum_sum() - amount.sort_by(order)) / amount.sum()
    share = before.gather(order - 1)
    return (
        pl.when(amount <= 0).then(pl.lit("C")).when(share < _A - 1e-9).then(pl.lit("A"))
        .when(share < _B - 1e-9).then(pl.lit("B")).otherwise(pl.lit("C"))
    )  # fmt: skip


def xyz(variation: pl.Expr, limits: Sequence[float]) -> pl.Expr:
    """X up to the first limit of the coefficient of variation, Y up to the second, Z beyond; missing without demand."""
    return (
        pl.when(variation <= limits[0]).then(pl.lit("X")).when(variation <= limits[-1]).then(pl.lit("Y"))
        .when(variation.is_not_null()).then(pl.lit("Z"))
    )  # fmt: skip


def pattern(interval: pl.Expr, squared_variation: pl.Expr) -> pl.Expr:
    """smooth, erratic, intermittent or lumpy; missing without demand."""
    rare, uneven = interval >= ADI_LIMIT, squared_variation >= CV2_LIMIT
    return (
        pl.when(interval.is_null()).then(None).when(rare & uneven).then(pl.lit("lumpy"))
        .when(rare).then(pl.lit("intermittent")).when(uneven).then(pl.lit("erratic")).otherwise(pl.lit("smooth"))
    )  # fmt: skip


def demand(weekly: pl.DataFrame, weeks: pl.DataFrame) -> pl.DataFrame:
    """How much demand varies.

    Args:
        weekly: product, units sold (above 0); one row a product and week with sales.
        weeks: product, weeks: how many weeks it was on offer.

    Returns:
        One row per row of `weeks`: product, variation (standard deviation ÷ mean of all weeks, those without sales
        included), demand_interval (weeks ÷ weeks with sales), squared_variation (of the weeks with sales). All
        missing without sales.
    """
    sums = weekly.group_by("product").agg(
        pl.len().cast(pl.Float64).alias("hits"), pl.col("units").cast(pl.Float64).sum().alias("total"),
        (pl.col("units").cast(pl.Float64) ** 2).sum().alias("squares"),
    )  # fmt: skip
    count = pl.max_horizontal(pl.col("weeks").cast(pl.Float64), pl.col("hits"))
    mean, size = pl.col("total") / count, pl.col("total") / pl.col("hits")
    spread = (pl.col("squares") / count - mean**2).clip(0.0).sqrt()
    return weeks.join(sums, on="product", how="left", maintain_order="left").select(
        "product", (spread / mean).alias("variation"), (count / pl.col("hits")).alias("demand_interval"),
        ((pl.col("squares") / pl.col("hits") - size**2).clip(0.0) / size**2).alias("squared_variation"),
    )  # fmt: skip
