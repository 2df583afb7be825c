"""The forecast as a whole: what holds for every series, and exact small cases."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from portal.analysis.forecast import Forecast, Plan, forecast
from portal.errors import InputError

WEEK = Plan("week", 4, 4)
VALUE = st.one_of(st.none(), st.sampled_from([0.0, 0.0, 1.0, float("nan"), float("inf")]), st.floats(0, 1e12))
SIGNED = st.one_of(VALUE, st.floats(-1e12, 1e12))
PANELS = st.lists(st.lists(VALUE, max_size=40), min_size=1, max_size=4)


def long(*series: list[float | None], names: str = "abcdefgh") -> pl.DataFrame:
    """Weekly rows of series that all end in the same week."""
    most = max((len(each) for each in series), default=0)
    rows = [
        (name, _monday(most - len(each) + at), value)
        for name, each in zip(names, series, strict=False)
        for at, value in enumerate(each)
    ]
    return pl.DataFrame(rows, schema={"unique_id": pl.String, "ds": pl.Date, "y": pl.Float64}, orient="row")


def _monday(week: int) -> date:
    return date(2026, 1, 5) + timedelta(weeks=week)


def walk(seed: int, count: int = 60) -> list[float | None]:
    dice = np.random.default_rng(seed)
    season = 1 + 0.3 * np.sin(np.arange(count) * np.pi / 2)
    return list(100 * np.exp(np.cumsum(dice.normal(0, 0.05, count))) * season)


def numbers(made: Forecast) -> np.ndarray:
    return made.rows.select("forecast", "low80", "high80", "low95", "high95").to_numpy()


def assert_sound(made: Forecast) -> None:
    floats = [column for frame in (made.rows, made.scores, made.steps) for column in frame.get_columns()
              if column.dtype == pl.Float64]  # fmt: skip
    assert not any(column.is_nan().any() or column.is_infinite().any() for column in floats)
    known = made.rows.filter(pl.col("low95").is_not_null())
    order = [known[name] for name in ("low95", "low80", "forecast", "high80", "high95")]
    assert all((below <= above).all() for below, above in pairwise(order))
    assert (made.rows["forecast"].is_null() == (made.rows["method"] == "none")).all()


@settings(max_examples=25, deadline=None)
@given(PANELS)
def test_what_is_never_negative_is_never_forecast_to_be(panel: list[list[float | None]]) -> None:
    made = forecast(long(*panel), WEEK)
    assert_sound(made)
    assert made.rows.height == 4 * sum(bool(each) for each in panel)
    assert (numbers(made)[~np.isnan(numbers(made))] >= 0).all()


@settings(max_examples=15, deadline=None)
@given(st.lists(SIGNED, max_size=40), st.sampled_from([1, 4, 52]))
def test_no_series_makes_it_fail(values: list[float | None], season: int) -> None:
    assert_sound(forecast(long(values), Plan("week", 3, season)))


@pytest.mark.parametrize("values", [[1e-300, 1e300, 1e-5, 1.0] * 10, [1.7e308] * 9 + [1e308], [5e-324] * 12])
def test_numbers_at_the_edges_of_what_a_number_can_be(values: list[float | None]) -> None:
    assert_sound(forecast(long(values), Plan("week", 30)))


@settings(max_examples=10, deadline=None)
@given(st.permutations(range(5)))
def test_the_order_of_rows_and_series_changes_nothing(order: list[int]) -> None:
    series = long(*(walk(seed, 30 + seed) for seed in range(5)))
    parts = series.partition_by("unique_id", maintain_order=True)
    mixed = pl.concat([parts[place].reverse() for place in order])
    assert forecast(mixed, WEEK).rows.equals(forecast(series, WEEK).rows)


def test_the_same_twice_is_the_same_and_lumpy_series_beside_it_change_no_forecast() -> None:
    alone = long(walk(1), walk(2))
    beside = long(walk(1), walk(2), [0.0, 0.0, 7.0, 0.0, 0.0] * 12)
    both = forecast(beside, WEEK).rows
    assert both.equals(forecast(beside, WEEK).rows)
    assert_frame_equal(both.filter(pl.col("unique_id") != "c"), forecast(alone, WEEK).rows, rel_tol=1e-9)


@pytest.mark.parametrize("factor", [1000, 1e-6, 1e200])
def test_a_thousand_times_the_values_is_a_thousand_times_the_forecast(factor: float) -> None:
    series = long(walk(1), walk(2, 9), [0.0, 3.0, 0.0, 0.0, 0.0] * 8)
    larger = forecast(series.with_columns(pl.col("y") * factor), WEEK)
    assert numbers(larger) == pytest.approx(numbers(forecast(series, WEEK)) * factor, rel=1e-9)


def test_a_number_that_never_changes_stays() -> None:
    assert (numbers(forecast(long([7.0] * 30), WEEK)) == 7).all()


def test_a_pure_pattern_goes_on() -> None:
    made = forecast(long([8.0, 12.0, 10.0, 10.0] * 10), WEEK)
    assert made.rows["forecast"].to_list() == pytest.approx([8, 12, 10, 10])


@pytest.mark.parametrize(
    ("values", "method", "said"),
    [
        ([], None, None), ([None, None], "none", None), ([5.0], "mean", 5.0), ([1.0, None, 3.0, 8.0], "mean", 4.0),
        ([3.0, None, 3.0, 3.0, 3.0], "engine", 3.0),
    ],
)  # fmt: skip
def test_too_little_is_said(values: list[float | None], method: str | None, said: float | None) -> None:
    rows = forecast(long(values), Plan("week", 1)).rows
    assert rows.select("method", "forecast").rows() == ([] if method is None else [(method, pytest.approx(said))])


def test_one_value_alone_has_bounds_that_cannot_be_told_from_it() -> None:
    row = forecast(long([5.0]), Plan("week", 1)).rows.row(0, named=True)
    assert 0 <= row["low95"] < row["low80"] < 5 < row["high80"] < row["high95"]


def test_where_the_engine_is_no_better_the_naive_is_shown_and_named() -> None:
    dice = np.random.default_rng(3)
    jumps = [*np.repeat(dice.uniform(10, 1000, 12), 5), *[400.0] * 12, 401.0]
    made = forecast(long(jumps), Plan("week", 4, 1))
    assert made.scores["skill"].item() < 0
    assert made.rows.select("method", "forecast").unique().rows() == [("seasonal naive", 401.0)]


def test_missing_values_are_no_zeros() -> None:
    values = walk(4)
    holes = [None if at % 7 == 3 else value for at, value in enumerate(values)]
    full, holed = (forecast(long(each), WEEK).rows["forecast"].to_numpy() for each in (values, holes))
    assert holed == pytest.approx(full, rel=0.15)


def test_flagged_values_are_not_believed() -> None:
    values = walk(4)
    series = long(values).with_columns(flagged=pl.col("ds") == _monday(58))
    wild = series.with_columns(pl.when("flagged").then(1e9).otherwise("y").alias("y"))
    assert forecast(wild, WEEK).rows.equals(forecast(long([*values[:58], None, *values[59:]]), WEEK).rows)


def test_a_step_without_a_row_is_missing() -> None:
    series = long(walk(5))
    gap = pl.col("ds") == _monday(40)
    empty = series.with_columns(pl.when(~gap).then("y").alias("y"))
    assert forecast(series.filter(~gap), WEEK).rows.equals(forecast(empty, WEEK).rows)


def test_scores_tell_of_three_back_tests() -> None:
    made = forecast(long(walk(6, 80)), WEEK)
    score = made.scores.row(0, named=True)
    assert score["points"] == 12 == made.steps["points"].sum()
    assert 0 < score["wape"] < 0.5
    assert score["coverage80"] <= score["coverage95"]
    assert made.scores.columns == ["unique_id", "points", "wape", "mase", "bias", "skill", "coverage80", "coverage95",
                                   "is_lumpy"]  # fmt: skip


def test_other_levels_give_other_columns() -> None:
    made = forecast(long(walk(6)), Plan("week", 2, levels=(50,)))
    assert made.rows.columns == ["unique_id", "step", "ds", "forecast", "low50", "high50", "method"]


@pytest.mark.parametrize(
    ("frequency", "days", "ahead"),
    [
        ("day", [date(2026, 2, 27), date(2026, 2, 28)], [date(2026, 3, 1), date(2026, 3, 2)]),
        ("week", [date(2026, 1, 5), date(2026, 1, 12)], [date(2026, 1, 19), date(2026, 1, 26)]),
        ("month", [date(2026, 1, 31), date(2026, 2, 28)], [date(2026, 3, 31), date(2026, 4, 30)]),
        ("month", [date(2026, 1, 1), date(2026, 2, 1)], [date(2026, 3, 1), date(2026, 4, 1)]),
        ("quarter", [date(2026, 1, 1), date(2026, 4, 1)], [date(2026, 7, 1), date(2026, 10, 1)]),
        ("year", [date(2024, 1, 1), date(2025, 1, 1)], [date(2026, 1, 1), date(2027, 1, 1)]),
        ("hour", [datetime(2026, 1, 1, 22), datetime(2026, 1, 1, 23)], [datetime(2026, 1, 2), datetime(2026, 1, 2, 1)]),
        ("week", [5, 6], [7, 8]),
    ],
)
def test_steps_ahead_have_their_days(frequency: str, days: list[object], ahead: list[object]) -> None:
    series = pl.DataFrame({"unique_id": ["a", "a"], "ds": days, "y": [1.0, 2.0]})
    assert forecast(series, Plan(frequency, 2)).rows["ds"].to_list() == ahead  # type: ignore[arg-type]


def test_an_hour_that_comes_twice_is_two_steps() -> None:
    """Clocks in New York went back at 02:00 on 2 November 2025."""
    hours = pl.datetime_range(
        datetime(2025, 11, 1, 20), datetime(2025, 11, 2, 3), "1h", time_zone="America/New_York", eager=True
    )
    series = pl.DataFrame({"unique_id": "a", "ds": hours, "y": range(len(hours))})
    said = forecast(series, Plan("hour", 1)).rows["ds"].dt.replace_time_zone(None).to_list()
    assert (len(hours), said) == (9, [datetime(2025, 11, 2, 4)])


def test_each_series_goes_on_from_its_own_last_row() -> None:
    series = pl.concat([long([1.0, 2.0]), long([1.0, 2.0, 3.0], names="b")])
    assert forecast(series, Plan("week", 1)).rows["ds"].to_list() == [_monday(2), _monday(3)]


@pytest.mark.parametrize(
    ("series", "says"),
    [
        (pl.DataFrame({"ds": [1], "y": [1.0]}), "unique_id is not there"),
        (pl.DataFrame({"unique_id": ["a"], "ds": ["x"], "y": [1.0]}), "expected dates or whole numbers"),
        (
            pl.DataFrame({"unique_id": ["a", "a"], "ds": [1, 1], "y": [1.0, 2.0]}),
            "Series 'a' has two values for step 1",
        ),
        (pl.DataFrame({"unique_id": ["a", None], "ds": [1, 2], "y": [1.0, 2.0]}), "needs a unique_id"),
        (
            pl.DataFrame({"unique_id": "a", "ds": [date(2026, 1, 5), date(2026, 1, 6)], "y": [1.0, 2.0]}),
            "two values for the week of 2026-01-06",
        ),
    ],
)
def test_what_is_no_series_is_refused(series: pl.DataFrame, says: str) -> None:
    with pytest.raises(InputError, match=says):
        forecast(series, WEEK)
