"""All live rows of a tenant put together, each row once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import polars as pl

from etl.build.rows import has_no_twins, in_order
from etl.conformed import LoadRows, origin_key
from etl.shelf import Layer
from etl.source import Versions
from etl.sources import SOURCES
from etl.staging import REJECTS, STAGING
from etl.stored_tables import StoredTables, stacked
from etl.versions import Split, complete_versions, withdraw_untold

_MANY = 8
"""From so many loads on disk on, their files are read together."""

_ONE_ROW = {"order": "order_id", "product": "product_id"}
"""Tables the star joins to: one row per id, whatever else a mapping calls the key."""


@dataclass(frozen=True)
class LiveRows:
    """All live rows, each row_key once.

    Attributes:
        tables: staging table to frame: staging columns, lineage and `source`.
        duplicates: the same columns: rows that lost against a newer row of the same row_key.
        rejects: `REJECTS` plus `source`.
        read: (global origin key, staging table) to rows read.
        origins: dim_origin columns.
    """

    tables: Mapping[str, pl.DataFrame]
    duplicates: Mapping[str, pl.DataFrame]
    rejects: pl.DataFrame
    read: dict[tuple[int, str], int]
    origins: pl.DataFrame


def unite_loads(loads: Sequence[LoadRows], layer: Layer = dict) -> LiveRows:
    """Put the rows of all loads together; the newest row of a row_key stays, the others are duplicates.

    Args:
        loads: by number.
        layer: makes what holds the tables; a shelf, where they are too large to be held in memory all at once.
    """
    versions = {name: source.versions for name, source in SOURCES.items() if source.versions is not None}
    tables, duplicates = layer(), layer()
    for name in STAGING:
        tables[name], duplicates[name] = split_newest(_rows(loads, name), name, versions)
    withdraw_untold(tables, duplicates, versions)
    rejects = [load.rejects.with_columns(pl.lit(load.source).alias("source")) for load in loads]
    empty = pl.DataFrame(schema={**REJECTS, "source": pl.String()})
    read = {key: count for load in loads for key, count in load.read.items()}
    return LiveRows(tables, duplicates, pl.concat([empty, *rejects]), read, _origins(loads))


def _rows(loads: Sequence[LoadRows], table: str) -> pl.DataFrame:
    """All rows of a staging table, with `source`."""
    frames = []
    for is_stored, group in groupby(loads, lambda load: isinstance(load.tables, StoredTables)):
        some = list(group)
        frames += _stored_rows(some, table) if is_stored else _given_rows(some, table)
    return pl.concat(frames) if frames else STAGING[table].empty().with_columns(pl.lit("").alias("source"))


def _given_rows(loads: Sequence[LoadRows], table: str) -> list[pl.DataFrame]:
    told = [(load.source, load.tables.get(table)) for load in loads]
    return [rows.with_columns(pl.lit(source).alias("source")) for source, rows in told if rows is not None]


def _stored_rows(loads: Sequence[LoadRows], table: str) -> list[pl.DataFrame]:
    """Of loads on disk: large ones one by one, as they are mapped; a run of many at once."""
    if len(loads) < _MANY:
        return _given_rows(loads, table)
    stored = [(load.source, load.tables) for load in loads if isinstance(load.tables, StoredTables)]
    rows = stacked(stored, table)
    return [] if rows is None else [rows]


def split_newest(rows: pl.DataFrame, table: str, versions: Mapping[str, Versions]) -> Split:
    """(rows that stay, duplicates): of each source and key of `table` the newest stays, completed by `versions`.

    Newest: greatest `updated_at` where known, else later load, later file, later row.
    """
    key = _ONE_ROW.get(table, "row_key")
    sources = set(rows["source"].unique())
    place = pl.struct("source", key) if len(sources) > 1 else pl.col(key)
    if has_no_twins(rows, ["source", key]) or not rows.select(place.is_duplicated().any()).item():
        return rows, rows.clear()
    order = [name for name in ("updated_at", "origin_key", "source_row") if name in rows.columns]
    if not any(rules.completes.get(table) for source, rules in versions.items() if source in sources):
        newest = _newest(rows, order, place)
        return (
            in_order(rows.filter(newest), "origin_key", "source_row"),
            in_order(rows.filter(~newest), "origin_key", "source_row"),
        )
    ranked = complete_versions(in_order(rows, *order, nulls_last=False), table, key, versions)
    is_newest = ranked.select(place.is_last_distinct()).to_series()
    return (
        in_order(ranked.filter(is_newest), "origin_key", "source_row"),
        in_order(ranked.filter(~is_newest), "origin_key", "source_row"),
    )


def _newest(rows: pl.DataFrame, order: Sequence[str], place: pl.Expr) -> pl.Series:
    """Whether each row is the newest of its place, looking only at rows that share one."""
    several = rows.with_row_index("_row").select("_row", *order, place.alias("_place")).filter(
        pl.col("_place").is_duplicated()
    )  # fmt: skip
    ranked = several.sort(order, nulls_last=False, maintain_order=True)
    lost = ranked.filter(~pl.col("_place").is_last_distinct())["_row"]
    return ~pl.int_range(rows.height, dtype=pl.UInt32, eager=True).is_in(lost.implode())


def _origins(loads: Sequence[LoadRows]) -> pl.DataFrame:
    records = [
        {"origin_key": origin_key(load.number, origin.key), "source": load.source, "file_name": origin.file_name,
         "sheet": origin.sheet, "sha256": origin.sha256, "load_number": load.number}
        for load in loads for origin in load.origins
    ]  # fmt: skip
    schema = {"origin_key": pl.Int64, "source": pl.String, "file_name": pl.String, "sheet": pl.String,
              "sha256": pl.String, "load_number": pl.Int32}  # fmt: skip
    return pl.DataFrame(records, schema=schema).sort("origin_key")
