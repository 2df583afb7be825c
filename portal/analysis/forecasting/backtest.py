"""Forecasts of what is known already: the end of each series is hidden three times and forecast from what is left."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from portal.analysis.forecasting.models import Model
from portal.analysis.forecasting.naive import forecast_like_trials
from portal.analysis.forecasting.origins import ORIGINS, least_past, spacing
from portal.analysis.forecasting.panel import Flags, Floats, Integers
from portal.analysis.forecasting.plan import Plan


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


def run_trials(values: Floats, length: Integers, plan: Plan, model: Model) -> Trials:
    """Back-tests of series with one spacing.

    Args:
        values: shape (n, k), right aligned.
        length: steps of each since its first value.
        plan: horizon and cycle are used.
        model: forecasts from the columns that are left of the matrix.
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
        trials.engine[rows, origin] = model(past)
        trials.naive[rows, origin] = forecast_like_trials(past, length[rows], plan)
    return trials
