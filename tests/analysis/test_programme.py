"""Tiers on a rolling year and points of orders, by hand."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from portal.analysis.programme import Programme, earned, spend_on

ORDERS = pl.DataFrame(
    [
        (1, date(2025, 1, 1), 400.0), (1, date(2025, 1, 1), 200.0), (1, date(2025, 6, 1), 99.9),
        (1, date(2026, 1, 1), 100.0), (1, date(2026, 1, 2), 1000.0), (2, date(2026, 1, 2), 10.0),
    ],
    schema=["account", "order_date", "amount"], orient="row",
)  # fmt: skip


def test_the_tier_before_an_order_counts_and_falls_after_a_year() -> None:
    found = earned(ORDERS, Programme())
    assert found["tier"].to_list() == ["Bronze", "Bronze", "Silver", "Silver", "Bronze", "Bronze"]
    assert found["year_spend"].to_list() == pytest.approx([0, 0, 600, 699.9, 199.9, 0])


def test_both_steps_are_rounded_down() -> None:
    assert earned(ORDERS, Programme())["points"].to_list() == [400, 200, 123, 125, 1000, 10]  # int(99 × 1.25) = 123


def test_small_orders_earn_nothing() -> None:
    assert earned(ORDERS, Programme(minimum=100.0))["points"].to_list() == [400, 200, 0, 125, 1000, 0]


def test_what_counts_today_is_the_last_year() -> None:
    found = dict(spend_on(ORDERS, date(2026, 1, 1)).sort("account").rows())
    assert found == {1: pytest.approx(199.9)}
