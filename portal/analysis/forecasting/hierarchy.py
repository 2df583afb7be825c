"""Totals that are the sum of their parts, level by level.

The lowest level that is not lumpy is believed: its forecasts are added up, and what lies below it is changed in
proportion (bottom-up and top-down; Athanasopoulos, Ahmed & Hyndman 2009). The bounds of a total are those of its own
back-tests, moved with it: errors of the parts are no guide to the error of their sum.
"""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from portal.errors import InputError

_LUMPY_SHARE = 0.5
_VALUES = ("forecast", "low", "high")


def coherent(rows: pl.DataFrame, parents: pl.DataFrame, lumpy: Collection[str] = ()) -> pl.DataFrame:
    """The rows with forecasts that add up.

    Args:
        rows: of `Forecast`: unique_id, ds, forecast and bounds, of every total and every part, all of the same steps.
        parents: one row a part: unique_id, parent; a tree.
        lumpy: series whose own forecast is little worth (`is_lumpy` in the scores). Where they make up more than half
            of a total, the total's own forecast counts and its parts are changed to fit.

    Returns:
        The same rows in the same order. A part without a forecast counts as nothing and stays without.

    Raises:
        InputError: a part has two parents, or the parents go round in a circle.
    """
    depth = _depths(parents)
    values = [name for name in rows.columns if name.startswith(_VALUES)]
    told = rows.with_row_index("_row").with_columns(pl.col("unique_id").is_in(list(lumpy)).alias("_lumpy"))
    for level in range(max(depth.values(), default=0), 0, -1):
        told = _added_up(told, _of_level(parents, depth, level), values)
    for level in range(1, max(depth.values(), default=0) + 1):
        told = _fitted(told, _of_level(parents, depth, level), values)
    return told.sort("_row").drop("_row", "_lumpy")


def _depths(parents: pl.DataFrame) -> dict[str, int]:
    """Steps from the top of each part."""
    above = dict(parents.select("unique_id", "parent").iter_rows())
    if len(above) < parents.height:
        raise InputError("A series has two parents; a part belongs to one total.", field="parents")
    depths = {}
    for name in above:
        steps, at = 0, name
        while at in above:
            at, steps = above[at], steps + 1
            if steps > len(above):
                raise InputError(f"Series '{name}' is a part of itself.", field="parents")
        depths[name] = steps
    return depths


def _of_level(parents: pl.DataFrame, depth: dict[str, int], level: int) -> pl.DataFrame:
    of_level = [name for name, steps in depth.items() if steps == level]
    return parents.select("unique_id", "parent").filter(pl.col("unique_id").is_in(of_level))


def _sums(told: pl.DataFrame, level: pl.DataFrame) -> pl.DataFrame:
    """parent, ds, _sum, _count and the share of lumpy parts in the sum, of the parts of one level."""
    size = pl.col("forecast").abs()
    return (
        told.join(level, on="unique_id").group_by("parent", "ds", maintain_order=True)
        .agg(
            pl.col("forecast").sum().alias("_sum"), pl.col("forecast").count().alias("_count"),
            (size.filter(pl.col("_lumpy")).sum() / size.sum()).fill_nan(0.0).alias("_share"),
        ).filter(pl.col("_count") > 0)
    )  # fmt: skip


def _added_up(told: pl.DataFrame, level: pl.DataFrame, values: list[str]) -> pl.DataFrame:
    """Totals of the parts of one level become their sum, unless most of it is lumpy and they have a forecast."""
    sums = _sums(told, level).with_columns((pl.col("_share").mean().over("parent") > _LUMPY_SHARE).alias("_keeps"))
    joined = told.join(sums, left_on=["unique_id", "ds"], right_on=["parent", "ds"], how="left")
    is_sum = pl.col("_sum").is_not_null() & ~(pl.col("_keeps") & pl.col("forecast").is_not_null())
    return _moved(joined, is_sum, pl.col("_sum"), values).select(told.columns)


def _fitted(told: pl.DataFrame, level: pl.DataFrame, values: list[str]) -> pl.DataFrame:
    """Parts of one level are changed to add up to their totals: in proportion where that is possible, else evenly."""
    totals = told.select(pl.col("unique_id").alias("parent"), "ds", pl.col("forecast").alias("_total"))
    sums = _sums(told, level).join(totals, on=["parent", "ds"]).filter(pl.col("_total").is_not_null())
    joined = told.join(level, on="unique_id", how="left").join(sums, on=["parent", "ds"], how="left")
    in_proportion = pl.col("forecast") / pl.col("_sum") * pl.col("_total")
    evenly = pl.col("forecast") + (pl.col("_total") - pl.col("_sum")) / pl.col("_count")
    target = pl.when((pl.col("_sum") * pl.col("_total") > 0) | (pl.col("_total") == 0) & (pl.col("_sum") != 0)).then(
        in_proportion
    ).otherwise(evenly)  # fmt: skip
    changes = pl.col("_sum").is_not_null() & pl.col("forecast").is_not_null() & (pl.col("_sum") != pl.col("_total"))
    return _moved(joined, changes, target, values).select(told.columns)


def _moved(joined: pl.DataFrame, changes: pl.Expr, target: pl.Expr, values: list[str]) -> pl.DataFrame:
    """Forecasts become `target`; bounds keep their distance in proportion, or as it is where a sign changes or a
    forecast is 0."""
    before = pl.col("forecast")
    in_proportion = (before * target > 0).fill_null(False)
    return joined.with_columns(
        pl.when(changes).then(target).otherwise(before).alias("forecast"),
        *(
            pl.when(changes & in_proportion).then(pl.col(name) / before * target)
            .when(changes).then(pl.col(name) + (target - before)).otherwise(pl.col(name)).alias(name)
            for name in values if name != "forecast"
        ),
    )  # fmt: skip
