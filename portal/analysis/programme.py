"""The rules of a loyalty programme applied to orders: tiers on a rolling year, points on delivery."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

TIERS = ("Bronze", "Silver", "Gold", "Platinum")
YEAR = 365


@dataclass(frozen=True)
class Programme:
    """Rules of one programme.

    Attributes:
        rate: points per unit of currency.
        minimum: smallest order that earns.
        expiry_days: how long points last.
        thresholds: rolling spend from which a member is silver, gold, platinum.
        multipliers: what those tiers earn, times bronze (1).
    """

    rate: float = 1.0
    minimum: float = 0.0
    expiry_days: int = YEAR
    thresholds: tuple[float, float, float] = (500.0, 1500.0, 5000.0)
    multipliers: tuple[float, float, float] = (1.25, 1.5, 2.0)


def spend_before(orders: pl.DataFrame) -> pl.DataFrame:
    """`orders` with year_spend: what the account spent in the 365 days before the day of each order.

    Args:
        orders: account, order_date, amount (float); rows of one day do not count for each other.
    """
    days = orders.group_by("account", "order_date").agg(pl.col("amount").sum()).sort("account", "order_date")
    rolled = days.rolling("order_date", period=f"{YEAR}d", closed="left", group_by="account").agg(
        pl.col("amount").sum().alias("year_spend")
    )
    return orders.join(rolled, on=["account", "order_date"], how="left", maintain_order="left").with_columns(
        pl.col("year_spend").fill_null(0.0)
    )


def spend_on(orders: pl.DataFrame, day: date) -> pl.DataFrame:
    """account and year_spend: the orders of the 365 days up to and with `day`; accounts without any are left out."""
    recent = orders.filter((pl.col("order_date") <= day) & (pl.col("order_date") > day - pl.duration(days=YEAR)))
    return recent.group_by("account").agg(pl.col("amount").sum().alias("year_spend"))


def tier_of(spend: pl.Expr, thresholds: tuple[float, float, float]) -> pl.Expr:
    """The tier of a rolling spend."""
    silver, gold, platinum = thresholds
    return (
        pl.when(spend >= platinum).then(pl.lit(TIERS[3])).when(spend >= gold).then(pl.lit(TIERS[2]))
        .when(spend >= silver).then(pl.lit(TIERS[1])).otherwise(pl.lit(TIERS[0]))
    )  # fmt: skip


def earned(orders: pl.DataFrame, rules: Programme) -> pl.DataFrame:
    """What each order would earn: int(int(amount × rate) × multiplier of the tier before it), 0 below the minimum.

    Args:
        orders: delivered orders: account, order_date, amount (float).
        rules: of the programme.

    Returns:
        `orders` with year_spend, tier (before the order) and points (whole).
    """
    return rewarded(spend_before(orders), rules)


def rewarded(orders: pl.DataFrame, rules: Programme) -> pl.DataFrame:
    """As `earned`, of orders whose year_spend is known already."""
    tiered = orders.with_columns(tier_of(pl.col("year_spend"), rules.thresholds).alias("tier"))
    times = pl.col("tier").replace_strict(list(TIERS), [1.0, *rules.multipliers], return_dtype=pl.Float64)
    base = (pl.col("amount") * rules.rate + 1e-9).floor()
    earns = (pl.col("amount") >= rules.minimum) & (pl.col("amount") > 0)
    points = pl.when(earns).then((base * times + 1e-9).floor()).otherwise(0)
    return tiered.with_columns(points.cast(pl.Int64).alias("points"))
