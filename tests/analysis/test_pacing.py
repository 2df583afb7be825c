"""Targets spread over a month, chances to reach them, and how sure a landing is: worked out by hand."""

from __future__ import annotations

from datetime import date
from math import exp, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.analysis.landing import landing_band
from portal.analysis.pacing import Pace, chance_to_reach, days_of_month, spread_target, weekday_weights

MONDAY = date(2026, 3, 2)


def test_weekdays_weigh_what_they_sell() -> None:
    sold = [(date(2026, 3, day), 30.0 if day % 7 == 2 else 10.0) for day in range(2, 16)]
    assert weekday_weights(sold)[:2] == pytest.approx([30 / 90, 10 / 90])


def test_days_that_are_not_known_and_returns_do_not_weigh() -> None:
    sold = [(MONDAY, 10.0), (date(2026, 3, 9), None), (date(2026, 3, 3), -5.0)]
    assert weekday_weights(sold) == [1, 0, 0, 0, 0, 0, 0]
    assert weekday_weights([]) == pytest.approx([1 / 7] * 7)


def test_a_target_lies_on_the_days_that_sell() -> None:
    days = days_of_month(date(2026, 2, 1))
    daily = spread_target(280, days, [0.5, 0.5, 0, 0, 0, 0, 0])
    assert daily[date(2026, 2, 2)] == 35
    assert daily[date(2026, 2, 4)] == 0
    assert len(daily) == 28


@given(st.floats(1, 1e9), st.lists(st.floats(0, 100), min_size=7, max_size=7), st.integers(1, 12))
def test_days_add_up_to_the_target(target: float, weights: list[float], month: int) -> None:
    daily = spread_target(target, days_of_month(date(2026, month, 1)), weights)
    assert sum(daily.values()) == pytest.approx(target)


def test_ahead_and_still_needed() -> None:
    pace = Pace(target=100, expected=40, so_far=35, landing=95, chance=0.4)
    assert (pace.ahead, pace.needed) == (-5, 65)
    assert Pace(100, 40, 120, 150, 1.0).needed == 0


def test_chances() -> None:
    assert chance_to_reach(0, 50, 60) == 1
    assert chance_to_reach(50, 50, 60) == pytest.approx(0.5)
    assert chance_to_reach(60, 50, 60) == pytest.approx(0.1)
    assert chance_to_reach(60, 50, None) is None
    assert chance_to_reach(60, 50, 50) == 0


def test_a_band_is_as_wide_as_past_months_were_off() -> None:
    ratios = [exp(0.1), exp(-0.1), exp(0.1), exp(-0.1)]
    sigma = (0.04 / 3) ** 0.5 * (5 / 4) ** 0.5
    low, high = landing_band(100, ratios, 0.8) or (0, 0)
    assert log(high / 100) == pytest.approx(1.637744 * sigma, rel=1e-5)
    assert low * high == pytest.approx(10_000)


def test_too_few_months_say_nothing() -> None:
    assert landing_band(100, [1.1, 0.9, 1.0, -2.0], 0.8) is None
    assert landing_band(0, [1.1, 0.9, 1.0, 1.2], 0.8) is None
