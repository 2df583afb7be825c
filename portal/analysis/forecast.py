"""The forecast of any number of series: values, bounds, and how good they were on what is known already.

    forecast(series, Plan(frequency="week", horizon=13)).rows

Pure: no clock, no database, no randomness; the same series give the same forecast in whatever order. The parts are in
`portal.analysis.forecasting`; the method and its constants are told there and in DECISIONS.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from portal.analysis.forecasting.backtest import Trials, run_trials
from portal.analysis.forecasting.calendar_days import Calendar, build_calendar
from portal.analysis.forecasting.closed import without_closed
from portal.analysis.forecasting.engine import Kind, sort_out, typical
from portal.analysis.forecasting.hierarchy import coherent
from portal.analysis.forecasting.intervals import Bounds, Errors
from portal.analysis.forecasting.models import build_model, uses_calendar
from portal.analysis.forecasting.naive import forecast_like_trials, naive_error
from portal.analysis.forecasting.origins import ORIGINS, spacing
from portal.analysis.forecasting.panel import Flags, Floats, Integers, Panel, read_panel
from portal.analysis.forecasting.plan import Frequency, Plan
from portal.analysis.forecasting.scores import is_beaten, score, score_steps, skill, without_nan

__all__ = ["Calendar", "Forecast", "Frequency", "Plan", "build_calendar", "coherent", "forecast"]
ENGINE, NAIVE, MEAN, NONE = "engine", "seasonal naive", "mean", "none"
_METHODS = {Kind.NONE: NONE, Kind.MEAN: MEAN, Kind.LUMPY: ENGINE, Kind.ADDS: ENGINE, Kind.MULTIPLIES: ENGINE}
_RECENT_CYCLES = 2
_NOTHING = 1e-12
_LARGEST = float(np.finfo(np.float64).max)


@dataclass(frozen=True)
class Forecast:
    """What is to be expected. Values are in the unit of the series; missing where nothing can be said.

    Attributes:
        rows: one row a series and step, sorted by both: unique_id, step (1 …), ds, forecast, low80, high80, low95,
            high95 (or the levels of the plan), method: "engine", "seasonal naive" (it was better in the back-tests),
            "mean" (fewer than four known values), "none" (no known value: everything is missing).
        scores: one row a series: unique_id, points (values compared in back-tests), wape, mase, bias (above 0: too
            high), skill (of the engine against the seasonal naive, or the last value where there is too little for
            one: 1 is perfect, 0 no better), coverage80, coverage95 (share of what came that lay within bounds made
            without that back-test), is_lumpy (mostly zeros: its own forecast is little worth). But for skill they are
            those of the method shown. Missing where there was no back-test.
        steps: the same by step: unique_id, step, points, wape, bias, coverage80, coverage95.
    """

    rows: pl.DataFrame
    scores: pl.DataFrame
    steps: pl.DataFrame


def forecast(series: pl.DataFrame, plan: Plan) -> Forecast:
    """Forecast every series from its own last row on.

    Args:
        series: one row a series and step: unique_id (text), ds (date, time or whole number of the step), y (null, NaN
            or infinite where not known: skipped, never taken for zero), and perhaps flagged (true where y is not to be
            believed: skipped too). A step without a row is one that is not known.
        plan: frequency, horizon and what is known beforehand.

    Raises:
        InputError: a column lacks, or two rows of a series are of one step.
    """
    panel = read_panel(series, plan)
    work = _Work(panel, plan)
    for rows in panel.blocks(_alike(panel, plan)):
        work.predict_block(rows)
    return work.result()


def _alike(panel: Panel, plan: Plan) -> Integers:
    """Series with one number have the same back-tests and, where the calendar counts, the same last day."""
    apart = spacing(panel.length, plan.horizon)
    if not uses_calendar(panel, plan):
        return apart
    ends = panel.last.dt.date().rank("dense").cast(pl.Int64).to_numpy()
    return np.asarray(ends * (plan.horizon + 1) + apart)


class _Work:
    """Arrays of all series, filled block by block; each series in units of a power of two near its typical value."""

    def __init__(self, panel: Panel, plan: Plan) -> None:
        self.panel, self.plan = panel, plan
        count = len(panel.ids)
        self.kinds = np.zeros(count, dtype=np.int64)
        self.engine, self.naive = (np.full((count, plan.horizon), np.nan) for _ in range(2))
        self.movement, self.mase_scale, self.size = (np.full(count, np.nan) for _ in range(3))
        self.is_negative = np.zeros(count, dtype=np.bool_)
        self.trials = Trials(*(np.full((count, ORIGINS, plan.horizon), np.nan) for _ in range(3)))

    def predict_block(self, rows: Integers) -> None:
        """Forecast and back-test series of similar length."""
        plan = self.plan
        values, self.size[rows] = _in_units(self.panel.matrix(rows))
        self.kinds[rows] = sort_out(without_closed(values, plan.cycle))
        self.is_negative[rows] = (values < 0).any(axis=1)
        model = build_model(self.panel, rows, values.shape[1], plan)
        self.engine[rows] = model(values)
        self.naive[rows] = forecast_like_trials(values, self.panel.length[rows], plan)
        self.movement[rows] = _movement(values, plan)
        self.mase_scale[rows] = naive_error(values, plan.cycle)
        trials = run_trials(values, self.panel.length[rows], plan, model)
        for name in ("actual", "engine", "naive"):
            getattr(self.trials, name)[rows] = getattr(trials, name)

    def result(self) -> Forecast:
        """The frames."""
        plan, trials = self.plan, self.trials
        beaten = is_beaten(trials, self.kinds)
        ahead = np.where(beaten[:, None], self.naive, self.engine)
        said = trials.errors(beaten)
        taught = np.where(self._is_closed(trials.actual - said), np.nan, said)
        errors = Errors(taught, self.movement, 2 * self.kinds + beaten)
        bounds = self._kept(errors.bounds(ahead, plan.levels), ahead)
        held = self._held(errors, trials.actual - said)
        methods = np.where(beaten, NAIVE, np.array([_METHODS[kind] for kind in Kind])[self.kinds])
        rows = self.panel.future(plan).with_columns(
            forecast=self._back(ahead), **self._columns(bounds), method=np.repeat(methods, plan.horizon)
        )
        return Forecast(without_nan(rows), self._scores(said, held), self._steps(said, held))

    def _back(self, values: Floats) -> Floats:
        """In the unit of the series again, one after the other."""
        with np.errstate(over="ignore", invalid="ignore"):
            whole = values * self.size[:, None]
        return np.asarray(np.clip(whole, -_LARGEST, _LARGEST).ravel())

    def _columns(self, bounds: Bounds) -> dict[str, Floats]:
        found = {}
        for place, level in enumerate(self.plan.levels):
            found[f"low{level}"] = self._back(bounds.low[place])
            found[f"high{level}"] = self._back(bounds.high[place])
        return found

    def _is_closed(self, ahead: Floats) -> Flags:
        """Zero is said of a series that is never zero but where it is closed."""
        of_kind = (self.kinds == Kind.MULTIPLIES).reshape(-1, *[1] * (ahead.ndim - 1))
        return np.asarray(of_kind & (ahead == 0))

    def _kept(self, bounds: Bounds, ahead: Floats) -> Bounds:
        """Not below 0 where no value ever was, and 0 where it is closed."""
        low = np.where(self.is_negative[:, None], bounds.low, np.maximum(bounds.low, 0.0))
        shut = self._is_closed(ahead)
        return Bounds(np.where(shut, 0.0, low), np.where(shut, 0.0, bounds.high))

    def _held(self, errors: Errors, said: Floats) -> Floats:
        """Whether what came lay within bounds made without its back-test: shape (levels, n, origins, horizon)."""
        each = [
            self._kept(errors.bounds(said[:, origin], self.plan.levels, origin), said[:, origin]).hold(
                self.trials.actual[:, origin]
            )
            for origin in range(ORIGINS)
        ]
        return np.stack(each, axis=2)

    def _scores(self, said: Floats, held: Floats) -> pl.DataFrame:
        coverage = _mean(held, (2, 3))
        shares = {f"coverage{level}": share for level, share in zip(self.plan.levels, coverage, strict=True)}
        told = {**score(self.trials, said, self.mase_scale), "skill": skill(self.trials, self.kinds)}
        lumpy = {"is_lumpy": self.kinds == Kind.LUMPY}
        found = pl.DataFrame({"unique_id": self.panel.ids, **told, **shares, **lumpy})
        return without_nan(found.with_columns(pl.col("points").cast(pl.Int64)))

    def _steps(self, said: Floats, held: Floats) -> pl.DataFrame:
        coverage = _mean(held, (2,))
        shares = {f"coverage{level}": share.ravel() for level, share in zip(self.plan.levels, coverage, strict=True)}
        columns = {name: each.ravel() for name, each in score_steps(self.trials, said).items()}
        return without_nan(
            self.panel.future(self.plan).select("unique_id", "step")
            .with_columns(**columns, **shares).with_columns(pl.col("points").cast(pl.Int64))
        )  # fmt: skip


def _movement(values: Floats, plan: Plan) -> Floats:
    """Mean absolute change of the last cycles, from step to step or from cycle to cycle, whichever is less."""
    recent = values[:, -(_RECENT_CYCLES * plan.cycle + 1) :] if plan.cycle > 1 else values
    return np.fmin(naive_error(recent, plan.cycle), naive_error(recent, 1))


def _in_units(values: Floats) -> tuple[Floats, Floats]:
    """Values in units of a power of two near the typical value of each row, and the units. What is nothing beside it is
    0, so that no arithmetic leaves the range of numbers; powers of two lose no digit."""
    size = np.exp2(np.floor(np.log2(typical(values))))
    scaled = values / size[:, None]
    return np.where(np.abs(scaled) < _NOTHING, 0.0, scaled), size


def _mean(held: Floats, axes: tuple[int, ...]) -> Floats:
    known = ~np.isnan(held)
    count = known.sum(axis=axes)
    total = np.where(known, held, 0.0).sum(axis=axes)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)
