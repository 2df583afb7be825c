"""FIFO unit by unit, in plain loops: what the vectorised layers must equal."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

import polars as pl

FIRST_DAY = date(2026, 1, 1)
DERIVED = ("return_in", "transfer", "adjustment")


class Move(NamedTuple):
    """One movement: day counted from `FIRST_DAY`, whole units."""

    product: int
    place: int
    day: int
    kind: str
    quantity: int
    unit_cost: int | None = None
    link: int | None = None


def frame(moves: list[Move]) -> pl.DataFrame:
    """The movements as `fifo` takes them."""
    rows = [(*move[:2], FIRST_DAY + timedelta(days=move.day), *move[3:]) for move in moves]
    types = {"product": pl.Int64, "place": pl.Int64, "day": pl.Date, "kind": pl.String, "quantity": pl.Decimal(18, 4),
             "unit_cost": pl.Decimal(18, 4), "link": pl.Int64}  # fmt: skip
    return pl.DataFrame(rows, schema=types, orient="row")


@dataclass
class Unit:
    """One unit that moved, the movement's row, and which unit it was before (None: a receipt, or not known)."""

    move: Move
    row: int
    before: Unit | None = None
    estimated: bool = False
    age: int = 0
    cost: Decimal | None = None


class ByHand:
    """Units that came and went by ledger (product and place); the k-th that goes is the k-th that came."""

    def __init__(self, moves: list[Move]) -> None:
        self.came: dict[tuple[int, int], list[Unit]] = defaultdict(list)
        self.went: dict[tuple[int, int], list[Unit]] = defaultdict(list)
        rows = sorted(enumerate(moves), key=lambda each: (each[1].day, each[1].place, each[0]))
        for row, move in rows:
            side = self.came if move.quantity > 0 else self.went
            side[move[:2]] += [Unit(move, row) for _ in range(abs(move.quantity))]
        self.rows = rows
        for row, move in rows:
            if move.quantity > 0 and move.kind in DERIVED:
                self._refer(row, move)
        for units in self.came.values():
            for unit in sorted(units, key=_order):
                self._settle(unit, units)

    def taken(self, out: Unit) -> Unit | None:
        """The unit that came in which this one was when it went out."""
        ledger = out.move[:2]
        number = next(i for i, unit in enumerate(self.went[ledger]) if unit is out)
        return self.came[ledger][number] if number < len(self.came[ledger]) else None

    def _refer(self, row: int, move: Move) -> None:
        mine = [unit for unit in self.came[move[:2]] if unit.row == row]
        outs, estimated = self._rule(row, move)
        for unit, out in zip(mine, outs, strict=False):
            before = self.taken(out) if out is not None and out.move.day <= move.day else None
            if before is not None and _order(before) < _order(unit):
                unit.before, unit.estimated = before, estimated

    def _rule(self, row: int, move: Move) -> tuple[list[Unit | None], bool]:
        kind = {"return_in": "sale"}.get(move.kind, move.kind)
        units = [unit for ledger, units in self.went.items() if ledger[0] == move.product for unit in units]
        units = sorted((u for u in units if u.move.kind == kind), key=lambda u: (u.move.day, u.move.place, u.row))
        link = move.link if any(u.move.link == move.link and u.move.day <= move.day for u in units) else None
        if move.kind == "transfer" or (move.kind == "return_in" and link is not None):
            units = [unit for unit in units if unit.move.link == link]
            return list(units[self._before(row, move, link) :]), False
        if move.kind == "adjustment":
            units = [unit for unit in units if unit.move.place == move.place]
        units = [unit for unit in units if unit.move.day <= move.day]
        return list(units[-min(move.quantity, len(units)) :] if units else []), True

    def _before(self, row: int, move: Move, link: int | None) -> int:
        """Units of this kind and link that came before this movement."""
        count = 0
        kind = {"return_in": "sale"}.get(move.kind, move.kind)
        for other_row, other in sorted(self.rows, key=lambda each: (each[1].day, each[0])):
            if other_row == row:
                break
            if other.quantity > 0 and other.kind == move.kind and other.product == move.product:
                known = any(m.kind == kind and m.quantity < 0 and m.product == move.product and m.day <= other.day
                            and m.link == other.link for _, m in self.rows)  # fmt: skip
                count += other.quantity * ((other.link if known else None) == link)
        return count

    def _settle(self, unit: Unit, ledger: list[Unit]) -> None:
        """Age (a day), cost and whether they are estimated, following the unit back."""
        if unit.before is not None:
            ledger_before = self.came[unit.before.move[:2]]
            self._settle(unit.before, ledger_before)
            unit.age, unit.cost = unit.before.age, unit.before.cost
            unit.estimated = unit.estimated or unit.before.estimated
            return
        root = unit
        if unit.move.kind in DERIVED:
            unit.estimated = True
            earlier = [u for u in ledger[: ledger.index(unit)] if u.move.kind not in DERIVED]
            if unit.move.kind != "transfer" and earlier:
                root = earlier[-1]
        unit.age = root.move.day
        cost = root.move.unit_cost if unit.move.unit_cost is None else unit.move.unit_cost
        unit.cost = None if cost is None else Decimal(cost)


def _order(unit: Unit) -> tuple[int, bool, int]:
    return unit.move.day, unit.move.kind in DERIVED, unit.row
