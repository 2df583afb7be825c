"""A source that is not in sync is said on every screen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from callbacks.synced import sync_words, trouble
from portal.freshness import Freshness, State


def one(name: str, state: State, minutes: int | None = 3) -> tuple[str, Freshness]:
    lag = None if minutes is None else timedelta(minutes=minutes)
    return "Amber Shop", Freshness(name, "imiq", state, None, None, lag, None, "/secret/place")


FRESH, STALE, FAILING = one("Sheet", State.FRESH), one("Hub", State.STALE, 90), one("Till", State.FAILING, None)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([], ("", "")),
        ([FRESH, one("Old", State.PAUSED)], ("", "")),
        ([STALE, FRESH], (" · 1 source not in sync", "dot dot-warn")),
        ([FAILING, STALE, FRESH], (" · 2 sources not in sync", "dot dot-bad")),
    ],
)
def test_the_top_bar_says_what_is_wrong(found: list[Any], expected: tuple[str, str]) -> None:
    assert trouble(found) == expected


def test_each_source_is_told_without_its_place() -> None:
    assert sync_words([FAILING, STALE, FRESH]) == (
        "Kept in sync: Till failing, never synced · Hub stale, synced 1 hour ago · Sheet fresh, synced 3 minutes ago"
    )
    assert sync_words([]) == ""


def test_several_clients_are_told_apart() -> None:
    assert sync_words([FRESH, ("Birch Shop", STALE[1])]).startswith("Kept in sync: Amber Shop, Sheet fresh")
