"""The note that the limited process leaves of what it is working on: for people who wait, and should it die.

Whoever reads a file deep inside says how far it went (`went_on`); in any other process that says nothing to nobody.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

_NAME = "progress"
_LENGTH = 1024
_NUMBERS = 96


@dataclass(frozen=True)
class SoFar:
    """How much of the files is read.

    Attributes:
        rows: rows read, over all tables; before blank rows are left out, so it may end a little lower.
        size, whole: bytes gone through, and of all files together.
    """

    rows: int
    size: int
    whole: int


class Progress:
    """Writes the note; one small write in place, because there may be thousands of files.

    Args:
        folder: private folder of the job.
        files: all files of the job; none where nobody asks how much is done.
    """

    def __init__(self, folder: Path, files: Iterable[Path] = ()) -> None:
        self._descriptor = os.open(folder / _NAME, os.O_WRONLY | os.O_CREAT, 0o600)
        self._whole = sum(map(_size, files))
        self._done = self._file = 0
        self._rows = self._rows_within = self._size_within = 0

    def __enter__(self) -> Self:
        _CURRENT.append(self)
        return self

    def __exit__(self, *_problem: type[BaseException] | BaseException | TracebackType | None) -> None:
        _CURRENT.remove(self)
        os.close(self._descriptor)

    def at(self, place: str) -> None:
        """Say what is worked on."""
        os.pwrite(self._descriptor, place.encode()[:_LENGTH].ljust(_LENGTH), 0)

    def begin(self, name: str, path: Path) -> None:
        """Say which file is next; the one before is done."""
        self._done += self._file
        self._file, self._size_within, self._rows_within = _size(path), 0, 0
        self.at(name)
        self._tell()

    def count(self, rows: int) -> None:
        """Rows of a table are ready."""
        self._rows += rows
        self._rows_within = max(self._rows_within - rows, 0)
        self._tell()

    def go_on(self, rows: int, size: int) -> None:
        """So many more rows and bytes of the file are gone through; the rows are counted again when they are ready."""
        self._rows_within += rows
        self._size_within += size
        self._tell()

    def _tell(self) -> None:
        size = self._done + min(self._size_within, self._file)
        numbers = f"{self._rows + self._rows_within} {size} {self._whole}"
        os.pwrite(self._descriptor, numbers.encode().ljust(_NUMBERS), _LENGTH)


def _size(path: Path) -> int:
    """A file that is not there is told when it is read."""
    return path.stat().st_size if path.exists() else 0


_CURRENT: list[Progress] = []
"""Of the one job this process does; empty in helpers of it."""


def went_on(rows: int = 0, size: int = 0) -> None:
    """So many more rows and bytes of the present file are gone through."""
    for each in _CURRENT:
        each.go_on(rows, size)


def last_place(folder: Path) -> str:
    """The file last worked on; "the files" before the first."""
    note = folder / _NAME
    return note.read_bytes()[:_LENGTH].decode(errors="ignore").strip() if note.exists() else "the files"


def so_far(folder: Path) -> SoFar | None:
    """How much is read; None before the first file, and where the note is just being written."""
    try:
        numbers = (folder / _NAME).read_bytes()[_LENGTH:].split()
        return SoFar(*map(int, numbers)) if len(numbers) == 3 else None
    except (OSError, ValueError):
        return None
