"""The staff score of the IMIQ order desk (metrics.md, "Leads, campaigns, people").

score = 0.35·min(100, conversion %·3.33) + 0.30·delivery % + 0.15·orders ÷ top·100 + 0.10·aov ÷ top·100
        − 0.10·min(30, cancelled % + returned %), where top is the best of the people compared. The weights and the
grades are policies.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

SCORE = pl.Decimal(38, 4)
_HUNDRED, _MOST_LOST, _PER_POINT = Decimal(100), Decimal(30), Decimal("3.33")
GRADES = ("A+", "A", "B", "C")
_LEAST = (Decimal(90), Decimal(75), Decimal(60), Decimal(40))


@dataclass(frozen=True)
class Weights:
    """What each part of the score counts; the defaults are those of IMIQ."""

    conversion: Decimal = Decimal("0.35")
    delivery: Decimal = Decimal("0.30")
    orders: Decimal = Decimal("0.15")
    order_value: Decimal = Decimal("0.10")
    lost: Decimal = Decimal("0.10")


def scores(staff: pl.DataFrame, weights: Weights = Weights()) -> pl.Series:
    """Score of each person, 4 decimal places.

    Args:
        staff: shape (people, k), one row a person, with staff_conversion, delivered_order_rate, orders, aov,
            cancellation_rate and returned_order_rate (rates 0–1). Where there is a column employee, a row without one
            is nobody's work: others are not held against it.
        weights: what each part counts.

    Returns:
        Decimal column; missing where one of the inputs is missing.
    """
    people = staff.filter(pl.col("employee").is_not_null()) if "employee" in staff.columns else staff
    top = (_top(people["orders"]), _top(people["aov"]))
    values = [_score(person, top, weights) for person in staff.iter_rows(named=True)]
    return pl.Series("staff_score", values, dtype=SCORE)


def grade(score: Decimal, least: Sequence[Decimal] = _LEAST) -> str:
    """A+ from 90, A from 75, B from 60, C from 40, else D; `least` are other limits, the highest first."""
    return next((name for limit, name in zip(least, GRADES, strict=True) if score >= limit), "D")


def _top(column: pl.Series) -> Decimal:
    known = [Decimal(value) for value in column.to_list() if value is not None]
    return max(known, default=Decimal(0))


def _score(person: dict[str, Any], top: tuple[Decimal, Decimal], weights: Weights) -> Decimal | None:
    names = ("staff_conversion", "delivered_order_rate", "orders", "aov", "cancellation_rate", "returned_order_rate")
    values = [person[name] for name in names]
    nobody = "employee" in person and person["employee"] is None
    if nobody or any(value is None for value in values) or min(top) <= 0:
        return None
    conversion, delivered, orders, aov, cancelled, returned = (Decimal(value) for value in values)
    score = (
        weights.conversion * min(_HUNDRED, conversion * _HUNDRED * _PER_POINT)
        + weights.delivery * delivered * _HUNDRED
        + weights.orders * orders / top[0] * _HUNDRED
        + weights.order_value * aov / top[1] * _HUNDRED
        - weights.lost * min(_MOST_LOST, (cancelled + returned) * _HUNDRED)
    )
    return score.quantize(Decimal("0.0001"))
