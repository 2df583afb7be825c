"""Cold page in headless Chromium: Overview of a tenant with a million lines beside a default Dash page."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.cold_page import Look, Subject, looks
from bench.installation import free_port, install, served
from bench.measure import table
from bench.synthetic import publish

TIMES = 5


def measure() -> str:
    """The table of cold pages."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        installation = install(Path(folder) / "home")
        publish(installation.settings.home, installation.tenant, 1_000_000)
        address = installation.settings.base_url + "/"
        ours = Subject(
            "Souk Overview",
            address,
            installation.browser_cookies(),
            ".kpi-value:not(:empty)",
            2,
            ("#filter-period input[value='90d']",),
        )
        with served(installation):
            looks(ours, 1)
            rows.append(_row(ours, looks(ours, TIMES)))
    port = free_port()
    with _default_page(port):
        theirs = Subject(
            "default Dash page", f"http://127.0.0.1:{port}/", (), ".ag-root", 4, ("#period", "text=30 days")
        )
        rows.append(_row(theirs, looks(theirs, TIMES)))
    headings = ("page", "first content ms", "first KPI or grid ms", "all charts ms", "MB", "filter to repaint ms")
    title = f"## Cold page in headless Chromium on loopback\n\nMedian of {TIMES} fresh contexts."
    return f"{title}\n\n{table(headings, rows)}\n"


def _row(subject: Subject, seen: list[Look]) -> tuple[str, ...]:
    def median(name: str) -> float:
        return statistics.median(getattr(each, name) for each in seen)

    return (subject.name, f"{median('first_content'):.0f}", f"{median('first_kpi'):.0f}", f"{median('all_charts'):.0f}",
            f"{median('megabytes'):.2f}", f"{median('repaint'):.0f}")  # fmt: skip


@contextmanager
def _default_page(port: int) -> Iterator[None]:
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.default_page", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(200):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(10)
