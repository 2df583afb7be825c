"""The conformed rows of many loads, read only where they match."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from etl.conformed import ORIGINS_PER_LOAD, LoadRows, origin_key
from etl.source import Origin
from etl.staging import REJECTS, STAGING
from portal.warehouse.snapshot import Partition

Values = Mapping[str, Collection[str]]
"""Kind of link to values."""


@dataclass(frozen=True)
class Stored:
    """The rows of `partitions`, below the tenant's folder of conformed rows."""

    folder: Path
    partitions: tuple[Partition, ...]

    @cached_property
    def keys(self) -> dict[int, tuple[str, list[int]]]:
        """Load number to its source and its live origin keys."""
        found: dict[int, tuple[str, list[int]]] = {}
        for one in self.partitions:
            found.setdefault(one.load_number, (one.source, []))[1].extend(one.origin_keys)
        return found

    def scan(self, table: str) -> pl.LazyFrame | None:
        """Live rows of a staging table with `source`, not read yet; None when there are none."""
        schema = STAGING[table].schema()
        parts = []
        for number, (source, keys) in self.keys.items():
            path = self.folder / str(number) / f"{table}.parquet"
            if path.exists():
                rows = pl.scan_parquet(path)
                known = rows.collect_schema().names()
                missing = [pl.lit(None, dtype).alias(name) for name, dtype in schema.items() if name not in known]
                mine = rows.with_columns(missing).select(list(schema)).filter(pl.col("origin_key").is_in(keys))
                parts.append(mine.with_columns(pl.lit(source).alias("source")))
        return pl.concat(parts) if parts else None

    def linked(self, table: str, links: Mapping[str, str], values: Values) -> pl.DataFrame | None:
        """Rows of `table` with any of `values` in a column of that kind; None when there are none."""
        wanted = [
            pl.col(column).is_in(pl.Series(sorted(values[kind])).implode())
            for column, kind in links.items()
            if values.get(kind)
        ]
        rows = self.scan(table) if wanted else None
        found = rows.filter(pl.any_horizontal(wanted)).collect() if rows is not None else None
        return found if found is not None and found.height else None

    def whole(self, table: str) -> pl.DataFrame:
        """Every row of a (small) table."""
        rows = self.scan(table)
        return rows.collect() if rows is not None else empty(table)

    def of_origins(self, table: str, keys: Collection[int]) -> pl.DataFrame:
        """Rows of `table` that came from the origins `keys`."""
        loads = {key // ORIGINS_PER_LOAD for key in keys}
        mine = Stored(self.folder, tuple(one for one in self.partitions if one.load_number in loads))
        rows = mine.scan(table) if keys else None
        return rows.filter(pl.col("origin_key").is_in(sorted(keys))).collect() if rows is not None else empty(table)

    def nothing(self, number: int) -> LoadRows:
        """A load of which nothing is told."""
        return LoadRows(number, self.keys[number][0], (), {}, pl.DataFrame(schema=REJECTS))

    def about(self, number: int) -> dict[str, Any]:
        """What is noted about a load: origins and rows read."""
        told: dict[str, Any] = json.loads((self.folder / str(number) / "load.json").read_text())
        return told

    def loads(self, keys: Collection[int]) -> list[LoadRows]:
        """Origins, rejects and counts of the origins `keys`, load by load, without the rows themselves."""
        found = []
        for number, (source, own) in self.keys.items():
            mine = set(own).intersection(keys)
            if not mine:
                continue
            about = self.about(number)
            origins = tuple(o for o in (Origin(**one) for one in about["origins"]) if origin_key(number, o.key) in mine)
            rejects = pl.read_parquet(self.folder / str(number) / "rejects.parquet")
            read = {(key, table): count for key, table, count in about["read"] if key in mine}
            told = rejects.filter(pl.col("origin_key").is_in(sorted(mine)))
            found.append(LoadRows(number, source, origins, {}, told.select(list(REJECTS)), read))
        return found


def empty(table: str) -> pl.DataFrame:
    """No rows of a staging table, with `source`."""
    return STAGING[table].empty().with_columns(pl.lit("").alias("source"))
