"""Layers of stock that was only counted: derived, and marked as estimates.

A source that keeps no movements says how much is there, not since when. The layers are what they would be if every
unit sold had been replaced the same day (a base-stock policy, under which stock stays level): the units there replaced
the units sold last. What exceeds all known sales lies there since the first sale; what never sold, since the data
begins. Fast sellers come out young and what nobody buys old, which is what ageing is for; no single date is a fact.
"""

from __future__ import annotations

from datetime import date

import polars as pl


def derived_openings(counts: pl.DataFrame, sold: pl.DataFrame, first_day: date) -> pl.DataFrame:
    """Opening layers of counted products.

    Args:
        counts: product, place, quantity (above 0), unit_cost; one row a product and place.
        sold: product, day, quantity above 0; one row a product and day, all of them up to the count.
        first_day: first day of the data.

    Returns:
        product, place, day, quantity, unit_cost; the quantities of a product and place add up to its count.
    """
    lately = counts.join(sold.rename({"quantity": "units"}), on="product").sort(
        "product", "place", "day", descending=[False, False, True]
    )
    who = ("product", "place")
    before = pl.col("units").cum_sum().over(who) - pl.col("units")
    taken = lately.with_columns(pl.min_horizontal("units", pl.col("quantity") - before).alias("taken"))
    replaced = taken.filter(pl.col("taken") > 0)
    known = replaced.group_by(who).agg(pl.col("taken").sum().alias("known"))
    oldest = lately.group_by(who).agg(pl.col("day").min().alias("day"))
    rest = (
        counts.join(known, on=who, how="left", nulls_equal=True).join(oldest, on=who, how="left", nulls_equal=True)
        .with_columns((pl.col("quantity") - pl.col("known").fill_null(0)).alias("taken"),
                      pl.col("day").fill_null(pl.lit(first_day)))
        .filter(pl.col("taken") > 0)
    )  # fmt: skip
    columns = (*who, "day", pl.col("taken").cast(counts.schema["quantity"]).alias("quantity"), "unit_cost")
    return pl.concat([replaced.select(columns), rest.select(columns)]).sort("product", "place", "day")
