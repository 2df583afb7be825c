"""A desk for each test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from etl.read.formats import Limits
from etl.read.jobs import land_job
from portal.uploads import arrival
from tests.uploads.desk import Desk


@pytest.fixture
def guarded_desk(home: Path) -> Desk:
    """Files are looked at in the limited process."""
    return Desk(home)


@pytest.fixture
def desk(guarded_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Files are looked at here, because a process for each of many takes long."""

    def look(_job: str, request: dict[str, Any], folder: Path, limits: Limits) -> Any:
        return land_job({**request, "memory_mb": limits.memory_mb, "seconds": limits.seconds}, folder)

    monkeypatch.setattr(arrival, "run_limited", look)
    return guarded_desk
