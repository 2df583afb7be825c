"""Results kept on disk, shared by all processes. Only bytes we encoded ourselves go in; nothing is ever unpickled.

Snapshots are immutable, so a kept result never becomes wrong: every key starts with the tenants and snapshots it was
made from, and a new snapshot simply asks under another key. Old entries leave by size (least recently used first).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import diskcache
from diskcache.core import MODE_PICKLE

_BYTES_PER_MB = 1024 * 1024
_SMALL = 256 * 1024


@dataclass(frozen=True)
class CacheKey:
    """What a result was made from: (tenant id, snapshot number) pairs, and the question asked of them."""

    pins: tuple[tuple[int, int], ...]
    question: str

    def text(self) -> str:
        """The key as stored: tenants and snapshots in the open, the question as its SHA-256."""
        pins = ",".join(f"{tenant}@{snapshot}" for tenant, snapshot in sorted(self.pins))
        return f"{pins}|{hashlib.sha256(self.question.encode()).hexdigest()}"


class BytesDisk(diskcache.Disk):
    """DiskCache storage that holds text keys and bytes only, so that a planted file can never run code."""

    def put(self, key: Any) -> Any:
        """Text keys only."""
        if not isinstance(key, str):
            raise TypeError("Cache keys are text.")
        return key, True

    def get(self, key: Any, raw: bool) -> Any:
        """Refuse a key that would have to be unpickled."""
        if not raw:
            raise ValueError("The cache holds a key this portal did not write.")
        return key

    def store(self, value: Any, read: bool, key: Any = diskcache.core.UNKNOWN) -> Any:
        """Bytes only."""
        if not isinstance(value, bytes) or read:
            raise TypeError("Cached values are bytes.")
        return super().store(value, False, key=key)  # type: ignore[no-untyped-call]

    def fetch(self, mode: int, filename: Any, value: Any, read: bool) -> Any:
        """Refuse a value that would have to be unpickled."""
        if mode == MODE_PICKLE:
            raise ValueError("The cache holds a value this portal did not write.")
        return super().fetch(mode, filename, value, read)  # type: ignore[no-untyped-call]


class Cache:
    """Bytes by key, at most `megabytes` of them, in `folder` (readable by its owner only)."""

    def __init__(self, folder: Path, megabytes: int) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.chmod(0o700)
        self._entries: Any = diskcache.Cache(  # type: ignore[no-untyped-call]
            str(folder),
            disk=BytesDisk,
            disk_min_file_size=_SMALL,
            size_limit=megabytes * _BYTES_PER_MB,
            eviction_policy="least-recently-stored",
            statistics=0,
        )

    def cached(self, key: CacheKey, make: Callable[[], bytes]) -> bytes:
        """The bytes kept under `key`, else those `make` gives now.

        A cache that cannot be read or written only costs time: the answer is made anew.
        """
        name = key.text()
        found = self._read(name)
        if found is None:
            found = make()
            self._write(name, found)
        return found

    def _read(self, name: str) -> bytes | None:
        try:
            found = self._entries.get(name)
        except (ValueError, OSError, diskcache.Timeout):
            return None
        return found if isinstance(found, bytes) else None

    def _write(self, name: str, content: bytes) -> None:
        try:
            self._entries.set(name, content)
        except (OSError, diskcache.Timeout):
            return

    def close(self) -> None:
        """Let go of the files."""
        self._entries.close()
