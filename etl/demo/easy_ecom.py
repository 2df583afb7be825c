"""A fictional country store as an Easy Ecom folder (dollars; one sales row is one line, no order number, no customer).

Files: clients, products, sales, users, user_feature_access, finance_transactions, finance_salaries. Times are local to
America/New_York without saying so. Prices rise 5 % and costs 6 % a year; a return is a line with a negative quantity
some days after the sale, at the price and cost of the sale.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import holidays
import numpy as np

from etl.demo.demand import (
    Floats,
    Peak,
    Season,
    Whole,
    daily_demand,
    draw_days,
    draw_products,
    draw_seconds,
    peak_discount,
    rank_weights,
    two_years,
)
from etl.demo.easy_ecom_files import CLIENT, Row, as_written, write_side_files, write_table
from etl.demo.goods import Good, country_goods
from etl.demo.manifest import Manifest

SEED = 20_240_602
COLUMNS = ("client_id", "date", "product_name", "quantity_sold", "unit_price", "unit_cost", "total_sale",
           "cost_of_goods_sold", "profit")  # fmt: skip
_HOURS = (0, 0, 0, 0, 0, 0, 0, 1, 4, 9, 12, 12, 10, 9, 9, 10, 12, 12, 7, 2, 0, 0, 0, 0)
_WEEKDAYS = (0.85, 0.82, 0.86, 0.95, 1.2, 1.55, 0.7)
_MONTHS = (0.75, 0.76, 0.95, 1.12, 1.22, 1.08, 0.98, 0.95, 1.0, 1.05, 1.1, 1.3)
RATES = {"unreadable_date": 0.0015, "missing_date": 0.0005, "unreadable_quantity": 0.0003, "total_differs": 0.0020,
         "twin": 0.0030}  # fmt: skip
"""Share of the sales rows that get each kind of dirt; a twin is an identical line, which is real and must stay."""

_REPEATED_HEADERS = 3


def write_easy_ecom(folder: Path, last_day: date, scale: float = 1.0) -> Manifest:
    """Write the folder's files.

    Args:
        folder: an existing folder.
        last_day: last business date with data.
        scale: 1 is two years with some 35 thousand sales rows.
    """
    rng = np.random.default_rng(SEED)
    days, goods = two_years(last_day), country_goods()
    season = Season(_WEEKDAYS, _MONTHS, 0.18, 0.12, _peaks(days))
    day = draw_days(daily_demand(days, season, rng), 47 * scale, rng)
    product = draw_products(_product_weights(days, goods), day, rng)
    lines = _lines(days, goods, peak_discount(days, season.peaks), (day, product), rng)
    rows, dirt = _with_dirt(sorted(lines, key=lambda line: str(line[1])), rng)
    write_table(folder / "sales.csv", COLUMNS, rows)
    written = {"sales.csv": len(rows)}
    sold = np.bincount(product[day >= len(days) - 30], minlength=len(goods))
    stock = _stock(goods, sold, rng)
    written |= write_side_files(folder, days, stock, rng)
    return Manifest(last_day, written, {**dirt, "repeated_header": _REPEATED_HEADERS, "product_twice": 3})


def _peaks(days: Sequence[date]) -> tuple[Peak, ...]:
    """Memorial Day, Independence Day, Thanksgiving with Black Friday and Cyber Monday, Christmas."""
    peaks = []
    for day, name in holidays.country_holidays("US", years=range(days[0].year, days[-1].year + 2)).items():
        if name == "Thanksgiving Day":
            peaks.append(Peak(day + timedelta(days=4), 5, 2.4, 0.2))
        elif name == "Christmas Day":
            peaks.append(Peak(day - timedelta(days=1), 18, 1.8, 0.0))
        elif name in {"Memorial Day", "Independence Day"}:
            peaks.append(Peak(day, 5, 1.5, 0.1))
    return tuple(peaks)


def _product_weights(days: Sequence[date], goods: Sequence[Good]) -> Floats:
    """Demand of each product per day, shape (days, products): rank × season."""
    month = np.array([day.month - 1 for day in days])
    shape = np.array([good.months for good in goods]).T
    return np.asarray(rank_weights(len(goods))[None, :] * shape[month])


def _lines(
    days: list[date], goods: list[Good], off: Floats, sale: tuple[Whole, Whole], rng: np.random.Generator
) -> list[Row]:
    """Clean sales rows and returns, in cents exactly."""
    day, product = sale
    count = len(day)
    quantity = rng.choice([1, 2, 3, 4, 6, 12], size=count, p=[0.66, 0.19, 0.07, 0.04, 0.03, 0.01])
    second = draw_seconds(_HOURS, count, rng)
    cents, cost = _cents(goods, len(days), off, sale, rng)
    back = np.where(rng.random(count) < 0.017, rng.integers(1, 15, count), 0)
    rows = []
    for index in range(count):
        when = days[int(day[index])]
        at = datetime.combine(when, time()) + timedelta(seconds=int(second[index]))
        facts = (goods[int(product[index])].name, int(cents[index]), int(cost[index]))
        rows.append(_row(at, facts, int(quantity[index])))
        if back[index] and when + timedelta(days=int(back[index])) <= days[-1]:
            rows.append(_row(at + timedelta(days=int(back[index]), minutes=7), facts, -1))
    return rows


def _cents(
    goods: Sequence[Good], days: int, off: Floats, sale: tuple[Whole, Whole], rng: np.random.Generator
) -> tuple[Whole, Whole]:
    """Price paid and cost of each sale: prices move each half year, costs each quarter; one in ten is haggled."""
    day, product = sale
    haggled = np.where(rng.random(len(day)) < 0.1, rng.choice([0.05, 0.1, 0.15], size=len(day)), 0.0)
    full = np.array([good.price for good in goods])[product] * 100
    price = full * 1.025 ** -((days - 1 - day) // 182) * (1 - off[day]) * (1 - haggled)
    cost = full * rng.uniform(0.46, 0.68, len(goods))[product] * 1.015 ** -((days - 1 - day) // 91)
    return np.rint(price).astype(np.int64), np.rint(cost).astype(np.int64)


def _row(at: datetime, facts: tuple[str, int, int], quantity: int) -> Row:
    name, cents, cost = facts
    sums = (quantity * cents, quantity * cost, quantity * (cents - cost))
    return [CLIENT, f"{at:%Y-%m-%d %H:%M:%S}", name, quantity, *(as_written(money) for money in (cents, cost, *sums))]


def _with_dirt(rows: list[Row], rng: np.random.Generator) -> tuple[list[Row], dict[str, int]]:
    shuffled = rng.permutation(len(rows))
    counts = {kind: max(1, round(len(rows) * rate)) for kind, rate in RATES.items()}
    kinds: dict[int, str] = {}
    for kind, count in counts.items():
        kinds |= {int(index): kind for index in shuffled[len(kinds) : len(kinds) + count]}
    headers = {len(rows) * place // (_REPEATED_HEADERS + 1) for place in range(1, _REPEATED_HEADERS + 1)}
    result: list[Row] = []
    for index, row in enumerate(rows):
        if index in headers:
            result.append(list(COLUMNS))
        result.append(_damaged(row, kinds.get(index, ""), index))
        if kinds.get(index) == "twin":
            result.append(list(row))
    return result, counts


def _damaged(row: Row, kind: str, index: int) -> Row:
    name = str(row[2])
    spelled = (f" {name}", name.upper(), name.lower())[index % 3] if index % 25 == 0 else name
    changes: dict[str, dict[str, Any]] = {
        "unreadable_date": {"date": str(row[1])[14:] + ".9"},
        "missing_date": {"date": ""},
        "unreadable_quantity": {"quantity_sold": "two"},
        "total_differs": {"total_sale": "1.00"},
    }
    cells = {**dict(zip(COLUMNS, row, strict=True)), "product_name": spelled, **changes.get(kind, {})}
    return list(cells.values())


def _stock(goods: Sequence[Good], sold: Whole, rng: np.random.Generator) -> list[tuple[str, int, int]]:
    """Product name, pieces on hand, cost in cents: some out, some low, a few piled up."""
    cover = rng.choice([0.0, 0.1, 0.5, 1.2, 2.5, 6.0], size=len(goods), p=[0.05, 0.08, 0.27, 0.35, 0.2, 0.05])
    cost = rng.uniform(0.5, 0.66, len(goods))
    return [
        (good.name, round((int(pieces) + 2) * months), round(good.price * share * 100))
        for good, pieces, months, share in zip(goods, sold, cover, cost, strict=True)
    ]
