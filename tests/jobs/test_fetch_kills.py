"""A sync from an API that is killed anywhere ends, when it is made again, as one that never was."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.installation import make_database, settings_for
from tests.jobs.desk import Desk
from tests.jobs.fetch_kills import rounds_of

ROUNDS = 2


def test_killed_at_random_no_page_is_lost_or_doubled(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTAL_HOME", str(desk.home))
    other = tmp_path / "quiet"
    quiet = Desk(other, make_database(settings_for(other)), tmp_path / "none")
    with rounds_of(desk, quiet, seed=3) as rounds:
        rounds.run(ROUNDS)
    assert len(rounds.deaths) >= 1
