"""Stored copies without their secrets, made in the limited process, small files several at a time.

Starting the process takes longer than to read a small file. Large ones go one after the other, since two at once would
take twice the memory.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType

from etl.read.formats import Limits
from etl.read.process import run_limited

Columns = tuple[str, ...]
"""Headers of the columns that were emptied."""

TOGETHER = 1 << 20
"""Bytes of files that share a process."""
_AT_ONCE = 2
"""Processes."""


@dataclass(frozen=True)
class Suspect:
    """A file that may hold secrets.

    Attributes:
        aside: a private folder with the content as `original`.
        place: names the file in messages.
        size: bytes.
        store: puts the file at a path in its place, or leaves the one that is there; told the emptied columns.
    """

    aside: TemporaryDirectory[str]
    place: str
    size: int
    store: Callable[[Path, Columns], None]


@dataclass
class Emptied:
    """Empties secrets of files while others are landed; leaving it waits for all of them."""

    limits: Limits
    _waiting: list[Suspect] = field(default_factory=list)
    _threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(_AT_ONCE))
    _begun: dict[int, tuple[Future[list[Columns]], int]] = field(default_factory=dict)

    def __enter__(self) -> Emptied:
        return self

    def __exit__(self, kind: type[BaseException] | None, problem: object, trace: TracebackType | None) -> None:
        for suspect in self._waiting:
            suspect.aside.cleanup()
        self._threads.shutdown()

    def add(self, suspect: Suspect) -> Callable[[], Columns]:
        """Have a small file emptied; what is returned waits for it and gives the emptied columns."""
        if sum(one.size for one in self._waiting) + suspect.size > TOGETHER:
            self._begin()
        self._waiting.append(suspect)
        return lambda: self._columns_of(suspect)

    def empty_now(self, suspect: Suspect) -> Columns:
        """Empty a large file before anything else is done."""
        return self._emptied([suspect])[0]

    def _columns_of(self, suspect: Suspect) -> Columns:
        if id(suspect) not in self._begun:
            self._begin()
        batch, place = self._begun[id(suspect)]
        return batch.result()[place]

    def _begin(self) -> None:
        together, self._waiting = self._waiting, []
        if together:
            batch = self._threads.submit(self._emptied, together)
            self._begun |= {id(one): (batch, place) for place, one in enumerate(together)}

    def _emptied(self, suspects: list[Suspect]) -> list[Columns]:
        """Store the copies without secrets, made in one process."""
        with ExitStack() as asides:
            folders = [Path(asides.enter_context(one.aside)) for one in suspects]
            files = [
                {"path": str(folder / "original"), "name": one.place, "target": str(folder / "blanked")}
                for one, folder in zip(suspects, folders, strict=True)
            ]
            found = [tuple(each) for each in run_limited("blank", {"files": files}, folders[0], self.limits)]
            for one, folder, columns in zip(suspects, folders, found, strict=True):
                one.store(folder / ("blanked" if columns else "original"), columns)
        return found
