"""Bounds of forecasts from the errors the same method made in back-tests.

Signed errors are divided by the scale of their series and by how errors grow with the step (a + b·√step), and pooled
over series of one kind; their quantiles, multiplied back, are the bounds. The scale of a series is the geometric mean
of how far its back-tests were off and how much it moves from step to step; an error is divided by a scale it had no
part in. So bounds hold what was left unexplained, whatever its shape (split conformal prediction; Vovk et al.,
"Algorithmic Learning in a Random World", 2005), and a series that was lucky three times is not believed.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from portal.analysis.forecasting.origins import ORIGINS
from portal.analysis.forecasting.panel import Floats, Integers

OWN_SHARE = 0.4
"""Weight of the back-tests in the scale; chosen by back-tests inside the training part of M4 weekly."""
_PRIOR_ERRORS = 60
_PRIOR_WIDTH = 1.4
_PRIOR_SCALE = 0.5
_OUTLYING = 0.98
_LEAST_PART = 0.01


@dataclass(frozen=True)
class Spread:
    """How errors of one kind lie around the forecast.

    Attributes:
        by_step: size of an error at each step, in scales; shape (horizon,).
        low, high: quantiles of errors in scales and sizes, one for each level.
    """

    by_step: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True)
class Bounds:
    """Each shape (levels, n, horizon), NaN where nothing can be said."""

    low: Floats
    high: Floats

    def hold(self, came: Floats) -> Floats:
        """1 where what came lies within, 0 where not, NaN where nothing came; shape (levels, n, horizon)."""
        inside = (came >= self.low) & (came <= self.high)
        return np.where(np.isnan(came) | np.isnan(self.low), np.nan, inside.astype(float))


class Errors:
    """Back-test errors of a panel and what bounds they give.

    Args:
        errors: shape (n, origins, horizon), what came minus what was said; NaN where there is none.
        movement: mean absolute change a step of each series, in units of its typical value; NaN where unknown.
        groups: series with the same number share their errors.
    """

    def __init__(self, errors: Floats, movement: Floats, groups: Integers) -> None:
        self.errors, self.groups = errors, groups
        usual = float(np.nanmedian(movement)) if np.isfinite(movement).any() else _PRIOR_SCALE
        self.movement = np.where(np.isnan(movement), usual, movement)
        self.parts = np.full(errors.shape, np.nan)
        for origin in range(errors.shape[1]):
            others = np.delete(errors, origin, axis=1)
            scale = self._scale(others)[:, None]
            self.parts[:, origin] = errors[:, origin] / np.where(scale > 0, scale, np.nan)

    def bounds(self, ahead: Floats, levels: tuple[int, ...], without: int | None = None) -> Bounds:
        """Bounds around forecasts, shape (n, horizon).

        Args:
            ahead: the forecasts.
            levels: chances in percent.
            without: an origin whose errors are not looked at.
        """
        used = [origin for origin in range(ORIGINS) if origin != without]
        scale = self._scale(self.errors[:, used])
        low = np.full((len(levels), *ahead.shape), np.nan)
        high = np.full_like(low, np.nan)
        whole = fit_spread(self.parts[:, used], levels)
        for group in np.unique(self.groups):
            rows = self.groups == group
            parts = self.parts[rows][:, used]
            spread = fit_spread(parts, levels) if np.isfinite(parts).any() else whole
            wide = scale[rows, None] * spread.by_step
            low[:, rows] = ahead[rows] + np.minimum(spread.low, 0)[:, None, None] * wide
            high[:, rows] = ahead[rows] + np.maximum(spread.high, 0)[:, None, None] * wide
        return Bounds(low, high)

    def _scale(self, errors: Floats) -> Floats:
        known = ~np.isnan(errors)
        count = known.sum(axis=(1, 2))
        mean = np.where(known, np.abs(errors), 0.0).sum(axis=(1, 2)) / np.maximum(count, 1)
        size = np.where(mean > 0, mean, 1.0)
        share = np.clip(self.movement / size, _LEAST_PART, 1 / _LEAST_PART)
        both = size * share ** (1 - OWN_SHARE)
        return np.where((count > 0) & (mean > 0), both, np.where(count > 0, _LEAST_PART, 1.0) * self.movement)


def fit_spread(parts: Floats, levels: tuple[int, ...]) -> Spread:
    """How errors in scales, shape (n, origins, horizon), lie; few of them are drawn towards a normal distribution."""
    by_step = growth(parts)
    told = (parts / by_step)[~np.isnan(parts)]
    wide = _PRIOR_WIDTH * (float(np.sqrt(np.mean(_tamed(told) ** 2))) if len(told) else 1.0)
    share = len(told) / (len(told) + _PRIOR_ERRORS)
    tails = [(100 - level) / 200 for level in levels]
    normal = np.array([NormalDist().inv_cdf(tail) for tail in tails])
    if not len(told):
        return Spread(by_step, wide * normal, -wide * normal)
    low, high = np.quantile(told, tails), np.quantile(told, [1 - tail for tail in tails])
    return Spread(by_step, share * low + (1 - share) * wide * normal, share * high - (1 - share) * wide * normal)


def growth(parts: Floats) -> Floats:
    """Size of errors at each step: a + b·√step, a and b not below 0, by least squares; √step where none is known."""
    known = ~np.isnan(parts)
    count = known.sum(axis=(0, 1)).astype(float)
    root = np.sqrt(np.arange(1, parts.shape[2] + 1))
    if not count.any():
        return root
    sizes = _tamed(np.where(known, np.abs(parts), 0.0).reshape(-1, len(root)))
    mean = sizes.sum(axis=0) / np.maximum(count, 1)
    if not mean.any():
        return np.ones(len(root))
    middle, level = np.average(root, weights=count), np.average(mean, weights=count)
    wide = np.average((root - middle) ** 2, weights=count)
    slope = np.average((root - middle) * (mean - level), weights=count) / wide if wide > 0 else 0.0
    if slope <= 0:
        return np.full(len(root), level)
    if level - slope * middle < 0:
        return root * float(np.average(root * mean, weights=count) / np.average(root**2, weights=count))
    return np.asarray(level + slope * (root - middle))


def _tamed(sizes: Floats) -> Floats:
    """Without the very largest, which would decide a mean alone."""
    most = np.quantile(np.abs(sizes), _OUTLYING) if sizes.size else 0.0
    return np.clip(sizes, -most, most) if most > 0 else sizes
