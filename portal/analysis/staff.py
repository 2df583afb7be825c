"""The staff score of the IMIQ order desk (metrics.md, "Leads, campaigns, people").

score = 0.35·min(100, conversion %·3.33) + 0.30·delivery % + 0.15·orders ÷ top·100 + 0.10·aov ÷ top·100
        − 0.10·min(30, cancelled % + returned %), where top is the best of the people compared.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import polars as pl

SCORE = pl.Decimal(38, 4)
_HUNDRED = Decimal(100)
_GRADES = ((Decimal(90), "A+"), (Decimal(75), "A"), (Decimal(60), "B"), (Decimal(40), "C"))


def scores(staff: pl.DataFrame) -> pl.Series:
    """Score of each person, 4 decimal places.

    Args:
        staff: shape (people, k), one row a person, with staff_conversion, delivered_order_rate, orders, aov,
            cancellation_rate and returned_order_rate (rates 0–1).

    Returns:
        Decimal column; missing where one of the inputs is missing.
    """
    top_orders, top_aov = _top(staff["orders"]), _top(staff["aov"])
    values = [_score(person, top_orders, top_aov) for person in staff.iter_rows(named=True)]
    return pl.Series("staff_score", values, dtype=SCORE)


def grade(score: Decimal) -> str:
    """A+ from 90, A from 75, B from 60, C from 40, else D."""
    return next((name for least, name in _GRADES if score >= least), "D")


def _top(column: pl.Series) -> Decimal:
    known = [Decimal(value) for value in column.to_list() if value is not None]
    return max(known, default=Decimal(0))


def _score(person: dict[str, Any], top_orders: Decimal, top_aov: Decimal) -> Decimal | None:
    names = ("staff_conversion", "delivered_order_rate", "orders", "aov", "cancellation_rate", "returned_order_rate")
    values = [person[name] for name in names]
    if any(value is None for value in values) or top_orders <= 0 or top_aov <= 0:
        return None
    conversion, delivered, orders, aov, cancelled, returned = (Decimal(value) for value in values)
    score = (
        Decimal("0.35") * min(_HUNDRED, conversion * _HUNDRED * Decimal("3.33"))
        + Decimal("0.30") * delivered * _HUNDRED
        + Decimal("0.15") * orders / top_orders * _HUNDRED
        + Decimal("0.10") * aov / top_aov * _HUNDRED
        - Decimal("0.10") * min(Decimal(30), (cancelled + returned) * _HUNDRED)
    )
    return score.quantize(Decimal("0.0001"))
