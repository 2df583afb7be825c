"""How long stock has been lying: buckets by age, and the mean age, by units and by value."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl


def bucket_names(limits: Sequence[float]) -> list[str]:
    """Names of the buckets that end with `limits` (days, rising): "0–30", "31–60" … "> 365"."""
    starts = [0, *(int(limit) + 1 for limit in limits)]
    names = [f"{start}–{int(end)}" for start, end in zip(starts, limits, strict=False)]
    return [*names, f"> {int(limits[-1])}"]


def aged(layers: pl.DataFrame, as_of: date, limits: Sequence[float]) -> pl.DataFrame:
    """The layers with age_days, age_rank (from 0), age_bucket and remaining_amount.

    Args:
        layers: received (day their age counts from), remaining, unit_cost (missing where not known).
        as_of: the day they are looked at; a layer that is younger than that by mistake has age 0.
        limits: last day of each bucket but the open one.

    Returns:
        remaining_amount is missing where the cost is: such units have an age but no value.
    """
    names = bucket_names(limits)
    age = (pl.lit(as_of) - pl.col("received")).dt.total_days().clip(0)
    rank = pl.sum_horizontal((pl.col("age_days") > limit).cast(pl.Int16) for limit in limits)
    return layers.with_columns(age.alias("age_days")).with_columns(
        rank.alias("age_rank"), rank.replace_strict(dict(enumerate(names)), return_dtype=pl.String).alias("age_bucket"),
        (pl.col("remaining") * pl.col("unit_cost")).cast(pl.Decimal(18, 4)).alias("remaining_amount"),
    )  # fmt: skip


def mean_age(layers: pl.DataFrame) -> float | None:
    """Mean age in days of the units that remain, each unit counting once; missing without units."""
    units = float(layers["remaining"].sum())
    if units <= 0:
        return None
    return float((layers["age_days"] * layers["remaining"].cast(pl.Float64)).sum()) / units
