"""How much is sold when, of what and to whom: the shared mathematics of the fictional shops.

Demand of a day is trend × month × weekday × peaks × noise, normalised to mean 1. Buyers arrive in proportion to
demand; each buys again as a Poisson process until leaving (gamma rates, exponential lifetimes: the Pareto/NBD story),
thinned by the same demand, so repeat buying has the season too. Product demand falls by rank (Zipf–Mandelbrot).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Peak:
    """A promotion or feast: `days` days ending on `last`, at the most `lift` times the usual, `off` cheaper (0–1)."""

    last: date
    days: int
    lift: float
    off: float


@dataclass(frozen=True)
class Season:
    """The rhythm of a shop.

    Attributes:
        weekday: Monday to Sunday.
        month: January to December.
        growth: yearly growth, 0.3 is 30 %.
        noise: standard deviation of the logarithm of a day's noise.
        peaks: promotions and feasts.
    """

    weekday: tuple[float, ...]
    month: tuple[float, ...]
    growth: float
    noise: float
    peaks: tuple[Peak, ...]


@dataclass(frozen=True)
class Loyalty:
    """Buyers: first purchases in the period, buyers from the year before, mean orders a day while active, mean days
    until leaving."""

    buyers: int
    earlier_buyers: int
    rate: float
    lifetime_days: float


def two_years(last_day: date) -> list[date]:
    """The 730 days that end with `last_day`."""
    return [last_day - timedelta(days=back) for back in range(729, -1, -1)]


def daily_demand(days: Sequence[date], season: Season, rng: np.random.Generator) -> Floats:
    """Relative demand per day, mean 1; shape (len(days),)."""
    trend = np.power(1 + season.growth, np.arange(len(days)) / 365.25)
    rhythm = np.array([season.weekday[day.weekday()] * season.month[day.month - 1] for day in days])
    demand = trend * rhythm * peak_lift(days, season.peaks) * rng.lognormal(0.0, season.noise, len(days))
    return np.asarray(demand / demand.mean())


def peak_lift(days: Sequence[date], peaks: Sequence[Peak]) -> Floats:
    """Factor per day: rises through a peak to its lift on the last day, 1 outside; shape (len(days),)."""
    lift = np.ones(len(days))
    for peak in peaks:
        for index, day in enumerate(days):
            left = (peak.last - day).days
            if 0 <= left < peak.days:
                lift[index] = max(lift[index], 1 + (peak.lift - 1) * (1 - left / peak.days))
    return lift


def peak_discount(days: Sequence[date], peaks: Sequence[Peak]) -> Floats:
    """Share taken off the list price per day (0–1); shape (len(days),)."""
    off = np.zeros(len(days))
    for peak in peaks:
        for index, day in enumerate(days):
            if 0 <= (peak.last - day).days < peak.days:
                off[index] = max(off[index], peak.off)
    return off


def draw_purchases(demand: Floats, loyalty: Loyalty, rng: np.random.Generator) -> tuple[Whole, Whole]:
    """Who buys on which day.

    Returns:
        (buyer index, day index), each of shape (orders,), ordered by day. Buyers of the year before come first.
    """
    first = np.sort(rng.choice(len(demand), size=loyalty.buyers, p=demand / demand.sum()))
    first = np.concatenate([-rng.integers(1, 366, loyalty.earlier_buyers), first])
    life = rng.exponential(loyalty.lifetime_days, len(first))
    rate = rng.gamma(0.6, loyalty.rate / 0.6, len(first)) * demand.max()
    again = rng.poisson(rate * life)
    buyer = np.repeat(np.arange(len(first)), again)
    day = first[buyer] + np.ceil(rng.random(len(buyer)) * life[buyer]).astype(np.int64)
    inside = (day >= 0) & (day < len(demand))
    buyer, day = buyer[inside], day[inside]
    kept = rng.random(len(day)) * demand.max() < demand[day]
    buyers = np.concatenate([np.arange(loyalty.earlier_buyers, len(first)), buyer[kept]])
    bought = np.concatenate([first[loyalty.earlier_buyers :], day[kept]])
    order = np.lexsort((buyers, bought))
    return buyers[order], bought[order]


def draw_days(demand: Floats, mean_a_day: float, rng: np.random.Generator) -> Whole:
    """Day index of each anonymous sale, ordered; Poisson around demand × mean_a_day."""
    return np.repeat(np.arange(len(demand)), rng.poisson(demand * mean_a_day))


def draw_products(weights: Floats, day: Whole, rng: np.random.Generator) -> Whole:
    """Product index per sale.

    Args:
        weights: relative demand, shape (days, products); 0 where a product is not sold.
        day: day index per sale.
        rng: source of randomness.
    """
    cumulative = np.cumsum(weights, axis=1)
    level = rng.random(len(day)) * cumulative[day, -1]
    return np.asarray((level[:, None] >= cumulative[day]).sum(axis=1), dtype=np.int64)


def rank_weights(products: int) -> Floats:
    """Zipf–Mandelbrot weights: the first fifth of the products takes about two thirds of the demand."""
    return np.asarray(1.0 / np.power(np.arange(products) + 2.0, 1.05))


def draw_seconds(hours: Sequence[float], count: int, rng: np.random.Generator) -> Whole:
    """Second of the day per sale, by relative demand of the 24 hours."""
    share = np.asarray(hours, dtype=np.float64)
    hour = rng.choice(24, size=count, p=share / share.sum())
    return np.asarray(hour * 3600 + rng.integers(0, 3600, count), dtype=np.int64)
