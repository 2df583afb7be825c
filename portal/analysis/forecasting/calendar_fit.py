"""What the calendar does to daily values: a ridge regression on what is known of each day, and the engine on the rest.

Values are looked at on the log scale, where an effect is a share; those that are negative somewhere as they are. Days
count less the older they are (half-life 230 days). Residuals beyond 2.5 times their usual size count as that
(winsorised), so that one wild day is not taken for an effect. λ = 3 draws effects seen once or twice towards none
(Hoerl & Kennard, "Ridge regression", 1970).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from portal.analysis.forecasting.closed import steps_closed, without_closed
from portal.analysis.forecasting.engine import Kind, predict, sort_out, typical
from portal.analysis.forecasting.panel import Flags, Floats
from portal.analysis.forecasting.plan import Plan

PENALTY, HALF_LIFE = 3.0, 230.0
LEAST_DAYS = 56
"""Known days below which nothing is learnt from the calendar."""
YEARLY_DAYS = 540
"""Known days below which the time of the year counts for nothing."""
_ROUNDS, _WILD, _TO_SIGMA = 4, 2.5, 1.4826
_FLOOR, _FEW_ZEROS = 0.05, 0.1
_TREND_PENALTY = 1e-6


@dataclass(frozen=True)
class Days:
    """Features of the days of a matrix and of those after it.

    Attributes:
        features: shape (k + horizon, p), each column at most 1 in size.
        is_yearly: which columns say the time of the year.
    """

    features: Floats
    is_yearly: Flags


def predict_days(values: Floats, days: Days, plan: Plan) -> Floats:
    """Forecasts of daily series with the calendar, shape (n, horizon).

    Args:
        values: shape (n, k), right aligned, all ending on the same day; NaN where missing.
        days: of the columns and of at least the horizon after them.
        plan: horizon and cycle.
    """
    shut = steps_closed(values, plan.cycle, plan.horizon)
    opened = without_closed(values, plan.cycle)
    shares, adds = _sorted_out(opened)
    ahead = np.full((len(values), plan.horizon), np.nan)
    rest = np.flatnonzero(~shares & ~adds)
    if len(rest):
        ahead[rest] = predict(opened[rest], plan)
    for chosen, on_logs in ((np.flatnonzero(shares), True), (np.flatnonzero(adds), False)):
        if len(chosen):
            ahead[chosen] = _with_effects(opened[chosen], days, plan, on_logs)
    return np.where(shut, 0.0, ahead)


def _sorted_out(values: Floats) -> tuple[Flags, Flags]:
    """Which rows are looked at on the log scale, and which as they are; the rest has too little or is lumpy."""
    kinds = sort_out(values)
    known = (~np.isnan(values)).sum(axis=1)
    zeros = (values == 0).sum(axis=1)
    enough = (known >= LEAST_DAYS) & ((kinds == Kind.ADDS) | (kinds == Kind.MULTIPLIES))
    shares = enough & ~np.any(values < 0, axis=1) & (zeros <= _FEW_ZEROS * known)
    return shares, enough & ~shares


def _with_effects(values: Floats, days: Days, plan: Plan, on_logs: bool) -> Floats:
    width = values.shape[1]
    size = typical(values)[:, None]
    scaled = values / size
    looked_at = np.log(np.maximum(scaled, _floor(scaled))) if on_logs else scaled
    effects = fit_effects(looked_at, days, width + plan.horizon)
    past, ahead = effects[:, :width], effects[:, width:]
    if on_logs:
        return np.asarray(predict(np.exp(looked_at - past), plan) * np.exp(ahead) * size)
    found = (predict(looked_at - past, plan) + ahead) * size
    return np.where(np.any(values < 0, axis=1)[:, None], found, np.maximum(found, 0.0))


def _floor(values: Floats) -> Floats:
    """What smaller values count as: a twentieth of the middle one."""
    middle = np.nanmedian(np.where(values > 0, values, np.nan), axis=1)
    return np.asarray(middle[:, None] * _FLOOR)


def fit_effects(values: Floats, days: Days, steps: int) -> Floats:
    """Summed effects of the features on each of the first `steps` days, shape (n, steps), 0 on the mean of the past.

    Args:
        values: shape (n, k), NaN where missing, on the scale of the fit, at least one value a row.
        days: features of at least `steps` days, the first k being those of the columns.
        steps: k and the days ahead.
    """
    width = values.shape[1]
    known = ~np.isnan(values)
    weight = known * 0.5 ** (np.arange(width - 1, -1, -1.0) / HALF_LIFE)
    columns = _columns(days, width, steps, bool(known.sum(axis=1).max() >= YEARLY_DAYS))
    past = columns[:width]
    count = columns.shape[1]
    squares = (past[:, :, None] * past[:, None, :]).reshape(width, -1)
    penalty = np.diag([_TREND_PENALTY] * 2 + [PENALTY] * (count - 2))
    matrix = (weight @ squares).reshape(-1, count, count) + penalty
    inverse = np.asarray(np.linalg.inv(matrix), dtype=np.float64)
    target = np.where(known, values, 0.0)
    fit = _solved(inverse, weight * target, past)
    for _ in range(_ROUNDS):
        said = fit @ past.T
        tamed = said + _tamed(np.where(known, values - said, np.nan))
        fit = _solved(inverse, weight * np.where(known, tamed, 0.0), past)
    effects = fit[:, 2:] @ columns[:, 2:].T
    middle = (effects[:, :width] * weight).sum(axis=1) / np.maximum(weight.sum(axis=1), 1e-12)
    return np.asarray(effects - middle[:, None])


def _columns(days: Days, width: int, steps: int, tells_years: bool) -> Floats:
    """A constant, the time in years, and the features that vary in the past; shape (steps, …)."""
    features = days.features[:steps]
    varies = np.ptp(features[:width], axis=0) > 0
    used = features[:, varies & (tells_years | ~days.is_yearly)]
    since = (np.arange(steps) - width) / 365.25
    return np.column_stack((np.ones(steps), since, used))


def _solved(inverse: Floats, target: Floats, past: Floats) -> Floats:
    return np.asarray((inverse @ (target @ past)[:, :, None])[:, :, 0])


def _tamed(residuals: Floats) -> Floats:
    usual = _TO_SIGMA * np.nanmedian(np.abs(residuals), axis=1)[:, None]
    return np.where(usual > 0, np.clip(residuals, -_WILD * usual, _WILD * usual), residuals)
