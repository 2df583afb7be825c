"""A fictional kitchen shop in Egypt that sells by phone and sends with Bosta (pounds, cash on delivery).

Every main order is a Send; some of those delivered are followed by a maintenance visit, a service parcel, an exchange
or a return pickup with a refund. Times are UTC in the files. Phones are placeholders never to be dialled.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

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
    rank_weights,
    two_years,
)

ZONE = ZoneInfo("Africa/Cairo")
GOODS: tuple[tuple[str, int], ...] = (
    ("خلاط 1000 وات", 1450), ("عجان 6 لتر", 3900), ("قلاية هوائية 5 لتر", 2850), ("مفرمة لحم 2000 وات", 2200),
    ("غلاية مياه 1.7 لتر", 690), ("مكواة بخار", 950), ("كبة 600 وات", 880), ("محضر طعام 8 في 1", 3300),
    ("شواية كهربائية", 1750), ("صانعة قهوة", 1600), ("عصارة برتقال", 720), ("ميزان مطبخ رقمي", 590),
    ("توستر 4 شرائح", 1150), ("حلة ضغط 6 لتر", 1980), ("طقم سكاكين 6 قطع", 640), ("فرن كهربائي 45 لتر", 3650),
)  # fmt: skip
"""Product and price in pounds."""

CITIES: tuple[tuple[str, str, float], ...] = (
    ("Cairo", "Nasr City", 34), ("Giza", "Dokki", 22), ("Alexandria", "Sidi Gaber", 14), ("Dakahlia", "Mansoura", 8),
    ("Sharqia", "Zagazig", 7), ("Gharbia", "Tanta", 6), ("Assiut", "Assiut", 5), ("Suez", "Suez", 4),
)  # fmt: skip
"""City, zone, weight."""

_HOURS = (3, 2, 1, 0.5, 0.3, 0.3, 0.5, 1, 3, 6, 9, 11, 12, 12, 11, 10, 10, 10, 11, 13, 15, 15, 11, 6)
_WEEKDAYS = (1.05, 1.05, 1.0, 1.0, 0.7, 0.95, 1.1)
_MONTHS = (0.95, 0.95, 1.2, 1.05, 0.95, 0.95, 0.9, 0.95, 1.0, 1.0, 1.25, 1.0)
_OUTCOMES = (45, 46, 49, 48, 100, 47)
_OUTCOME_SHARE = (0.815, 0.115, 0.035, 0.012, 0.004, 0.019)
_FOLLOW = (0, 1, 2, 3, 4)
_FOLLOW_SHARE = (0.875, 0.06, 0.02, 0.015, 0.03)


@dataclass(frozen=True)
class Delivery:
    """One delivery: kind and state are the courier's codes; ended is None while it is on its way."""

    number: int
    kind: int
    state: int
    cod: int
    made: datetime
    ended: datetime | None
    buyer: int
    city: int
    goods: str


def draw_deliveries(last_day: date, scale: float, rng: np.random.Generator) -> list[Delivery]:
    """Two years of deliveries up to `last_day`, in order of time; scale 1 is some five thousand."""
    days = two_years(last_day)
    season = Season(_WEEKDAYS, _MONTHS, 0.25, 0.15, tuple(_peaks(days)))
    loyalty = Loyalty(max(1, int(3_400 * scale)), int(600 * scale), 0.0012, 300.0)
    buyer, day = draw_purchases(daily_demand(days, season, rng), loyalty, rng)
    buyer, day = np.append(buyer, 0), np.append(day, len(days) - 1)  # the last day has a sale at any scale
    weights: Floats = np.repeat(rank_weights(len(GOODS))[None, :], len(days), axis=0)
    product = draw_products(weights, day, rng)
    city = rng.choice(len(CITIES), size=int(buyer.max()) + 1, p=_shares([one[2] for one in CITIES]))
    drawn = zip(*_order_facts(day, rng), buyer, product, strict=True)
    found: list[Delivery] = []
    for second, day_index, quantity, outcome, follow, taken, who, which in drawn:
        made = datetime.combine(days[day_index], time(), ZONE) + timedelta(seconds=int(second))
        name, price = GOODS[which]
        main = (10, int(outcome), price * int(quantity) + 60, f"{quantity} * {name}")
        order = _delivery(main, made, int(taken), (int(who), int(city[who])), last_day)
        found.append(order)
        if order.state == 45 and follow and order.ended is not None:
            wait = int(rng.integers(4, 15) if follow == 4 else rng.integers(20, 240))
            found.extend(_follower(order, int(follow), name, order.ended + timedelta(days=wait), last_day))
    ordered = sorted(found, key=lambda one: (one.made, one.buyer, one.kind))
    return [Delivery(**{**vars(one), "number": number}) for number, one in enumerate(ordered)]


def _peaks(days: list[date]) -> list[Peak]:
    """White Friday and Mother's Day."""
    years = sorted({day.year for day in days})
    return [Peak(date(year, month, last), 10, 1.9, 0.0) for year in years for month, last in ((11, 28), (3, 21))]


def _shares(weights: list[float]) -> Floats:
    return np.asarray(weights) / sum(weights)


def _order_facts(day: Whole, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Second of the day, day, quantity, outcome, what follows, days until it ended; each of shape (orders,)."""
    count = len(day)
    return (
        draw_seconds(_HOURS, count, rng), day, rng.choice([1, 2, 3], size=count, p=[0.88, 0.1, 0.02]),
        rng.choice(_OUTCOMES, size=count, p=_OUTCOME_SHARE), rng.choice(_FOLLOW, size=count, p=_FOLLOW_SHARE),
        rng.choice([1, 2, 3, 4, 5, 7], size=count, p=[0.16, 0.34, 0.24, 0.13, 0.08, 0.05]),
    )  # fmt: skip


def _delivery(
    what: tuple[int, int, int, str], made: datetime, taken: int, who: tuple[int, int], last_day: date
) -> Delivery:  # fmt: skip
    """A delivery as it stands at the end of `last_day`; what: kind, final state, cod, goods."""
    kind, final, cod, goods = what
    ended = made + timedelta(days=taken, hours=3)
    end = datetime.combine(last_day + timedelta(days=1), time(), ZONE)
    if ended < end:
        return Delivery(0, kind, final, cod, made.astimezone(UTC), ended.astimezone(UTC), *who, goods)
    age = (end - made).days
    state = (10, 30, 41)[min(age, 2)]
    return Delivery(0, kind, state, cod, made.astimezone(UTC), None, *who, goods)


def _follower(order: Delivery, follow: int, name: str, made: datetime, last_day: date) -> list[Delivery]:
    """What follows a delivered order, if its day has come: maintenance, service, exchange or return pickup."""
    kinds = {
        1: (10, 45, 150 + order.buyer % 30 * 10, f"صيانة {name}"), 2: (10, 45, 0, f"قطعة غيار {name}"),
        3: (30, 46, 0, f"استبدال {name}"), 4: (25, 46, 60 - order.cod, f"استرجاع {name}"),
    }  # fmt: skip
    local = made.astimezone(ZONE)
    if local.date() > last_day:
        return []
    return [_delivery(kinds[follow], local, 3, (order.buyer, order.city), last_day)]
