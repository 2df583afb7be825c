"""The processes that read parts of large JSON documents, and many small documents, at once."""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import sys
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from typing import Any, Generic, TypeVar

from etl.read.json_records import Shapes

PART_BYTES = 8 << 20
"""What one process reads at a time; small, so that all of them end at about the same time."""
SHAPES: Shapes = {}
"""What such a process has learned of the shapes of records."""
_DIE_WITH_PARENT = 1

Told = TypeVar("Told")
Made = TypeVar("Made")


class Work(Generic[Made]):
    """Something that one of the processes does, or this one while it would wait.

    Args:
        do: what.
        future: of the process.
        others: does what nobody has begun yet; whether there was anything.
    """

    def __init__(self, do: Callable[[], Made], future: Future[Made], others: Callable[[], bool]) -> None:
        self._do = do
        self._future = future
        self._others = others
        self._made_here: list[Made] = []

    def result(self) -> Made:
        """What was made; while another process is at it, this one does something that comes later."""
        while not self._made_here and not self._future.done() and self._others():
            pass
        return self._made_here[0] if self._made_here else self._future.result()

    def done_here(self) -> bool:
        """Do it in this process, unless it was begun, or cancelled; whether it was done."""
        if self._future.done() or not self._future.cancel():
            return False
        self._made_here.append(self._do())
        return True

    def cancel(self) -> None:
        """Nobody asks for it any more."""
        self._future.cancel()


class Readers:
    """The processes, this one among them; the others are started when they are first wanted.

    shapes: what this process knows of the shapes of records.
    """

    def __init__(self, shapes: Shapes) -> None:
        self.shapes = shapes
        self.count = min(os.cpu_count() or 1, 8)
        self._pool: ProcessPoolExecutor | None = None
        self._waiting: deque[Work[Any]] = deque()

    def begin(self, work: Callable[[Told], Made], told: Told) -> Work[Made]:
        """Have work done by the next process that has nothing to do, in the order in which it was begun."""
        self._pool = self._pool or ProcessPoolExecutor(max(self.count - 1, 1), get_context("spawn"), _set_up)
        begun = Work(partial(work, told), self._pool.submit(work, told), self._do_next)
        self._waiting.append(begun)
        return begun

    def _do_next(self) -> bool:
        """Do the first work that nobody has begun; whether there was any."""
        while self._waiting:
            if self._waiting.popleft().done_here():
                return True
        return False

    def close(self) -> None:
        """End the processes."""
        self._waiting.clear()
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)


def _set_up() -> None:
    """Should the limited process be stopped, its helpers end, too; limits are inherited. See `etl.read.child.main`."""
    gc.disable()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
