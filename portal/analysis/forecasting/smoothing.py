"""Simple and damped-trend exponential smoothing of many series and many parameters at once.

Level and trend of all series and all parameters of a grid move through time together; each series keeps the parameters
with the least sum of squared one-step errors, older errors counting less. A missing value moves nothing but the trend.
Simple: Brown (1956). Damped trend: Gardner & McKenzie, "Forecasting trends in time series" (1985).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from portal.analysis.forecasting.panel import Floats, Integers

FORGETS = 0.985
"""Weight of a squared error against that one step later; chosen by back-tests inside the training part of M4 weekly."""
ALPHAS = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
CALM_ALPHAS = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3)
"""For lumpy demand, where a single sale says little."""
_DAMPED = np.array([
    (alpha, alpha * share, phi)
    for alpha, share, phi in product((0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9), (0.02, 0.1, 0.3), (0.8, 0.9, 0.98))
])  # fmt: skip


@dataclass(frozen=True)
class Simple:
    """Level after the last step, the alpha kept, and the weighted squared error of it; each shape (n,)."""

    level: Floats
    alpha: Floats
    loss: Floats


def smooth_simple(values: Floats, alphas: tuple[float, ...] = ALPHAS) -> Simple:
    """Simple smoothing, begun at the first value.

    Args:
        values: shape (n, k), NaN where missing, with at least one value a row.
    """
    order, first, started = _begin(values)
    alpha = np.array(alphas)
    level = np.zeros((len(values), len(alpha)))
    loss = np.zeros_like(level)
    for step, (before, now) in enumerate(started):
        column = first[:, step, None]
        if before:
            error = column[:before] - level[:before]
            error[np.isnan(error)] = 0.0
            loss[:before] *= FORGETS
            loss[:before] += error * error
            level[:before] += alpha * error
        level[before:now] = column[before:now]
    each, best = np.arange(len(values)), loss.argmin(axis=1)
    back = np.argsort(order)
    return Simple(level[each, best][back], alpha[best][back], loss[each, best][back])


def forecast_damped(values: Floats, horizon: int) -> Floats:
    """Damped-trend forecasts, shape (n, horizon), begun at the first value without a trend.

    Args:
        values: shape (n, k), NaN where missing, with at least one value a row.
    """
    order, first, started = _begin(values)
    alpha, beta, phi = _DAMPED.T
    level = np.zeros((len(values), len(alpha)))
    trend, loss = np.zeros_like(level), np.zeros_like(level)
    for step, (before, now) in enumerate(started):
        column = first[:, step, None]
        if before:
            moved = trend[:before] * phi
            level[:before] += moved
            error = column[:before] - level[:before]
            error[np.isnan(error)] = 0.0
            loss[:before] *= FORGETS
            loss[:before] += error * error
            level[:before] += alpha * error
            trend[:before] = moved + beta * error
        level[before:now] = column[before:now]
    each, best = np.arange(len(values)), loss.argmin(axis=1)
    ahead = np.cumsum(phi[best][:, None] ** np.arange(1, horizon + 1), axis=1)
    return np.asarray((level[each, best][:, None] + trend[each, best][:, None] * ahead)[np.argsort(order)])


def _begin(values: Floats) -> tuple[Integers, Floats, list[tuple[int, int]]]:
    """Rows sorted by their first value, and how many have begun before and with each column."""
    begins = np.argmax(~np.isnan(values), axis=1)
    order = np.argsort(begins, kind="stable")
    until = np.searchsorted(begins[order], np.arange(values.shape[1]), side="right")
    return order, values[order], list(zip([0, *until[:-1].tolist()], until.tolist(), strict=True))
