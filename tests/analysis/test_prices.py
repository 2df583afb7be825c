"""Changes of price, by hand."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from portal.analysis.prices import price_changes

FIRST = date(2026, 3, 1)


def changes(*prices: float) -> list[tuple[date, float, float]]:
    sold = pl.DataFrame({
        "product": 1, "day": [FIRST + timedelta(days=2 * place) for place in range(len(prices))],
        "price": [float(price) for price in prices],
    })  # fmt: skip
    return list(price_changes(sold).select("day", "old_price", "new_price").iter_rows())


def test_a_price_that_holds_is_a_change() -> None:
    assert changes(10, 10, 10, 12, 12, 12, 12) == [(date(2026, 3, 7), 10, 12)]


def test_a_discount_of_a_day_or_two_is_none() -> None:
    assert changes(10, 10, 10, 8, 8, 10, 10, 10) == []


def test_small_steps_are_none_and_back_again_is_another() -> None:
    assert changes(10, 10, 10, 10.1, 10.1, 10.1) == []
    assert [new for _, _, new in changes(10, 10, 10, 12, 12, 12, 10, 10, 10)] == [12, 10]


def test_products_are_told_apart() -> None:
    sold = pl.DataFrame({"product": [1, 1, 1, 2, 2, 2], "day": [FIRST + timedelta(days=day) for day in range(3)] * 2,
                         "price": [10.0, 10.0, 10.0, 12.0, 12.0, 12.0]})  # fmt: skip
    assert price_changes(sold).height == 0
