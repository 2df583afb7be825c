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
_PHIS = (0.8, 0.9, 0.98)
_DAMPED = np.array(list(product((0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9), (0.02, 0.1, 0.3), _PHIS)))


@dataclass(frozen=True)
class Simple:
    """Level after the last step, the alpha kept, and the weighted squared error of it; each shape (n,)."""

    level: Floats
    alpha: Floats
    loss: Floats


@dataclass(frozen=True)
class Smoothed:
    """States after the last step of each series and each row of the grid (alpha, beta, phi); shape (n, g) each."""

    level: Floats
    trend: Floats
    loss: Floats
    grid: Floats

    def part(self, begin: int, end: int | None = None) -> Smoothed:
        """Those of some rows of the grid."""
        chosen = slice(begin, end)
        return Smoothed(self.level[:, chosen], self.trend[:, chosen], self.loss[:, chosen], self.grid[chosen])

    def simple(self) -> Simple:
        """The best of each series, the trend left out."""
        each, best = np.arange(len(self.loss)), self.loss.argmin(axis=1)
        return Simple(self.level[each, best], self.grid[best, 0], self.loss[each, best])

    def damped(self, horizon: int) -> Floats:
        """Forecasts with the damped trend of the best of each series, shape (n, horizon)."""
        each, best = np.arange(len(self.loss)), self.loss.argmin(axis=1)
        ahead = np.cumsum(self.grid[best, 2][:, None] ** np.arange(1, horizon + 1), axis=1)
        return np.asarray(self.level[each, best][:, None] + self.trend[each, best][:, None] * ahead)


def smooth_simple(values: Floats, alphas: tuple[float, ...] = ALPHAS) -> Simple:
    """Simple smoothing, begun at the first value.

    Args:
        values: shape (n, k), NaN where missing, with at least one value a row.
        alphas: of which each series keeps the best.
    """
    return smooth(values, simple_grid(alphas)).simple()


def simple_grid(alphas: tuple[float, ...] = ALPHAS) -> Floats:
    """Simple smoothing is one whose trend stays 0."""
    return np.array([(alpha, 0.0, 1.0) for alpha in alphas])


def damped_grid() -> Floats:
    """Every alpha with a share of it as beta and every damping."""
    alpha, share, phi = _DAMPED.T
    return np.column_stack((alpha, alpha * share, phi))


def smooth(values: Floats, grid: Floats) -> Smoothed:
    """Level, trend and weighted squared errors of all series and all of the grid.

    Args:
        values: shape (n, k), NaN where missing, with at least one value a row.
        grid: alpha, beta, phi; shape (g, 3).
    """
    order, first, started = _begin(values)
    alpha, beta, phi = grid.T
    level = np.zeros((len(values), len(grid)))
    trend, loss = np.zeros_like(level), np.zeros_like(level)
    for step, (before, now) in enumerate(started):
        column = first[:, step, None]
        if before:
            moved = trend[:before] * phi
            level[:before] += moved
            error = column[:before] - level[:before]
            error[np.isnan(column[:before, 0])] = 0.0
            loss[:before] *= FORGETS
            loss[:before] += error * error
            level[:before] += alpha * error
            error *= beta
            moved += error
            trend[:before] = moved
        level[before:now] = column[before:now]
    back = np.argsort(order)
    return Smoothed(level[back], trend[back], loss[back], grid)


def _begin(values: Floats) -> tuple[Integers, Floats, list[tuple[int, int]]]:
    """Rows sorted by their first value, and how many have begun before and with each column."""
    begins = np.argmax(~np.isnan(values), axis=1)
    order = np.argsort(begins, kind="stable")
    until = np.searchsorted(begins[order], np.arange(values.shape[1]), side="right")
    return order, values[order], list(zip([0, *until[:-1].tolist()], until.tolist(), strict=True))
