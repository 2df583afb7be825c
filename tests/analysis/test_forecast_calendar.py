"""Forecasts of days that are known beforehand, totals of parts, and second opinions."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from portal.analysis.forecast import Calendar, Plan, build_calendar, coherent, forecast
from portal.analysis.forecasting.opinions import ETS, THETA, opinions
from portal.errors import InputError

FIRST = date(2025, 9, 1)


def days_of(calendar: Calendar, name: str) -> list[str]:
    return [day.isoformat() for day in calendar.features.filter(pl.col(name) == 1)["ds"]]


def test_feasts_of_egypt_and_the_days_around_them() -> None:
    calendar = build_calendar("EG", date(2026, 2, 1), date(2026, 4, 10))
    assert days_of(calendar, "holiday") == ["2026-03-20", "2026-03-21"] == days_of(calendar, "holiday: Eid al-Fitr")
    assert days_of(calendar, "holiday_eve") == ["2026-03-19"]
    assert days_of(calendar, "holiday_after") == ["2026-03-22"]
    fast = days_of(calendar, "ramadan")
    assert (fast[0], fast[-1], len(fast)) == ("2026-02-18", "2026-03-19", 30)


@pytest.mark.parametrize("country", ["SA", "AE", "TR"])
def test_ramadan_is_known_where_its_feast_is(country: str) -> None:
    fast = days_of(build_calendar(country, date(2026, 1, 1), date(2026, 12, 31)), "ramadan")
    assert len(fast) == 30
    assert "2026-03-01" in fast


def test_a_country_nobody_knows_has_weekdays_and_parts_of_the_month() -> None:
    calendar = build_calendar("XX", date(2026, 2, 1), date(2026, 2, 28))
    assert "holiday" not in calendar.features.columns
    assert days_of(calendar, "weekday_1") == ["2026-02-02", "2026-02-09", "2026-02-16", "2026-02-23"]
    assert days_of(calendar, "month_ends") == [f"2026-02-{day}" for day in range(24, 29)]


def test_a_promotion_counts_by_itself_on_mondays() -> None:
    calendar = build_calendar("GB", FIRST, FIRST + timedelta(days=9), {"promotion": [FIRST, FIRST + timedelta(days=1)]})
    assert days_of(calendar, "promotion") == ["2025-09-01", "2025-09-02"]
    assert days_of(calendar, "promotion_monday") == ["2025-09-01"]


def promoted(count: int) -> tuple[pl.DataFrame, Calendar]:
    """Sales of about 100 a day, doubled on promotions at odd days, known two weeks ahead."""
    dice = np.random.default_rng(8)
    days = [FIRST + timedelta(days=at) for at in range(count + 14)]
    is_on = dice.random(count + 14) < 0.15
    sales = 100 * np.where(is_on, 2, 1) * np.exp(dice.normal(0, 0.03, count + 14))
    series = pl.DataFrame({"unique_id": "shop", "ds": days[:count], "y": sales[:count]})
    return series, build_calendar("XX", days[0], days[-1], {"promotion": np.array(days)[is_on].tolist()})


def test_a_known_promotion_is_forecast() -> None:
    series, calendar = promoted(300)
    rows = forecast(series, Plan("day", 14, calendar=calendar)).rows.join(calendar.features, on="ds")
    said = {on: rows.filter(pl.col("promotion") == on)["forecast"].to_numpy() for on in (0.0, 1.0)}
    assert said[0.0] == pytest.approx(100, rel=0.1)
    assert len(said[1.0]) > 0
    assert said[1.0] == pytest.approx(200, rel=0.15)


def test_the_calendar_makes_back_tests_better() -> None:
    series, calendar = promoted(300)
    known, blind = (forecast(series, Plan("day", 14, calendar=each)).scores["wape"].item() for each in (calendar, None))
    assert known < blind / 2


@pytest.mark.parametrize("values", [[5.0] * 90, [0.0, 3.0] * 45, [-4.0, 3.0, 1.0] * 30, [None] * 90, [2.0] * 3])
def test_no_series_makes_the_calendar_fail(values: list[float | None]) -> None:
    days = [FIRST + timedelta(days=at) for at in range(len(values))]
    series = pl.DataFrame({"unique_id": "a", "ds": days, "y": values}, schema_overrides={"y": pl.Float64})
    rows = forecast(series, Plan("day", 5, calendar=build_calendar("GB", FIRST, date(2026, 1, 31)))).rows
    assert not rows["forecast"].is_nan().any()
    assert rows.height == 5


def test_a_calendar_that_ends_too_early_is_refused() -> None:
    series, _ = promoted(100)
    with pytest.raises(InputError, match="The calendar ends on 2025-10-01; the forecast needs it up to 2025-12-12"):
        forecast(series, Plan("day", 3, calendar=build_calendar("GB", FIRST, date(2025, 10, 1))))


def rows_of(**values: float | None) -> pl.DataFrame:
    return pl.DataFrame([
        {"unique_id": name, "ds": 1, "forecast": value, "low80": None if value is None else value - 5,
         "high80": None if value is None else value + 10} for name, value in values.items()
    ], schema_overrides={"forecast": pl.Float64, "low80": pl.Float64, "high80": pl.Float64})  # fmt: skip


TREE = pl.DataFrame({"unique_id": ["a", "b", "c", "AB"], "parent": ["AB", "AB", "T", "T"]})


def test_totals_are_the_sum_of_their_parts_at_every_level() -> None:
    found = coherent(rows_of(a=10, b=30, AB=50, c=5, T=100), TREE)
    assert dict(found.select("unique_id", "forecast").iter_rows()) == {"a": 10, "b": 30, "AB": 40, "c": 5, "T": 45}
    assert found.filter(pl.col("unique_id") == "AB").row(0)[3:] == (36, 48)


def test_the_total_of_lumpy_parts_is_believed_and_shared_out() -> None:
    found = coherent(rows_of(a=10, b=30, AB=50, c=5, T=100), TREE, ("a", "b"))
    assert dict(found.select("unique_id", "forecast").iter_rows()) == {"a": 12.5, "b": 37.5, "AB": 50, "c": 5, "T": 55}


def test_parts_of_nothing_share_evenly_and_unknown_parts_stay_unknown() -> None:
    found = coherent(rows_of(a=0, b=0, AB=6, c=None, T=0), TREE, ("a", "b"))
    assert found["forecast"].to_list()[:4] == [0, 0, 0, None]
    found = coherent(rows_of(a=0, b=None, AB=6), TREE.head(2), ("b",))
    assert found["forecast"].to_list() == [0, None, 0]


def test_a_tree_that_is_none_is_refused() -> None:
    with pytest.raises(InputError, match="two parents"):
        coherent(rows_of(a=1), pl.DataFrame({"unique_id": ["a", "a"], "parent": ["T", "U"]}))
    with pytest.raises(InputError, match="part of itself"):
        coherent(rows_of(a=1), pl.DataFrame({"unique_id": ["a", "b"], "parent": ["b", "a"]}))


def test_forecast_parts_add_up_to_the_last_digit_but_rounding() -> None:
    dice = np.random.default_rng(0)
    parts = dice.uniform(50, 150, (2, 40))
    series = pl.DataFrame({
        "unique_id": np.repeat(["a", "b", "AB"], 40), "ds": list(range(40)) * 3,
        "y": np.concatenate((*parts, parts.sum(axis=0))),
    })  # fmt: skip
    found = coherent(forecast(series, Plan("week", 5)).rows, TREE.head(2))
    each = {name[0]: rows["forecast"].to_numpy() for name, rows in found.group_by("unique_id")}
    assert each["a"] + each["b"] == pytest.approx(each["AB"], rel=1e-12)


def one(values: list[float | None]) -> pl.DataFrame:
    return pl.DataFrame({"unique_id": "a", "ds": range(len(values)), "y": values}, schema_overrides={"y": pl.Float64})


def test_a_second_opinion_on_a_pattern_goes_on_with_it() -> None:
    told = opinions(one([10.0, 20.0, 30.0, 20.0] * 8), Plan("week", 4, 4))
    assert told.failed == {}
    for name in (ETS, THETA):
        said = told.rows.filter(pl.col("method") == name)["forecast"].to_list()
        assert said == pytest.approx([10, 20, 30, 20], abs=1)
    assert told.parts["y"].to_list() == [10.0, 20.0, 30.0, 20.0] * 8


@pytest.mark.parametrize("values", [[], [1.0], [None] * 20, [None, 2.0] * 4])
def test_too_little_is_no_opinion(values: list[float | None]) -> None:
    told = opinions(one([*values, None]), Plan("week", 4, 4))
    assert set(told.failed) == {ETS, THETA}
    assert told.rows.is_empty()
    assert told.parts.is_empty()


@pytest.mark.parametrize("values", [[0.0] * 30, [0.0, 0.0, 9.0] * 10, [-1.0, 1.0] * 15, [1e200, 2e200, 1e200] * 10])
def test_a_second_opinion_never_fails(values: list[float]) -> None:
    told = opinions(one([*values]), Plan("week", 3, 5))
    assert told.rows.height + 3 * len(told.failed) == 6
    assert told.rows["forecast"].is_finite().all()


def test_an_opinion_is_about_one_series() -> None:
    with pytest.raises(InputError, match="about one series; 2 were given"):
        opinions(pl.concat([one([1.0]), one([1.0]).with_columns(unique_id=pl.lit("b"))]), Plan("week", 3))
