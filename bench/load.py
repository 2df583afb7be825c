"""Online Retail from zip to published snapshot, beside the plainest script and dlt with the same rows."""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from bench.installation import PORTAL, install
from bench.measure import Run, run, table

ROOT = Path(__file__).resolve().parent.parent
ARCHIVE = ROOT.parent / "shared" / "data" / "online_retail" / "online_retail_by_day.zip"
MAPPING = ROOT / "docs" / "examples" / "online_retail.toml"
ROWS = 541_909
TIMES = 3


def measure() -> str:
    """The table of loading."""
    subjects = {
        "Souk: every row checked, tied out, published": _souk,
        "pandas to SQLite, nothing checked": _pandas,
        "dlt to DuckDB, rows": lambda folder: _dlt(folder, "rows"),
        "dlt to DuckDB, Arrow tables": lambda folder: _dlt(folder, "arrow"),
    }
    runs = {name: [] for name in subjects}  # type: dict[str, list[Run]]
    for _ in range(TIMES):
        for name, load in subjects.items():
            with tempfile.TemporaryDirectory() as folder:
                runs[name].append(load(Path(folder)))
    rows = [_row(name, of) for name, of in runs.items()]
    headings = ("what", "median s", "min–max s", "rows/s", "CPU s", "peak MB (all processes)")
    return f"## Loading 541,909 rows from the zip\n\nMedian of {TIMES} runs in turn.\n\n{table(headings, rows)}\n"


def _row(name: str, runs: list[Run]) -> tuple[str, ...]:
    walls = [each.wall for each in runs]
    wall = statistics.median(walls)
    cpu = statistics.median(each.cpu for each in runs)
    return (name, f"{wall:.2f}", f"{min(walls):.2f}–{max(walls):.2f}", f"{ROWS / wall:,.0f}", f"{cpu:.1f}",
            f"{max(each.peak_mb for each in runs):,.0f}")  # fmt: skip


def _souk(folder: Path) -> Run:
    there = install(folder / "home", "Retail", "GBP")
    command = [PORTAL, "load", "--tenant", "Retail", "--source", "table", str(ARCHIVE), "--mapping", str(MAPPING)]
    return run(command, there.environ)


def _pandas(folder: Path) -> Run:
    return run([sys.executable, "-m", "bench.plain_pandas", str(ARCHIVE), str(folder / "plain.db")])


def _dlt(folder: Path, form: str) -> Run:
    quiet = {"RUNTIME__DLTHUB_TELEMETRY": "false", "RUNTIME__LOG_LEVEL": "CRITICAL"}
    return run([sys.executable, "-m", "bench.with_dlt", str(ARCHIVE), str(folder), form], quiet)
