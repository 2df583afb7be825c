"""Studies are worked out after each load, one tenant at a time, and only once a snapshot."""

from __future__ import annotations

import subprocess
import sys

import pytest

from portal.jobs.studies import Studying
from portal.studies import STUDIES
from tests.jobs.desk import Desk


def started(desk: Desk) -> tuple[Studying, list[int]]:
    tenants: list[int] = []

    def start(tenant_id: int) -> subprocess.Popen[bytes]:
        tenants.append(tenant_id)
        return subprocess.Popen([sys.executable, "-c", "pass"])

    return Studying(desk.settings, desk.sessions, start), tenants


def stepped(studying: Studying) -> None:
    studying.step()
    if studying._process is not None:
        studying._process.wait(30)


def test_a_snapshot_is_studied_once(desk: Desk) -> None:
    desk.sync()
    studying, tenants = started(desk)
    for _ in range(3):
        stepped(studying)
    assert tenants == [1]


def test_a_new_snapshot_is_studied_again(desk: Desk) -> None:
    studying, tenants = started(desk)
    for name in ("one.csv", "two.csv"):
        desk.write(name, f"{name[:3]},2026-03-02,P,1,5,C1")
        desk.sync()
        stepped(studying)
    assert tenants == [1, 1]


def test_only_one_process_runs_and_it_ends_with_the_worker(desk: Desk) -> None:
    desk.sync()
    sleeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    studying = Studying(desk.settings, desk.sessions, lambda _: sleeper)
    assert (studying.step(), studying.step()) == (True, False)
    studying.stop()
    assert sleeper.returncode == -9


def test_the_process_makes_every_study(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.sync()
    monkeypatch.setenv("PORTAL_HOME", str(desk.home))
    line = [sys.executable, "-m", "portal.jobs", "studies", "1"]
    subprocess.run(line, check=True, capture_output=True, timeout=120)
    made = {path.name.split("-")[1] for path in (desk.home / "tenants/1/studies").glob("*.arrow")}
    assert made == {*STUDIES}
