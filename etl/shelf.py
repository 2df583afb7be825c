"""Frames set aside in files while a large load is built, so that only what is being worked on takes memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, MutableMapping
from functools import partial
from itertools import count
from pathlib import Path

import polars as pl

from etl.build.rows import stacked
from etl.read.spool import forget_pages, mapped_frame
from etl.stored_tables import aligned, silent_columns

LEAST_ROWS = 20_000
"""Smaller frames stay in memory."""

MOST_ROWS = 1_000_000
"""Rows of all loads together that are still built in memory, which is quicker and takes up to 1.5 GB."""

Layer = Callable[[], MutableMapping[str, pl.DataFrame]]
"""Makes an empty holder of frames: `dict`, or a `Shelf`."""

_NUMBERS = count(1)


class Shelf(MutableMapping[str, pl.DataFrame]):
    """Frames by name, those with many rows mapped from files.

    Columns that are null throughout are remembered, not written. A file has no name any more once it is mapped: its
    room is free as soon as nobody holds the frame.

    folder: where the files go; whoever gives it removes it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._kept: dict[str, pl.DataFrame] = {}

    def __setitem__(self, name: str, frame: pl.DataFrame) -> None:
        """Put a frame away, and give back the memory of all mapped frames that were looked at for it."""
        self._kept[name] = self._mapped(frame)
        forget_pages()

    def put_parts(self, name: str, parts: Iterable[pl.DataFrame]) -> None:
        """Put a frame away that comes in parts, one after the other."""
        away = []
        for part in parts:
            away.append(self._mapped(part))
            del part
            forget_pages()
        self._kept[name] = stacked(away)

    def __getitem__(self, name: str) -> pl.DataFrame:
        return self._kept[name]

    def __delitem__(self, name: str) -> None:
        del self._kept[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._kept)

    def __len__(self) -> int:
        return len(self._kept)

    def _mapped(self, frame: pl.DataFrame) -> pl.DataFrame:
        if frame.height < LEAST_ROWS:
            return frame
        path = self.folder / f"{next(_NUMBERS)}.arrow"
        silent = silent_columns(frame)
        (frame.drop(silent) if len(silent) < frame.width else frame).write_ipc(path)
        mapped = aligned(mapped_frame(path), frame.schema)
        path.unlink()
        return mapped


def layer_for(rows: int, folder: Path) -> Layer:
    """What holds the tables of a build from so many rows: `dict`, or for many a `Shelf` in `folder`."""
    return partial(Shelf, folder) if rows > MOST_ROWS else dict


def put_parts(tables: MutableMapping[str, pl.DataFrame], name: str, parts: Iterable[pl.DataFrame]) -> None:
    """Put a frame that comes in parts among `tables`, on a shelf a part at a time."""
    if isinstance(tables, Shelf):
        tables.put_parts(name, parts)
    else:
        tables[name] = stacked(list(parts))
