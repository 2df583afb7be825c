"""The files and sheets of a reading job, numbered, and their rows on the way to their table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from etl.read.formats import FileFormat
from etl.read.secret_columns import secret_columns
from etl.read.spool import Spool


@dataclass(frozen=True)
class File:
    """One file of the job: `index` is its place in the request."""

    index: int
    path: Path
    name: str
    suffix: str
    formats: tuple[FileFormat, ...]


@dataclass(frozen=True)
class Part:
    """Rows of one or more origins that share a header; frame has origin_key and source_row.

    Attributes:
        path: an Arrow file that the cells lie in already, none of the rows blank.
        numbers: the columns that are not as in that file.
    """

    sheet: str
    frame: pl.DataFrame
    path: Path | None = None
    numbers: tuple[str, ...] = ()

    @property
    def shape_key(self) -> tuple[str, ...]:
        """Sheet name and header."""
        return (self.sheet, *self.frame.columns[:-2])

    def go_to(self, spool: Spool) -> None:
        """Add the rows to their table."""
        if self.path is None or secret_columns(self.frame.columns):
            spool.add(self.frame)
        else:
            spool.take(self.path, self.frame.select(self.numbers))


class Origins:
    """Numbers the files and sheets of a job, from 1, in order, and remembers which share a sheet name and header.

    notes: origin key to sentences about it.
    """

    def __init__(self) -> None:
        self.listed: list[dict[str, Any]] = []
        self.alike: dict[tuple[str, ...], list[int]] = {}
        self.notes: dict[int, list[str]] = {}

    def add(self, file: File, sheet: str, header: Sequence[str]) -> int:
        """The number of the next origin."""
        self.listed.append({"file": file.index, "sheet": sheet})
        key = len(self.listed)
        self.alike.setdefault((sheet, *header), []).append(key)
        return key


def with_key(frame: pl.DataFrame, key: int) -> pl.DataFrame:
    """The rows as those of one origin."""
    return ordered(frame.with_columns(pl.lit(key, dtype=pl.Int64).alias("origin_key")))


def ordered(frame: pl.DataFrame) -> pl.DataFrame:
    """The columns as `Part` has them."""
    return frame.select(pl.exclude("origin_key", "source_row"), "origin_key", "source_row")
