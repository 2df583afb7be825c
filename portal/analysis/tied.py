"""Making the forecasts of parts add up to that of the whole."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

_MOST, _LEAST = 4.0, 0.25
"""Parts are scaled by at most this factor; where more is needed, what is missing is spread evenly."""


def tied(
    parts: pl.DataFrame, whole: pl.DataFrame, by: Sequence[str], value: str, bounds: Sequence[str]
) -> pl.DataFrame:
    """The parts, changed in proportion so that they add up to the whole.

    Where parts and whole differ in sign or by more than a factor of four, every part is moved by the same amount
    instead. Parts without a value stay without; bounds move with their value.

    Args:
        parts: rows with the columns `by`, `value` and `bounds`.
        whole: one row per value of `by`, with `value`; parts without one stay as they are.
        by: columns that say which parts belong to which whole ("forecast_date").
        value: the column that must add up.
        bounds: columns that go along.
    """
    wholes = whole.select(*by, pl.col(value).alias("_whole"))
    sums = pl.col(value).sum().over(*by)
    count = pl.col(value).count().over(*by)
    told = parts.join(wholes, on=list(by), how="left", maintain_order="left").with_columns(
        (pl.col("_whole") / sums).alias("_factor"), ((pl.col("_whole") - sums) / count).alias("_shift")
    )
    scales = pl.col("_factor").is_between(_LEAST, _MOST)
    known = pl.col("_whole").is_not_null()
    changed = [
        pl.when(known & scales).then(pl.col(name) * pl.col("_factor"))
        .when(known).then(pl.col(name) + pl.col("_shift")).otherwise(pl.col(name)).alias(name)
        for name in (value, *bounds)
    ]  # fmt: skip
    return told.with_columns(changed).drop("_whole", "_factor", "_shift")
