"""Every callback of every screen of numbers at 1 and 10 million order lines, and a crowd on the shipped server.

The requests are recorded from a real browser. Uncached means a result cache that was just emptied, not a cold process.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import diskcache
from flask import Flask

from bench.crowd import Crowd, crowd
from bench.installation import Installation, install, served
from bench.measure import p95, table
from bench.recording import Recorded, play, record, wire
from bench.synthetic import publish
from layouts.screens import NUMBERS
from portal.app import create_app

SIZES = (1_000_000, 10_000_000)
SCREENS = tuple(page.path for page in NUMBERS)
TIMES = 12
USERS = (1, 8, 32)
SECONDS = 8.0


def measure() -> str:
    """The tables of callbacks and of the crowd."""
    took: dict[tuple[str, str, str], dict[str, float]] = {}
    crowds: list[Crowd] = []
    for lines in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            installation = install(Path(folder) / "home")
            publish(installation.settings.home, installation.tenant, lines)
            with served(installation):
                requests = record(installation, SCREENS)
                if lines == SIZES[-1]:
                    crowds = _crowds(installation, requests)
            server = create_app(installation.settings)
            for each in requests:
                figures = took.setdefault((each.screen, each.period, each.output), {})
                figures |= {f"{name} {lines}": value for name, value in _times(server, installation, each).items()}
    return _text(took, crowds)


def _times(server: Flask, installation: Installation, request: Recorded) -> dict[str, float]:
    uncached = []
    play(server, request, installation)
    for _ in range(TIMES):
        _forget(installation)
        uncached.append(play(server, request, installation))
    cached = [play(server, request, installation) for _ in range(TIMES * 3)]
    return {"uncached": p95(uncached), "cached": p95(cached)}


def _forget(installation: Installation) -> None:
    """Empty the result cache."""
    diskcache.Cache(str(installation.settings.home / "cache")).clear()  # type: ignore[no-untyped-call]


def _crowds(installation: Installation, requests: list[Recorded]) -> list[Crowd]:
    of_overview = [each for each in requests if each.screen == "/" and each.period == "30 days"]
    overview = max(of_overview, key=lambda each: len(each.output))
    sent = wire(overview, installation)
    crowd(sent, 4, 2.0)
    return [crowd(sent, users, SECONDS) for users in USERS]


def _short(output: str) -> str:
    """The first output of a callback and how many more it has."""
    names = [name.split("@")[0] for name in output.strip(".").split("...")]
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"


def _text(took: dict[tuple[str, str, str], dict[str, float]], crowds: list[Crowd]) -> str:
    small, large = (f"uncached {lines}" for lines in SIZES)
    kinds = [f"{kind} {lines}" for lines in SIZES for kind in ("uncached", "cached")]
    rows = [
        (
            screen,
            period,
            f"`{_short(output)}`",
            *(f"{figures[kind]:.0f}" for kind in kinds),
            f"{figures[large] / figures[small]:.1f}×",
        )
        for (screen, period, output), figures in took.items()
        if small in figures and large in figures
    ]
    headings = ("screen", "period", "callback", "1M uncached", "1M cached", "10M uncached", "10M cached", "growth")
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
