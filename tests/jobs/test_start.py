"""What a load or a sync imports at its start, which somebody waits for."""

from __future__ import annotations

import subprocess
import sys

import pytest

NEEDLESS = {"alembic", "dash", "flask", "holidays", "pandas", "plotly", "statsmodels", "xlsxwriter"}


@pytest.mark.parametrize("modules", [
    "portal.jobs.child, portal.jobs.sync",
    "portal.cli.data, portal.cli.context, portal.migrations, portal.jobs.load, etl.pipeline",
])  # fmt: skip
def test_only_what_is_needed_is_imported(modules: str) -> None:
    code = f"import sys, {modules}; print(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert {name.partition(".")[0] for name in told.split()} & NEEDLESS == set()
