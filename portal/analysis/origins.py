"""The age and cost of everything that came in: transfers, returned goods and goods found keep what they had before.

Such goods refer to a stretch of what went out (`portal.analysis.stretches`). What went out is itself a stretch of what
came in, so units are followed back until they are a receipt. A trail only goes back in time: where it would not (goods
transferred before they came), it ends.

Where a trail ends, or there is none, goods returned or found take the day and cost of the latest receipt at their
place, so that nothing becomes young by being found; goods transferred count from the day they came. Both are estimates.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from portal.analysis.intervals import cut
from portal.analysis.ledger import ADJUSTMENT, RETURN, TRANSFER, Book, Flow
from portal.analysis.stretches import Stretch, stretches
from portal.analysis.trail import ENDED, Tiles, followed, gaps, side_by_side


def origins(movements: pl.DataFrame, book: Book) -> Tiles:
    """The origin of every unit that came in, followed to its receipt; tiles of the whole axis.

    Args:
        movements: as given to `book`, with unit_cost, and optionally link and is_estimated.
        book: of these movements.
    """
    derived = np.isin(book.ins.kind, (RETURN, TRANSFER, ADJUSTMENT))
    roots = _roots(movements, book.ins, derived)
    again = np.flatnonzero(derived)
    if not len(again):
        return roots
    known = side_by_side(*(_pointing(book, roots, derived, stretch) for stretch in stretches(movements, book)))
    at, start, end = gaps(book.ins.start[again], book.ins.end[again], known)
    rest = roots.pick(again[at])._replace(start=start, end=end)
    return side_by_side(roots.pick(~derived), followed(side_by_side(known, rest)))


def _roots(movements: pl.DataFrame, ins: Flow, derived: NDArray[np.bool_]) -> Tiles:
    """Each inflow with its own day and cost; goods returned or found with those of the latest receipt at the place."""
    own = np.arange(len(ins.row))
    latest = np.maximum.accumulate(np.where(derived, ENDED, own)) if len(own) else own
    has_one = derived & (ins.kind != TRANSFER) & (latest != ENDED) & (ins.ledger[latest] == ins.ledger)
    root = np.where(has_one, latest, own)
    costed = movements["unit_cost"].is_not_null().to_numpy()[ins.row]
    estimated = derived
    if "is_estimated" in movements.columns:
        estimated = derived | movements["is_estimated"].to_numpy()[ins.row]
    return Tiles(ins.start, ins.end, np.full(len(own), ENDED), root, np.where(costed, own, root), estimated)


def _pointing(book: Book, roots: Tiles, derived: NDArray[np.bool_], stretch: Stretch) -> Tiles:
    """The units of a stretch pointing to where they were before: at their receipt, or at an inflow derived itself."""
    ins, outs = book.ins, book.outs
    issues = cut(stretch.low, stretch.high, stretch.issued.end)
    issue, inflow = stretch.issued.issue[issues.tile], stretch.inflow[issues.which]
    shift = ins.start[inflow] + issues.start - stretch.low[issues.which]
    source = outs.start[issue] + issues.start - stretch.issued.start[issues.tile]
    until = np.minimum(source + issues.end - issues.start, outs.end[issue])
    places = cut(source, np.where(outs.day[issue] <= ins.day[inflow], until, source), ins.end)
    came, at = inflow[places.which], places.tile
    start = shift[places.which] + places.start - source[places.which]
    again = derived[at]
    tiles = Tiles(start, start + places.end - places.start, np.where(again, places.start, ENDED), roots.age_of[at],
                  roots.cost_of[at], stretch.estimated | (~again & roots.estimated[at]))  # fmt: skip
    return tiles.pick(_earlier(ins, at, came, again))


def _earlier(
    ins: Flow, one: NDArray[np.int64], other: NDArray[np.int64], again: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Whether an inflow came before another one; on the same day receipts do, and derived ones in their order."""
    same_day = ins.day[one] == ins.day[other]
    return np.asarray((ins.day[one] < ins.day[other]) | (same_day & (~again | (ins.row[one] < ins.row[other]))))
