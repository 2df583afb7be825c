"""Run a command as a whole process and account for it: wall seconds, CPU seconds, peak memory of the process tree."""

from __future__ import annotations

import os
import statistics
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Run:
    """One finished process: seconds on the wall, seconds of CPU, peak resident memory of the tree in MB, output."""

    wall: float
    cpu: float
    peak_mb: float
    output: str


def run(command: Sequence[str], environ: dict[str, str] | None = None) -> Run:
    """Run `command` to its end.

    Raises:
        RuntimeError: when it fails, with what it printed.
    """
    before = os.times()
    start = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, **(environ or {})},  # noqa: TID251
    )
    watch = _Watch(process.pid)
    output, _ = process.communicate()
    wall = time.perf_counter() - start
    after = os.times()
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} failed with {process.returncode}:\n{output}")
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Run(wall, cpu, watch.stop(), output)


class _Watch:
    """Samples the resident memory of a process and its descendants every 20 ms."""

    def __init__(self, pid: int) -> None:
        self.pid, self.peak, self._over = pid, 0.0, threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._thread.start()

    def _sample(self) -> None:
        while not self._over.wait(0.02):
            self.peak = max(self.peak, sum(map(_resident_mb, _tree(self.pid))))

    def stop(self) -> float:
        self._over.set()
        self._thread.join()
        return self.peak


def _tree(pid: int) -> list[int]:
    found = [pid]
    for parent in found:
        try:
            found += map(int, Path(f"/proc/{parent}/task/{parent}/children").read_text().split())
        except OSError:
            continue
    return found


def _resident_mb(pid: int) -> float:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    except (OSError, IndexError):
        return 0.0


def timed(action: Callable[[], object], times: int) -> list[float]:
    """Milliseconds of each of `times` calls."""
    took = []
    for _ in range(times):
        start = time.perf_counter()
        action()
        took.append((time.perf_counter() - start) * 1000)
    return took


def p95(values: Sequence[float]) -> float:
    """The 95th percentile (inclusive method)."""
    return statistics.quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else values[0]


def table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(headings) + " |", "|" + "---|" * len(headings)]
    return "\n".join(lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows])
