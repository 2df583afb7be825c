"""The point forecast of many series at once: the mean of Theta and damped trend, on the raw and the log scale.

Each is run on what is left when seasonal factors are taken out. Averages of simple methods beat choosing one of them
for each series (Makridakis et al., "The M4 competition", 2020). Lumpy demand gets simple smoothing alone.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from portal.analysis.forecasting.closed import steps_closed, without_closed
from portal.analysis.forecasting.panel import Floats, Integers
from portal.analysis.forecasting.plan import Plan
from portal.analysis.forecasting.seasons import fit_factors, spread_factors
from portal.analysis.forecasting.smoothing import CALM_ALPHAS, damped_grid, simple_grid, smooth, smooth_simple
from portal.analysis.forecasting.theta import add_drift

LEAST_POINTS = 4
"""With fewer known values the mean is all that is told."""
LUMPY_SHARE = 0.4
"""Beyond this share of zeros demand is lumpy."""


_LEAST_SHARE = 1e-9  # of the typical value: what is smaller counts as that on the log scale


class Kind(IntEnum):
    """How a series is forecast; series of one kind share their errors."""

    NONE = 0
    MEAN = 1
    LUMPY = 2
    ADDS = 3
    MULTIPLIES = 4


def predict(values: Floats, plan: Plan) -> Floats:
    """Forecasts, shape (n, horizon), NaN where nothing is known. Never below 0 where no value is.

    Args:
        values: shape (n, k), right aligned, NaN where missing.
        plan: horizon, cycle and decay are used.
    """
    shut = steps_closed(values, plan.cycle, plan.horizon)
    values = without_closed(values, plan.cycle)
    kinds = sort_out(values)
    size = typical(values)[:, None]
    scaled = values / size
    ahead = np.full((len(values), plan.horizon), np.nan)
    for kind in (Kind.MEAN, Kind.LUMPY, Kind.ADDS, Kind.MULTIPLIES):
        rows = np.flatnonzero(kinds == kind)
        if len(rows):
            ahead[rows] = _predict_kind(_trimmed(scaled[rows]), kind, plan)
    ahead = _within_reach(ahead, scaled) * size
    ahead = np.where(np.any(values < 0, axis=1)[:, None], ahead, np.maximum(ahead, 0.0))
    return np.where(shut, 0.0, ahead)


def sort_out(values: Floats) -> Integers:
    """The `Kind` of each row."""
    known = ~np.isnan(values)
    count = known.sum(axis=1)
    zeros = (values == 0).sum(axis=1)
    low = np.where(known, values, np.inf).min(axis=1)
    kinds = np.where(low > 0, Kind.MULTIPLIES, Kind.ADDS)
    kinds = np.where(zeros > LUMPY_SHARE * count, Kind.LUMPY, kinds)
    kinds = np.where(count < LEAST_POINTS, Kind.MEAN, kinds)
    return np.where(count == 0, Kind.NONE, kinds).astype(np.int64)


def typical(values: Floats) -> Floats:
    """Mean absolute value of each row, so that neither huge nor tiny numbers lose digits; 1 where that is 0."""
    known = ~np.isnan(values)
    most = np.where(known, np.abs(values), 0.0).max(axis=1)
    most = np.where(most > 0, most, 1.0)
    mean = np.where(known, np.abs(values) / most[:, None], 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    return np.where(mean > 0, mean * most, 1.0)


def _predict_kind(values: Floats, kind: Kind, plan: Plan) -> Floats:
    if kind is Kind.MEAN:
        return np.repeat(np.nanmean(values, axis=1)[:, None], plan.horizon, axis=1)
    if kind is Kind.LUMPY:
        return np.repeat(smooth_simple(values, CALM_ALPHAS).level[:, None], plan.horizon, axis=1)
    if kind is Kind.ADDS:
        raw = _Deseasoned(values, plan, False)
        return raw.ahead(_averaged(raw.values, plan.horizon))
    logs = np.log(np.maximum(values, _LEAST_SHARE))
    raw, log = _Deseasoned(values, plan, True), _Deseasoned(logs, plan, False)
    of_raw, of_log = np.split(_averaged(np.concatenate((raw.values, log.values)), plan.horizon), 2)
    return (raw.ahead(of_raw) + np.exp(_within_reach(log.ahead(of_log), logs))) / 2


class _Deseasoned:
    """Values without their season, which is put back into forecasts."""

    def __init__(self, values: Floats, plan: Plan, multiplies: bool) -> None:
        factors = fit_factors(values, plan.cycle, plan.decay, multiplies)
        past, self._ahead = spread_factors(factors, values.shape[1], plan.horizon)
        self._multiplies = multiplies
        self.values = values / np.where(past > 0, past, 1.0) if multiplies else values - past

    def ahead(self, plain: Floats) -> Floats:
        """Forecasts with the season, shape (n, horizon)."""
        return plain * self._ahead if self._multiplies else plain + self._ahead


def _averaged(values: Floats, horizon: int) -> Floats:
    """The mean of Theta and damped trend of series without season, smoothed in one go."""
    simple = simple_grid()
    states = smooth(values, np.concatenate((simple, damped_grid())))
    theta = add_drift(states.part(0, len(simple)).simple(), values, horizon)
    return (theta + states.part(len(simple)).damped(horizon)) / 2


def _within_reach(ahead: Floats, values: Floats) -> Floats:
    """Forecasts go beyond what was seen by no more than the range that was seen: a steep trend of a few points must not
    run away."""
    known = ~np.isnan(values)
    low = np.where(known, values, np.inf).min(axis=1)[:, None]
    high = np.where(known, values, -np.inf).max(axis=1)[:, None]
    seen = np.any(known, axis=1)[:, None]
    low, high = np.where(seen, low, 0.0), np.where(seen, high, 0.0)
    reach = high - low
    return np.clip(ahead, low - reach, high + reach)


def _trimmed(values: Floats) -> Floats:
    """Without columns in which nobody has a value yet."""
    return values[:, int(np.argmax(np.any(~np.isnan(values), axis=0))) :]
