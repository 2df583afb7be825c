"""Has anything changed? What files look like from outside: names, sizes and times, without reading them."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from etl.archive import is_system_file
from portal.errors import SourceError

_QUIET_SECONDS = 3.0
_LOOK_SECONDS = 1.0
_LOOKS = 30


def fingerprint(path: Path, *facts: str) -> str:
    """A checksum of every file at `path` (name, size, time of change) and of `facts` that decide how they are read.

    Raises:
        SourceError: there is no such file or folder.
    """
    digest = hashlib.sha256(repr(facts).encode())
    for name, size, changed in seen(path):
        digest.update(f"{name}\0{size}\0{changed}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def wait_until_quiet(path: Path, sleep: Callable[[float], None] = time.sleep) -> None:
    """Wait while files at `path` are still being written: half a file would be half the truth.

    Raises:
        SourceError: they still change after half a minute.
    """
    for _look in range(_LOOKS):
        before = seen(path)
        if not before or abs(time.time() - max(changed for *_, changed in before) / 1e9) > _QUIET_SECONDS:
            return
        sleep(_LOOK_SECONDS)
        if seen(path) == before:
            return
    raise SourceError(f"{path}: the files are still being written. They are looked at again with the next sync.")


def seen(path: Path) -> list[tuple[str, int, int]]:
    """(name, size in bytes, time of change in nanoseconds) of each file, by name.

    Raises:
        SourceError: there is no such file or folder.
    """
    if not path.exists():
        raise SourceError(f"{path}: there is no such file or folder. Check the location of the source.")
    return sorted(_file_facts(path))


def _file_facts(path: Path) -> Iterator[tuple[str, int, int]]:
    if not path.is_dir():
        state = path.stat()
        yield path.name, state.st_size, state.st_mtime_ns
        return
    for folder, _folders, names in os.walk(path):
        for name in names:
            file = Path(folder, name)
            inside = file.relative_to(path).as_posix()
            if is_system_file(inside):
                continue
            try:
                state = file.stat()
            except FileNotFoundError:
                continue  # removed, or a link to nothing: a load will say so if it matters
            yield inside, state.st_size, state.st_mtime_ns
