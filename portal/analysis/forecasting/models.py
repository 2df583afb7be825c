"""Which forecast a block of series gets: the engine alone, or the calendar with the engine on what is left."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import numpy as np

from portal.analysis.forecasting.calendar_fit import Days, predict_days
from portal.analysis.forecasting.engine import predict
from portal.analysis.forecasting.panel import Floats, Integers, Panel
from portal.analysis.forecasting.plan import Plan

Model = Callable[[Floats], Floats]
"""From a matrix, perhaps without its last columns, to the forecasts after it, shape (n, horizon)."""


def uses_calendar(panel: Panel, plan: Plan) -> bool:
    """Whether the plan's calendar counts: it is one of days."""
    return plan.calendar is not None and plan.frequency == "day" and panel.last.dtype.is_temporal()


def build_model(panel: Panel, rows: Integers, width: int, plan: Plan) -> Model:
    """The model of series that have `width` columns and, where the calendar counts, the same last day.

    Raises:
        InputError: the calendar ends before the forecast does.
    """
    if plan.calendar is None or not uses_calendar(panel, plan):
        return lambda past: predict(past, plan)
    last = panel.last.dt.date()[int(rows[0])]
    features = plan.calendar.between(last - timedelta(days=width - 1), last + timedelta(days=plan.horizon))
    table = features.to_numpy()
    size = np.abs(table).max(axis=0, initial=0.0)
    is_yearly = np.array([name in plan.calendar.yearly for name in features.columns], dtype=np.bool_)
    days = Days(table / np.where(size > 0, size, 1.0), is_yearly)
    return lambda past: predict_days(past, days, plan)
