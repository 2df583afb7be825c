"""Stock of the fictional kitchen shop as the old program's tables: products, two stores, and every movement.

Goods come to the main store, go on to the second one week by week, leave with parcels and come back with those that
were returned. A count now and then finds too few or too many. Two products never sold and lie there.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from etl.demo.demand import two_years
from etl.demo.hvar import CITIES, GOODS, ZONE, Delivery

MAIN, SECOND = 1, 2
LEFT_OVER = (("سخان مياه فوري", 1400, 520, 18), ("مروحة مكتب", 480, 300, 25))
"""Product, price in pounds, days since it came, pieces."""

_PLACES = {MAIN: "Cairo store", SECOND: "Alexandria store"}
_SERVED = frozenset({"Alexandria", "Dakahlia", "Gharbia"})
_COST_SHARE = 62
_AHEAD, _WEEK, _COUNTED = 42, 7, 90
_LATE = 5
"""Every so many products the last order of goods is smaller than what will be sold."""

_COLUMNS = ("transaction_id", "product_id", "location_id", "transaction_type", "quantity", "notes", "created_at")
Wanted = dict[tuple[int, int], list[int]]


@dataclass(frozen=True)
class Move:
    """One movement: product (number), place, the old program's word, signed pieces, note."""

    at: datetime
    product: int
    place: int
    word: str
    pieces: int
    note: str


@dataclass
class Shelf:
    """Pieces of one product by place, and what moved."""

    product: int
    held: dict[int, int] = field(default_factory=lambda: {MAIN: 0, SECOND: 0})
    moves: list[Move] = field(default_factory=list)

    def move(self, at: datetime, place: int, word: str, pieces: int, note: str = "") -> None:
        """Note a movement; none of nothing."""
        if pieces:
            self.held[place] += pieces
            self.moves.append(Move(at, self.product, place, word, pieces, note))


def write_stock(folder: Path, deliveries: Sequence[Delivery], last_day: date) -> dict[str, int]:
    """Write the three tables; gives file name to number of rows."""
    days = two_years(last_day)
    parcels = _of_parcels(deliveries, last_day)
    moves = [move for number in range(1, len(GOODS) + 1) for move in _stocked(number, days, parcels)]
    moves += _left_over(last_day)
    ordered = sorted(moves, key=lambda one: (one.at, one.product, one.place, one.pieces))
    rows = [[number, one.product, one.place, one.word, one.pieces, one.note, f"{one.at:%Y-%m-%d %H:%M:%S}"]
            for number, one in enumerate(ordered, 1)]  # fmt: skip
    tables: dict[str, tuple[Sequence[str], list[list[Any]]]] = {
        "products.csv": (("product_id", "sku", "name_ar", "brand", "category", "selling_price", "purchase_price",
                          "is_active"), _products()),
        "warehouse_locations.csv": (("location_id", "location_name", "is_active"),
                                    [[place, name, 1] for place, name in _PLACES.items()]),
        "inventory_transactions.csv": (_COLUMNS, rows),
    }  # fmt: skip
    for name, (columns, told) in tables.items():
        _write(folder / name, columns, told)
    return {name: len(told) for name, (_, told) in tables.items()}


