"""Sparklines: shape only."""

from __future__ import annotations

from urllib.parse import unquote

from portal.charts.sparkline import sparkline


def path_of(address: str) -> str:
    return unquote(address).split("<path d='")[1].split("'")[0]


def test_the_line_runs_from_lowest_to_highest() -> None:
    assert path_of(sparkline([0.0, 10.0])) == "M2.0 24.0L118.0 2.0"


def test_a_missing_value_breaks_the_line() -> None:
    assert path_of(sparkline([1.0, None, 3.0])) == "M2.0 24.0M118.0 2.0"


def test_one_value_is_no_line() -> None:
    assert sparkline([5.0, None]) == ""


def test_equal_values_are_a_flat_line() -> None:
    assert path_of(sparkline([5.0, 5.0])) == "M2.0 24.0L118.0 24.0"
