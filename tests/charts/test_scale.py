"""Round ticks and evenly spread labels."""

from __future__ import annotations

import pytest

from portal.charts.scale import round_step, spread, ticks


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([7.0, 38.0], [0, 10, 20, 30, 40]),
        ([0.3], [0, 0.1, 0.2, 0.3]),
        ([-30.0, 80.0], [-50, 0, 50, 100]),
        ([None, 5_900.0], [0, 2_000, 4_000, 6_000]),
        ([0.0], [0, 1]),
        ([], [0, 1]),
    ],
)
def test_ticks_start_at_zero_and_cover_every_value(values: list[float | None], expected: list[float]) -> None:
    assert ticks(values) == expected


@pytest.mark.parametrize(("span", "step"), [(4.0, 1.0), (4.1, 2.0), (9.0, 2.5), (0.04, 0.01), (1_000_000.0, 250_000.0)])
def test_steps_are_round(span: float, step: float) -> None:
    assert round_step(span, 4) == step


def test_labels_are_spread_from_the_first() -> None:
    assert spread(30, 7) == [0, 5, 10, 15, 20, 25]
    assert spread(3, 7) == [0, 1, 2]
