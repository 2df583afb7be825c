"""A tenant's forecast of any length by any dimension of its sales, by the same functions as the study."""

from __future__ import annotations

import polars as pl

from portal.analysis.forecast import Forecast, Plan
from portal.errors import InputError
from portal.metrics.lookup import dimension_called
from portal.studies.forecast_rows import BOUNDS, VALUE, adding_up, forecast_cut, forecast_series
from portal.studies.forecast_series import TOTAL, read_series
from portal.warehouse.duckdb import Warehouse

_ADDS_UP = frozenset({"net_sales", "units"})
_NOT_KNOWN = "(not known)"
_ROWS = ("unique_id", "step", "ds", "forecast", *BOUNDS, "method")


def forecast_parts(warehouse: Warehouse, measure: str, by: str, asked: Plan) -> Forecast:
    """Forecasts as `portal.analysis.forecast.forecast` gives them; unique_id is "total" or the value of the dimension.

    Parts add up to the forecast of everything, where the number does (orders over products do not).

    Args:
        warehouse: the snapshot; whole days, weeks and months that are over are used.
        measure: net_sales, units or orders.
        by: dimension, or "" for everything.
        asked: frequency (day, week or month) and horizon.

    Raises:
        UnknownNameError: there is no such dimension.
        InputError: nothing was sold that a forecast could be made of.
    """
    cut = dimension_called(by).name if by else TOTAL
    grain, horizon = asked.frequency, asked.horizon
    series = read_series(warehouse, measure, cut, grain)
    if not series.height:
        raise InputError("Nothing was sold that a forecast could be made of. Load some weeks of sales.", field="tenant")
    told = forecast_series(warehouse, series, grain, horizon)
    rows = told.rows
    if by and measure in _ADDS_UP:
        whole = forecast_cut(warehouse, measure, TOTAL, grain, horizon)
        named = rows.rename({"unique_id": "part", "ds": "forecast_date", "forecast": VALUE})
        back = {"part": "unique_id", "forecast_date": "ds", VALUE: "forecast"}
        rows = adding_up(named, whole, pl.lit("")).rename(back).select(_ROWS)
    return Forecast(*(_named(frame, by) for frame in (rows, told.scores, told.steps)))


def _named(frame: pl.DataFrame, by: str) -> pl.DataFrame:
    """Everything is called total; what has no value is said so."""
    name = _NOT_KNOWN if by else TOTAL
    return frame.with_columns(
        pl.when(pl.col("unique_id") == "").then(pl.lit(name)).otherwise(pl.col("unique_id")).alias("unique_id")
    )
