"""Round tick positions, so that tick labels are ours and not those of the plotting library."""

from __future__ import annotations

import math

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


def round_step(span: float, count: int) -> float:
    """The smallest of 1, 2, 2.5, 5 × 10ⁿ that covers `span` in at most `count` steps."""
    raw = span / max(count, 1)
    power = 10.0 ** math.floor(math.log10(raw))
    return next(step * power for step in _STEPS if step * power >= raw * (1 - 1e-9))


def ticks(values: list[float | None], count: int = 4) -> list[float]:
    """Tick positions that start at zero and cover all values; [0, 1] when there is nothing to show."""
    known = [value for value in values if value is not None]
    low, high = min([0.0, *known]), max([0.0, *known])
    if low == high:
        return [0.0, 1.0]
    step = round_step(high - low, count)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(position * step, 10) for position in range(first, last + 1)]


def spread(count: int, most: int) -> list[int]:
    """Positions of at most `most` labels, evenly spaced from the first of `count` points."""
    if count <= most:
        return list(range(count))
    return list(range(0, count, math.ceil(count / most)))
