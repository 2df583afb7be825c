"""Days that are off, one after the other, are one alarm: from when to when, what was found and what was expected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

CALM_DAYS = 3
"""Days with rows that must not be off before another day is a new alarm."""


@dataclass(frozen=True)
class Stretch:
    """One alarm.

    Attributes:
        first, last: first and last day off, both included; days: how many are.
        kind: "missing" when no day off had rows, else "value".
        found, expected, low, high: over the days off together (sums where days add up, else means); None when unknown.
        money: what the difference costs in all, positive is a loss; None when not known of any day.
        is_over: whether later days with rows are not off any more.
    """

    first: date
    last: date
    days: int
    kind: str
    found: float | None
    expected: float | None
    low: float | None
    high: float | None
    money: float | None
    is_over: bool


def stretches_of(verdicts: pl.DataFrame, adds_up: bool) -> list[Stretch]:
    """The alarms in the verdicts of `judge_days`, in order."""
    days = verdicts.filter(pl.col("found").is_not_null()).to_dicts()
    groups: list[list[int]] = []
    for place, verdict in enumerate(days):
        if not verdict["span"]:
            continue
        together = range(max(0, place - verdict["span"] + 1), place + 1)
        if groups and together[0] - groups[-1][-1] <= CALM_DAYS:
            groups[-1] = sorted({*groups[-1], *together})
        else:
            groups.append(list(together))
    return [_stretch([days[place] for place in group], adds_up, group[-1] + 1 < len(days)) for group in groups]


def _stretch(days: Sequence[dict[str, Any]], adds_up: bool, is_over: bool) -> Stretch:
    numbers = {name: _together([day[name] for day in days], adds_up) for name in ("found", "expected", "low", "high")}
    costs = [day["money"] for day in days if day["money"] is not None]
    kind = "missing" if all(day["kind"] == "missing" for day in days) else "value"
    money = sum(costs) if costs else None
    return Stretch(days[0]["day"], days[-1]["day"], len(days), kind, **numbers, money=money, is_over=is_over)


def _together(values: Sequence[float | None], adds_up: bool) -> float | None:
    """Sum or mean; None when one of them is not known."""
    known = [value for value in values if value is not None]
    if not known or len(known) < len(values):
        return None
    return sum(known) if adds_up else sum(known) / len(known)
