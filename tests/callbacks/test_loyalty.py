"""The calculator of a programme, by hand on the golden shop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from callbacks.desk import Desk
from callbacks.loyalty_trial import answer, starting_values
from layouts.loyalty import TrialIds
from tests.callbacks.conftest import QUARTER

Make = Callable[..., Desk]


def values(**changes: Any) -> dict[str, Any]:
    known = dict(zip(TrialIds.INPUTS, (1, 0.01, 97, 500, 1500, 5000), strict=True))
    return known | changes


def text(component: Any) -> str:
    return str(component.to_plotly_json())


def test_it_begins_with_the_policies(desk: Make) -> None:
    assert list(starting_values(desk(**QUARTER)).values()) == [1.0, 0.01, 97.0, 500.0, 1500.0, 5000.0]


def test_it_gives_what_the_rules_give_on_delivered_orders(desk: Make) -> None:
    """Delivered orders of 26, 55 and 33: 114 points, at a penny and 97 % of them 1.11."""
    said = text(answer(desk(**QUARTER), values()))
    assert "would have given 114 points and cost about £1.11" in said


def test_wrong_inputs_are_told(desk: Make) -> None:
    assert "Fill in every field" in text(answer(desk(**QUARTER), values(**{TrialIds.RATE: None})))
    assert "must rise" in text(answer(desk(**QUARTER), values(**{TrialIds.GOLD: 400})))
    assert "no points" in text(answer(desk(**QUARTER), values(**{TrialIds.RATE: 0})))
