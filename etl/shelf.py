"""Frames set aside in files while a large load is built, so that only what is being worked on takes memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from itertools import count
from pathlib import Path

import polars as pl

from etl.read.spool import forget_pages, mapped_frame
from etl.stored_tables import aligned, silent_columns

LEAST_ROWS = 20_000
"""Smaller frames stay in memory."""

Layer = Callable[[], MutableMapping[str, pl.DataFrame]]
"""Makes an empty holder of frames: `dict`, or a `Shelf`."""

_NUMBERS = count(1)


class Shelf(MutableMapping[str, pl.DataFrame]):
    """Frames by name, each mapped from its file when it is asked for.

    Columns that are null throughout are remembered, not written. A frame that was taken stays as it is when its name
    is put away again or the files are unlinked.

    folder: where the files go; whoever gives it removes it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._kept: dict[str, pl.DataFrame | tuple[Path, pl.Schema]] = {}

    def __setitem__(self, name: str, frame: pl.DataFrame) -> None:
        """Put a frame away, and give back the memory of all frames that were mapped for it."""
        self._kept[name] = frame if frame.height < LEAST_ROWS else self._written(name, frame)
        forget_pages()

    def __getitem__(self, name: str) -> pl.DataFrame:
        kept = self._kept[name]
        if isinstance(kept, pl.DataFrame):
            return kept
        path, schema = kept
        return aligned(mapped_frame(path), schema)

    def __delitem__(self, name: str) -> None:
        del self._kept[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._kept)

    def __len__(self) -> int:
        return len(self._kept)

    def _written(self, name: str, frame: pl.DataFrame) -> tuple[Path, pl.Schema]:
        path = self.folder / f"{next(_NUMBERS)}-{name}.arrow"
        silent = silent_columns(frame)
        (frame.drop(silent) if len(silent) < frame.width else frame).write_ipc(path)
        return path, frame.schema
