"""Satisfaction by hand: from 3, plus what returning little, coming back and spending are worth."""

from __future__ import annotations

import polars as pl
import pytest

from portal.analysis.satisfaction import band, satisfaction
from portal.policies import POLICIES

RULES = {name: policy.default for name, policy in POLICIES.items()}


def points(rate: float | None, orders: int, spent: float) -> float | None:
    customer = pl.DataFrame(
        {"return_rate": [rate], "orders": [orders], "net_amount": [spent]},
        schema={"return_rate": pl.Float64, "orders": pl.Int32, "net_amount": pl.Decimal(18, 4)},
    )
    found: float | None = customer.select(satisfaction(RULES)).item()
    return found


@pytest.mark.parametrize(
    ("rate", "orders", "spent", "expected"),
    [
        (0.0, 1, 50, 4.5), (0.05, 1, 50, 4.5), (0.051, 1, 50, 4.0), (0.2, 1, 50, 3.5), (0.21, 1, 50, 3.0),
        (0.5, 1, 50, 3.0), (0.51, 1, 50, 1.5), (1.0, 1, 50, 1.5), (0.3, 2, 50, 3.1), (0.3, 5, 50, 3.3),
        (0.3, 10, 50, 3.5), (0.3, 1, 0, 3.1), (0.3, 1, 100, 3.0), (0.3, 1, 101, 3.05), (0.3, 1, 1001, 3.1),
        (0.3, 1, 5001, 3.3), (0.3, 1, 10001, 3.5), (0.0, 10, 20000, 5.0), (None, 0, 0, None),
    ],
)  # fmt: skip
def test_points_are_those_of_the_rule(rate: float | None, orders: int, spent: float, expected: float | None) -> None:
    assert points(rate, orders, spent) == expected


def test_bands_have_their_lower_end() -> None:
    told = pl.DataFrame({"points": [1.0, 2.0, 3.99, 4.0, 5.0, None]}).select(band(pl.col("points"))).to_series()
    assert told.to_list() == ["1 to 2", "2 to 3", "3 to 4", "4 to 5", "4 to 5", None]
