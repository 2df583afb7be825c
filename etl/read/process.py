"""The limited process, seen from outside: start it, wait, turn its end into a result or a message.

Files come from strangers, and a hostile one can make a parser abort, loop or swallow memory. So parsing happens in a
process of its own with limits, with an empty environment (no secrets in reach), and its death costs nothing.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from etl.read.formats import Limits
from etl.read.progress import SoFar, last_place, so_far
from portal.errors import SourceError

RESULT = "result.json"
_ROOT = Path(__file__).resolve().parents[2]
LOOK_SECONDS = 1.0
"""How often whoever asked is told how much is read."""
_log = logging.getLogger(__name__)


def run_limited(
    job: str, request: dict[str, Any], folder: Path, limits: Limits, told: Callable[[SoFar], None] | None = None
) -> Any:
    """Run one job of `etl.read.child` and return what it reports.

    Args:
        job: name of the job.
        request: its arguments, JSON.
        folder: private folder in which the process writes its results.
        limits: of the process.
        told: how much is read, now and then while it works.

    Raises:
        SourceError: the file cannot be read, or it took more time or memory than allowed; names the file.
    """
    message = {"job": job, "folder": str(folder), "memory_mb": limits.memory_mb, "seconds": limits.seconds, **request}
    try:
        code, errors = _ended(json.dumps(message).encode(), folder, limits, told)
    except subprocess.TimeoutExpired:
        raise SourceError(_too_long(folder, limits)) from None
    result = folder / RESULT
    if code == 0 and result.exists():
        return json.loads(result.read_bytes())
    if code == 3:
        raise SourceError(errors.strip())
    _log.warning("reading process ended with %s at %s: %s", code, last_place(folder), errors[-4000:])
    if code == -signal.SIGXCPU:
        raise SourceError(_too_long(folder, limits))
    raise SourceError(_too_much(folder, limits, "out of memory" if code == -signal.SIGKILL else errors))


def _ended(message: bytes, folder: Path, limits: Limits, told: Callable[[SoFar], None] | None) -> tuple[int, str]:
    """How the process ended, and what it said of errors. It never outlives this function.

    Raises:
        subprocess.TimeoutExpired: it took too long.
    """
    ends_at, said = time.monotonic() + limits.seconds, None
    with subprocess.Popen(
        [sys.executable, "-m", "etl.read.child"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, cwd=_ROOT, env=_environment(folder),
    ) as process:  # fmt: skip
        try:
            waiting: bytes | None = message
            while True:
                left = max(ends_at - time.monotonic(), 0)
                try:
                    errors = process.communicate(waiting, min(left, LOOK_SECONDS) if told else left)[1]
                    return process.returncode, errors.decode(errors="replace")
                except subprocess.TimeoutExpired:
                    if left <= LOOK_SECONDS or not told:
                        raise
                waiting, found = None, so_far(folder)
                if found is not None and found != said:
                    said = found
                    told(found)
        except BaseException:
            process.kill()
            raise


def _environment(folder: Path) -> dict[str, str]:
    """Threads are bounded, because each reserves address space, which is limited."""
    return {"TMPDIR": str(folder), "MALLOC_ARENA_MAX": "2", "POLARS_MAX_THREADS": str(min(os.cpu_count() or 1, 8))}


def _too_long(folder: Path, limits: Limits) -> str:
    return (
        f"{last_place(folder)}: reading took longer than {limits.seconds} seconds and was stopped. "
        "Split the file, or raise PORTAL_READER_SECONDS."
    )


def _too_much(folder: Path, limits: Limits, errors: str) -> str:
    if any(
        sign in errors
        for sign in ("MemoryError", "memory allocation", "Cannot allocate", "out of memory", "File too large")
    ):
        return (
            f"{last_place(folder)}: reading needs more than {limits.memory_mb} MB of memory and was stopped. "
            "Split the file, or raise PORTAL_READER_MEMORY_MB."
        )
    return f"{last_place(folder)}: the file is damaged or made to do harm; reading it failed. Save or export it again."
