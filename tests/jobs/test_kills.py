"""A sync that is killed anywhere."""

from __future__ import annotations

import pytest

from tests.jobs.desk import Desk
from tests.jobs.kills import finish_up, kill_rounds, served_rows

ROUNDS = 6


def test_killed_at_random_no_row_is_lost_or_doubled(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_HOME", str(desk.home))
    found = kill_rounds(desk, ROUNDS, seed=5)
    assert all(each.after >= each.before for each in found)
    assert any(each.was_killed for each in found)
    finish_up(desk)
    assert served_rows(desk) == ROUNDS + 2
