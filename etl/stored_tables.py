"""The conformed rows of one load on disk, a staging table read each time it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from etl.staging import STAGING

_FILE = "_file"
EMPTIED = ".emptied"
"""Stands in the folder of a load whose tables were deleted, from before the first of them went."""


@dataclass(frozen=True)
class StoredTables(Mapping[str, pl.DataFrame]):
    """Staging tables by name, as far as the load has them: the rows of the origins `origin_keys` (global)."""

    folder: Path
    origin_keys: Sequence[int]

    def __getitem__(self, name: str) -> pl.DataFrame:
        path = self.path(name)
        if name not in STAGING or not self.has(name):
            raise KeyError(name)
        rows = aligned(pl.read_parquet(path), STAGING[name].schema())
        is_wanted = rows["origin_key"].is_in(list(self.origin_keys))
        return slim(rows if is_wanted.all() else rows.filter(is_wanted))

    def __iter__(self) -> Iterator[str]:
        return (name for name in STAGING if self.has(name))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def has(self, name: str) -> bool:
        """Whether the load has a table.

        Raises:
            FileNotFoundError: it had some, and they were deleted since no snapshot needs them any more.
        """
        is_there = self.path(name).exists()
        if not is_there and (self.folder / EMPTIED).exists():
            raise FileNotFoundError(self.path(name))
        return is_there

    def path(self, name: str) -> Path:
        """Where a table lies, if the load has it."""
        return self.folder / f"{name}.parquet"


def stacked(stored: Sequence[tuple[str, StoredTables]], table: str) -> pl.DataFrame | None:
    """A staging table of many loads at once, in their order, with `source`; None where no load has it.

    Reading the files of hundreds of small loads one by one costs far more than their rows.

    Args:
        stored: (source, tables) by load.
        table: its name.
    """
    there = [(source, one) for source, one in stored if one.has(table)]
    if not there:
        return None
    paths = [one.path(table) for _, one in there]
    rows = pl.scan_parquet(
        paths, schema=STAGING[table].schema(), missing_columns="insert", extra_columns="ignore",
        include_file_paths=_FILE, glob=False,
    ).collect()  # fmt: skip
    wanted = [key for _, one in there for key in one.origin_keys]
    sources = {str(path): source for path, (source, _) in zip(paths, there, strict=True)}
    named = rows.with_columns(
        pl.col(_FILE).replace_strict(list(sources), list(sources.values()), return_dtype=pl.String).alias("source")
    ).drop(_FILE)
    is_wanted = named["origin_key"].is_in(wanted)
    return slim(named if is_wanted.all() else named.filter(is_wanted))


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
