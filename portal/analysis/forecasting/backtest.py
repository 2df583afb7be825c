"""Forecasts of what is known already: the end of each series is hidden three times and forecast from what is left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from portal.analysis.forecasting.naive import forecast_naive
from portal.analysis.forecasting.panel import Floats, Integers
from portal.analysis.forecasting.plan import Plan

Flags = NDArray[np.bool_]
ORIGINS = 3
_LEAST_PAST = 5
_LEAST_PAST_SHARE = 3


class Model(Protocol):
    """Forecasts from a matrix whose last `hidden` columns were cut off."""

    def __call__(self, values: Floats, hidden: int) -> Floats:
        """Shape (n, horizon)."""
        ...


@dataclass(frozen=True)
class Trials:
    """What was forecast and what came; each shape (n, ORIGINS, horizon), NaN where there is none.

    Attributes:
        actual: what came.
        engine: what the engine said.
        naive: what the seasonal naive said.
    """

    actual: Floats
    engine: Floats
    naive: Floats

    def errors(self, is_naive: Flags) -> Floats:
        """What came minus what was said, by the method of each series."""
        return self.actual - np.where(is_naive[:, None, None], self.naive, self.engine)


def spacing(length: Integers, horizon: int) -> Integers:
    """Steps between the origins: the horizon, or less so that three fit into short series; 0 for no back-test.

    At least five steps and a third of the series stay before the first origin.
    """
    room = length - least_past(length)
    return np.where(room < 1, 0, np.clip(room // ORIGINS, 1, horizon))


def least_past(length: Integers) -> Integers:
    """Steps that must lie before an origin."""
    return np.maximum(_LEAST_PAST, length // _LEAST_PAST_SHARE)


def run_trials(values: Floats, length: Integers, plan: Plan, model: Model) -> Trials:
    """Back-tests of series with one spacing.

    Args:
        values: shape (n, k), right aligned.
        length: steps of each since its first value.
        plan: horizon and cycle are used.
        model: forecasts from the columns that are left.
    """
    shape = (len(values), ORIGINS, plan.horizon)
    trials = Trials(*(np.full(shape, np.nan) for _ in range(3)))
    apart = int(spacing(length, plan.horizon).max(initial=0))
    for origin in range(ORIGINS if apart else 0):
        hidden = (origin + 1) * apart
        rows = np.flatnonzero(length - hidden >= least_past(length))
        if not len(rows):
            break
        past = values[rows, :-hidden]
        steps = min(hidden, plan.horizon)
        came = values[rows, values.shape[1] - hidden :][:, :steps]
        trials.actual[rows, origin, :steps] = came
        trials.engine[rows, origin] = model(past, hidden)
        trials.naive[rows, origin] = forecast_naive(past, plan.cycle, plan.horizon)
    return trials
