"""How long something lasts when some of it is not over yet.

The product-limit estimate: E. L. Kaplan and P. Meier, Nonparametric Estimation from Incomplete Observations, Journal of
the American Statistical Association 53 (1958), 457–481. Leaving the open ones out would make everything look quicker
than it is.
"""

from __future__ import annotations

import polars as pl


def survival(durations: pl.DataFrame) -> pl.DataFrame:
    """The share that lasts longer than each duration at which something ended.

    Args:
        durations: (n, 2) of days (0 or more) and is_over: false while it still lasts, days is then how long so far.

    Returns:
        One row per different duration at which at least one ended, shortest first: days, at_risk (still lasting just
        before), ended, share (0–1, of all, that lasts longer).
    """
    each = durations.drop_nulls().group_by("days").agg(
        pl.len().cast(pl.Int64).alias("left"), pl.col("is_over").sum().cast(pl.Int64).alias("ended")
    ).sort("days")  # fmt: skip
    at_risk = pl.col("left").cum_sum(reverse=True)
    table = each.with_columns(at_risk.alias("at_risk")).filter(pl.col("ended") > 0)
    share = (1 - pl.col("ended") / pl.col("at_risk")).cum_prod()
    return table.select("days", "at_risk", "ended", share.alias("share"))


def median_days(durations: pl.DataFrame) -> float | None:
    """The duration by which half have ended; None while fewer than half can be said to.

    Args:
        durations: as of `survival`.
    """
    ended = survival(durations).filter(pl.col("share") <= 0.5 + 1e-12)
    return float(ended["days"][0]) if ended.height else None
