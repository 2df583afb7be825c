"""Places of the cycle that are closed: Sundays of a shop that never sells on Sundays, hours of the night."""

from __future__ import annotations

import numpy as np

from portal.analysis.forecasting.panel import Flags, Floats
from portal.analysis.forecasting.seasons import by_cycle

_LONGEST_CYCLE = 24
_CYCLES_SEEN, _CYCLES_NEEDED = 8, 6
_ZEROS_ELSEWHERE = 0.2


def closed_places(values: Floats, cycle: int) -> Flags:
    """Whether a place was zero in each of the last eight cycles (six of them known) while the others seldom were; shape
    (n, cycle), the last place being that of the last column. Cycles longer than a day or a week have none."""
    if not 2 <= cycle <= _LONGEST_CYCLE or values.shape[1] < _CYCLES_NEEDED * cycle:
        return np.zeros((len(values), cycle), dtype=np.bool_)
    recent = by_cycle(values[:, -_CYCLES_SEEN * cycle :], cycle)
    known, zeros = (~np.isnan(recent)).sum(axis=1), (recent == 0).sum(axis=1)
    shut = (known >= _CYCLES_NEEDED) & (zeros == known)
    others, idle = np.where(shut, 0, known).sum(axis=1), np.where(shut, 0, zeros).sum(axis=1)
    return np.asarray(shut & (idle <= _ZEROS_ELSEWHERE * others)[:, None] & (others > 0)[:, None])


def without_closed(values: Floats, cycle: int) -> Floats:
    """The values with those of closed places missing."""
    shut = closed_places(values, cycle)
    return np.where(shut[:, np.arange(-values.shape[1], 0) % cycle], np.nan, values) if shut.any() else values


def steps_closed(values: Floats, cycle: int, horizon: int) -> Flags:
    """Whether each of the next steps is closed; shape (n, horizon)."""
    return np.asarray(closed_places(values, cycle)[:, np.arange(horizon) % cycle])
