"""The worker: starts what is due, takes back what died, stops when told."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from portal.jobs.worker import Worker
from portal.models import SyncRun
from portal.sync_runs import Claim
from tests.jobs.desk import Desk

ROOT = Path(__file__).resolve().parents[2]


def runs(desk: Desk) -> list[tuple[str, int]]:
    with desk.sessions() as session:
        return [(run.status, run.attempts) for run in session.scalars(select(SyncRun).order_by(SyncRun.id))]


def process(code: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", code])


def worker(desk: Desk, code: str = "import time; time.sleep(60)") -> Worker:
    return Worker(desk.settings, desk.sessions, lambda _claim: process(code))


def test_what_is_due_gets_a_process_and_nothing_else_does(desk: Desk) -> None:
    one = worker(desk)
    assert (one.step(), one.step()) == (1, 0)
    one._stop()
    assert runs(desk) == [("running", 1)]


def test_a_process_that_died_is_taken_over_at_once(desk: Desk) -> None:
    one = worker(desk, "import os; os.kill(os.getpid(), 9)")
    one.step()
    one._running[0][1].wait(30)
    one._start = lambda _claim: process("pass")
    assert one.step() == 1
    one._running[0][1].wait(30)
    assert runs(desk) == [("running", 2)]


def test_nothing_changed_needs_no_process(desk: Desk) -> None:
    desk.sync()
    started: list[Claim] = []
    one = Worker(desk.settings, desk.sessions, started.append)  # type: ignore[arg-type,return-value]
    assert (one.step(), started) == (1, [])
    assert runs(desk) == [("published", 1), ("unchanged", 1)]


def test_a_missing_folder_does_not_stop_the_next_source(desk: Desk, tmp_path: Path) -> None:
    desk.files.rename(tmp_path / "elsewhere")
    desk.add("Second", tmp_path / "elsewhere")
    one = worker(desk)
    desk.sync()
    one.step()
    one._stop()
    assert [status for status, _ in runs(desk)] == ["failed", "running"]


def test_it_stops_when_whoever_started_it_is_gone(desk: Desk) -> None:
    worker(desk).run(parent=os.getppid() + 1)
    assert runs(desk) == []


def test_the_real_worker_syncs_and_stops_cleanly(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_HOME", str(desk.home))
    command = [sys.executable, "-m", "portal", "worker"]
    with subprocess.Popen(command, cwd=ROOT, text=True, stderr=subprocess.PIPE) as real:
        for _ in range(600):
            if desk.source.last_success_at:
                break
            time.sleep(0.1)
        real.send_signal(signal.SIGTERM)
        _, said = real.communicate(timeout=60)
    assert (real.returncode, desk.net(), runs(desk)[0]) == (0, "1 rows 10.00", ("published", 1))
    assert '"sync of Exports: published "' in said
