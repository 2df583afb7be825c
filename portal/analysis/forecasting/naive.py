"""The forecast every other must beat: what was the same time one cycle ago."""

from __future__ import annotations

import numpy as np

from portal.analysis.forecasting.origins import ORIGINS, spacing
from portal.analysis.forecasting.panel import Floats, Integers
from portal.analysis.forecasting.plan import Plan


def forecast_naive(values: Floats, season: int, horizon: int) -> Floats:
    """Seasonal naive: the last known value of the same place in the cycle, else the last known value.

    Args:
        values: shape (n, k), NaN where missing.
        season: places of a cycle; 1 repeats the last value.

    Returns:
        Shape (n, horizon); NaN where nothing is known.
    """
    recent = last_known(values)[:, None]
    if values.shape[1] < season:
        return np.repeat(recent, horizon, axis=1)
    cycles = -(-values.shape[1] // season)
    filled = np.full((len(values), cycles * season), np.nan)
    filled[:, cycles * season - values.shape[1] :] = values
    by_place = filled.reshape(len(values), cycles, season)
    latest = np.take_along_axis(by_place, _last_index(by_place, axis=1)[:, None, :], axis=1)[:, 0, :]
    latest = np.where(np.isnan(latest), recent, latest)
    return np.asarray(latest[:, np.arange(horizon) % season])


def forecast_like_trials(values: Floats, length: Integers, plan: Plan) -> Floats:
    """The seasonal naive for series all of whose back-tests see a whole cycle, the last value for shorter ones: what is
    shown must be what was tested.

    Args:
        values: shape (n, k), right aligned, perhaps without the last columns.
        length: steps of each whole series since its first value.
        plan: horizon and cycle.
    """
    is_long = length - ORIGINS * spacing(length, plan.horizon) >= plan.cycle
    seasonal = forecast_naive(values, plan.cycle, plan.horizon)
    return np.where(is_long[:, None], seasonal, forecast_naive(values, 1, plan.horizon))


def last_known(values: Floats) -> Floats:
    """The last value of each row that is not missing; NaN where none is."""
    return np.asarray(np.take_along_axis(values, _last_index(values, axis=1)[:, None], axis=1)[:, 0])


def naive_error(values: Floats, season: int) -> Floats:
    """Mean absolute difference from one cycle (where that is never known: one step) before, the scale of the MASE
    (Hyndman & Koehler 2006); NaN where no two values can be compared."""
    found = np.full(len(values), np.nan)
    for apart in (season, 1):
        if values.shape[1] <= apart:
            continue
        away = np.abs(values[:, apart:] - values[:, :-apart])
        known = ~np.isnan(away)
        mean = np.where(known, away, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
        found = np.where(np.isnan(found) & known.any(axis=1), mean, found)
    return found


def _last_index(values: Floats, axis: int) -> Integers:
    return np.asarray(values.shape[axis] - 1 - np.argmax(~np.isnan(np.flip(values, axis=axis)), axis=axis))
