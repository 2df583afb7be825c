"""Days in stock, days of cover, stockouts and lost sales, from daily levels.

A day counts as in stock when something is left at its end or was sold on it. Demand of days out of stock is not known,
so means are those of days in stock: a product that sold ten in the only day it was there sells ten a day.
"""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

WHO = ("product", "place")


def daily_levels(changes: pl.DataFrame, listed: pl.DataFrame, first: date, last: date) -> pl.DataFrame:
    """Stock at the end of every day.

    Args:
        changes: product, place, day, and columns of changes (quantity, amount …); any number of rows a day.
        listed: product, place, listed_from: the first day each counts from.
        first, last: the days wanted, both included; `listed_from` may be later.

    Returns:
        product, place, day and the running sum of each column of changes, one row per day listed.
    """
    names = [name for name in changes.columns if name not in {*WHO, "day"}]
    until = changes.with_columns(pl.max_horizontal("day", pl.lit(first)).alias("day")).filter(pl.col("day") <= last)
    daily = until.group_by(*WHO, "day").agg(pl.col(names).sum())
    start = pl.max_horizontal("listed_from", pl.lit(first))
    grid = listed.with_columns(pl.date_ranges(start, pl.lit(last)).alias("day")).drop("listed_from").explode("day")
    joined = grid.drop_nulls("day").join(daily, on=[*WHO, "day"], how="left", nulls_equal=True).sort(*WHO, "day")
    sums = [pl.col(name).fill_null(0).cum_sum().over(WHO).cast(changes.schema[name]).alias(name) for name in names]
    return joined.with_columns(sums)


def recent(levels: pl.DataFrame, last: date, days: int) -> pl.DataFrame:
    """What the last days up to `last` say about each product and place.

    Args:
        levels: product, place, day, quantity (at the end of the day), sold (units sold on it, 0 for none).
        last: last day of the window.
        days: its length.

    Returns:
        product, place, listed_days, in_stock_days, out_days, units (sold), daily_units and daily_deviation (mean and
        standard deviation of units a day over days in stock; missing without such days, the latter below two).
    """
    window = levels.filter((pl.col("day") <= last) & (pl.col("day") > last - timedelta(days=days)))
    is_in = (pl.col("quantity") > 0) | (pl.col("sold") > 0)
    sold = pl.col("sold").cast(pl.Float64).filter(is_in)
    return window.group_by(WHO).agg(
        pl.len().alias("listed_days"), is_in.sum().alias("in_stock_days"), (~is_in).sum().alias("out_days"),
        pl.col("sold").sum().alias("units"), sold.mean().alias("daily_units"),
        sold.std(ddof=1).alias("daily_deviation"),
    )  # fmt: skip


def days_of_cover(on_hand: pl.Expr, daily_units: pl.Expr) -> pl.Expr:
    """How long stock lasts at the daily mean; 0 when nothing is there, missing without sales."""
    return pl.when(daily_units > 0).then(on_hand.cast(pl.Float64).clip(0.0) / daily_units)


def lost_units(out_days: pl.Expr, daily_units: pl.Expr) -> pl.Expr:
    """Units that would have been sold on days out of stock at the mean of days in stock; 0 without either."""
    return (out_days * daily_units).fill_null(0.0)
