"""How good forecasts were in back-tests."""

from __future__ import annotations

import numpy as np
import polars as pl

from portal.analysis.forecasting.backtest import Trials
from portal.analysis.forecasting.engine import Kind
from portal.analysis.forecasting.panel import Flags, Floats, Integers

_FARTHEST = 3.0
CROWD = 30
"""From so many like series on, what they say together counts against what one says."""


def is_beaten(trials: Trials, kinds: Integers) -> Flags:
    """Whether the seasonal naive takes the engine's place: the engine was off by no less in the back-tests.

    Three back-tests of one series are little. Where 30 and more series are alike, the logarithm of the ratio of both
    errors is drawn to the mean of all as far as it wanders between back-tests of one series (empirical Bayes), and the
    naive must still be ahead by one standard error.
    """
    engine, naive = (_size(trials.actual - said, kinds, (1, 2)) for said in (trials.engine, trials.naive))
    loses = engine >= naive
    engine, naive = (_size(trials.actual - said, kinds, (2,)) for said in (trials.engine, trials.naive))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.clip(np.log(engine / naive), -_FARTHEST, _FARTHEST)
    for kind in np.unique(kinds):
        rows = (kinds == kind) & np.isfinite(ratio).all(axis=1)
        if rows.sum() >= CROWD:
            loses[rows] &= _still_loses(ratio[rows])
    return loses


def skill(trials: Trials, kinds: Integers) -> Floats:
    """1 − the mean absolute error of the engine over that of the seasonal naive; shape (n,), NaN where that was never
    off. Of lumpy series root mean squares are compared: always saying zero would make their absolute errors least."""
    engine, naive = (_size(trials.actual - said, kinds, (1, 2)) for said in (trials.engine, trials.naive))
    return 1 - _over(engine, naive)


def _still_loses(ratio: Floats) -> Flags:
    inside = float(ratio.var(axis=1, ddof=1).mean()) / ratio.shape[1]
    own, all_of_them = ratio.mean(axis=1), float(ratio.mean())
    share = max(0.0, 1 - inside / max(float(own.var()), 1e-12))
    return np.asarray(all_of_them + share * (own - all_of_them) >= np.sqrt(share * inside))


def score(trials: Trials, errors: Floats, movement: Floats) -> dict[str, Floats]:
    """Scores of each series, NaN where there is nothing to divide by.

    Args:
        trials: back-tests.
        errors: of the method that is shown, what came minus what was said.
        movement: in-sample mean absolute error of the seasonal naive, the scale of the MASE.

    Returns:
        points: values compared; wape: absolute errors over absolute values; mase: mean absolute error over `movement`
        (Hyndman & Koehler 2006); bias: said minus came over absolute values.
    """
    points = (~np.isnan(errors)).sum(axis=(1, 2)).astype(float)
    off, came = _total(errors), _total(np.where(np.isnan(errors), np.nan, trials.actual))
    return {
        "points": points, "wape": _over(off, came), "mase": _over(_over(off, points), movement),
        "bias": _over(-np.nansum(errors, axis=(1, 2)), came),
    }  # fmt: skip


def score_steps(trials: Trials, errors: Floats) -> dict[str, Floats]:
    """points, wape and bias of each series and step; shape (n, horizon) each."""
    came = np.nansum(np.abs(np.where(np.isnan(errors), np.nan, trials.actual)), axis=1)
    return {
        "points": (~np.isnan(errors)).sum(axis=1).astype(float),
        "wape": _over(np.nansum(np.abs(errors), axis=1), came), "bias": _over(-np.nansum(errors, axis=1), came),
    }  # fmt: skip


def without_nan(columns: pl.DataFrame) -> pl.DataFrame:
    """Missing instead of NaN."""
    return columns.fill_nan(None)


def _over(top: Floats, bottom: Floats) -> Floats:
    found = np.full(top.shape, np.nan)
    np.divide(top, bottom, out=found, where=(bottom != 0) & ~np.isnan(bottom))
    return found


def _total(errors: Floats) -> Floats:
    return np.asarray(np.nansum(np.abs(errors), axis=(1, 2)))


def _size(errors: Floats, kinds: Integers, axes: tuple[int, ...]) -> Floats:
    """Mean absolute error over axes, of lumpy series the root mean square; NaN where there is none."""
    known = ~np.isnan(errors)
    held, count = np.where(known, np.abs(errors), 0.0), known.sum(axis=axes).astype(float)
    top = np.where(known, held, 0.0).max(axis=axes, keepdims=True)
    top = np.where(top > 0, top, 1.0)
    square = np.sqrt(_over(((held / top) ** 2).sum(axis=axes), count)) * top.reshape(count.shape)
    is_lumpy = (kinds == Kind.LUMPY).reshape(-1, *[1] * (count.ndim - 1))
    return np.where(is_lumpy, square, _over(held.sum(axis=axes), count))
