"""Kaplan–Meier by hand, and against the plain median when everything is over."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.analysis.survival import median_days, survival


def durations(*rows: tuple[int, bool]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={"days": pl.Int64, "is_over": pl.Boolean}, orient="row")


def test_open_ones_count_until_they_were_last_seen() -> None:
    table = survival(durations((2, True), (3, False), (4, True), (4, True), (6, False)))
    assert table["days"].to_list() == [2, 4]
    assert table["at_risk"].to_list() == [5, 3]
    assert table["share"].to_list() == pytest.approx([0.8, 0.8 * 1 / 3])


def test_the_median_is_when_half_have_ended() -> None:
    assert median_days(durations((2, True), (3, False), (4, True), (4, True), (6, False))) == 4


def test_while_fewer_than_half_have_ended_there_is_no_median() -> None:
    assert median_days(durations((2, True), (9, False), (9, False))) is None
    assert median_days(durations()) is None


@given(st.lists(st.integers(0, 50), min_size=1, max_size=30))
def test_when_all_are_over_it_is_the_lower_median(days: list[int]) -> None:
    found = median_days(durations(*((one, True) for one in days)))
    assert found == sorted(days)[(len(days) - 1) // 2]


@given(st.lists(st.tuples(st.integers(0, 50), st.booleans()), max_size=30))
def test_shares_only_fall(rows: list[tuple[int, bool]]) -> None:
    shares = survival(durations(*rows))["share"].to_list()
    assert shares == sorted(shares, reverse=True)
    assert all(0 <= share <= 1 for share in shares)
