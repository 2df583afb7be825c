"""A stall for each test, its warehouse written once."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.db import Sessions
from tests.alerts.shop import Stall, write_file


@pytest.fixture(scope="session")
def stall_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_file(tmp_path_factory.mktemp("stall") / "shop.duckdb")


@pytest.fixture
def stall(home: Path, sessions: Sessions, stall_file: Path) -> Stall:
    """Nothing is published yet."""
    return Stall(home, sessions, stall_file)
