"""Health means: can read the database and every current snapshot."""

from __future__ import annotations

import shutil
from pathlib import Path

from portal.health import find_problem
from tests.installation import Installation


def test_an_installation_without_data_is_well(installation: Installation) -> None:
    answer = installation.stranger().get("/healthz")
    assert (answer.status_code, answer.get_json()) == (200, {"status": "ok"})


def test_a_damaged_snapshot_is_unwell_and_strangers_learn_no_name(
    installation: Installation, stocked_home: Path
) -> None:
    shutil.copytree(stocked_home / "tenants", installation.settings.home / "tenants")
    assert find_problem(installation.server.extensions["portal"]) == ""
    path = installation.settings.home / "tenants" / "2" / "snapshots" / "1" / "warehouse.duckdb"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    answer = installation.stranger().get("/healthz")
    assert (answer.status_code, answer.get_json()) == (503, {"status": "not ok"})
    assert "Birch Shop" in find_problem(installation.server.extensions["portal"])


def test_a_missing_database_is_unwell(installation: Installation) -> None:
    installation.sessions.kw["bind"].dispose()
    for path in installation.settings.home.glob("portal.db*"):
        path.unlink()
    assert installation.stranger().get("/healthz").status_code == 503
