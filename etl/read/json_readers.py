"""The processes that read parts of large JSON documents, and many small documents, at once."""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import sys
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

from etl.read.json_records import Shapes

PART_BYTES = 8 << 20
"""What one process reads at a time; small, so that all of them end at about the same time."""
SHAPES: Shapes = {}
"""What such a process has learned of the shapes of records."""
_DIE_WITH_PARENT = 1


class Readers:
    """The processes; they are started when they are first wanted.

    shapes: what this process knows of the shapes of records.
    """

    def __init__(self, shapes: Shapes) -> None:
        self.shapes = shapes
        self.count = min(os.cpu_count() or 1, 8)
        self._pool: ProcessPoolExecutor | None = None

    def begin(self, work: Callable[[Any], Any], told: Any) -> Future[Any]:
        """Have work done by the next process that has nothing to do, in the order in which it was begun."""
        self._pool = self._pool or ProcessPoolExecutor(self.count, get_context("spawn"), _set_up)
        return self._pool.submit(work, told)

    def close(self) -> None:
        """End the processes."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)


def _set_up() -> None:
    """Should the limited process be stopped, its helpers end, too; limits are inherited. See `etl.read.child.main`."""
    gc.disable()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
