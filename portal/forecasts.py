"""Forecasts kept: what was said on each day, to be held against what happened.

`tenants/<id>/forecasts/<last day known>.parquet`: written once, right after the first load that knew a day, and never
changed. Columns: forecast_of, grain, cut, part, forecast_date, step, forecast_value, low80, high80.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import polars as pl
from sqlalchemy import select

from portal.studies.forecast_series import last_whole_day
from portal.warehouse.duckdb import Warehouse
from portal.warehouse.schema import study_forecast

_KEPT_FILES = 800
_MOST_PARTS = 60
"""Of a cut with more parts the largest are kept."""
_NAMES = ("forecast_of", "grain", "cut", "part", "forecast_date", "step", "forecast_value", "low80", "high80")
_SAID = {"made_on": pl.Date, "forecast_date": pl.Date, "step": pl.Int16, **dict.fromkeys(_NAMES[6:], pl.Float64)}
_CUTS = ("total", "category", "shop")
_GRAINS = ("day", "week", "month")


def keep_forecasts(folder: Path, warehouse: Warehouse) -> bool:
    """Keep today's forecasts of everything, of categories and of shops; whether there was something new to keep.

    Args:
        folder: the tenant's.
        warehouse: the snapshot just published.
    """
    last = last_whole_day(warehouse)
    path = folder / "forecasts" / f"{last}.parquet"
    if last is None or path.exists():
        return False
    rows = _largest(_read(warehouse))
    if not rows.height:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    building = path.with_suffix(f".{os.getpid()}")
    rows.write_parquet(building)
    building.replace(path)
    for old in sorted(path.parent.glob("*.parquet"))[:-_KEPT_FILES]:
        old.unlink(missing_ok=True)
    return True


def kept_forecasts(folder: Path, series: tuple[str, str, str, str]) -> pl.DataFrame:
    """Everything said of one series: made_on (the last day known then), forecast_date, step, forecast_value, low80,
    high80; sorted. Empty when nothing was kept.

    Args:
        folder: the tenant's.
        series: metric, grain, cut and part, as in `study_forecast`.
    """
    paths = sorted((folder / "forecasts").glob("*.parquet"))
    named = dict(zip(_NAMES[:4], series, strict=True))
    wanted = [pl.col(name) == value for name, value in named.items()]
    found = [
        pl.scan_parquet(path)
        .filter(*wanted)
        .select(pl.lit(date.fromisoformat(path.stem)).alias("made_on"), *_NAMES[4:])
        for path in paths
    ]
    if not found:
        return pl.DataFrame(schema=_SAID)
    return pl.concat(found).sort("made_on", "forecast_date").collect()


def _read(warehouse: Warehouse) -> pl.DataFrame:
    table = study_forecast.c
    wanted = select(*(table[name] for name in _NAMES)).where(table.cut.in_(_CUTS), table.grain.in_(_GRAINS))
    return warehouse.frame(wanted.order_by(*(table[name] for name in _NAMES[:5])))


def _largest(rows: pl.DataFrame) -> pl.DataFrame:
    """Without the small parts of cuts with very many."""
    of = ("forecast_of", "grain", "cut")
    sums = rows.group_by(*of, "part").agg(pl.col("forecast_value").sum().alias("size"))
    large = sums.filter(pl.col("size").rank("ordinal", descending=True).over(*of) <= _MOST_PARTS)
    return rows.join(large.drop("size"), on=[*of, "part"], how="semi", maintain_order="left")
