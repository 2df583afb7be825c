"""Rows of one sheet name and header on their way to Arrow files, a bounded number of them in memory."""

from __future__ import annotations

import mmap
import weakref
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import polars as pl
from pyarrow.ipc import open_file
from pyarrow.lib import py_buffer

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
    _files: list[tuple[Path, ...]] = field(default_factory=list)
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
        self._note_order(frame["origin_key"])
        self._waiting.append(hidden)
        self._size += int(hidden.estimated_size())
        if self._size > MOST_BYTES:
            self._write()

    def take(self, cells: Path, numbers: pl.DataFrame) -> None:
        """Add the rows of an Arrow file as it is, below the folder of the spool; it has no blank rows and no secrets.

        Args:
            cells: the file.
            numbers: origin_key, and other columns that take the place of those in the file.
        """
        if self._waiting:
            self._write()
        self._note_order(numbers["origin_key"])
        target = self._next("numbers")
        numbers.write_ipc(target)
        self._files.append((cells, target))

    def _note_order(self, keys: pl.Series) -> None:
        if len(keys):
            self._is_sorted &= keys.is_sorted() and int(keys[0]) >= self._newest
            self._newest = max(self._newest, int(keys[-1]))

    def finish(self) -> dict[str, Any]:
        """Write what is left.

        Returns:
            paths: the files, below the folder of the spool, whose rows in order are sorted by origin; columns of files
            that stand together take the place of those before. blank_rows: origin to number of rows left out.
        """
        if self._waiting or not self._files:
            self._write()
        if not self._is_sorted:
            self._waiting = [
                pl.concat([mapped_frame(*paths) for paths in self._files]).sort("origin_key", maintain_order=True)
            ]
            self._write()
            self._files = self._files[-1:]
        folder = self.stem.parent
        paths = [[str(path.relative_to(folder)) for path in paths] for paths in self._files]
        return {"paths": paths, "blank_rows": dict(self._blank)}

    def _write(self) -> None:
        target = self._next("rows")
        pl.concat(self._waiting).write_ipc(target)
        self._files.append((target,))
        self._waiting, self._size = [], 0

    def _next(self, what: str) -> Path:
        return self.stem.with_name(f"{self.stem.name}_{len(self._files)}_{what}.arrow")


def has_blank_rows(table: pl.DataFrame) -> bool:
    """Whether there are rows with nothing but blanks in their cells."""
    return bool(_blank_rows(table, [name for name in table.columns if table.schema[name] == pl.String]).any())


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


def mapped_frame(*paths: Path) -> pl.DataFrame:
    """The rows of Arrow files side by side, mapped: what nobody looks at takes no memory.

    A column of a later file takes the place of that of an earlier one; origin_key and source_row come last. The rows
    stay when the files are unlinked.
    """
    frame = _mapped(paths[0])
    for path in paths[1:]:
        frame = frame.with_columns(_mapped(path).get_columns())
    last = [name for name in ("origin_key", "source_row") if name in frame.columns]
    return frame.select(pl.exclude(*last), *last) if last else frame


def _mapped(path: Path) -> pl.DataFrame:
    with path.open("rb") as file:
        pages = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    _MAPPED.add(pages)
    with open_file(py_buffer(pages)) as batches:  # type: ignore[no-untyped-call]
        return cast("pl.DataFrame", pl.from_arrow(batches.read_all(), rechunk=False))


_MAPPED: weakref.WeakSet[mmap.mmap] = weakref.WeakSet()


def forget_pages() -> None:
    """Give back the memory of all mapped rows looked at so far; those looked at again are fetched from their files."""
    for pages in list(_MAPPED):
        pages.madvise(mmap.MADV_DONTNEED)
