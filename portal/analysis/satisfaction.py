"""How satisfied a customer is likely to be, worked out of what they did: the rule of HVAR's customer service.

From 3 of 1 to 5 points. Up to 1.5 more for returning little, 1.5 less for returning most; up to 0.5 more for orders
that repeat, and for money spent. Nobody was asked: it is a guess by behaviour, and says so wherever it is shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Any

import polars as pl

_START, _LEAST, _MOST = 3.0, 1.0, 5.0
_FOR_RETURNS = (1.5, 1.0, 0.5)
_FOR_MANY_RETURNS = -1.5
_FOR_ORDERS = (0.1, 0.3, 0.5)
_FOR_VALUE = (0.05, 0.1, 0.3, 0.5)
_FOR_NO_VALUE = 0.1
BANDS = ("1 to 2", "2 to 3", "3 to 4", "4 to 5")


def satisfaction(rules: Mapping[str, Any]) -> pl.Expr:
    """Points from 1 to 5 of customers with return_rate (0–1), orders and net_amount; missing without an order.

    Args:
        rules: policies satisfaction_return_rates, satisfaction_orders and satisfaction_values: the limits, rising.
    """
    rate, spent = pl.col("return_rate"), pl.col("net_amount").cast(pl.Float64)
    limits = [float(limit) for limit in rules["satisfaction_return_rates"]]
    few = reduce(
        lambda other, step: pl.when(rate <= step[0]).then(step[1]).otherwise(other),
        reversed(list(zip(limits, _FOR_RETURNS, strict=False))),
        pl.when(rate > limits[-1]).then(_FOR_MANY_RETURNS).otherwise(0.0),
    )
    often = _above(pl.col("orders") + 1, rules["satisfaction_orders"], _FOR_ORDERS)
    value = _above(spent, rules["satisfaction_values"], _FOR_VALUE)
    points = _START + few + often + pl.when(spent == 0).then(_FOR_NO_VALUE).otherwise(value)
    return pl.when(pl.col("orders") > 0).then(points.clip(_LEAST, _MOST).round(2))


def band(points: pl.Expr) -> pl.Expr:
    """Which of `BANDS` the points are in; the upper end belongs to the next one, but for 5."""
    first: pl.Expr = pl.when(points.is_not_null()).then(pl.lit(BANDS[0])).otherwise(None)
    return reduce(
        lambda other, step: pl.when(points >= step[0]).then(pl.lit(step[1])).otherwise(other),
        zip((2.0, 3.0, 4.0), BANDS[1:], strict=True),
        first,
    )


def _above(number: pl.Expr, limits: Sequence[float], points: Sequence[float]) -> pl.Expr:
    """The points of the highest limit that `number` is above; 0 below all."""
    return reduce(
        lambda other, step: pl.when(number > float(step[0])).then(step[1]).otherwise(other),
        zip(limits, points, strict=False),
        pl.lit(0.0),
    )
