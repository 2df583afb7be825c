"""Rows of one sheet name and header on their way to Arrow files, a bounded number of them in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import polars as pl
from pyarrow.ipc import open_file
from pyarrow.lib import memory_map

from etl.read.secret_columns import secret_columns

MOST_BYTES = 16 << 20
"""As much is kept before it is written."""


@dataclass
class Spool:
    """Takes frames of text columns, origin_key and source_row, and writes the rows that have something in them.

    stem: path of its files without number and ending.
    """

    stem: Path
    _waiting: list[pl.DataFrame] = field(default_factory=list)
    _files: list[Path] = field(default_factory=list)
    _blank: Counter[int] = field(default_factory=Counter)
    _size: int = 0
    _newest: int = 0
    _is_sorted: bool = True

    def add(self, frame: pl.DataFrame) -> None:
        """Add rows, in the order of their file."""
        pieces = int(frame.estimated_size()) // MOST_BYTES + 1
        rows = max(-(-frame.height // pieces), 1)
        for piece in frame.iter_slices(rows) if frame.height else [frame]:
            self._add(piece)

    def _add(self, frame: pl.DataFrame) -> None:
        names = frame.columns[:-2]
        hidden = frame.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in secret_columns(names))
        is_blank = _blank_rows(hidden, names)
        if is_blank.any():
            self._blank.update(hidden.filter(is_blank)["origin_key"].to_list())
            hidden = hidden.filter(~is_blank)
        if frame.height:
            keys = frame["origin_key"]
            self._is_sorted &= keys.is_sorted() and int(keys[0]) >= self._newest
            self._newest = max(self._newest, int(keys[-1]))
        self._waiting.append(hidden)
        self._size += int(hidden.estimated_size())
        if self._size > MOST_BYTES:
            self._write()

    def finish(self) -> dict[str, Any]:
        """Write what is left; returns paths: the files, whose rows in order are sorted by origin, and blank_rows."""
        if self._waiting or not self._files:
            self._write()
        if not self._is_sorted:
            frames = [mapped_frame(path) for path in self._files]
            self._waiting = [pl.concat(frames).sort("origin_key", maintain_order=True)]
            self._write()
            self._files = self._files[-1:]
        return {"paths": [path.name for path in self._files], "blank_rows": dict(self._blank)}

    def _write(self) -> None:
        target = self.stem.with_name(f"{self.stem.name}_{len(self._files)}.arrow")
        pl.concat(self._waiting).write_ipc(target)
        self._files.append(target)
        self._waiting, self._size = [], 0


def _blank_rows(table: pl.DataFrame, names: Sequence[str]) -> pl.Series:
    """Which rows have nothing but blanks in their cells; a column is looked at only while such rows are left."""
    is_blank = pl.repeat(True, table.height, eager=True)
    for name in names:
        if not is_blank.any():
            break
        cells = table[name]
        has_nothing = cells.is_null() | (cells.str.strip_chars() == "")
        is_blank &= has_nothing.fill_null(True)
    return is_blank


def mapped_frame(path: Path) -> pl.DataFrame:
    """The rows of an Arrow file, mapped: what nobody looks at takes no memory. They stay when the file is unlinked."""
    with memory_map(str(path)) as content, open_file(content) as batches:  # type: ignore[no-untyped-call]
        return cast("pl.DataFrame", pl.from_arrow(batches.read_all(), rechunk=False))
