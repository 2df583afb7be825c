"""Days held against a given number each: a fixed value, or the same day of another week or year."""

from __future__ import annotations

import polars as pl

from portal.analysis.alarms import Limits


def hold_against(series: pl.DataFrame, expected: pl.Series, limits: Limits) -> pl.DataFrame:
    """A verdict for each day, as `portal.analysis.alarms.judge_days` gives them, without a range and spans of one day.

    Args:
        series: day, value, volume, worth, as `judge_days` takes them.
        expected: what each day is held against, null where it cannot be; as many as days.
        limits: when a day is off; volume is that of the day itself.
    """
    value, meant = pl.col("value").cast(pl.Float64), pl.col("expected")
    gap = meant - value
    money = {"up": gap, "down": -gap}.get(limits.better, gap.abs()) * pl.col("worth").cast(pl.Float64)
    towards = {"fall": gap > 0, "rise": gap < 0}.get(limits.direction, gap != 0)
    large = gap.abs() >= limits.least_share * meant.abs()
    costly = (money.abs() >= limits.least_money).fill_null(True)
    enough = pl.col("volume").cast(pl.Float64).fill_null(0.0) >= limits.least_volume
    is_off = (towards & large & costly & enough).fill_null(False)
    held = series.with_columns(expected.cast(pl.Float64).fill_nan(None).alias("expected"))
    nothing = pl.lit(None, dtype=pl.Float64)
    return held.select(
        "day", value.fill_nan(None).alias("found"), "expected", nothing.alias("low"), nothing.alias("high"),
        money.fill_nan(None).alias("money"), is_off.cast(pl.Int64).alias("span"),
        pl.when(is_off).then(pl.lit("value")).otherwise(pl.lit("")).alias("kind"),
    )  # fmt: skip


def days_before(series: pl.DataFrame, days: int) -> pl.Series:
    """The value so many days before each day; null where there was none. The days have no gaps."""
    return series["value"].cast(pl.Float64).shift(days)
