"""When to order again, and how much.

Reorder point μ_L + z·σ_L with μ_L = d·L and σ_L² = L·σ_d² + d²·σ_LT²: demand of the lead time at the mean, and a
safety stock for what demand and lead time vary (the usual formula of inventory textbooks; z is the normal quantile of
the service level). Demand is rarely normal, so beside it stands the demand that the same share of past stretches as
long as the lead time stayed within.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import polars as pl

from portal.analysis.cover import WHO

_SURE = 0.9999


@dataclass(frozen=True)
class Supply:
    """How goods are ordered: days until they arrive, how much that varies, service level (0–1), days to cover."""

    lead_days: float
    lead_deviation: float
    service: float
    cover_days: float

    @property
    def z(self) -> float:
        """Standard deviations of safety; a service level of 100 % would need infinitely many and is cut."""
        return NormalDist().inv_cdf(min(max(self.service, 1 - _SURE), _SURE))


def reorder_point(daily_units: pl.Expr, daily_deviation: pl.Expr, supply: Supply) -> pl.Expr:
    """Stock at which to order, at least 0; missing without sales."""
    spread = supply.lead_days * daily_deviation.fill_null(0.0) ** 2 + daily_units**2 * supply.lead_deviation**2
    point = daily_units * supply.lead_days + supply.z * spread.sqrt()
    return pl.when(daily_units > 0).then(point.clip(0.0))


def suggested_quantity(on_hand: pl.Expr, point: pl.Expr, daily_units: pl.Expr, supply: Supply) -> pl.Expr:
    """Whole units to order now: up to the reorder point plus the days to cover; 0 above the reorder point."""
    there = on_hand.cast(pl.Float64)
    upto = (point + daily_units * supply.cover_days - there - 1e-9).ceil()
    return pl.when((there <= point) & (daily_units > 0)).then(upto.clip(0.0)).otherwise(0.0)


def demand_seen(levels: pl.DataFrame, supply: Supply) -> pl.DataFrame:
    """product, place, demand_seen: what demand of a lead time stayed within in the service level's share of the past.

    Args:
        levels: product, place, day, sold, one row a day in stock: days out of stock say nothing about demand and are
            left out by the caller. Stretches that are not over are left out here.
    """
    length = max(1, round(supply.lead_days))
    rolled = pl.col("sold").cast(pl.Float64).rolling_sum(length).over(WHO, order_by="day")
    sums = levels.select(*WHO, rolled.alias("sold")).drop_nulls("sold")
    return sums.group_by(WHO).agg(pl.col("sold").quantile(supply.service, interpolation="higher").alias("demand_seen"))
