"""Calendar gaps: days, weeks … of a period in which nothing happened."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
from sqlalchemy import select

from portal.metrics.dimensions import CALENDAR
from portal.metrics.model import Dimension, Period
from portal.metrics.scan import Slice
from portal.warehouse.duckdb import Warehouse
from portal.warehouse.schema import dim_date


def with_gaps(frame: pl.DataFrame, asked: Slice, warehouse: Warehouse) -> pl.DataFrame:
    """The frame with a row for each stretch of the calendar in the period, up to the last day with data.

    With further dimensions every combination that occurs gets the whole calendar. Metrics of the rows added are
    missing; the caller knows which of them are 0.
    """
    times = [dimension for dimension in asked.by if dimension.name in CALENDAR]
    period = _covered(frame, asked.period, times, warehouse)
    if len(times) != 1 or period is None:
        return frame
    others = [dimension.name for dimension in asked.by if dimension is not times[0]]
    stretches = _stretches(times[0], period, warehouse)
    grid = stretches.join(frame.select(others).unique(), how="cross") if others else stretches
    names = [times[0].name, *others]
    return grid.join(frame, on=names, how="full", coalesce=True, nulls_equal=True).select(frame.columns)


def _covered(frame: pl.DataFrame, period: Period | None, times: list[Dimension], warehouse: Warehouse) -> Period | None:
    """The days to fill: the period asked for, else from the first row on; never after the last day with data."""
    as_of = warehouse.snapshot.as_of
    if as_of is None or not times:
        return None
    earliest = period.start if period else frame[times[0].name].min()
    end = as_of + timedelta(days=1)
    end = min(end, period.end) if period else end
    return Period(earliest, end) if isinstance(earliest, date) and earliest < end else None


def _stretches(dimension: Dimension, period: Period, warehouse: Warehouse) -> pl.DataFrame:
    column = dimension.columns["fact_order"].label(dimension.name)
    days = dim_date.c.date
    return warehouse.frame(select(column).where(days >= period.start, days < period.end).distinct())
