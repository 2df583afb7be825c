from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from etl.build.calendar import build_calendar, date_range
from tests.etl.frames import rules


def day(when: date, **policies: object) -> dict[str, object]:
    country = str(policies.pop("country", "GB"))
    return build_calendar(when, when, rules(country=country, **policies)).row(0, named=True)


@pytest.mark.parametrize(
    ("when", "year", "week"), [((2024, 12, 30), 2025, 1), ((2021, 1, 3), 2020, 53), ((2026, 1, 1), 2026, 1)]
)
def test_iso_weeks(when: tuple[int, int, int], year: int, week: int) -> None:
    found = day(date(*when))
    assert (found["iso_year"], found["iso_week"]) == (year, week)


@pytest.mark.parametrize(("week_start", "expected"), [(1, 16), (7, 15), (6, 14), (3, 18)])
def test_the_week_starts_by_policy(week_start: int, expected: int) -> None:
    assert day(date(2026, 3, 18), week_start=week_start)["week_start"] == date(2026, 3, expected)


@pytest.mark.parametrize(
    ("month", "when", "year", "quarter", "period"),
    [(1, (2026, 3, 31), 2026, 1, 3), (4, (2026, 3, 31), 2026, 4, 12), (4, (2026, 4, 1), 2027, 1, 1),
     (7, (2025, 12, 1), 2026, 2, 6)],
)  # fmt: skip
def test_the_fiscal_year_is_named_after_its_end(
    month: int, when: tuple[int, int, int], year: int, quarter: int, period: int
) -> None:
    found = day(date(*when), fiscal_year_start_month=month)
    assert (found["fiscal_year"], found["fiscal_quarter"], found["fiscal_month"]) == (year, quarter, period)


def test_retail_years_are_52_or_53_whole_weeks_of_4_4_5() -> None:
    calendar = build_calendar(date(2019, 1, 1), date(2027, 12, 31), rules(fiscal_year_start_month=2, week_start=7))
    whole = calendar.filter(pl.col("retail_year").is_between(2021, 2027))
    lengths = whole.group_by("retail_year").len().sort("retail_year")["len"].to_list()
    assert lengths == [364, 364, 364, 371, 364, 364, 364]
    weeks = whole.filter(pl.col("retail_year") == 2023).group_by("retail_period").agg(pl.col("retail_week").n_unique())
    assert weeks.sort("retail_period")["retail_week"].to_list() == [4, 4, 5] * 4


def test_the_53rd_week_belongs_to_the_last_period() -> None:
    calendar = build_calendar(date(2019, 1, 1), date(2027, 12, 31), rules(fiscal_year_start_month=2, week_start=7))
    assert calendar.filter(pl.col("retail_week") == 53)["retail_period"].unique().to_list() == [12]


def test_holidays_of_the_tenants_country() -> None:
    assert (day(date(2025, 12, 25))["is_holiday"], day(date(2025, 12, 25))["holiday_name"]) == (True, "Christmas Day")
    assert day(date(2025, 12, 24))["is_holiday"] is False
    assert day(date(2025, 12, 25), country="")["is_holiday"] is False


def test_every_day_once() -> None:
    calendar = build_calendar(date(2023, 1, 1), date(2024, 12, 31), rules())
    assert calendar["date"].to_list() == [date(2023, 1, 1) + timedelta(days=n) for n in range(731)]
    assert calendar.null_count().sum_horizontal().item() == 731 - calendar["is_holiday"].sum()


def test_the_range_is_whole_years_and_bounded() -> None:
    assert date_range([date(2024, 5, 1), None, date(2025, 2, 1)]) == (date(2024, 1, 1), date(2025, 12, 31))
    assert date_range([date(22, 5, 1), date(2025, 2, 1)])[0] == date(1825, 1, 1)
