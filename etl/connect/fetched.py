"""What a fetch brings, and the inbox it brings it to."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path


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


class Inbox:
    """Payloads on their way: kept hidden until all are there, then moved into the inbox as one folder.

    What was kept outlives a fetch that was interrupted; the next one with the same watermark goes on from there.
    """

    def __init__(self, into: Path, watermark: str) -> None:
        self._into = into
        self._folder = into / ".unfinished" / hashlib.sha256(watermark.encode()).hexdigest()[:16]
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)

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

    def drop(self, name: str) -> None:
        """Forget a payload that brings nothing new."""
        (self._folder / name).unlink(missing_ok=True)

    def publish(self) -> tuple[Path, ...]:
        """Move what was kept into the inbox, in one step; returns the files there."""
        for started in self._folder.glob("*.new"):
            started.unlink()
        if not any(self._folder.iterdir()):
            self.discard()
            return ()
        numbers = [int(path.name) for path in self._into.iterdir() if path.name.isdecimal()]
        target = self._into / f"{max(numbers, default=0) + 1:08d}"
        self._folder.rename(target)
        self._discard_others()
        return tuple(sorted(target.iterdir()))

    def replace(self, told: Collection[str], lists: Collection[str]) -> tuple[Path, ...]:
        """Move what was kept over the files of the same names in the inbox, for systems that tell everything each time.

        A load takes such a file as the newer version of itself. Should this be stopped half-way, the fetch was not
        finished: the next one, with the same watermark, does it again before anything is loaded.

        Args:
            told: names of all payloads that the system told, new or not.
            lists: beginnings of names; files that begin so and were not told again are removed.
        """
        kept = sorted(path for path in self._folder.iterdir() if path.suffix != ".new")
        moved = tuple(path.replace(self._into / path.name) for path in kept)
        for path in self._into.iterdir():
            if path.is_file() and path.name not in told and path.name.startswith(tuple(lists)):
                path.unlink()
        self.discard()
        return moved

    def discard(self) -> None:
        """Forget everything that was kept."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._discard_others()

    def _discard_others(self) -> None:
        """What was kept for an older watermark is never gone on with."""
        shutil.rmtree(self._into / ".unfinished", ignore_errors=True)
