"""Points by hand, and the rule of expiry against a naive day by day loop."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from portal.analysis.points import Worth, deferral, expired_by_rule

FIRST = date(2026, 1, 1)


def entries(*rows: tuple[int, int, int]) -> pl.DataFrame:
    """account, day of the year, points."""
    frame = pl.DataFrame(rows, schema=["account", "day", "points"], orient="row")
    return frame.select("account", (pl.lit(FIRST) + pl.duration(days=pl.col("day"))).alias("entry_date"), "points")


def test_the_worked_example_of_the_standard() -> None:
    worth = Worth(Decimal(1), Decimal("0.03"))
    assert deferral(Decimal(100_000), Decimal(10_000), worth) == Decimal("8842.30")


def test_points_without_a_sale_hold_back_all_they_are_worth() -> None:
    assert deferral(None, Decimal(50), Worth(Decimal("0.01"), Decimal("0.1"))) == Decimal("0.45")


def test_the_oldest_points_are_spent_first_and_the_rest_ends() -> None:
    found = expired_by_rule(entries((1, 0, 100), (1, 5, 50), (1, 8, -70)), pl.lit(10))
    assert found.rows() == [
        (1, FIRST + timedelta(10), -30, FIRST), (1, FIRST + timedelta(15), -50, FIRST + timedelta(5)),
    ]  # fmt: skip


def test_what_is_spent_after_a_lot_ended_takes_later_ones() -> None:
    found = expired_by_rule(entries((1, 0, 100), (1, 5, 50), (1, 12, -20)), pl.lit(10))
    assert found["points"].to_list() == [-100, -30]


def naive(rows: list[tuple[int, int]], lasts: int) -> list[tuple[int, int]]:
    lots: list[list[int]] = []
    lost = []
    for day in range(60):
        lots += [[now, points] for now, points in rows if now == day and points > 0]
        left = -sum(points for now, points in rows if now == day and points < 0)
        for lot in lots:
            taken = min(lot[1], left)
            lot[1], left = lot[1] - taken, left - taken
        for lot in lots:
            if lot[0] + lasts == day and lot[1]:
                lost.append((day, -lot[1]))
                lot[1] = 0
    return lost


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 9)), min_size=1, max_size=8, unique_by=lambda one: one[0]),
       st.lists(st.tuples(st.integers(0, 40), st.integers(1, 9)), max_size=6), st.integers(1, 15))  # fmt: skip
def test_expiry_is_what_a_loop_over_days_says(
    given_: list[tuple[int, int]], spent: list[tuple[int, int]], lasts: int
) -> None:
    rows: list[tuple[int, int]] = []
    for day in range(41):
        rows += [(day, points) for now, points in given_ if now == day]
        for _, points in [one for one in spent if one[0] == day]:
            balance = sum(one for _, one in rows) + sum(lost for when, lost in naive(rows, lasts) if when < day)
            rows += [(day, -points)] if points <= balance else []  # nobody spends what is not there
    found = expired_by_rule(entries(*((1, day, points) for day, points in rows)), pl.lit(lasts))
    days = [((row[1] - FIRST).days, row[2]) for row in found.rows()]
    assert days == naive(rows, lasts)
