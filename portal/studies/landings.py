"""Where the running month will end: what was sold so far, the forecast of the rest, and how sure that is."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl

from portal.analysis.forecast import Plan, forecast
from portal.analysis.landing import landing_band
from portal.studies.forecast_series import TOTAL, last_whole_day, read_series
from portal.warehouse.duckdb import Warehouse

LANDING = "landing"
"""The grain of the running month."""
_MONTHS = 12
_LEAST_DAYS = 56
"""History a past month needs before its day to be tried."""


def make_landing(warehouse: Warehouse, measure: str, days: pl.DataFrame, cuts: tuple[str, ...]) -> pl.DataFrame:
    """One row a part of each cut, as `study_forecast` has them; bounds only for everything together.

    Args:
        warehouse: the snapshot.
        measure: name of the metric.
        days: its forecasts by day.
        cuts: the cuts in them.
    """
    last = last_whole_day(warehouse)
    if last is None or not days.height:
        return pl.DataFrame()
    month = (last + timedelta(days=1)).replace(day=1)
    sold = [_sold(warehouse, measure, cut, days).filter(pl.col("ds") >= month) for cut in cuts]
    rest = days.filter(pl.col("forecast_date") < _after(month)).select(
        "cut", "part", "product_key", pl.col("forecast_value").alias("y")
    )
    parts = pl.concat([rest, *(one.drop("ds") for one in sold)])
    sums = parts.group_by("cut", "part", "product_key", maintain_order=True).agg(
        pl.col("y").sum().alias("forecast_value")
    )
    named = sums.with_columns(
        pl.lit(measure).alias("forecast_of"), pl.lit(LANDING).alias("grain"), pl.lit(month).alias("forecast_date"),
        pl.lit(0).alias("step"), pl.lit("engine").alias("forecast_method"),
    )  # fmt: skip
    so_far = float(sold[0]["y"].sum())
    ahead = float(rest.filter(pl.col("cut") == TOTAL)["y"].sum())
    bounds = _bounds(_ratios(read_series(warehouse, measure, TOTAL, "day"), last), so_far, ahead)
    is_total = pl.col("cut") == TOTAL
    return named.with_columns(pl.when(is_total).then(pl.lit(value)).alias(name) for name, value in bounds.items())


def _sold(warehouse: Warehouse, measure: str, cut: str, days: pl.DataFrame) -> pl.DataFrame:
    """cut, part, product_key, y, ds of the parts that have a forecast."""
    keys = days.filter(pl.col("cut") == cut).select("cut", "part", "product_key").unique(maintain_order=True)
    return keys.join(read_series(warehouse, measure, cut, "day"), on="part").select(
        "cut", "part", "product_key", "y", "ds"
    )


def _after(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1)


def _ratios(series: pl.DataFrame, last: date) -> list[float]:
    """What came ÷ what would have been forecast, of the rest of past months at the same day; at most twelve."""
    tried = []
    month = (last + timedelta(days=1)).replace(day=1)
    done = (last + timedelta(days=1) - month).days
    for _ in range(_MONTHS):
        month = (month - timedelta(days=1)).replace(day=1)
        known = min(done, (_after(month) - month).days - 1)
        tried.append((month, month + timedelta(days=known)))
    cut = [series.filter(pl.col("ds") < until).with_columns(pl.lit(str(month)).alias("part")) for month, until in tried]
    enough = [one for one in cut if one.height >= _LEAST_DAYS]
    if not enough:
        return []
    named = pl.concat(enough).select(pl.col("part").alias("unique_id"), "ds", "y")
    said = forecast(named, Plan(frequency="day", horizon=31)).rows
    ratios = []
    for month, until in tried[: len(enough)]:
        end = _after(month)
        came = float(series.filter(pl.col("ds").is_between(until, end, closed="left"))["y"].sum())
        rest = said.filter((pl.col("unique_id") == str(month)) & (pl.col("ds") < end))["forecast"].sum()
        ratios += [came / float(rest)] if rest and rest > 0 else []
    return ratios


def _bounds(ratios: list[float], so_far: float, ahead: float) -> dict[str, Any]:
    """low80 … high95 of the month."""
    found: dict[str, Any] = {}
    for level in (80, 95):
        band = landing_band(ahead, ratios, level / 100)
        found[f"low{level}"] = so_far + band[0] if band else None
        found[f"high{level}"] = so_far + band[1] if band else None
    return found
