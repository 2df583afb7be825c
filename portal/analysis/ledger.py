"""Stock movements as positions on an axis: what came in, in its order, and what went out, in its order.

A ledger is one product at one place. Within a ledger the k-th unit that goes out is the k-th unit that came in, so the
units that came in lie on one axis, ledger behind ledger, and an issue takes an interval of it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from portal.analysis.exact import Integers, ten_thousandths
from portal.analysis.intervals import group_bases, sums_within

SALE, RETURN, TRANSFER, ADJUSTMENT = range(1, 5)
KINDS = {"sale": SALE, "return_in": RETURN, "transfer": TRANSFER, "adjustment": ADJUSTMENT}
"""Kinds of movement that are told apart; of the others (opening, receipt, return_out) only the sign counts."""

_NO_PLACE = -1


class Flow(NamedTuple):
    """Movements in one direction, sorted by ledger and then by time; arrays of one length.

    Attributes:
        row: row of the movement in the frame given.
        ledger, day, kind: numbers; days since 1970.
        start, end: the interval of the axis; of an issue cut off where the ledger has nothing left to take.
        quantity: ten-thousandths of a unit, above 0; more than end − start when the ledger had too little.
    """

    row: Integers
    ledger: Integers
    day: Integers
    kind: Integers
    start: Integers
    end: Integers
    quantity: Integers


class Book(NamedTuple):
    """All movements: ins lie side by side on the axis, outs take from it."""

    ins: Flow
    outs: Flow
    places: int


def book(movements: pl.DataFrame) -> Book:
    """Lay the movements out.

    Args:
        movements: product and place (whole numbers; a missing place is a place of its own), day, kind, signed
            quantity. Within a day the order of rows is the order of time. Movements of nothing are left out.
    """
    quantity = ten_thousandths(movements["quantity"])
    place = movements["place"].cast(pl.Int64).fill_null(_NO_PLACE).to_numpy() - _NO_PLACE
    places = int(place.max(initial=0)) + 1
    ledger = movements["product"].cast(pl.Int64).to_numpy() * places + place
    day = movements["day"].to_physical().cast(pl.Int64).to_numpy()
    order = _in_order(ledger, day)
    order = order[quantity[order] != 0]
    kind = (
        movements.select(
            pl.sum_horizontal((pl.col("kind") == name).cast(pl.Int8) * code for name, code in KINDS.items())
        )
        .to_series()
        .to_numpy()
    )
    columns = (ledger, day, kind, quantity)
    comes = quantity[order] > 0
    ins = _flow(order[comes], columns)
    return Book(ins, _on_axis(_flow(order[~comes], columns), ins), places)


def _in_order(ledger: Integers, day: Integers) -> Integers:
    """Rows by ledger, then day, else as they came."""
    if not len(day):
        return np.zeros(0, dtype=np.int64)
    first = day.min()
    return np.argsort(ledger * (day.max() - first + 1) + (day - first), kind="stable")


def _flow(rows: Integers, columns: tuple[NDArray[np.int64], ...]) -> Flow:
    ledger, day, kind, quantity = (column[rows] for column in columns)
    amount = np.abs(quantity)
    end = np.cumsum(amount)
    return Flow(rows, ledger, day, kind, end - amount, end, amount)


def _on_axis(outs: Flow, ins: Flow) -> Flow:
    """Issues take from the start of their ledger's part of the axis."""
    base, top = group_bases(ins.ledger, ins.end, outs.ledger)
    end = base + sums_within(outs.ledger, outs.quantity)
    start = np.minimum(end - outs.quantity, top)
    return outs._replace(start=start, end=np.minimum(end, top))
