"""Stock at the end of every day, of movements and of counts."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from portal.analysis.cover import WHO, daily_levels
from portal.analysis.exact import EXACT
from portal.studies.stock_rows import StockRows

_BY = list(WHO)


def read_levels(rows: StockRows, days: int) -> pl.DataFrame:
    """Every day of the last `days`, from the day a product is known at its place.

    Counted stock has its count on all days; a count of 0 was there until it last sold.

    Returns:
        product, place, day; quantity and stock_amount (weighted average cost, missing without any) at the end of the
        day, sold (units), there (above 0 when something was there), is_counted.
    """
    counted = rows.levels.filter("is_counted")
    moved = rows.movements.join(counted, on=_BY, how="anti").select(
        *WHO, "day", "quantity", pl.col("cost_amount").fill_null(0).alias("amount"), there=pl.col("quantity")
    )
    changes = pl.concat([moved, *_counted_changes(rows, counted)], how="vertical_relaxed")
    begins = changes.group_by(WHO).agg(pl.col("day").min().alias("listed_from"))
    first = max(rows.last_day - timedelta(days=days - 1), rows.first_day)
    levels = daily_levels(changes, begins, first, rows.last_day)
    known = rows.levels.select(*WHO, "is_counted", has_cost=pl.col("unit_cost").is_not_null())
    told = levels.join(known, on=_BY).join(rows.sales, on=[*_BY, "day"], how="left")
    amount = pl.when("has_cost").then(pl.col("amount").clip(0))
    return told.with_columns(pl.col("sold").fill_null(0), amount.cast(EXACT).alias("stock_amount")).drop(
        "amount", "has_cost"
    )


def _counted_changes(rows: StockRows, counted: pl.DataFrame) -> list[pl.DataFrame]:
    """A count as a change on the first day; of one that is 0, that something was there until it last sold."""
    nothing = pl.lit(0).cast(EXACT)
    begin = pl.lit(rows.first_day).alias("day")
    counts = counted.select(
        *WHO, begin, pl.col("on_hand").alias("quantity"), pl.col("stock_amount").fill_null(0).alias("amount"),
        there=pl.col("on_hand").clip(0, 1),
    )  # fmt: skip
    gone = counted.filter(pl.col("on_hand") <= 0).select(WHO)
    lasts = rows.sales.join(gone, on=_BY, how="semi").group_by(WHO).agg(pl.col("day").max())
    came = lasts.select(*WHO, begin, nothing.alias("quantity"), nothing.alias("amount"), there=nothing + 1)
    went = lasts.select(*WHO, "day", nothing.alias("quantity"), nothing.alias("amount"), there=nothing - 1)
    return [counts, came, went]
