"""Cutting intervals at the borders of tiles: the one operation that FIFO consists of.

What came in lies on an axis as tiles, one behind the other: the first tile is [0, e₀), the next [e₀, e₁) and so on.
What went out takes an interval of the same axis. Which part of which tile it took is the overlap of the two, and all
overlaps are found by two binary searches; no loop runs over movements.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from portal.analysis.exact import Integers


class Cuts(NamedTuple):
    """Overlaps of intervals with tiles, in the order of the intervals; arrays of one length.

    Attributes:
        which: row of the interval.
        tile: row of the tile it overlaps.
        start, end: the overlap, start < end.
    """

    which: Integers
    tile: Integers
    start: Integers
    end: Integers


def cut(starts: Integers, ends: Integers, tile_ends: Integers) -> Cuts:
    """Cut the intervals [start, end) at the borders of the tiles that end at `tile_ends` (sorted, the first begins
    at or before every start).

    Intervals without length give nothing; what lies beyond the last tile is left out.
    """  # fmt: skip
    if not len(tile_ends):
        nothing = np.zeros(0, dtype=np.int64)
        return Cuts(nothing, nothing, nothing, nothing)
    ends = np.minimum(ends, tile_ends[-1])
    first = np.searchsorted(tile_ends, starts, side="right")
    count = np.where(ends > starts, np.searchsorted(tile_ends, ends, side="left") - first + 1, 0)
    which = np.repeat(np.arange(len(starts)), count)
    tile = np.repeat(first - (np.cumsum(count) - count), count) + np.arange(len(which))
    begins = np.maximum(starts[which], np.concatenate(([0], tile_ends))[tile])
    return Cuts(which, tile, begins, np.minimum(ends[which], tile_ends[tile]))


def group_bases(groups: Integers, ends: Integers, wanted: Integers) -> tuple[Integers, Integers]:
    """Where the tiles of each wanted group begin and end on the axis, of tiles sorted by `groups`.

    Args:
        groups: group of each tile, sorted.
        ends: where each tile ends.
        wanted: groups asked for; one without tiles begins and ends at the same place.
    """
    if not len(wanted):
        return wanted, wanted
    heads = np.flatnonzero(np.concatenate(([True], wanted[1:] != wanted[:-1])))
    length = np.diff(np.concatenate((heads, [len(wanted)])))
    borders = np.concatenate(([0], ends))
    sides = [borders[np.searchsorted(groups, wanted[heads], side=side)] for side in ("left", "right")]
    return np.repeat(sides[0], length), np.repeat(sides[1], length)


def sums_within(groups: Integers, quantities: Integers) -> Integers:
    """Running sums that begin anew with every group (sorted), each row included."""
    if not len(groups):
        return quantities
    sums = np.cumsum(quantities)
    is_first = np.concatenate(([True], groups[1:] != groups[:-1]))
    before = np.maximum.accumulate(np.where(is_first, np.arange(len(groups)), 0))
    return np.asarray(sums - (sums - quantities)[before])
