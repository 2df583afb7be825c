"""Who is late by their own measure: no order for longer than the P90 of the customer's own gaps between orders.

A customer with too few gaps has no measure of their own and is held against that of all customers; the result says
which was used. Orders of one day are one visit.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from portal.analysis.visits import gaps


def churn(days: pl.DataFrame, as_of: date, percentile: float, least_gaps: int) -> pl.DataFrame:
    """Whether each customer is overdue.

    Args:
        days: what `portal.analysis.visits.visits` gave, one row a customer and day.
        as_of: the last day the data covers.
        percentile: of the gaps, 0–1 (linear interpolation); a longer silence is unusual.
        least_gaps: a customer with fewer gaps is held against all customers' gaps.

    Returns:
        One row a customer, sorted by customer_key: visits (distinct days), silent_days, usual_gap_days (median of the
        own gaps, missing with one visit), gap_limit_days (missing where nobody ever came twice), has_own_limit,
        is_overdue (missing without a limit), overdue_days (0 or more).
    """
    between = gaps(days)
    common = between["gap"].quantile(percentile, "linear") if between.height else None
    people = days.group_by("customer_key").agg(
        pl.len().cast(pl.Int64).alias("visits"), pl.col("order_date").max().alias("last_date")
    )
    silent = (pl.lit(as_of) - pl.col("last_date")).dt.total_days().alias("silent_days")
    limit = pl.coalesce("own_limit", pl.lit(common, dtype=pl.Float64)).alias("gap_limit_days")
    joined = people.join(_own(between, percentile, least_gaps), on="customer_key", how="left").sort("customer_key")
    over = pl.col("silent_days") - pl.col("gap_limit_days")
    return joined.with_columns(silent, pl.col("own_limit").is_not_null().alias("has_own_limit"), limit).select(
        "customer_key", "visits", "silent_days", "usual_gap_days", "gap_limit_days", "has_own_limit",
        (over > 0).alias("is_overdue"), over.clip(0).alias("overdue_days"),
    )  # fmt: skip


def _own(between: pl.DataFrame, percentile: float, least: int) -> pl.DataFrame:
    """customer_key, usual_gap_days, own_limit (missing with fewer than `least` gaps), of gaps sorted by customer."""
    starts = between.with_row_index("row").group_by("customer_key").agg(pl.col("row").min(), pl.len().alias("gaps"))
    values, row, count = between["gap"], pl.col("row").cast(pl.Int64), pl.col("gaps").cast(pl.Int64)
    enough = pl.when(pl.col("gaps") >= max(least, 1))
    return starts.with_columns(
        _quantile(values, row, count, 0.5).alias("usual_gap_days"),
        enough.then(_quantile(values, row, count, percentile)).alias("own_limit"),
    ).select("customer_key", "usual_gap_days", "own_limit")


def _quantile(values: pl.Series, start: pl.Expr, count: pl.Expr, share: float) -> pl.Expr:
    """Linear interpolation within each sorted run: gathering two values is far quicker than sorting each group."""
    place = (count - 1).cast(pl.Float64) * share
    low = place.floor().cast(pl.Int64)
    below = pl.lit(values).gather(start + low)
    above = pl.lit(values).gather(start + pl.min_horizontal(low + 1, count - 1))
    return below + (above - below) * (place - low)
