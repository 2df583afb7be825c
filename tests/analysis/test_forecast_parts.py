"""The parts of the forecast on numbers small enough to work out by hand."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from portal.analysis.forecasting.backtest import Trials, run_trials
from portal.analysis.forecasting.closed import closed_places, steps_closed
from portal.analysis.forecasting.engine import Kind, predict, sort_out, typical
from portal.analysis.forecasting.intervals import Errors, fit_spread, growth
from portal.analysis.forecasting.naive import forecast_like_trials, forecast_naive, naive_error
from portal.analysis.forecasting.origins import spacing
from portal.analysis.forecasting.plan import Plan
from portal.analysis.forecasting.scores import is_beaten, score, skill
from portal.analysis.forecasting.seasons import centred_mean, fit_factors, spread_factors
from portal.analysis.forecasting.smoothing import damped_grid, smooth, smooth_simple
from portal.analysis.forecasting.theta import add_drift, drift
from portal.errors import InputError

GAP = np.nan


def rows(*values: list[float]) -> np.ndarray:
    return np.array(values, dtype=float)


def test_the_naive_repeats_the_last_cycle_and_looks_further_back_where_a_value_lacks() -> None:
    values = rows([1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 3, 4, 5, 6, GAP, 8])
    assert forecast_naive(values, 4, 6).tolist() == [[5, 6, 7, 8, 5, 6], [5, 6, 3, 8, 5, 6]]


def test_the_naive_of_a_short_series_is_its_last_known_value() -> None:
    assert forecast_naive(rows([GAP, 1, 9, GAP]), 7, 2).tolist() == [[9, 9]]
    assert np.isnan(forecast_naive(rows([GAP, GAP]), 7, 1)).all()


def test_the_naive_is_seasonal_only_where_its_back_tests_were() -> None:
    values = rows(np.arange(1.0, 9).tolist())
    short, long = (forecast_like_trials(values, np.array([size]), Plan("day", 1, 4))[0, 0] for size in (6, 8))
    assert (short, long) == (8, 5)


def test_the_scale_of_the_mase_is_the_mean_change_over_a_cycle_or_a_step() -> None:
    values = rows([1, 3, 6, 10])
    assert naive_error(values, 1).tolist() == [3]
    assert naive_error(values, 2).tolist() == [6]
    assert naive_error(values, 9).tolist() == [3]
    assert np.isnan(naive_error(rows([GAP, 5]), 1)).all()


def test_the_centred_mean_of_an_even_cycle_has_half_weights_at_its_ends() -> None:
    found = centred_mean(rows([1, 2, 3, 4, 6]), 4)[0]
    assert found[2] == pytest.approx((0.5 * 1 + 2 + 3 + 4 + 0.5 * 6) / 4)
    assert np.isnan(found[[0, 1, 3, 4]]).all()


def test_the_centred_mean_skips_what_is_missing() -> None:
    assert centred_mean(rows([1, GAP, 4, 5, 5]), 5)[0, 2] == pytest.approx(15 / 4)


def test_factors_of_a_pure_pattern_are_that_pattern() -> None:
    values = rows([8, 12] * 6)
    assert fit_factors(values, 2, 0.8, True)[0] == pytest.approx([0.8, 1.2])
    assert fit_factors(values, 2, 0.8, False)[0] == pytest.approx([-2, 2])


def test_factors_are_drawn_to_none_by_one_over_f() -> None:
    """Differences from the mean of 0 at both places: place 1 has −3, −1, place 2 has 1, 3 in the two cycles. Means −2
    and 2, between 2·4 + 2·4 = 16, within 4 ÷ (4 − 2) = 2, F = 8, so 7/8 of −2 and 2 are left."""
    from portal.analysis.forecasting.seasons import _shrunk

    factor, mean, share = _shrunk(rows([-3, 1], [-1, 3])[None], 1.0)
    assert (factor[0].tolist(), mean[0], share[0]) == ([-2, 2], 0, 7 / 8)


def test_chance_makes_no_season_and_too_short_a_series_has_none() -> None:
    noise = np.random.default_rng(4).normal(100, 1, (1, 24))
    assert fit_factors(noise[:, :12], 12, 0.8, True).tolist() == [[1.0]]
    assert np.abs(fit_factors(noise, 7, 0.95, False)).max() < 1


def test_factors_are_laid_out_from_the_end() -> None:
    past, ahead = spread_factors(rows([1, 2, 3]), 4, 5)
    assert (past.tolist(), ahead.tolist()) == ([[3, 1, 2, 3]], [[1, 2, 3, 1, 2]])


def test_simple_smoothing_by_hand() -> None:
    found = smooth_simple(rows([10, 20, 10], [GAP, 4, GAP]), (0.5,))
    assert found.level.tolist() == [12.5, 4]
    assert found.loss.tolist() == [100 * 0.985 + 25, 0]


def test_the_alpha_with_the_least_errors_is_kept() -> None:
    jumps, noise = [0.0] * 10 + [10.0] * 10, [0.0, 10.0] * 10
    assert smooth_simple(rows(jumps, noise), (0.1, 1.0)).alpha.tolist() == [1.0, 0.1]


def test_simple_smoothing_agrees_with_statsmodels() -> None:
    from statsmodels.tsa.holtwinters import SimpleExpSmoothing

    values = np.random.default_rng(1).normal(50, 5, 40)
    theirs = SimpleExpSmoothing(values, initialization_method="known", initial_level=values[0])
    said = theirs.fit(smoothing_level=0.3, optimized=False).forecast(1)[0]
    assert smooth_simple(values[None], (0.3,)).level[0] == pytest.approx(said, rel=1e-12)


def theta(values: np.ndarray, horizon: int, alpha: float) -> np.ndarray:
    return add_drift(smooth_simple(values, (alpha,)), values, horizon)


def test_theta_by_hand() -> None:
    """1, 3, 5 rises by 2 a step; with α = 1 the level is 5, and half the drift is added each step from the first on."""
    assert drift(rows([1, 3, 5])).tolist() == [2]
    assert theta(rows([1, 3, 5]), 3, 1.0).tolist() == [[6, 7, 8]]


def test_theta_agrees_with_statsmodels() -> None:
    from statsmodels.tsa.forecasting.theta import ThetaModel

    steps = np.arange(120)
    values = 100 + 0.8 * steps + np.random.default_rng(2).normal(0, 6, 120)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = ThetaModel(values, period=1, deseasonalize=False).fit()
        said = np.asarray(theirs.forecast(6))
    assert theta(values[None], 6, float(theirs.params["alpha"]))[0] == pytest.approx(said, rel=1e-3)


def test_a_damped_trend_rises_less_and_less() -> None:
    ahead = smooth(rows(np.arange(1.0, 41).tolist()), damped_grid()).damped(5)[0]
    growth_by_step = np.diff(np.concatenate(([40.0], ahead)))
    assert (np.diff(growth_by_step) < 0).all()
    assert (growth_by_step > 0).all()


def test_series_are_sorted_out_by_their_zeros_and_signs() -> None:
    values = rows([1, 2, 3, 4, 5], [0, 0, 3, 4, 0], [-1, 2, 3, 4, 5], [GAP, GAP, 1, 2, 3], [GAP] * 5)
    assert sort_out(values).tolist() == [Kind.MULTIPLIES, Kind.LUMPY, Kind.ADDS, Kind.MEAN, Kind.NONE]


def test_the_typical_size_holds_for_numbers_near_the_limits() -> None:
    assert typical(rows([1e308, 1e308], [1e-308, 1e-308], [0, 0])) == pytest.approx([1e308, 1e-308, 1])


def test_few_values_give_their_mean_and_lumpy_demand_a_level() -> None:
    few = predict(rows([GAP, GAP, 1, 2, 6]), Plan("week", 2))
    lumpy = predict(rows([0, 0, 4, 0, 0, 0, 4, 0]), Plan("week", 2))
    assert few.tolist() == [[3, 3]]
    assert lumpy[0, 0] == lumpy[0, 1] > 0


def test_a_day_that_is_never_open_is_forecast_as_closed() -> None:
    week = [5.0, 6, 7, 8, 9, 0, 0]
    values = rows(week * 9, [*[0.0] * 7, *week * 8], [*week * 8, *[5.0, 6, 7, 8, 9, 0, 4]])
    assert closed_places(values, 7).tolist() == [[False] * 5 + [True] * 2] * 2 + [[False] * 5 + [True, False]]
    assert steps_closed(values, 7, 9)[0].tolist() == [False] * 5 + [True] * 2 + [False] * 2
    assert predict(values, Plan("day", 7))[0] == pytest.approx(week)


def test_back_tests_lie_a_horizon_apart_or_closer_in_short_series() -> None:
    assert spacing(np.array([0, 5, 6, 20, 100]), 13).tolist() == [0, 0, 1, 4, 13]


def test_back_tests_hide_the_end_three_times() -> None:
    seen: list[list[float]] = []

    def remember(past: np.ndarray) -> np.ndarray:
        seen.append(past[0].tolist())
        return np.zeros((1, 2))

    values = rows(np.arange(1.0, 13).tolist())
    trials = run_trials(values, np.array([12]), Plan("day", 2, 1), remember)
    assert [past[-1] for past in seen] == [10, 8, 6]
    assert trials.actual.tolist() == [[[11, 12], [9, 10], [7, 8]]]
    assert trials.naive.tolist() == [[[10, 10], [8, 8], [6, 6]]]


def trials(actual: list[float], engine: list[float], naive: list[float]) -> Trials:
    return Trials(*(np.array(each, dtype=float).reshape(1, 3, 1) for each in (actual, engine, naive)))


def test_scores_by_hand() -> None:
    tried = trials([10, 20, 30], [12, 19, 33], [10, 10, 20])
    told = score(tried, tried.errors(np.array([False])), np.array([4.0]))
    assert {name: each.tolist() for name, each in told.items()} == {
        "points": [3], "wape": [6 / 60], "mase": [0.5], "bias": [4 / 60],
    }  # fmt: skip
    assert skill(tried, np.array([Kind.ADDS])).tolist() == [pytest.approx(1 - 6 / 20)]


@pytest.mark.parametrize(("engine", "beaten"), [([10, 10, 21], False), ([10, 10, 20], True), ([10, 10, 19], True)])
def test_the_naive_takes_over_where_the_engine_is_no_better(engine: list[float], beaten: bool) -> None:
    assert is_beaten(trials([10, 20, 30], engine, [10, 10, 20]), np.array([Kind.ADDS])).tolist() == [beaten]


def test_saying_nothing_is_no_skill_for_lumpy_demand() -> None:
    """It came 0, 0, 9: always 0 is off by 9 at once, always 3 by 3, 3, 6. In squares the second is better."""
    tried = trials([0, 0, 9], [3, 3, 3], [0, 0, 0])
    assert skill(tried, np.array([Kind.LUMPY]))[0] == pytest.approx(1 - np.sqrt(54 / 81))
    assert skill(tried, np.array([Kind.ADDS]))[0] == pytest.approx(1 - 12 / 9)


def test_one_unlucky_series_in_a_crowd_keeps_the_engine() -> None:
    dice = np.random.default_rng(0)
    actual = dice.normal(100, 1, (60, 3, 4))
    naive, engine = actual + dice.normal(0, 10, actual.shape), actual + dice.normal(0, 5, actual.shape)
    engine[0] = actual[0] + (naive[0] - actual[0]) * 1.01
    kinds = np.full(60, Kind.ADDS)
    assert skill(Trials(actual, engine, naive), kinds)[0] < 0
    assert not is_beaten(Trials(actual, engine, naive), kinds)[0]


def test_errors_grow_with_the_root_of_the_step() -> None:
    steps = np.sqrt(np.arange(1, 5))
    sure = np.broadcast_to(1 + steps, (1, 3, 4)) * np.array([1, -1, 1])[None, :, None]
    assert growth(sure) == pytest.approx(1 + steps, rel=0.02)
    assert growth(np.full((1, 3, 4), GAP)).tolist() == steps.tolist()
    assert growth(np.zeros((1, 3, 4))).tolist() == [1] * 4


def test_errors_that_do_not_grow_have_level_bounds() -> None:
    assert growth(np.array([[[4.0, 3.0, 2.0]]])) == pytest.approx([3, 3, 3], rel=0.02)


def test_quantiles_are_those_of_a_crowd_of_errors() -> None:
    parts = np.linspace(-1, 1, 30003).reshape(10001, 3, 1)
    spread = fit_spread(parts, (80, 95))
    assert spread.low * spread.by_step[0] == pytest.approx([-0.8, -0.95], abs=0.01)
    assert spread.high * spread.by_step[0] == pytest.approx([0.8, 0.95], abs=0.01)


def test_bounds_lie_around_the_forecast_and_in_each_other() -> None:
    dice = np.random.default_rng(5)
    errors = Errors(dice.normal(3, 1, (20, 3, 6)), np.full(20, 1.0), np.zeros(20, dtype=np.int64))
    ahead = np.full((20, 6), 50.0)
    bounds = errors.bounds(ahead, (80, 95))
    assert (bounds.low[1] <= bounds.low[0]).all()
    assert (bounds.low[0] <= ahead).all()
    assert (ahead <= bounds.high[0]).all()
    assert (bounds.high[0] <= bounds.high[1]).all()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"frequency": "fortnight"}, "frequency"), ({"horizon": 0}, "horizon"), ({"season": 0}, "season"),
        ({"levels": (95, 80)}, "levels"), ({"levels": (0, 80)}, "levels"),
    ],
)  # fmt: skip
def test_a_plan_that_cannot_be_meant_is_refused(wrong: dict[str, object], field: str) -> None:
    with pytest.raises(InputError) as refused:
        Plan(**{"frequency": "week", "horizon": 4, **wrong})  # type: ignore[arg-type]
    assert refused.value.field == field