def _write(path: Path, columns: Sequence[str], rows: Iterable[list[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def _products() -> list[list[Any]]:
    goods = [*GOODS, *((name, price) for name, price, _, _ in LEFT_OVER)]
    return [
        [number, f"hvar{number:03d}", name, "Nile", "Kitchen", price, price * _COST_SHARE // 100, 1]
        for number, (name, price) in enumerate(goods, 1)
    ]  # fmt: skip


def _of_parcels(deliveries: Sequence[Delivery], last_day: date) -> dict[int, list[Move]]:
    """What parcels took out and brought back, by product, in order of time."""
    numbers = {name: number for number, (name, _) in enumerate(GOODS, 1)}
    moves: dict[int, list[Move]] = {number: [] for number in numbers.values()}
    for one in deliveries:
        counted = re.match(r"(\d+) \* (.+)", one.goods)
        name = counted.group(2) if counted else one.goods.partition(" ")[2]
        if name not in numbers or one.state in (10, 49) or (one.kind == 10 and not counted):
            continue
        pieces, note = int(counted.group(1)) if counted else 1, str(60_000_000 + one.number)
        place = SECOND if CITIES[one.city][0] in _SERVED else MAIN
        if one.kind != 25:
            moves[numbers[name]].append(Move(_later(one.made, 4, last_day), numbers[name], place, "out", -pieces, note))
        if one.ended is not None and one.state == 46:
            moves[numbers[name]].append(Move(_later(one.ended, 1, last_day), numbers[name], place, "return", pieces,
                                             note))  # fmt: skip
    return {number: sorted(some, key=lambda move: move.at) for number, some in moves.items()}


def _later(moment: datetime, hours: int, last_day: date) -> datetime:
    """Some hours later, on `last_day` at the latest; UTC."""
    end = datetime.combine(last_day, time(23), ZONE).astimezone(moment.tzinfo)
    return min(moment + timedelta(hours=hours), max(moment, end))


def _stocked(number: int, days: Sequence[date], parcels: dict[int, list[Move]]) -> list[Move]:
    """All movements of one product: there is enough for what parcels take, bought for six weeks at a time."""
    shelf, told = Shelf(number), parcels[number]
    taken: Wanted = {}
    for move in told:
        row = taken.setdefault((number, move.place), [0] * (len(days) + _AHEAD))
        row[max(0, (move.at.astimezone(ZONE).date() - days[0]).days)] -= min(move.pieces, 0)
    for row in taken.values():  # what comes after the last day is taken to be as what came before it
        row[len(days) :] = row[len(days) - _AHEAD : len(days)]
    by_day: dict[date, list[Move]] = {}
    for move in told:
        by_day.setdefault(move.at.astimezone(ZONE).date(), []).append(move)
    for place, day in enumerate(days):
        _supply(shelf, place, day, (taken, len(days)))
        for move in by_day.get(day, []):
            shelf.move(move.at, move.place, move.word, move.pieces, move.note)
    return shelf.moves


def _supply(shelf: Shelf, index: int, day: date, wanted: tuple[Wanted, int]) -> None:
    """Goods that come on a day, go on to the second store, and what a count finds."""
    taken, whole = wanted
    morning = datetime.combine(day, time(5), UTC)
    if index % _AHEAD == (shelf.product * 5) % _AHEAD or not index:
        need = sum(_needed(taken, shelf.product, place, (index, _AHEAD + 5)) for place in (MAIN, SECOND))
        is_last = index + _AHEAD >= whole
        share = 40 if is_last and shelf.product % _LATE == 0 else 400 if shelf.product == 15 and index < 400 else 115
        shelf.move(morning, MAIN, "in", max(0, need * share // 100 + 2 - sum(shelf.held.values())), "Purchase")
    if index % _WEEK == 0:
        need = _needed(taken, shelf.product, SECOND, (index, 2 * _WEEK)) + 1 - shelf.held[SECOND]
        pieces = max(0, min(need, shelf.held[MAIN] - _needed(taken, shelf.product, MAIN, (index, _WEEK))))
        shelf.move(morning + timedelta(hours=1), MAIN, "transfer", -pieces, "To the Alexandria store")
        shelf.move(morning + timedelta(hours=1), SECOND, "transfer", pieces, "From the Cairo store")
    if index % _COUNTED == shelf.product and shelf.held[MAIN] > 3:
        shelf.move(morning + timedelta(hours=2), MAIN, "adjustment", 1 if shelf.product % 4 == 0 else -1, "Count")


def _needed(taken: Wanted, product: int, place: int, span: tuple[int, int]) -> int:
    """Pieces that parcels take at a place from a day on for some days."""
    row, (first, days) = taken.get((product, place), []), span
    return sum(row[first : first + days])


def _left_over(last_day: date) -> list[Move]:
    """Products that came once and never sold."""
    return [
        Move(datetime.combine(last_day - timedelta(days=ago), time(7), UTC), len(GOODS) + place, MAIN, "in", pieces,
             "Purchase")
        for place, (_, _, ago, pieces) in enumerate(LEFT_OVER, 1)
    ]  # fmt: skip
