"""The conformed rows of one load on disk, a staging table read each time it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from etl.staging import STAGING


@dataclass(frozen=True)
class StoredTables(Mapping[str, pl.DataFrame]):
    """Staging tables by name, as far as the load has them: the rows of the origins `origin_keys` (global)."""

    folder: Path
    origin_keys: Sequence[int]

    def __getitem__(self, name: str) -> pl.DataFrame:
        path = self._path(name)
        if name not in STAGING or not path.exists():
            raise KeyError(name)
        rows = aligned(pl.read_parquet(path), STAGING[name].schema())
        is_wanted = rows["origin_key"].is_in(list(self.origin_keys))
        return slim(rows if is_wanted.all() else rows.filter(is_wanted))

    def __iter__(self) -> Iterator[str]:
        return (name for name in STAGING if self._path(name).exists())

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.parquet"


def slim(frame: pl.DataFrame) -> pl.DataFrame:
    """`frame` with every column that says nothing as one null for all rows, which costs neither memory nor work.

    Most sources fill a third of the canonical columns.
    """
    return frame.with_columns(pl.lit(None, frame.schema[name]).alias(name) for name in silent_columns(frame))


def silent_columns(frame: pl.DataFrame) -> list[str]:
    """Columns that are null throughout."""
    return [name for name in frame.columns if frame[name].null_count() == frame.height]


def aligned(frame: pl.DataFrame, schema: pl.Schema) -> pl.DataFrame:
    """Rows as `schema` has them: columns that were not written, or not known to an older version, are null."""
    missing = [pl.lit(None, dtype).alias(name) for name, dtype in schema.items() if name not in frame.columns]
    return frame.with_columns(missing).select(list(schema))
