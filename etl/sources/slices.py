"""Millions of rows, some at a time: what is made of them on the way takes the memory of a slice."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import polars as pl

from etl.read.spool import forget_pages
from etl.staging import STAGING

SLICE = 100_000
AT_ONCE = 2
"""Slices that are worked on at the same time; each is so much smaller."""

Made = TypeVar("Made")


def slices(frame: pl.DataFrame, most: int | None = None) -> Iterator[pl.DataFrame]:
    """The rows in order, at least one slice; behind each of several, mapped rows give their memory back."""
    most = SLICE if most is None else most
    if frame.height <= most:
        yield frame
        return
    for rows in frame.iter_slices(most):
        yield rows
        forget_pages()


def made_of_slices(frame: pl.DataFrame, work: Callable[[pl.DataFrame], Made]) -> Iterator[Made]:
    """What `work` makes of each slice, in the order of the rows; it may not depend on other slices."""
    most = SLICE // AT_ONCE + 1
    if frame.height <= most:
        yield work(frame)
        return
    begun: deque[Future[Made]] = deque()
    with ThreadPoolExecutor(AT_ONCE) as threads:
        for rows in slices(frame, most):
            begun.append(threads.submit(work, rows))
            if len(begun) > AT_ONCE:
                yield begun.popleft().result()
        while begun:
            yield begun.popleft().result()


def narrowed(frame: pl.DataFrame, table: str) -> pl.DataFrame:
    """Only what `staged` will look at for a staging table."""
    return frame.select(name for name in STAGING[table].schema() if name in frame.columns)
