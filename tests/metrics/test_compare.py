"""Which period to compare with, and what changed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.metrics.compare import (
    Comparison,
    aligned,
    compared_period,
    growth,
    is_good,
    previous_period,
    to_date,
    with_comparison,
    year_earlier,
)
from portal.metrics.model import Better, Period
from tests.metrics.conftest import Ask


def span(text: str) -> Period:
    start, end = text.split("/")
    return Period(date.fromisoformat(start), date.fromisoformat(end))


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ("2026-03-01/2026-04-01", "2026-02-01/2026-03-01"),
        ("2026-01-01/2026-04-01", "2025-10-01/2026-01-01"),
        ("2026-03-10/2026-03-17", "2026-03-03/2026-03-10"),
        ("2026-01-01/2026-01-02", "2025-12-31/2026-01-01"),
    ],
)
def test_the_previous_period_ends_where_this_one_begins(period: str, expected: str) -> None:
    assert previous_period(span(period)) == span(expected)


@pytest.mark.parametrize(
    ("period", "by_weekday", "expected"),
    [
        ("2026-03-01/2026-04-01", False, "2025-03-01/2025-04-01"),
        ("2024-02-29/2024-03-01", False, "2023-02-28/2023-03-01"),
        ("2026-03-02/2026-03-03", True, "2025-03-03/2025-03-04"),
    ],
)
def test_a_year_earlier(period: str, by_weekday: bool, expected: str) -> None:
    assert year_earlier(span(period), by_weekday) == span(expected)


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(1, 800))
def test_by_weekday_meets_the_same_weekday(start: date, days: int) -> None:
    period = Period(start, date.fromordinal(start.toordinal() + days))
    other = year_earlier(period, by_weekday=True)
    assert (other.start.weekday(), other.days) == (start.weekday(), days)


@pytest.mark.parametrize(
    ("period", "comparison", "expected"),
    [
        ("2026-03-01/2026-04-01", Comparison.PREVIOUS, "2026-02-01/2026-02-19"),
        ("2026-03-01/2026-04-01", Comparison.YEAR, "2025-03-01/2025-03-19"),
        ("2026-02-01/2026-03-01", Comparison.PREVIOUS, "2026-01-01/2026-02-01"),
        ("2026-03-12/2026-03-19", Comparison.PREVIOUS, "2026-03-05/2026-03-12"),
    ],
)
def test_an_unfinished_period_meets_the_equally_long_start_of_the_other(
    period: str, comparison: Comparison, expected: str
) -> None:
    assert compared_period(span(period), comparison, date(2026, 3, 18)) == span(expected)


def test_to_date_ends_with_the_data() -> None:
    assert to_date(span("2026-03-01/2026-04-01"), date(2026, 3, 18)) == span("2026-03-01/2026-03-19")
    assert to_date(span("2026-04-01/2026-05-01"), date(2026, 3, 18)) is None


@pytest.mark.parametrize(
    ("current", "base", "expected"),
    [(110, 100, "0.1"), (90, 100, "-0.1"), (10, -20, "1.5"), (5, 0, None), (None, 5, None), (5, None, None)],
)
def test_growth(current: int | None, base: int | None, expected: str | None) -> None:
    assert growth(current, base) == (Decimal(expected) if expected else None)


amounts = st.decimals(Decimal("0.01"), Decimal("1000000"), places=2)


@given(amounts, amounts)
def test_base_and_growth_give_the_current_value(current: Decimal, base: Decimal) -> None:
    found = growth(current, base)
    assert found is not None
    assert round(base * (1 + found), 2) == current


@pytest.mark.parametrize(
    ("change", "better", "expected"),
    [
        (1, Better.UP, True),
        (-1, Better.UP, False),
        (-1, Better.DOWN, True),
        (0, Better.UP, None),
        (1, Better.NEITHER, None),
    ],
)
def test_good_news_depends_on_the_metric(change: int, better: Better, expected: bool | None) -> None:
    assert is_good(change, better) is expected


def test_comparison_shows_groups_of_either_period(ask: Ask) -> None:
    current = ask("net_sales", by="channel", period=span("2026-03-01/2026-04-01")).frame
    base = ask("net_sales", by="channel", period=span("2026-02-01/2026-03-01")).frame
    compared = with_comparison(current, base, ["channel"], "net_sales")
    assert compared.values.tolist() == [
        ["web", 60, 21, 39, Decimal("1.8571428571")],
        ["phone", None, 50, None, None],
    ]


def test_comparison_without_breakdown_is_one_row() -> None:
    frames = [pd.DataFrame({"orders": [value]}) for value in (6, 4)]
    assert with_comparison(*frames, [], "orders").values.tolist() == [[6, 4, 2, Decimal("0.5")]]


def test_days_are_laid_side_by_side(ask: Ask) -> None:
    periods = (span("2026-02-05/2026-02-07"), span("2026-01-10/2026-01-12"))
    frames = [ask("net_sales", by="day", period=period, fill=True).frame for period in periods]
    assert aligned(*frames, periods, "net_sales").values.tolist() == [
        [date(2026, 2, 5), 50, date(2026, 1, 10), 23],
        [date(2026, 2, 6), 0, date(2026, 1, 11), 0],
    ]
