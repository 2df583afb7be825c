"""What a fetch brings, and the inbox it brings it to."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from portal.warehouse.disk import replace_text, sync_folder


@dataclass(frozen=True)
class Fetched:
    """The result of one fetch.

    Attributes:
        files: new payload files in the inbox; none when nothing has changed.
        watermark: what the next fetch is to be given; opaque. Keep it only after the files are loaded.
        is_complete: everything up to the watermark is in the inbox. A fetch that cannot be completed raises, so this
            is false only where the system tells a part on purpose.
    """

    files: tuple[Path, ...]
    watermark: str
    is_complete: bool = True


_SINCE = ".since"
"""In a folder that was published: which watermark it was fetched from."""
_STANDS_AT = ".stands-at"
"""In an inbox that is replaced file by file: the watermark that says what it holds."""


class Inbox:
    """Payloads on their way: kept hidden until all are there, then moved into the inbox as one folder.

    What was kept outlives a fetch that was interrupted; the next one with the same watermark goes on from there. It
    finds every payload that was kept or none: with some of a list's pages only, a record that moved from one page to
    another could be on neither.
    """

    def __init__(self, into: Path, watermark: str) -> None:
        self._into = into
        self._since = _short_hash(watermark)
        self._unfinished = into / ".unfinished"
        self._folder = self._unfinished / self._since
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._dropped: set[str] = set()

    @property
    def folder(self) -> Path:
        """Where payloads are kept, for a payload that is too large for `keep`."""
        return self._folder

    def kept(self, name: str) -> bytes | None:
        """A payload of an interrupted fetch."""
        path = self._folder / name
        return path.read_bytes() if path.is_file() else None

    def keep(self, name: str, content: bytes) -> None:
        """Write a payload, flushed to disk, under its name or not at all."""
        path = self._folder / f"{name}.new"
        with path.open("wb") as written:
            written.write(content)
            written.flush()
            os.fsync(written.fileno())
        path.replace(self._folder / name)

    def forget(self, name: str) -> None:
        """Remove a payload that is kept, so that it is asked for again."""
        (self._folder / name).unlink(missing_ok=True)

    def drop(self, name: str) -> None:
        """Leave out a payload that brings nothing new when the others are moved."""
        self._dropped.add(name)

    def publish(self) -> tuple[Path, ...]:
        """Move what was kept into the inbox, in one step; returns the files there.

        A fetch whose watermark was lost, because somebody was killed before it was noted, is made again from the same
        one. Its folder takes the place of the one before, so that nothing is there twice.
        """
        closed = self._close()
        if not _names(closed):
            self.discard()
            return ()
        (closed / _SINCE).write_text(self._since)
        newest = max((int(path.name) for path in self._into.iterdir() if path.name.isdecimal()), default=0)
        before = self._into / f"{newest:08d}"
        if _text(before / _SINCE) == self._since:
            before.rename(self._unfinished / f"before-{newest}")
            newest -= 1
        target = self._into / f"{newest + 1:08d}"
        closed.rename(target)
        sync_folder(self._into)
        self._discard_all()
        return tuple(target / name for name in _names(target))

    def _close(self) -> Path:
        """Where what was kept is now, without what was dropped; a later fetch does not go on with it."""
        closed = self._unfinished / "closed"
        shutil.rmtree(closed, ignore_errors=True)
        self._folder.rename(closed)
        for path in list(closed.iterdir()):
            if path.name in self._dropped or path.suffix == ".new" or path.name.startswith("."):
                path.unlink()
        return closed

    @property
    def is_known(self) -> bool:
        """Whether the files of the inbox are those that the watermark tells of.

        They are not after a fetch that replaced some and whose watermark was never noted: then all are replaced.
        """
        return _text(self._into / _STANDS_AT) == self._since

    def replace(self, told: Collection[str], lists: Collection[str], watermark: str) -> tuple[Path, ...]:
        """Move what was kept over the files of the same names in the inbox, for systems that tell everything each time.

        A load takes such a file as the newer version of itself. Should this be stopped half-way, the fetch was not
        finished: the next one, with the same watermark, does it again before anything is loaded.

        Args:
            told: names of all payloads that the system told, new or not; others that were kept are forgotten.
            lists: beginnings of names; files that begin so and were not told again are removed.
            watermark: what the next fetch is to be given.
        """
        (self._into / _STANDS_AT).unlink(missing_ok=True)
        sync_folder(self._into)
        closed = self._close()
        moved = tuple((closed / name).replace(self._into / name) for name in _names(closed) if name in told)
        for path in self._into.iterdir():
            if path.is_file() and path.name not in told and path.name.startswith(tuple(lists)):
                path.unlink()
        sync_folder(self._into)
        replace_text(self._into / _STANDS_AT, _short_hash(watermark))
        self.discard()
        return moved

    def discard(self) -> None:
        """Forget everything that was kept."""
        if self._folder.exists():
            self._close()
        self._discard_all()

    def _discard_all(self) -> None:
        """What was kept for an older watermark is never gone on with."""
        shutil.rmtree(self._unfinished, ignore_errors=True)


def _names(folder: Path) -> list[str]:
    """The payloads in a folder."""
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))


def _short_hash(watermark: str) -> str:
    return hashlib.sha256(watermark.encode()).hexdigest()[:16]


def _text(path: Path) -> str:
    """What a small file says; "" without one."""
    try:
        return path.read_text()
    except OSError:
        return ""
