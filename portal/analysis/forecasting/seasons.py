"""Seasonal factors: how much each place in the cycle lies above or below the rest.

Ratio to (or difference from) the centred moving average over one cycle, the classical decomposition (Persons 1919; see
Hyndman & Athanasopoulos, "Forecasting: Principles and Practice", 3.4), with cycles long past counting less. What chance
alone would give is taken out by the James–Stein factor 1 − 1/F, F being the variance between places over that within
(Miller & Williams, "Shrinkage estimators of time series seasonal factors", 2003). Places are counted from the end.
"""

from __future__ import annotations

import numpy as np

from portal.analysis.forecasting.panel import Floats

_KNOWN_SHARE = 0.5  # of the values a moving average is taken of: a shop may be closed on three days of the week
_TINY = 1e-300


def fit_factors(values: Floats, season: int, decay: float, multiplies: bool) -> Floats:
    """Factors (or, where they do not multiply, summands) of the places of a cycle, the last place being that of the
    last column; shape (n, season). 1 (or 0) where the series is too short or shows no pattern.

    Args:
        values: shape (n, k), NaN where missing; above 0 where factors multiply.
        season: places of a cycle.
        decay: weight of a cycle against the one after it.
    """
    none = 1.0 if multiplies else 0.0
    if season < 2 or values.shape[1] <= season:
        return np.full((len(values), 1), none)
    middle = centred_mean(values, season)
    away = values / middle if multiplies else values - middle
    cycles = by_cycle(np.where(np.isfinite(away), away, np.nan), season)
    factor, mean, share = _shrunk(cycles, decay)
    apart = np.where(np.isnan(factor), 0.0, factor - mean[:, None])
    if multiplies:
        apart = apart / np.where(mean > 0, mean, 1.0)[:, None]
    return none + share[:, None] * apart


def centred_mean(values: Floats, season: int) -> Floats:
    """The moving average over one cycle around each column, half a weight at both ends of an even cycle; NaN near the
    ends and where more than half is missing."""
    known = ~np.isnan(values)
    total, count = _running(np.where(known, values, 0.0)), _running(known.astype(float))
    half, width = season // 2, values.shape[1]
    middle = np.full(values.shape, np.nan)
    at = np.arange(half, width - half)

    def around(sums: Floats) -> Floats:
        whole = sums[:, at + half + 1] - sums[:, at - half]
        return whole if season % 2 else whole + sums[:, at + half] - sums[:, at - half + 1]

    summed, counted = around(total), around(count)
    enough = counted >= _KNOWN_SHARE * (season if season % 2 else 2 * season)
    middle[:, at] = np.where(enough, summed / np.maximum(counted, 1), np.nan)
    return middle


def spread_factors(factors: Floats, width: int, horizon: int) -> tuple[Floats, Floats]:
    """The factors of the last `width` columns and of the `horizon` after them."""
    season = factors.shape[1]
    return factors[:, np.arange(-width, 0) % season], factors[:, np.arange(horizon) % season]


def _running(values: Floats) -> Floats:
    return np.concatenate((np.zeros((len(values), 1)), np.cumsum(values, axis=1)), axis=1)


def by_cycle(values: Floats, season: int) -> Floats:
    """Shape (n, cycles, season), the last cycle being whole."""
    cycles = -(-values.shape[1] // season)
    filled = np.full((len(values), cycles * season), np.nan)
    filled[:, cycles * season - values.shape[1] :] = values
    return filled.reshape(len(values), cycles, season)


def _shrunk(cycles: Floats, decay: float) -> tuple[Floats, Floats, Floats]:
    """Weighted mean of each place (NaN where unknown), their mean, and the share of their differences to believe."""
    known = ~np.isnan(cycles)
    held = np.where(known, cycles, 0.0)
    weight = decay ** np.arange(cycles.shape[1] - 1, -1, -1.0)[None, :, None] * known
    total = weight.sum(axis=1)
    seen = total > 0
    factor = (weight * held).sum(axis=1) / np.where(seen, total, 1.0)
    places, points = seen.sum(axis=1), known.sum(axis=(1, 2))
    mean = np.where(seen, factor, 0.0).sum(axis=1) / np.maximum(places, 1)
    spare = points - places
    inside = (weight * (held - factor[:, None, :]) ** 2).sum(axis=(1, 2)) / np.maximum(total.sum(axis=1), _TINY)
    inside = inside * points / np.maximum(spare, 1)
    worth = total**2 / np.where(seen, (weight**2).sum(axis=1), 1.0)
    between = np.where(seen, worth * (factor - mean[:, None]) ** 2, 0.0).sum(axis=1) / np.maximum(places - 1, 1)
    with np.errstate(over="ignore"):
        share = 1.0 - np.minimum(1.0, inside / np.maximum(between, _TINY))
    enough = 2 * spare >= cycles.shape[2]
    return np.where(seen, factor, np.nan), mean, np.where(enough, share, 0.0)
