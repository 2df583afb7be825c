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
from pathlib import Path
from typing import Any

from etl.read.formats import Limits
from etl.read.progress import last_place
from portal.errors import SourceError

RESULT = "result.json"
_ROOT = Path(__file__).resolve().parents[2]
_log = logging.getLogger(__name__)


def run_limited(job: str, request: dict[str, Any], folder: Path, limits: Limits) -> Any:
    """Run one job of `etl.read.child` and return what it reports.

    Args:
        job: name of the job.
        request: its arguments, JSON.
        folder: private folder in which the process writes its results.
        limits: of the process.

    Raises:
        SourceError: the file cannot be read, or it took more time or memory than allowed; names the file.
    """
    message = {"job": job, "folder": str(folder), "memory_mb": limits.memory_mb, "seconds": limits.seconds, **request}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "etl.read.child"], input=json.dumps(message).encode(), capture_output=True,
            timeout=limits.seconds, check=False, cwd=_ROOT, env=_environment(folder),
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise SourceError(_too_long(folder, limits)) from None
    result = folder / RESULT
    if done.returncode == 0 and result.exists():
        return json.loads(result.read_bytes())
    errors = done.stderr.decode(errors="replace")
    if done.returncode == 3:
        raise SourceError(errors.strip())
    _log.warning("reading process ended with %s at %s: %s", done.returncode, last_place(folder), errors[-4000:])
    if done.returncode == -signal.SIGXCPU:
        raise SourceError(_too_long(folder, limits))
    raise SourceError(_too_much(folder, limits, "out of memory" if done.returncode == -signal.SIGKILL else errors))


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
