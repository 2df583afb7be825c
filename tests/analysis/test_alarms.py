"""Days that are off: small series with answers worked out by hand, and what must hold of any series."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.analysis.alarm_stretches import stretches_of
from portal.analysis.alarms import Limits, judge_days

MONDAY = date(2026, 3, 2)
USUAL = [100.0, 110, 90, 100, 120, 60, 40]
"""A week; the next is a tenth larger or smaller in turn."""


def weeks(count: int = 20) -> list[float | None]:
    return [value * (1.05 if week % 2 else 0.95) for week in range(count) for value in USUAL]


def series(values: list[float | None], worth: float = 1.0, holidays: tuple[int, ...] = ()) -> pl.DataFrame:
    days = [MONDAY + timedelta(days=place) for place in range(len(values))]
    return pl.DataFrame(
        {"day": days, "value": values, "volume": [None if value is None else 50.0 for value in values],
         "worth": [worth] * len(values), "is_holiday": [place in holidays for place in range(len(values))]},
        schema_overrides={"day": pl.Date, "value": pl.Float64, "volume": pl.Float64, "worth": pl.Float64,
                          "is_holiday": pl.Boolean},
    )  # fmt: skip


def off(values: list[float | None], limits: Limits | None = None, **more: object) -> list[tuple[int, str]]:
    """Places of the days that are off, with their kind."""
    verdicts = judge_days(series(values, **more), limits or Limits(least_share=0.2))  # type: ignore[arg-type]
    return [(place, kind) for place, kind in enumerate(verdicts["kind"].to_list()) if kind]


def shocked(place: int, factor: float | None) -> list[float | None]:
    values = weeks()
    values[place] = None if factor is None else (values[place] or 0) * factor
    return values


def test_a_quiet_shop_has_no_alarm() -> None:
    assert off(weeks()) == []


def test_half_of_a_day_is_off_and_costs_what_is_missing() -> None:
    verdict = judge_days(series(shocked(130, 0.5), worth=2.0), Limits(least_share=0.2)).row(130, named=True)
    assert (verdict["kind"], verdict["span"], verdict["found"]) == ("value", 1, 120 * 0.95 * 0.5)
    assert verdict["expected"] == pytest.approx(120, rel=0.06)
    assert verdict["low"] < verdict["expected"] < verdict["high"]
    assert verdict["money"] == pytest.approx(2 * (verdict["expected"] - 57))


def test_a_rise_is_off_only_where_rises_are_asked_for() -> None:
    assert off(shocked(130, 2.0)) == []
    assert off(shocked(130, 2.0), Limits("rise", "down", 0.2)) == [(130, "value")]
    assert off(shocked(130, 2.0), Limits("either", "neither", 0.2)) == [(130, "value")]


@pytest.mark.parametrize("limits", [
    Limits(least_share=0.6), Limits(least_money=70), Limits(least_volume=51),
])  # fmt: skip
def test_each_floor_alone_keeps_it_quiet(limits: Limits) -> None:
    assert off(shocked(130, 0.5), replace(limits, least_share=max(limits.least_share, 0.2))) == []


def test_all_floors_are_met_by_half_a_day() -> None:
    assert off(shocked(130, 0.5), Limits("fall", "up", 0.4, 50, 50)) == [(130, "value")]


def test_a_day_without_rows_is_missing_and_costs_the_whole_day() -> None:
    verdict = judge_days(series(shocked(130, None)), Limits()).row(130, named=True)
    assert (verdict["kind"], verdict["found"]) == ("missing", 0.0)
    assert verdict["money"] == pytest.approx(verdict["expected"])


def test_known_closed_days_are_not_missing() -> None:
    assert off(shocked(130, None), holidays=(130,)) == []
    closed_sundays = [None if place % 7 == 6 else value for place, value in enumerate(weeks())]
    assert off(closed_sundays) == []


def test_rates_are_never_missing() -> None:
    assert off(shocked(130, None), Limits(adds_up=False)) == []


def test_three_days_that_are_each_within_limits_are_off_together() -> None:
    dice = np.random.default_rng(3)
    values = [value * math.exp(0.1 * dice.standard_normal()) for value in USUAL * 30]
    values[190:193] = [value * 0.8 for value in values[190:193]]
    found = off([*values], Limits(least_share=0.1))
    assert [place for place, _ in found if 190 <= place < 193] != []


def test_too_little_history_says_nothing() -> None:
    short: list[float | None] = [*weeks(6)[:40], 1.0]
    assert off(short) == []


def test_days_in_a_row_are_one_alarm_with_sums() -> None:
    values = weeks()
    values[128], values[129], values[130] = None, 20.0, 30.0
    verdicts = judge_days(series(values), Limits(least_share=0.2))
    (one,) = stretches_of(verdicts, adds_up=True)
    assert (one.first, one.last, one.days, one.kind) == (
        MONDAY + timedelta(128), MONDAY + timedelta(130), 3, "value",
    )  # fmt: skip
    assert (one.found, one.is_over) == (50.0, True)
    assert one.money == pytest.approx((one.expected or 0) - 50)


def test_a_calm_week_between_makes_two_alarms() -> None:
    values = weeks()
    values[120] = values[130] = 5.0
    stretches = stretches_of(judge_days(series(values), Limits(least_share=0.2)), adds_up=True)
    assert [(one.days, one.is_over) for one in stretches] == [(1, True), (1, True)]


def test_the_last_day_is_not_over_and_means_are_given_for_rates() -> None:
    values = weeks()
    values[-1] = 4.0
    (one,) = stretches_of(judge_days(series(values), Limits(least_share=0.2, adds_up=False)), adds_up=False)
    assert (one.found, one.is_over) == (4.0, False)


_VALUES = st.lists(st.one_of(st.none(), st.floats(-1e9, 1e9), st.just(0.0)), min_size=0, max_size=120)


@given(_VALUES, st.sampled_from(["fall", "rise", "either"]), st.booleans())
@settings(max_examples=60)
def test_never_nan_and_the_same_again(values: list[float | None], direction: str, adds_up: bool) -> None:
    days, limits = series(values), Limits(direction, "up", 0.1, 1.0, 5.0, adds_up)
    first, again = judge_days(days, limits), judge_days(days, limits)
    assert first.equals(again)
    numbers = [value for name in ("found", "expected", "low", "high", "money") for value in first[name].to_list()]
    assert all(value is None or math.isfinite(value) for value in numbers)
    assert first.height == len(values)


@given(st.floats(0.01, 1000), st.floats(0.1, 0.6))
@settings(max_examples=30)
def test_the_unit_does_not_matter(factor: float, size: float) -> None:
    values = shocked(130, size)
    scaled = [None if value is None else value * factor for value in values]
    assert off(values) == off(scaled) == [(130, "value")]


@given(st.integers(100, 135))
@settings(max_examples=15)
def test_later_days_do_not_change_what_was_said(cut: int) -> None:
    values = shocked(99, 0.4)
    whole, early = judge_days(series(values), Limits()), judge_days(series(values[: cut + 1]), Limits())
    assert early["kind"].to_list()[: cut + 1] == whole["kind"].to_list()[: cut + 1]


@given(st.lists(st.integers(0, 3), max_size=40))
@settings(max_examples=60)
def test_stretches_hold_every_day_that_is_off(spans: list[int]) -> None:
    days = [MONDAY + timedelta(days=place) for place in range(len(spans))]
    spans = [min(span, place + 1) for place, span in enumerate(spans)]
    ones = [1.0] * len(spans)
    verdicts = pl.DataFrame({"day": days, "found": ones, "expected": ones, "low": ones, "high": ones, "money": ones,
                             "span": spans, "kind": ["value" if span else "" for span in spans]},
                            schema_overrides={"day": pl.Date, "span": pl.Int64})  # fmt: skip
    stretches = stretches_of(verdicts, adds_up=True)
    held = {place for place, span in enumerate(spans) for place in range(place - span + 1, place + 1)}
    assert sum(one.days for one in stretches) == len(held)
    assert all(days[place] >= stretches[0].first and days[place] <= stretches[-1].last for place in held)
