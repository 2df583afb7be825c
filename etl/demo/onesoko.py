"""A fictional Kenyan marketplace of six shops as one JSON export (shillings; times UTC, days of Africa/Nairobi).

Totals are what the buyer was charged on the day: prices rise every half year and promotions come and go, so that the
shares of the lines, which follow current prices, are estimates as in a real export.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from etl.demo.demand import (
    Floats,
    Loyalty,
    Peak,
    Season,
    daily_demand,
    draw_products,
    draw_purchases,
    draw_seconds,
    peak_discount,
    rank_weights,
    two_years,
)
from etl.demo.onesoko_goods import STALLS, Stall

_HOURS = (1, 0.4, 0.2, 0.2, 0.3, 1, 3, 5, 7, 8, 9, 9, 11, 10, 8, 8, 9, 10, 12, 14, 15, 12, 7, 3)
_WEEKDAYS = (0.95, 0.95, 0.98, 1.0, 1.25, 1.2, 0.75)
_MONTHS = (0.9, 0.9, 0.95, 1.0, 0.97, 0.95, 0.97, 1.0, 0.98, 1.0, 1.2, 1.45)
_NAIROBI = timedelta(hours=3)
FIRST_BUYER = 1001
"""User id of the first buyer."""


@dataclass(frozen=True)
class Sale:
    """One order: number, buyer's user id, shop, moment in UTC, lines (good, quantity, price charged), what becomes of
    it and after how many days."""

    number: int
    buyer: int
    stall: Stall
    at: datetime
    lines: tuple[tuple[int, int, int], ...]
    outcome: str
    settle_days: int

    @property
    def total(self) -> int:
        """Shillings charged."""
        return sum(quantity * price for _, quantity, price in self.lines)


def draw_sales(last_day: date, scale: float, rng: np.random.Generator) -> list[Sale]:
    """Two years of orders ending with `last_day`, in order of time; scale 1 is some five thousand."""
    days = two_years(last_day)
    season = Season(_WEEKDAYS, _MONTHS, 0.45, 0.15, peaks(days))
    demand = daily_demand(days, season, rng)
    buyer, day = draw_purchases(demand, Loyalty(int(2_000 * scale), int(700 * scale), 0.007, 260.0), rng)
    second = draw_seconds(_HOURS, len(day), rng)
    stall = rng.choice(len(STALLS), size=len(day), p=[one.share for one in STALLS])
    goods = [_goods_of(each, days, day[stall == place], rng) for place, each in enumerate(STALLS)]
    off = peak_discount(days, season.peaks)
    following = [iter(each) for each in goods]
    sales = []
    for number, place in enumerate(np.lexsort((second, day)), 1):
        shop, when = int(stall[place]), int(day[place])
        at = datetime.combine(days[when], datetime.min.time()) + timedelta(seconds=int(second[place])) - _NAIROBI
        age = (last_day - days[when]).days
        lines = tuple((good, quantity, price_on(STALLS[shop].goods[good][2], age, float(off[when])))
                      for good, quantity in next(following[shop]))  # fmt: skip
        outcome, settle_days = _outcome(rng)
        sales.append(Sale(number, FIRST_BUYER + int(buyer[place]), STALLS[shop], at, lines, outcome, settle_days))
    return sales


def peaks(days: Sequence[date]) -> tuple[Peak, ...]:
    """Black Friday, Christmas, Madaraka Day and Easter sales."""
    years = range(days[0].year, days[-1].year + 2)
    found = [Peak(date(year, 11, 30), 8, 2.4, 0.2) for year in years]
    found += [Peak(date(year, 12, 24), 14, 2.0, 0.1) for year in years]
    found += [Peak(date(year, 6, 1), 5, 1.6, 0.1) for year in years]
    return tuple(found)


def price_on(price: int, age: int, off: float) -> int:
    """Shillings charged `age` days before the end: 6 % less for each half year, less the promotion of the day."""
    return max(10, round(price * 0.94 ** (age // 182) * (1 - off) / 5) * 5)


def _goods_of(
    stall: Stall, days: Sequence[date], day: np.ndarray, rng: np.random.Generator
) -> list[list[tuple[int, int]]]:
    """Goods and quantities of each order of one shop, in the order of `day`."""
    month = np.array([one.month - 1 for one in days])
    shape: Floats = np.array([good[3] for good in stall.goods]).T
    weights = np.asarray(rank_weights(len(stall.goods))[None, :] * shape[month])
    count = rng.choice([1, 2, 3, 4], size=len(day), p=[0.52, 0.28, 0.14, 0.06])
    drawn = draw_products(weights, np.repeat(day, count), rng)
    quantity = rng.choice([1, 2, 3, 5], size=len(drawn), p=[0.78, 0.15, 0.05, 0.02])
    ends = np.cumsum(count)
    baskets = []
    for start, end in zip(ends - count, ends, strict=True):
        basket: dict[int, int] = {}
        for good, pieces in zip(drawn[start:end], quantity[start:end], strict=True):
            basket[int(good)] = basket.get(int(good), 0) + int(pieces)
        baskets.append(list(basket.items()))
    return baskets


def _outcome(rng: np.random.Generator) -> tuple[str, int]:
    """Final state of an order and the days it takes; one in a hundred never gets there."""
    level = rng.random()
    outcome = "delivered" if level < 0.86 else "cancelled" if level < 0.95 else "returned"
    taken = int(np.clip(np.rint(rng.lognormal(1.2, 0.4)), 1, 15))
    return outcome, 10_000 if rng.random() < 0.01 else taken


def written(at: datetime) -> str:
    """A moment as Django REST writes it."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def campaign_name(year: int, month: int) -> str:
    """Name of the campaign of a month."""
    return f"Soko {date(year, month, 1):%B %Y}"


def campaign_of(sale: Sale) -> str:
    """The campaign whose link brought an order, "" for none: one order in six of the first half of a month."""
    is_brought = sale.number % 6 == 0 and 5 <= sale.at.day <= 19
    return campaign_name(sale.at.year, sale.at.month) if is_brought else ""
