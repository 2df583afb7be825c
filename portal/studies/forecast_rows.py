"""Forecasts of the parts of one cut, with what is known of the days to come; parts that add up to their whole."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl

from portal.analysis.forecast import Forecast, Plan, forecast
from portal.analysis.forecasting.calendar_days import Calendar, build_calendar
from portal.analysis.forecasting.hierarchy import coherent
from portal.events import CALENDAR_EVENTS
from portal.studies.forecast_series import read_series
from portal.warehouse.duckdb import Warehouse

VALUE = "forecast_value"
BOUNDS = ("low80", "high80", "low95", "high95")
SCORES = ("points", "wape", "mase", "bias", "skill", "coverage80", "coverage95")
_SPARE_DAYS = 3


def forecast_cut(warehouse: Warehouse, measure: str, cut: str, grain: str, horizon: int) -> pl.DataFrame:
    """The parts of one cut each on its own, not yet adding up: forecast rows with the scores of their series.

    Columns as `study_forecast` has them, without its key; no row where nothing was sold.
    """
    series = read_series(warehouse, measure, cut, grain)
    if not series.height:
        return pl.DataFrame()
    told = forecast_series(warehouse, series, grain, horizon)
    steps = told.steps.select("unique_id", "step", step_wape="wape", step_coverage80="coverage80")
    scored = told.rows.join(told.scores.select("unique_id", *SCORES), on="unique_id", how="left", maintain_order="left")
    stepped = scored.join(steps, on=["unique_id", "step"], how="left", maintain_order="left")
    names = {"unique_id": "part", "ds": "forecast_date", "forecast": VALUE, "method": "forecast_method"}
    return stepped.rename(names).with_columns(
        pl.lit(measure).alias("forecast_of"), pl.lit(grain).alias("grain"), pl.lit(cut).alias("cut"),
        pl.lit(0).alias("product_key"),
    )  # fmt: skip


def forecast_series(warehouse: Warehouse, series: pl.DataFrame, grain: str, horizon: int) -> Forecast:
    """The forecast of series part, ds, y; by day with the holidays of the tenant's country and its events."""
    first, last = series["ds"].min(), series["ds"].max()
    assert isinstance(first, date)
    assert isinstance(last, date)
    days = known_days(warehouse, first, last + timedelta(days=horizon + _SPARE_DAYS)) if grain == "day" else None
    named = series.select(pl.col("part").alias("unique_id"), "ds", "y")
    return forecast(named, Plan(frequency=grain, horizon=horizon, calendar=days))  # type: ignore[arg-type]


def known_days(warehouse: Warehouse, first: date, last: date) -> Calendar:
    """What is known of days: weekday, month, season, public holidays, and the events people marked."""
    events: dict[str, set[date]] = {}
    for start, end, title in warehouse.policies.get(CALENDAR_EVENTS, ()):
        days = (date.fromisoformat(end) - date.fromisoformat(start)).days + 1
        marked = {date.fromisoformat(start) + timedelta(days=place) for place in range(days)}
        events.setdefault(f"event: {title.casefold()}", set()).update(marked)
    return build_calendar(warehouse.tenant.country, first, last, events)


def adding_up(parts: pl.DataFrame, wholes: pl.DataFrame, of: pl.Expr) -> pl.DataFrame:
    """The parts, changed so that they add up to the wholes.

    Args:
        parts: forecast rows; several rows of one part and date are different series.
        wholes: forecast rows of what they belong to.
        of: the `part` of the whole each belongs to.
    """
    if not parts.height:
        return parts
    names = ["unique_id", "ds", "forecast", *BOUNDS]
    values: list[Any] = [pl.col("forecast_date").alias("ds"), pl.col(VALUE).alias("forecast"), *BOUNDS]
    above = wholes.select(pl.concat_str(pl.lit("w:"), "part").alias("unique_id"), *values)
    below = parts.select(
        pl.concat_str(pl.lit("p:"), "part").alias("unique_id"), *values, pl.concat_str(pl.lit("w:"), of).alias("parent")
    )
    parents = below.select("unique_id", "parent").unique(maintain_order=True)
    # The whole is forecast and judged as a whole: whatever its parts say, they are made to fit.
    told = coherent(pl.concat([above, below.select(names)]), parents, parents["unique_id"].to_list())
    fitted = told.tail(parts.height)
    return parts.with_columns(fitted["forecast"].alias(VALUE), *(fitted[name] for name in BOUNDS))
