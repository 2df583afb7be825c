"""A desk for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.uploads.desk import Desk


@pytest.fixture
def desk(home: Path) -> Desk:
    return Desk(home)
