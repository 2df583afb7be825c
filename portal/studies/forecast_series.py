"""What forecasts are made of: past sales by day, week or month, of the whole and of each part, without holes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
from sqlalchemy import ColumnElement, case, func, literal_column, select

from portal.metrics import DIMENSIONS
from portal.metrics.lookup import look_up
from portal.metrics.model import Period, Query
from portal.metrics.scan import Scan, metric_columns
from portal.warehouse.duckdb import Warehouse
from portal.warehouse.schema import dim_date, dim_product, fact_order, study_stock_day

TOTAL = "total"
GRAINS = ("day", "week", "month")
_LOOK_BACK = {"day": 1096, "week": 2192, "month": 3653}
"""Days of history used: three years by day, six by week, ten by month."""
_STILL_SOLD = {"day": 91, "week": 182, "month": 365}
"""A part without any sale for so many days is over: it has no forecast."""
_MOST_DAYS_OUT = 1 / 3
"""A stretch with a larger share of days out of stock says nothing about demand."""


@dataclass(frozen=True)
class Whole:
    """The stretch of history that is over.

    Attributes:
        first: first day used.
        last: last day that is over: nothing more can fall into it.
        buckets: first days of the whole days, weeks or months between them, ascending.
    """

    first: date
    last: date
    buckets: pl.Series


def last_whole_day(warehouse: Warehouse) -> date | None:
    """The last business date that was over when the snapshot was built, None without data."""
    as_of = warehouse.snapshot.as_of
    if as_of is None:
        return None
    there = warehouse.snapshot.built_at.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(warehouse.tenant.timezone))
    return min(as_of, there.date() - timedelta(days=1))


def whole_history(warehouse: Warehouse, grain: str) -> Whole | None:
    """The whole days, weeks or months that may be used; None without data. The week starts as the policy says."""
    last = last_whole_day(warehouse)
    if last is None:
        return None
    first = max(last - timedelta(days=_LOOK_BACK[grain] - 1), _first_day(warehouse, last))
    days = pl.date_range(first, last, eager=True).alias("day")
    start, end = bucket_of(pl.col("day"), grain, int(warehouse.policies["week_start"]))
    told = days.to_frame().select(start.alias("ds"), end.alias("end")).unique().sort("ds")
    over = told.filter(pl.col("ds") >= first, pl.col("end") <= last)
    return Whole(first, last, over["ds"]) if over.height else None


def _first_day(warehouse: Warehouse, last: date) -> date:
    """The first booked order: the stretch it lies in is only whole when it begins with it."""
    found: date | None = warehouse.frame(
        select(func.min(fact_order.c.order_date)).where(fact_order.c.is_booked, fact_order.c.order_date <= last)
    ).item()
    return found or last


def bucket_of(day: pl.Expr, grain: str, week_start: int) -> tuple[pl.Expr, pl.Expr]:
    """First and last day of the day, week or month a day is in; weeks begin on `week_start` (1 is Monday)."""
    if grain == "week":
        start = day - pl.duration(days=(day.dt.weekday().cast(pl.Int32) - week_start) % 7)
        return start, start + pl.duration(days=6)
    return (day, day) if grain == "day" else (day.dt.month_start(), day.dt.month_end())


def read_series(warehouse: Warehouse, measure: str, cut: str, grain: str) -> pl.DataFrame:
    """Past values of a metric: part, ds (first day of the bucket), y; sorted.

    Each part begins with its first sale of the history used, has every whole bucket since (0 where nothing was sold,
    null where it was mostly out of stock), and is left out when it has not been sold for long.

    Args:
        warehouse: the snapshot.
        measure: name of a metric of order lines.
        cut: "total" or the name of a dimension; part is its value, "" where it is not recorded.
        grain: "day", "week" or "month".
    """
    whole = whole_history(warehouse, grain)
    sold = _sold(warehouse, measure, cut, grain, whole) if whole is not None else None
    if whole is None or sold is None or not sold.height:
        return pl.DataFrame(schema={"part": pl.String, "ds": pl.Date, "y": pl.Float64})
    begins = sold.group_by("part").agg(pl.col("ds").min().alias("first"), pl.col("ds").max().alias("latest"))
    recent = whole.last - timedelta(days=_STILL_SOLD[grain])
    alive = begins.filter(pl.col("latest") >= recent).sort("part")
    grid = alive.select("part", "first").join(whole.buckets.to_frame("ds"), how="cross")
    filled = grid.filter(pl.col("ds") >= pl.col("first")).join(sold, on=["part", "ds"], how="left")
    dense = filled.select("part", "ds", pl.col("y").fill_null(0.0)).sort("part", "ds")
    return _without_stockouts(dense, warehouse, grain) if cut == "product" else dense


def _sold(warehouse: Warehouse, measure: str, cut: str, grain: str, whole: Whole) -> pl.DataFrame:
    """part, ds, y where anything was sold."""
    start = whole.buckets[0]
    question = look_up(Query((measure,), (grain, *(() if cut == TOTAL else (cut,))), Period(start, _after(whole))))
    names: list[ColumnElement[Any]] = [literal_column(str(place + 1)) for place in range(len(question.asked.by))]
    rows = warehouse.frame(metric_columns(Scan(question.metrics), question.asked).group_by(*names))
    part = pl.lit("") if cut == TOTAL else pl.col("d1").cast(pl.String).fill_null("")
    told = rows.select(
        part.alias("part"), pl.col("d0").cast(pl.Date).alias("ds"), pl.col("m0").cast(pl.Float64).alias("y")
    )
    return told.filter(pl.col("ds").is_in(whole.buckets.implode())).group_by("part", "ds").agg(pl.col("y").sum())


def _after(whole: Whole) -> date:
    return whole.last + timedelta(days=1)


def _without_stockouts(dense: pl.DataFrame, warehouse: Warehouse, grain: str) -> pl.DataFrame:
    """Buckets in which a product was out of stock everywhere, mostly, and hardly sold: not known instead of 0."""
    out = _days_out(warehouse, grain)
    if not out.height:
        return dense
    marked = dense.join(out, on=["part", "ds"], how="left", maintain_order="left")
    is_out = pl.col("share_out").fill_null(0.0) > _MOST_DAYS_OUT
    return marked.select("part", "ds", pl.when(~is_out).then(pl.col("y")).alias("y"))


def _days_out(warehouse: Warehouse, grain: str) -> pl.DataFrame:
    """part, ds, share_out: share of the days of a bucket on which a product was out of stock at every place."""
    table = study_stock_day.c
    bucket = DIMENSIONS[grain].columns["fact_order_line"] if grain != "day" else dim_date.c.date
    label = DIMENSIONS["product"].columns["fact_order_line"]
    out_there = case((table.is_out & ~table.is_estimated, 1), else_=0)
    by_day = (
        select(label.label("part"), bucket.label("ds"), table.stock_date, func.min(out_there).label("out"))
        .select_from(study_stock_day.join(dim_product, dim_product.c.product_key == table.product_key)
                     .join(dim_date, dim_date.c.date == table.stock_date))
        .group_by(*(literal_column(place) for place in "123"))
        .subquery()
    )  # fmt: skip
    shares = select(by_day.c.part, by_day.c.ds, func.avg(by_day.c.out).label("share_out")).group_by(
        by_day.c.part, by_day.c.ds
    )
    return warehouse.frame(shares.having(func.max(by_day.c.out) > 0)).with_columns(pl.col("ds").cast(pl.Date))
