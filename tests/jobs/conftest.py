"""A desk for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.db import Sessions
from tests.jobs.desk import Desk


@pytest.fixture
def desk(home: Path, sessions: Sessions, tmp_path: Path) -> Desk:
    """A folder source with one file of one row."""
    desk = Desk(home, sessions, tmp_path / "files")
    desk.write("a.csv", "1,2026-03-01,P,2,5,C1")
    desk.add()
    return desk
