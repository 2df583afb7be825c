"""A fictional order desk in India as one master workbook (rupees, one row = one order with one product).

Files: one workbook with the sheets NewOrders, ProductList, Customers, Users, Performance, Revenue, ChatLogs, Settings.
Times are Asia/Kolkata. Totals are what the buyer pays: list price of the day × quantity less the promotion.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import holidays
import numpy as np

from etl.demo.demand import (
    Floats,
    Loyalty,
    Peak,
    Season,
    Whole,
    daily_demand,
    draw_products,
    draw_purchases,
    draw_seconds,
    peak_discount,
    rank_weights,
    two_years,
)
from etl.demo.goods import Good, india_goods
from etl.demo.people import CITIES, STAFF

_HOURS = (1, 0.5, 0.2, 0.1, 0.1, 0.3, 1, 2, 4, 7, 10, 11, 11, 9, 8, 8, 9, 10, 12, 14, 15, 13, 8, 3)
_WEEKDAYS = (1.0, 0.98, 0.97, 1.0, 1.1, 1.25, 0.8)
_MONTHS = (0.95, 0.88, 0.96, 0.98, 0.97, 0.9, 0.92, 1.02, 1.08, 1.2, 1.05, 1.0)
_STAFF_SHARE = (0.22, 0.19, 0.17, 0.14, 0.12, 0.10, 0.06)


@dataclass(frozen=True)
class Orders:
    """Columns of the orders in order of time; arrays of shape (orders,).

    day: index into `days`; second: second of the local day; total: rupees paid; advance: rupees paid before delivery;
    settle_days: days until the final state; outcome: final state; stuck orders never move on.
    """

    days: list[date]
    goods: list[Good]
    buyer: Whole
    day: Whole
    second: Whole
    product: Whole
    quantity: Whole
    total: Whole
    advance: Whole
    is_prepaid: np.ndarray
    staff: Whole
    settle_days: Whole
    outcome: np.ndarray


def draw_orders(last_day: date, scale: float, rng: np.random.Generator) -> Orders:
    """Two years of orders ending with `last_day`; scale 1 is some twenty thousand."""
    days, goods = two_years(last_day), india_goods()
    season = Season(_WEEKDAYS, _MONTHS, 0.1, 0.16, _peaks(days))
    demand = daily_demand(days, season, rng)
    buyer, day = draw_purchases(demand, Loyalty(int(8_000 * scale), int(3_500 * scale), 0.0062, 280.0), rng)
    count = len(day)
    second = draw_seconds(_HOURS, count, rng)
    order = np.lexsort((second, day))
    product = draw_products(_product_weights(days, goods), day, rng)
    quantity = rng.choice([1, 2, 3, 4], size=count, p=[0.78, 0.15, 0.05, 0.02])
    total = _totals(days, goods, season.peaks, (day, product, quantity))
    is_prepaid = rng.random(count) < 0.32 + 0.18 * day / len(days)
    advance = np.where(is_prepaid, total, rng.choice([0, 0, 100, 199], size=count))
    staff = rng.choice(len(STAFF), size=count, p=_STAFF_SHARE)
    return Orders(
        days, goods, buyer[order], day[order], second[order], product[order], quantity[order], total[order],
        np.minimum(advance, total)[order], is_prepaid[order], staff[order], _settle_days(count, rng),
        _outcomes(is_prepaid[order], rng),
    )  # fmt: skip


def _peaks(days: Sequence[date]) -> tuple[Peak, ...]:
    """Diwali, Holi, Independence and Republic Day sales that fall near the two years."""
    years = range(days[0].year, days[-1].year + 2)
    feasts = holidays.country_holidays("IN", years=years)
    peaks = [Peak(date(year, 8, 15), 6, 1.7, 0.12) for year in years]
    peaks += [Peak(date(year, 1, 26), 5, 1.6, 0.12) for year in years]
    for day, name in feasts.items():
        if "Diwali" in name:
            peaks.append(Peak(day, 18, 2.6, 0.15))
        elif "Holi" in name:
            peaks.append(Peak(day, 7, 1.5, 0.1))
    return tuple(peaks)


def _product_weights(days: Sequence[date], goods: Sequence[Good]) -> Floats:
    """Demand of each product per day, shape (days, products): rank × season; every eighth starts in year two."""
    month = np.array([day.month - 1 for day in days])
    shape = np.array([good.months for good in goods]).T
    weights = rank_weights(len(goods))[None, :] * shape[month]
    weights[: len(days) // 2, 5::8] = 0.0
    return np.asarray(weights)


def list_price(price: int, day: date, last_day: date) -> int:
    """List price on a day: 7 % less for each half year before `last_day`, ending in 9."""
    steps = (last_day - day).days // 182
    return max(99, round(price * 0.93**steps / 10) * 10 - 1)


def _totals(
    days: Sequence[date], goods: Sequence[Good], peaks: Sequence[Peak], sale: tuple[Whole, Whole, Whole]
) -> Whole:
    """Rupees paid per order."""
    day, product, quantity = sale
    prices = np.array([[list_price(good.price, when, days[-1]) for good in goods] for when in days])
    off = peak_discount(days, peaks)[day]
    return np.asarray(np.rint(prices[day, product] * quantity * (1 - off)), dtype=np.int64)


def _settle_days(count: int, rng: np.random.Generator) -> Whole:
    """Days from order to final state; 1.5 % never get there."""
    taken = np.clip(np.rint(rng.lognormal(1.55, 0.4, count)), 2, 25).astype(np.int64)
    return np.where(rng.random(count) < 0.015, 10_000, taken)


def _outcomes(is_prepaid: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Final state per order; cash on delivery comes back about three times as often as prepaid."""
    words = np.array(["Delivered", "Cancelled", "RTO", "Returned", "Refunded"])
    prepaid = np.cumsum([0.905, 0.035, 0.018, 0.030, 0.012])
    cash = np.cumsum([0.815, 0.065, 0.080, 0.035, 0.005])
    level = rng.random(len(is_prepaid))
    chosen = np.where(is_prepaid, np.searchsorted(prepaid, level), np.searchsorted(cash, level))
    return words[np.minimum(chosen, 4)]


def state_after(age: int, settle: int, outcome: str) -> str:
    """The status word of an order that is `age` days old."""
    if age >= settle:
        return outcome
    progress = age / min(settle, 60)
    steps = ((0.15, "Pending"), (0.35, "Processing"), (0.6, "Shipped"), (0.85, "In Transit"), (9.0, "Out for Delivery"))
    if settle >= 10_000:
        return "Processing" if age % 3 else "Pending"
    return next(word for limit, word in steps if progress < limit)


def places(buyers: int, rng: np.random.Generator) -> list[tuple[str, str]]:
    """City and pincode of each buyer."""
    share = np.array([weight for _, _, weight in CITIES], dtype=np.float64)
    chosen = rng.choice(len(CITIES), size=buyers, p=share / share.sum())
    ends = rng.integers(1, 99, size=buyers)
    return [(CITIES[city][0], f"{CITIES[city][1]}{end:03d}") for city, end in zip(chosen, ends, strict=True)]


def last_update(orders: Orders, index: int) -> date:
    """The day the row was last touched: when it settled, else the last day with data at most three days after."""
    ordered = orders.days[int(orders.day[index])]
    settled = ordered + timedelta(days=int(orders.settle_days[index]))
    return settled if settled <= orders.days[-1] else min(orders.days[-1], ordered + timedelta(days=3))
