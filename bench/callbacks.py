"""Every callback of Overview and Sales at 1 and 10 million order lines, and a crowd on the shipped server.

The requests are recorded from a real browser. Uncached means a result cache that was just emptied, not a cold process.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from bench.crowd import Crowd, crowd
from bench.installation import Installation, install, served
from bench.measure import p95, table
from bench.recording import Recorded, play, record, wire
from bench.synthetic import publish
from portal.app import create_app

SIZES = (1_000_000, 10_000_000)
SCREENS = ("/", "/sales")
TIMES = 12
USERS = (1, 8, 32)
SECONDS = 8.0


def measure() -> str:
    """The tables of callbacks and of the crowd."""
    took: dict[tuple[str, str], dict[str, float]] = {}
    crowds: list[Crowd] = []
    for lines in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            installation = install(Path(folder) / "home")
            publish(installation.settings.home, installation.tenant, lines)
            with served(installation):
                requests = record(installation, SCREENS)
                if lines == SIZES[-1]:
                    crowds = _crowds(installation, requests)
            for each in requests:
                figures = took.setdefault((each.screen, each.output), {})
                figures |= {f"{name} {lines}": value for name, value in _times(installation, each).items()}
    return _text(took, crowds)


def _times(installation: Installation, request: Recorded) -> dict[str, float]:
    uncached, cached = [], []
    server = create_app(installation.settings)
    play(server, request, installation)
    for _ in range(TIMES):
        shutil.rmtree(installation.settings.home / "cache", ignore_errors=True)
        server = create_app(installation.settings)
        _warm(server)
        uncached.append(play(server, request, installation))
    for _ in range(TIMES * 3):
        cached.append(play(server, request, installation))
    return {"uncached": p95(uncached), "cached": p95(cached)}


def _warm(server) -> None:  # type: ignore[no-untyped-def]
    server.test_client().get("/healthz")


def _crowds(installation: Installation, requests: list[Recorded]) -> list[Crowd]:
    overview = max((each for each in requests if each.screen == "/"), key=lambda each: len(each.output))
    sent = wire(overview, installation)
    crowd(sent, 4, 2.0)
    return [crowd(sent, users, SECONDS) for users in USERS]


def _text(took: dict[tuple[str, str], dict[str, float]], crowds: list[Crowd]) -> str:
    small, large = (f"uncached {lines}" for lines in SIZES)
    kinds = [f"{kind} {lines}" for lines in SIZES for kind in ("uncached", "cached")]
    rows = [
        (
            screen,
            f"`{output[:48]}`",
            *(f"{figures[kind]:.0f}" for kind in kinds),
            f"{figures[large] / figures[small]:.1f}×",
        )
        for (screen, output), figures in took.items()
        if small in figures and large in figures
    ]
    headings = ("screen", "callback", "1M uncached", "1M cached", "10M uncached", "10M cached", "growth")
    many = [
        (each.users, f"{each.interactions / each.seconds:.0f}", f"{each.p95_ms:.0f}", each.failures) for each in crowds
    ]
    return (
        "## Callbacks at 1 and 10 million order lines\n\n"
        f"p95 milliseconds over {TIMES} uncached and {TIMES * 3} cached calls, recorded from the browser, measured in "
        f"the server process.\n\n{table(headings, rows)}\n\n"
        "## The Overview callback with many users, 10 million lines, cached\n\n"
        "`portal serve` as shipped; the client shares the two cores.\n\n"
        f"{table(('users', 'interactions/s', 'p95 ms', 'failures'), many)}\n"
    )
