"""kill -9 at random moments of a sync: what is served stays whole, and in the end every row is there once."""

from __future__ import annotations

import random
import signal
import subprocess
import time
from dataclasses import dataclass

from portal.clock import utc_now
from portal.db import writing
from portal.jobs.child import command
from portal.sync_runs import Claim, claim_next, claim_now, release
from portal.warehouse.store import SnapshotStore
from tests.jobs.desk import Desk


@dataclass(frozen=True)
class Round:
    """One sync that was to be killed: what was served before and after, and whether the kill came in time."""

    before: int
    after: int
    was_killed: bool


def kill_rounds(desk: Desk, rounds: int, seed: int) -> list[Round]:
    """Add a row and start a sync, `rounds` times; kill each at a random moment of the time the first one took."""
    chance = random.Random(seed)
    length = _seconds_of_one(desk)
    found = []
    for number in range(rounds):
        desk.write(f"round-{number}.csv", f"r{number},2026-03-02,P,1,1,C")
        before = served_rows(desk)
        claim, process = _start(desk)
        time.sleep(chance.uniform(0, length))
        process.send_signal(signal.SIGKILL)
        code = process.wait(60)
        with writing(desk.sessions) as session:
            release(session, claim, utc_now())
        found.append(Round(before, served_rows(desk), code == -signal.SIGKILL))
    return found


def served_rows(desk: Desk) -> int:
    """Rows of the served snapshot; each is worth as much as it should be, and nothing is torn."""
    snapshot = SnapshotStore(desk.home, 3).current(desk.task.tenant.id)
    rows, amount = desk.net().split(" rows ")
    assert snapshot is not None
    assert snapshot.notice == ""
    assert float(amount) == int(rows) - 1 + 10  # the first row is worth 10, every other 1
    return int(rows)


def finish_up(desk: Desk) -> None:
    """What a worker does next: it takes a killed sync over."""
    with writing(desk.sessions) as session:
        claim = claim_next(session, "after", utc_now())
    assert claim is not None
    assert subprocess.run(command(claim), check=False, timeout=120).returncode == 0


def _seconds_of_one(desk: Desk) -> float:
    desk.write("first.csv", "first,2026-03-02,P,1,1,C")
    start = time.monotonic()
    assert _start(desk)[1].wait(120) == 0
    return time.monotonic() - start


def _start(desk: Desk) -> tuple[Claim, subprocess.Popen[bytes]]:
    """The process of a sync, as the worker starts it."""
    with writing(desk.sessions) as session:
        claim = claim_now(session, desk.source, "kills", utc_now())
    return claim, subprocess.Popen(command(claim))
