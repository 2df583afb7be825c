"""Following goods back through transfers, returns and corrections until they are a receipt."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from portal.analysis.exact import Integers
from portal.analysis.intervals import cut

ENDED = -1


class Tiles(NamedTuple):
    """Parts of what came in with one origin each, sorted by start.

    Attributes:
        start, end: interval of the axis.
        source: where on the axis the units were before; −1 once they have been followed to their receipt.
        age_of, cost_of: inflow whose day and whose cost they have.
        estimated: whether that is an estimate.
    """

    start: Integers
    end: Integers
    source: Integers
    age_of: Integers
    cost_of: Integers
    estimated: NDArray[np.bool_]

    def pick(self, rows: NDArray[np.bool_] | Integers) -> Tiles:
        """The tiles of these rows."""
        columns: list[Any] = [column[rows] for column in self]
        return Tiles(*columns)


def side_by_side(*parts: Tiles) -> Tiles:
    """All tiles in the order of the axis."""
    columns: list[Any] = [np.concatenate(each) for each in zip(*parts, strict=True)]
    whole = Tiles(*columns)
    return whole.pick(np.argsort(whole.start, kind="stable"))


def gaps(starts: Integers, ends: Integers, tiles: Tiles) -> tuple[Integers, Integers, Integers]:
    """What the tiles leave free of the intervals: row of the interval, start, end. Both are sorted and disjoint."""
    begins = np.concatenate((starts, tiles.end))
    until = np.concatenate((tiles.start, ends))
    begins.sort()
    until.sort()
    free = until > begins
    start, end = begins[free], until[free]
    return np.searchsorted(starts, start, side="right") - 1, start, end


def followed(tiles: Tiles) -> Tiles:
    """Every tile led to its receipt.

    A tile whose source lies in other tiles takes over what those point to, all at once: trails get half as long with
    every round, so that a hundred thousand returns of the same unit take seventeen rounds.

    Args:
        tiles: sorted; a source of one lies within tiles that cover it, and always earlier in time.
    """
    while (tiles.source != ENDED).any():
        is_open = tiles.source != ENDED
        going = tiles.pick(is_open)
        length = going.end - going.start
        cuts = cut(going.source, going.source + length, tiles.end)
        at = tiles.pick(cuts.tile)
        start = going.start[cuts.which] + cuts.start - going.source[cuts.which]
        source = np.where(at.source == ENDED, ENDED, at.source + cuts.start - at.start)
        estimated = going.estimated[cuts.which] | at.estimated
        stepped = Tiles(start, start + cuts.end - cuts.start, source, at.age_of, at.cost_of, estimated)
        tiles = side_by_side(tiles.pick(~is_open), stepped)
    return tiles
