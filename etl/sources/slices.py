"""Millions of rows, some at a time: what is made of them on the way takes the memory of a slice."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from etl.read.spool import forget_pages
from etl.staging import STAGING

SLICE = 100_000


def slices(frame: pl.DataFrame, most: int | None = None) -> Iterator[pl.DataFrame]:
    """The rows in order, at least one slice; behind each of several, mapped rows give their memory back."""
    most = SLICE if most is None else most
    if frame.height <= most:
        yield frame
        return
    for rows in frame.iter_slices(most):
        yield rows
        forget_pages()


def narrowed(frame: pl.DataFrame, table: str) -> pl.DataFrame:
    """Only what `staged` will look at for a staging table."""
    return frame.select(name for name in STAGING[table].schema() if name in frame.columns)
