"""kill -9 at random moments of a sync, many times: python -m bench.kills [ROUNDS] [SEED]

SIGKILL leaves what the system has cached: this says nothing about a loss of power.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from tests.installation import make_database, settings_for
from tests.jobs.desk import Desk
from tests.jobs.kills import finish_up, kill_rounds, served_rows


def measure(rounds: int = 50, seed: int = 1) -> str:
    """Kill and count; raises AssertionError when a row is lost or doubled, or a snapshot is torn."""
    with tempfile.TemporaryDirectory(prefix="souk-kills-") as folder:
        home = Path(folder) / "home"
        os.environ["PORTAL_HOME"] = str(home)  # noqa: TID251 - of the processes that are killed
        desk = Desk(home, make_database(settings_for(home)), Path(folder) / "files")
        desk.write("a.csv", "1,2026-03-01,P,2,5,C1")
        desk.add()
        found = kill_rounds(desk, rounds, seed)
        finish_up(desk)
        rows = served_rows(desk)
    killed = sum(each.was_killed for each in found)
    published = sum(each.was_killed and each.after > each.before for each in found)
    assert rows == rounds + 2
    return (
        f"{rounds} syncs, seed {seed}: {killed} killed before they ended, {published} of those after publishing; "
        f"0 torn snapshots, 0 of {rows} rows lost or doubled."
    )


if __name__ == "__main__":
    print(measure(*map(int, sys.argv[1:])))
