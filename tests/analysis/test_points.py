"""Points by hand, and the rule of expiry against a naive day by day loop."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from portal.analysis.points import Estimates, Worth, changes, deferral, expired_by_rule, held_back

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


def lots(*rows: tuple[int, int, int, int | None]) -> pl.DataFrame:
    """layer, points, day given, price of the sale."""
    types: dict[str, Any] = {
        "layer": pl.Int64,
        "points": pl.Decimal(18, 4),
        "given_date": pl.Int64,
        "sale_amount": pl.Decimal(18, 4),
    }
    frame = pl.DataFrame(rows, schema=types, orient="row")
    return frame.with_columns((pl.lit(FIRST) + pl.duration(days="given_date")).alias("given_date"))


def issues(*rows: tuple[int, int, int]) -> pl.DataFrame:
    """layer, day, quantity; numbered in this order."""
    types: dict[str, Any] = {"layer": pl.Int64, "day": pl.Int64, "quantity": pl.Decimal(18, 4)}
    frame = pl.DataFrame(rows, schema=types, orient="row").with_row_index("movement")
    days = (pl.lit(FIRST) + pl.duration(days="day")).alias("day")
    return frame.with_columns(days, pl.col("movement").cast(pl.Int64), pl.lit(False).alias("is_short"))


def worths(*steps: tuple[int | None, str, str]) -> Estimates:
    """Day it counts from (None: always), worth of a point, breakage."""
    return tuple((date.min if day is None else FIRST + timedelta(day), Worth(Decimal(value), Decimal(breakage)))
                 for day, value, breakage in steps)  # fmt: skip


def test_a_new_estimate_of_breakage_is_the_example_of_the_standard() -> None:
    """Example 52: 100,000 sold with 10,000 points, 9,500 expected, later 9,700; 4,500, then 4,000 redeemed."""
    told = worths((None, "1", "0.05"), (365, "1", "0.03"))
    given_ = held_back(lots((0, 10_000, 0, 100_000)), told)
    found = changes(given_, issues((0, 100, 4500), (0, 400, 4000)), told, FIRST + timedelta(500))
    assert given_["deferred"].to_list() == [Decimal("8675.80")]  # the standard rounds to 8,676
    assert found["amount"].to_list() == [Decimal("-4109.59"), Decimal("84.73"), Decimal("-3577.65")]
    assert sum(found["amount"].to_list(), given_["deferred"][0]) == Decimal("1073.29")  # the standard: 1,073


def test_a_point_that_is_worth_more_holds_back_more_for_what_is_open() -> None:
    told = worths((None, "0.01", "0"), (9, "0.02", "0"))
    given_ = held_back(lots((0, 100, 0, None), (1, 50, 9, None)), told)
    found = changes(given_, issues((0, 5, 40)), told, FIRST + timedelta(20))
    assert found.select("layer", "amount").rows() == [(0, Decimal("-0.4")), (0, Decimal("0.6"))]


def test_an_estimate_after_the_last_day_changes_nothing_yet() -> None:
    told = worths((None, "1", "0"), (9, "2", "0"))
    assert changes(held_back(lots((0, 100, 0, None)), told), issues(), told, FIRST + timedelta(8)).is_empty()


def test_points_nobody_was_expected_to_redeem_hold_back_nothing() -> None:
    told = worths((None, "1", "1"), (9, "1", "0.5"), (12, "1", "1"))
    found = changes(held_back(lots((0, 100, 0, None)), told), issues((0, 10, 5)), told, FIRST + timedelta(20))
    assert found["amount"].to_list() == [0, 0, 0]


_STEPS = st.lists(st.tuples(st.sampled_from(["0.01", "0.05", "1"]), st.sampled_from(["0", "0.03", "0.5", "1"])),
                  min_size=1, max_size=4)  # fmt: skip
_SPENT = st.lists(st.tuples(st.integers(20, 60), st.integers(1, 40)), max_size=5)


@given(_STEPS, st.integers(1, 99), st.none() | st.integers(0, 500), _SPENT)
def test_the_changes_of_a_lot_add_up_to_what_it_still_holds(
    steps: list[tuple[str, str]], points: int, sale: int | None, spent: list[tuple[int, int]]
) -> None:
    told = worths(*((15 * place or None, *step) for place, step in enumerate(steps)))
    used, taken = 0, []
    for when, wanted in sorted(spent):
        taken += [(0, when, min(wanted, points - used))] if used < points else []
        used = min(points, used + wanted)
    given_ = held_back(lots((0, points, 0, sale)), told)
    held = given_["deferred"][0] + (changes(given_, issues(*taken), told, FIRST + timedelta(60))["amount"].sum() or 0)
    open_points, now = points * (1 - told[-1][1].breakage), Worth(told[-1][1].point_value, told[0][1].breakage)
    share = deferral(None if sale is None else Decimal(sale), Decimal(points), now)
    left = max(Decimal(0), 1 - used / open_points) if open_points and used < points else Decimal(0)
    assert abs(held - share * left) <= Decimal("0.0051")
    assert held == round(held, 2)
