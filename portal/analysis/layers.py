"""FIFO layers of stock: what lies there since when at which cost, and which layer every issue took.

The first unit that came to a place is the first that leaves it. Goods that were here before keep age and cost
(`portal.analysis.origins`): transferred goods those they had, returned goods those of what was sold, goods found those
of what was written off. Quantities are exact; no loop runs over movements (10 million of them in some 15 seconds).

Stock below zero is never averaged: an issue that finds nothing waits for the next receipt at its place, which repays
it at its own cost; until then its cost is not known. Both are told by `is_short`.

The method is that of merging the running totals of receipts and issues, so that what is left of a layer on any day is
min(quantity, max(0, running total up to the layer − all issues until that day)).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from portal.analysis.exact import EXACT, Integers, decimals
from portal.analysis.intervals import cut, group_bases
from portal.analysis.ledger import Book, Flow, book
from portal.analysis.origins import origins
from portal.analysis.trail import Tiles

NOTHING = -1
"""`layer` of an issue that has found no layer yet."""


@dataclass(frozen=True)
class Fifo:
    """Layers and issues.

    Attributes:
        layers: one row per layer: product, place, movement (row of the inflow in the frame given), arrived (day it came
            to the place), received (day its age counts from), unit_cost (null where unknown), quantity, remaining
            (after all movements), through (units that came to the place up to and with this layer), is_estimated.
        issues: one row per issue and layer it took from: product, place, movement, day, kind, layer (row in `layers`,
            −1 for none), quantity (above 0), unit_cost, received, is_short (left before the layer was there).
    """

    layers: pl.DataFrame
    issues: pl.DataFrame


def fifo(movements: pl.DataFrame) -> Fifo:
    """FIFO layers and issues of stock movements.

    Args:
        movements: product, place (whole numbers, place may be missing), day, kind (opening, receipt, sale, return_in,
            return_out, transfer, adjustment), quantity (signed, in positive), unit_cost (of what comes in, missing
            where unknown), and where known link (what joins the two ends of a transfer, or a return and its sale) and
            is_estimated. Rows of one day are in the order of time.
    """
    told = book(movements)
    tiles = origins(movements, told)
    layers = _layers(movements, told, tiles)
    return Fifo(layers, _issues(movements, told, tiles, layers))


def remaining_on(found: Fifo, day: date) -> pl.DataFrame:
    """The layers with something left at the end of `day`, `remaining` being what was left then.

    Equal to the layers of the movements up to that day alone.
    """
    gone = (
        found.issues.lazy().filter(pl.col("day") <= day).group_by("product", "place")
        .agg(pl.col("quantity").sum().alias("gone"))
    )  # fmt: skip
    left = pl.min_horizontal("quantity", pl.col("through") - pl.col("gone").fill_null(0))
    return (
        found.layers.lazy().filter(pl.col("arrived") <= day)
        .join(gone, on=["product", "place"], how="left", nulls_equal=True, maintain_order="left")
        .with_columns(left.cast(EXACT).alias("remaining")).filter(pl.col("remaining") > 0).drop("gone").collect()
    )  # fmt: skip


def _layers(movements: pl.DataFrame, told: Book, tiles: Tiles) -> pl.DataFrame:
    ins, outs = told.ins, told.outs
    inflow = np.searchsorted(ins.end, tiles.start, side="right")
    ledger = ins.ledger[inflow]
    base, _ = group_bases(ins.ledger, ins.end, ledger)
    quantity = tiles.end - tiles.start
    through = tiles.end - base
    left = np.clip(through - _gone(outs, ledger), 0, quantity)
    return pl.DataFrame({
        **_who(ledger, told), "movement": ins.row[inflow], "arrived": _days(ins.day[inflow]),
        "received": _days(ins.day[tiles.age_of]),
        "unit_cost": movements["unit_cost"].gather(ins.row[tiles.cost_of]), "quantity": decimals(quantity),
        "remaining": decimals(left), "through": decimals(through), "is_estimated": tiles.estimated,
    })  # fmt: skip


def _gone(outs: Flow, ledger: Integers) -> Integers:
    """All that ever left the ledgers."""
    begin, end = group_bases(outs.ledger, np.cumsum(outs.quantity), ledger)
    return end - begin


def _issues(movements: pl.DataFrame, told: Book, tiles: Tiles, layers: pl.DataFrame) -> pl.DataFrame:
    outs = told.outs
    pieces = cut(outs.start, outs.end, tiles.end)
    owing = outs.quantity - (outs.end - outs.start)
    waiting = np.flatnonzero(owing)
    issue = np.concatenate((pieces.which, waiting))
    layer = np.concatenate((pieces.tile, np.full(len(waiting), NOTHING)))
    quantity = np.concatenate((pieces.end - pieces.start, owing[waiting]))
    del pieces
    known = pl.Series(layer).set(pl.Series(layer == NOTHING), None)
    day = outs.day[issue]
    arrived = layers["arrived"].gather(known).to_physical().fill_null(np.iinfo(np.int32).max).to_numpy()
    return pl.DataFrame({
        **_who(outs.ledger[issue], told), "movement": outs.row[issue], "day": _days(day),
        "kind": movements["kind"].gather(outs.row[issue]), "layer": layer, "quantity": decimals(quantity),
        "unit_cost": layers["unit_cost"].gather(known), "received": layers["received"].gather(known),
        "is_short": arrived > day,
    })  # fmt: skip


def _who(ledger: Integers, told: Book) -> dict[str, NDArray[np.int64] | pl.Series]:
    place = pl.Series(ledger % told.places - 1)
    return {"product": ledger // told.places, "place": place.set(place == NOTHING, None)}


def _days(day: Integers) -> pl.Series:
    return pl.Series(day, dtype=pl.Int32).cast(pl.Date)
