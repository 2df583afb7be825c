"""Moments written as "2026-03-31", "2026-03-31 14:05:00" or "2026-03-31T14:05:00+05:30", read by arithmetic.

Nearly all dates of exports look like this, and a million of them are different texts. What is read here is read exactly
as `etl.dates.moments` reads it, some ten times as fast; everything else is left to it.
"""

from __future__ import annotations

import polars as pl

from etl.dates import MOMENT, to_instant, wall_clock

_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_DAY = r"(?:19|20)[0-9]{2}-[01][0-9]-[0-3][0-9]"
_SHAPE = rf"^{_DAY}(?:[T ]{_CLOCK}(?:\.[0-9]{{1,6}})?(?:Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9])?)?$"
_EDGES = ("1900", "1901", "2099")
"""Years near the bounds are left to `etl.dates`: there an offset decides whether they are read."""
_MICROSECONDS = 6


def iso_moments(cells: pl.DataFrame, column: str, zone: str, business_zone: str = "") -> pl.Series:
    """What `etl.dates.moments` makes of the cells of `column`, null where this module does not read them.

    Args:
        cells: has the text column.
        column: its name.
        zone: IANA zone of times without an offset.
        business_zone: IANA zone of day and hour; empty: `zone`.
    """
    cell = pl.col(column)
    is_read = cell.str.contains(_SHAPE) & ~cell.str.slice(0, 4).is_in(_EDGES)
    texts = cells.select(pl.when(is_read).then(cell).alias("text"))
    parts = texts.select(
        pl.col("text").str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False).alias("day"),
        pl.col("text").str.slice(11, 8).str.to_time("%H:%M:%S", strict=False).alias("clock"),
        pl.col("text").str.slice(19).alias("behind"),
    )
    told = parts.join(_behind(parts["behind"]), on="behind", how="left", maintain_order="left")
    local = pl.col("day").dt.combine(pl.col("clock")) + pl.col("fraction").fill_null(pl.duration())
    given = local - pl.col("offset")
    at = told.select(
        "day", pl.when(pl.col("offset").is_null()).then(to_instant(local, zone)).otherwise(given).alias("at")
    )
    there = wall_clock(pl.col("at"), business_zone or zone)
    moment = pl.struct(
        pl.coalesce(there.dt.date(), "day").alias("day"), "at", there.dt.hour().cast(pl.Int8).alias("hour"),
        pl.lit(None, pl.String).alias("problem"),
    ).cast(MOMENT)  # fmt: skip
    return at.select(pl.when(pl.col("day").is_not_null()).then(moment).alias(column)).to_series()


def _behind(texts: pl.Series) -> pl.DataFrame:
    """What stands behind the seconds: the different texts, their fraction of a second, and their offset."""
    different = texts.unique().drop_nulls().to_frame()
    fraction = pl.col("behind").str.extract(r"^\.([0-9]+)", 1).str.pad_end(_MICROSECONDS, "0").cast(pl.Int64)
    hours = pl.col("behind").str.extract(r"([+-][0-9]{2}):[0-9]{2}$", 1)
    minutes = (hours.str.slice(0, 1) + pl.col("behind").str.extract(r":([0-9]{2})$", 1)).cast(pl.Int64)
    is_zero = pl.col("behind").str.ends_with("Z")
    offset = pl.when(is_zero).then(pl.duration()).otherwise(pl.duration(hours=hours.cast(pl.Int64), minutes=minutes))
    return different.select("behind", pl.duration(microseconds=fraction).alias("fraction"), offset.alias("offset"))
