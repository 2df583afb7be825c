"""A second opinion on one series: what statsmodels says.

Exponential smoothing with a damped trend on what STL leaves (Cleveland et al. 1990), and the Theta method with its own
test for a season. Slow and one at a time, so never for many series; its bounds are not used.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
import polars as pl

from portal.analysis.forecasting.panel import Floats, read_panel
from portal.analysis.forecasting.plan import Plan
from portal.errors import InputError

LEAST_VALUES = 10
_MOST_VALUES = 1000
_SEASONAL_SPAN = 13
ETS, THETA = "Exponential smoothing", "Theta"


@dataclass(frozen=True)
class Opinions:
    """What other methods say of one series.

    Attributes:
        rows: method ("Exponential smoothing", "Theta"), step, ds, forecast; only methods that came to a result.
        parts: the series split by STL: steps_ago (0 is the last), y, trend, season, rest; empty where it is shorter
            than two cycles. Missing values are filled along a straight line before.
        failed: method to why it has nothing to say.
    """

    rows: pl.DataFrame
    parts: pl.DataFrame
    failed: dict[str, str]


def opinions(series: pl.DataFrame, plan: Plan) -> Opinions:
    """Ask statsmodels about one series. Never fails because of the values.

    Args:
        series: unique_id, ds, y of one series, as `forecast` takes them.
        plan: horizon and cycle.

    Raises:
        InputError: there is not exactly one series.
    """
    panel = read_panel(series, plan)
    if len(panel.ids) != 1:
        raise InputError(f"A second opinion is about one series; {len(panel.ids)} were given.", field="series")
    values = _filled(panel.matrix(np.array([0]))[0])[-_MOST_VALUES:]
    future = panel.future(plan).drop("unique_id")
    made, failed = [], {}
    for name, method in ((ETS, _ets), (THETA, _theta)):
        said = _asked(method, values, plan)
        if isinstance(said, str):
            failed[name] = said
        else:
            made.append(future.select(pl.lit(name).alias("method"), "step", "ds", pl.Series("forecast", said)))
    none = future.clear().select(pl.lit("").alias("method"), "step", "ds", pl.lit(0.0).alias("forecast"))
    return Opinions(pl.concat(made) if made else none, _parts(values, plan), failed)


def _asked(method: Callable[[Floats, Plan], Floats], values: Floats, plan: Plan) -> Floats | str:
    if len(values) < LEAST_VALUES:
        return f"Only {len(values)} values; at least {LEAST_VALUES} are needed."
    if np.ptp(values) == 0:
        return np.full(plan.horizon, values[0])
    size = float(np.abs(values).max())
    import_module("statsmodels.tools.sm_exceptions")  # sets filters of its own when it is first imported
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            said = np.asarray(method(values / size, plan), dtype=np.float64) * size
    except Exception as error:  # whatever the reason, a second opinion that fails is none
        return f"It found no fit ({type(error).__name__})."
    if said.shape != (plan.horizon,) or not np.isfinite(said).all():
        return "It found no fit."
    return np.maximum(said, 0.0) if values.min() >= 0 else said


def _ets(values: Floats, plan: Plan) -> Floats:
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel
    from statsmodels.tsa.forecasting.stl import STLForecast

    options = {"error": "add", "trend": "add", "damped_trend": True}
    if not _has_season(values, plan):
        plain: Any = ETSModel(values, **options)  # type: ignore[no-untyped-call]
        return np.asarray(plain.fit(disp=False).forecast(plan.horizon))
    split = {"model_kwargs": options, "period": plan.cycle, "seasonal": _SEASONAL_SPAN}
    model: Any = STLForecast(values, ETSModel, **split)  # type: ignore[no-untyped-call]
    return np.asarray(model.fit(fit_kwargs={"disp": False}).forecast(plan.horizon))


def _theta(values: Floats, plan: Plan) -> Floats:
    from statsmodels.tsa.forecasting.theta import ThetaModel

    seasonal = _has_season(values, plan)
    model = ThetaModel(values, period=plan.cycle if seasonal else 1, deseasonalize=seasonal, method="additive")
    return np.asarray(model.fit(disp=False).forecast(plan.horizon))


def _parts(values: Floats, plan: Plan) -> pl.DataFrame:
    from statsmodels.tsa.seasonal import STL

    columns = {"y": values, "trend": values, "season": values, "rest": values}
    if not _has_season(values, plan) or np.ptp(values) == 0:
        return pl.DataFrame({"steps_ago": np.arange(len(values)), **columns}).clear()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = STL(values, period=plan.cycle, seasonal=_SEASONAL_SPAN, robust=True).fit()
    split = {"y": values, "trend": found.trend, "season": found.seasonal, "rest": found.resid}
    return pl.DataFrame({"steps_ago": np.arange(len(values) - 1, -1, -1), **split}).fill_nan(None)


def _has_season(values: Floats, plan: Plan) -> bool:
    return plan.cycle > 1 and len(values) >= 2 * plan.cycle


def _filled(values: Floats) -> Floats:
    """Missing values on the straight line between their neighbours, at the end the last value."""
    known = np.flatnonzero(~np.isnan(values))
    return np.asarray(np.interp(np.arange(len(values)), known, values[known])) if len(known) else values[:0]
