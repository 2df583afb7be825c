"""kill -9 at random moments of syncs, many times: python -m bench.kills [ROUNDS] [SEED]

SIGKILL leaves what the system has cached: this says nothing about a loss of power.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from tests.installation import make_database, settings_for
from tests.jobs.desk import Desk
from tests.jobs.fetch_kills import rounds_of
from tests.jobs.kills import finish_up, kill_rounds, served_rows


def measure(rounds: int = 50, seed: int = 1) -> str:
    """Kill and count; raises AssertionError when a row is lost or doubled, or a snapshot is torn."""
    return f"{measure_files(rounds, seed)}\n\n{measure_fetches(rounds, seed)}"


def measure_files(rounds: int, seed: int) -> str:
    """Syncs of a folder."""
    with tempfile.TemporaryDirectory(prefix="souk-kills-") as folder:
        desk = _desk(Path(folder))
        desk.write("a.csv", "1,2026-03-01,P,2,5,C1")
        desk.add()
        found = kill_rounds(desk, rounds, seed)
        finish_up(desk)
        rows = served_rows(desk)
    killed = sum(each.was_killed for each in found)
    published = sum(each.was_killed and each.after > each.before for each in found)
    assert rows == rounds + 2
    return (
        f"{rounds} syncs of a folder, seed {seed}: {killed} killed before they ended, {published} of those after "
        f"publishing; 0 torn snapshots, 0 of {rows} rows lost or doubled."
    )


def measure_fetches(rounds: int, seed: int) -> str:
    """Syncs from an API, beside a source that is never disturbed."""
    with tempfile.TemporaryDirectory(prefix="souk-kills-") as folder:
        quiet, killed = _desk(Path(folder) / "quiet"), _desk(Path(folder) / "killed")
        with rounds_of(killed, quiet, seed) as found:
            found.run(rounds)
    late = found.deaths.count("after the last request")
    return (
        f"{rounds} syncs from an API, seed {seed}: {len(found.deaths)} killed before they ended, "
        f"{len(found.deaths) - late} of those between two requests. Made again, each left the same payloads and the "
        f"same warehouse as a sync that nothing had disturbed; 0 of {len(found.courier.minutes)} parcels lost or "
        "doubled."
    )


def _desk(folder: Path) -> Desk:
    home = folder / "home"
    os.environ["PORTAL_HOME"] = str(home)  # noqa: TID251 - of the processes that are killed
    return Desk(home, make_database(settings_for(home)), folder / "files")


if __name__ == "__main__":
    print(measure(*map(int, sys.argv[1:])))
