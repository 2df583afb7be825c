"""What a customer's history comes down to for the lifetime models, and how well these foretold what they had not seen.

Time is in weeks from the first order. Orders of one day are one visit with their money added up.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from portal.analysis.lifetime import Floats, Frequency, Unfit, fit_frequency

WEEK = 7


@dataclass(frozen=True)
class HoldOut:
    """A fit on the older part of the data against what happened in the newer part.

    Attributes:
        first_day: of the newer part.
        weeks: length of the newer part.
        customers: those known before it.
        actual, predicted: their visits in it.
        mean_error: mean over customers of |predicted − actual| visits.
        plain_error: the same when everybody is expected to go on at their own rate so far.
    """

    first_day: date
    weeks: float
    customers: int
    actual: float
    predicted: float
    mean_error: float
    plain_error: float

    @property
    def total_error(self) -> float | None:
        """(predicted − actual) ÷ actual; None when nothing happened."""
        return self.predicted / self.actual - 1 if self.actual else None


def histories(days: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """x, t_x, T and mean money of each customer.

    Args:
        days: what `portal.analysis.visits.visits` gave, sorted; later ones than `as_of` do not count.
        as_of: the last day that counts.

    Returns:
        Sorted by customer_key: customer_key, x (visits after the first), t_x, T (weeks), mean_amount (money of a visit
        after the first; missing when x is 0).
    """
    seen = days.lazy().filter(pl.col("order_date") <= as_of)
    first, last = pl.col("first"), pl.col("last")
    return (
        seen.group_by("customer_key")
        .agg(
            (pl.len().cast(pl.Int64) - 1).alias("x"),
            pl.col("order_date").first().alias("first"),
            pl.col("order_date").last().alias("last"),
            (pl.col("net_amount").sum() - pl.col("net_amount").first()).cast(pl.Float64).alias("later"),
        )
        .sort("customer_key")
        .select(
            "customer_key", "x",
            ((last - first).dt.total_days() / WEEK).alias("t_x"),
            ((pl.lit(as_of) - first).dt.total_days() / WEEK).alias("T"),
            pl.when(pl.col("x") > 0).then(pl.col("later") / pl.col("x")).alias("mean_amount"),
        )
        .collect()
    )  # fmt: skip


def hold_out(days: pl.DataFrame, until: date, as_of: date) -> HoldOut | Unfit:
    """Fit on the visits up to and including `until`, foretell those after it up to `as_of`, and compare.

    Args:
        days: as for `histories`.
        until: last day the model sees.
        as_of: last day of the data.
    """
    known = histories(days, until)
    fit = fit_frequency(known)
    if isinstance(fit, Unfit):
        return fit
    weeks = (as_of - until).days / WEEK
    after = days.filter((pl.col("order_date") > until) & (pl.col("order_date") <= as_of))
    seen = after.group_by("customer_key").agg(pl.len().alias("seen"))
    joined = known.join(seen, on="customer_key", how="left", maintain_order="left").with_columns(
        pl.col("seen").fill_null(0).cast(pl.Float64)
    )
    actual = joined["seen"].to_numpy()
    predicted = fit.expected(known, weeks)
    age = known["T"].to_numpy()
    plain = np.where(age > 0, known["x"].to_numpy() / np.where(age > 0, age, 1), 0) * weeks
    return HoldOut(
        until + timedelta(days=1), weeks, known.height, float(actual.sum()), float(predicted.sum()),
        float(np.abs(predicted - actual).mean()), float(np.abs(plain - actual).mean()),
    )  # fmt: skip


def discounted_orders(fit: Frequency, history: pl.DataFrame, days: int, yearly_discount: float) -> Floats:
    """Orders expected within `days`, each worth less the later it comes (discount a year), in four equal steps.

    Returns:
        One number a row of `history` (x, t_x, T).
    """
    steps = 4
    length = days / steps
    upto = [np.zeros(history.height), *(fit.expected(history, length * step / WEEK) for step in range(1, steps + 1))]
    worth = [(1 + yearly_discount) ** (-(step + 0.5) * length / 365) for step in range(steps)]
    total: Floats = np.zeros(history.height)
    for before, after, share in zip(upto, upto[1:], worth, strict=False):
        total = total + (after - before) * share
    return total
