"""One writer per tenant: an flock on the tenant's folder, released by the kernel even when the holder is killed."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from portal.errors import ConflictError

_POLL_SECONDS = 0.1


@dataclass(frozen=True)
class Holder:
    """Who holds the lock: what it does, its process id and since when (UTC, ISO 8601)."""

    task: str
    pid: int
    since: str

    def __str__(self) -> str:
        return f"{self.task} (process {self.pid}, since {self.since} UTC)"


OnWait = Callable[[str], None]
"""Told once, in words, what a load is waiting for."""


@contextmanager
def exclusive(path: Path, task: Holder, wait_seconds: float, on_wait: OnWait | None = None) -> Iterator[None]:
    """Hold the lock file `path` exclusively while the block runs.

    Raises:
        ConflictError: another process still holds it after `wait_seconds`; names the holder.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("a+") as handle:
        _acquire(handle, wait_seconds, on_wait)
        handle.seek(0)
        handle.truncate()
        handle.write(json.dumps({"task": task.task, "pid": task.pid, "since": task.since}))
        handle.flush()
        try:
            yield
        finally:
            handle.seek(0)
            handle.truncate()
            handle.flush()
            fcntl.flock(handle, fcntl.LOCK_UN)


def _acquire(handle: IO[str], wait_seconds: float, on_wait: OnWait | None) -> None:
    deadline = time.monotonic() + wait_seconds
    told = False
    while not _try(handle):
        if not told and on_wait and wait_seconds > 0:
            on_wait(f"Waiting up to {wait_seconds:g} s for {_holder(handle)} to finish.")
            told = True
        if time.monotonic() >= deadline:
            raise ConflictError(
                f"{_holder(handle)} is working on this tenant. Nothing was changed. Try again when it has finished."
            )
        time.sleep(_POLL_SECONDS)


def _try(handle: IO[str]) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(handle: IO[str]) -> str:
    """The holder in words; it may be between taking the lock and writing its name."""
    handle.seek(0)
    try:
        return str(Holder(**json.loads(handle.read())))
    except (ValueError, TypeError):
        return "another load"


def this_process(task: str, now: str) -> Holder:
    """The current process as a holder of `task`."""
    return Holder(task, os.getpid(), now)
