"""A stall for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.db import Sessions
from tests.alerts.shop import Stall


@pytest.fixture
def stall(home: Path, sessions: Sessions, stall_file: Path) -> Stall:
    """Nothing is published yet."""
    return Stall(home, sessions, stall_file)
