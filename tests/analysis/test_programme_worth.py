"""What a programme brings, by hand."""

from __future__ import annotations

import polars as pl

from portal.analysis.programme_worth import programme_worth


def people(*groups: tuple[int, bool, str, int, float]) -> pl.DataFrame:
    rows = [row[1:] for row in groups for _ in range(row[0])]
    return pl.DataFrame(rows, schema=["is_member", "first_quarter", "orders_before", "margin"], orient="row")


def test_members_are_held_against_customers_like_them() -> None:
    shop = people((4, True, "Q1", 2, 50.0), (5, False, "Q1", 2, 30.0), (9, False, "Q1", 0, 1.0),
                  (2, True, "Q2", 1, 100.0))  # fmt: skip
    found = programme_worth(shop, 40.0)
    assert (found.margin, found.naive) == (400.0, 9.0)
    assert (found.incremental, found.matched) == (80.0, 1.0)
    assert found.coverage == 4 / 6


def test_too_few_others_compare_nobody() -> None:
    found = programme_worth(people((4, True, "Q1", 2, 50.0), (4, False, "Q1", 2, 30.0)), 40.0)
    assert (found.incremental, found.matched, found.coverage) == (None, None, 0.0)


def test_without_a_cost_there_is_no_return() -> None:
    found = programme_worth(people((1, True, "Q1", 2, 50.0)), 0.0)
    assert (found.naive, found.matched) == (None, None)
