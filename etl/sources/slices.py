"""Millions of rows, some at a time: what is made of them on the way takes the memory of a slice."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from etl.staging import STAGING

SLICE = 100_000


def slices(frame: pl.DataFrame) -> Iterable[pl.DataFrame]:
    """The rows in order, at least one slice."""
    return frame.iter_slices(SLICE) if frame.height else [frame]


def narrowed(frame: pl.DataFrame, table: str) -> pl.DataFrame:
    """Only what `staged` will look at for a staging table."""
    return frame.select(name for name in STAGING[table].schema() if name in frame.columns)
