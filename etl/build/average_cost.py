"""Weighted average cost.

On receipt the average becomes (q₀·avg₀ + q·c) / (q₀ + q); issues leave at the current average. The running value is
kept, not the rounded average, so receipts equal issues plus what is left, to the last decimal. Stock that went
negative is never averaged: the next receipt starts a new average.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import NamedTuple

_STEP = Decimal("0.0001")
_NOTHING = Decimal(0)


class Move(NamedTuple):
    """One movement of one product: signed quantity, and the cost per unit where it is known (receipts)."""

    quantity: Decimal
    unit_cost: Decimal | None


class Costed(NamedTuple):
    """One movement at cost.

    Attributes:
        cost_amount: signed like the quantity; None where no average is known yet.
        average: cost per unit after the movement; None where unknown.
        left: units after it, below 0 when more left than ever came.
        value: what is left at cost.
    """

    cost_amount: Decimal | None
    average: Decimal | None
    left: Decimal
    value: Decimal


@dataclass
class _Stock:
    left: Decimal = _NOTHING
    value: Decimal = _NOTHING
    average: Decimal | None = None

    def move(self, move: Move) -> Decimal | None:
        if move.quantity < 0:
            return self.issue(-move.quantity)
        return self.receive(move.quantity, move.unit_cost)

    def receive(self, quantity: Decimal, unit_cost: Decimal | None) -> Decimal | None:
        cost = self.average if unit_cost is None else unit_cost
        amount = None if cost is None else _rounded(quantity * cost)
        if self.left < 0:
            self.left += quantity
            self.value = _rounded(max(self.left, _NOTHING) * cost) if cost is not None else _NOTHING
        else:
            self.left += quantity
            self.value += amount or _NOTHING
        if cost is not None:
            self.average = self.value / self.left if self.left > 0 else cost
        return amount

    def issue(self, quantity: Decimal) -> Decimal | None:
        if self.average is None:
            self.left -= quantity
            return None
        amount = self.value if quantity == self.left else _rounded(quantity * self.average)
        self.left -= quantity
        self.value = self.value - amount if self.left > 0 else _NOTHING
        return -amount


def average_costs(moves: Iterable[Move]) -> list[Costed]:
    """Cost every movement of one product, in the order given."""
    stock = _Stock()
    costed = []
    for move in moves:
        amount = stock.move(move)
        costed.append(Costed(amount, stock.average, stock.left, stock.value))
    return costed


def _rounded(amount: Decimal) -> Decimal:
    return amount.quantize(_STEP, rounding=ROUND_HALF_EVEN)
