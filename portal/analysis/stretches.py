"""Which goods that went out the goods that come in are: a stretch of the issues of a group, by rule.

- goods transferred in are those transferred out first among the ones still on their way (of the same link, where both
  ends carry it);
- goods returned with a link (the order) are the first units sold under that link and not returned before;
- goods returned without one are taken for the units of the product sold last, goods a count found for the units
  written off last at that place. Both are estimates.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl

from portal.analysis.exact import Integers
from portal.analysis.intervals import group_bases, sums_within
from portal.analysis.ledger import ADJUSTMENT, RETURN, SALE, TRANSFER, Book, Flow


class Issued(NamedTuple):
    """Issues sorted by group and time, lying as tiles on an axis of their own."""

    issue: Integers
    start: Integers
    end: Integers


class Stretch(NamedTuple):
    """Inflows and the interval of the issues' axis that each is taken for.

    Attributes:
        inflow: row of the inflow.
        low: where the interval begins, so that its unit number k is the inflow's unit number k.
        high: where it ends; at most at the end of the inflow's group.
        issued: the axis.
        estimated: whether the rule only guesses.
    """

    inflow: Integers
    low: Integers
    high: Integers
    issued: Issued
    estimated: bool


_WHO = ("product", "link")


def stretches(movements: pl.DataFrame, book: Book) -> list[Stretch]:
    """What each inflow of goods that were here before refers to, by rule."""
    outs = {kind: _told(movements, book, book.outs, kind) for kind in (SALE, TRANSFER, ADJUSTMENT)}
    back = _with_link(_told(movements, book, book.ins, RETURN), outs[SALE])
    returned, loose = back.filter(pl.col("link").is_not_null()), back.filter(pl.col("link").is_null())
    moved = _with_link(_told(movements, book, book.ins, TRANSFER), outs[TRANSFER])
    found = _told(movements, book, book.ins, ADJUSTMENT)
    return [
        _in_turn(returned, outs[SALE].drop_nulls("link").join(returned, on=_WHO, how="semi")),
        _in_turn(moved, outs[TRANSFER]),
        _latest(loose, outs[SALE].join(loose, on="product", how="semi", maintain_order="left"), "product"),
        _latest(found, outs[ADJUSTMENT], "ledger"),
    ]


def _told(movements: pl.DataFrame, book: Book, flow: Flow, kind: int) -> pl.DataFrame:
    """Movements of one kind by ledger and time: at (row of the flow), row, ledger, product, day, quantity, link."""
    at = np.flatnonzero(flow.kind == kind)
    row, ledger = flow.row[at], flow.ledger[at]
    told = pl.DataFrame({"at": at, "row": row, "ledger": ledger, "product": ledger // book.places,
                         "day": flow.day[at], "quantity": flow.quantity[at]})  # fmt: skip
    if "link" not in movements.columns:
        return told.with_columns(pl.lit(None, pl.Int64).alias("link"))
    return told.with_columns(movements["link"].gather(row))


def _with_link(came: pl.DataFrame, went: pl.DataFrame) -> pl.DataFrame:
    """Only links under which something had gone out by that day."""
    first = went.drop_nulls("link").group_by(_WHO).agg(pl.col("day").min().alias("first"))
    told = came.join(first, on=_WHO, how="left", maintain_order="left")
    return told.with_columns(pl.when(pl.col("first") <= pl.col("day")).then("link").alias("link")).drop("first")


def _in_turn(came: pl.DataFrame, went: pl.DataFrame) -> Stretch:
    """Within product and link: what comes first is what went first."""
    groups = went.select(_WHO).unique().with_row_index("group")
    came, ordered = (
        one.join(groups, on=_WHO, nulls_equal=True).sort("group", "day", "row") for one in (came, went)
    )  # fmt: skip
    issued, quantity = _issued(ordered), _integers(came["quantity"])
    base, top = group_bases(_integers(ordered["group"]), issued.end, _integers(came["group"]))
    high = base + sums_within(_integers(came["group"]), quantity)
    return Stretch(_integers(came["at"]), high - quantity, np.minimum(high, top), issued, False)


def _latest(came: pl.DataFrame, went: pl.DataFrame, key: str) -> Stretch:
    """Within a product or a ledger: what comes is what went last, up to the end of that day."""
    days = max(_integers(one["day"]).max(initial=0) for one in (went, came)) + 1
    by_day = _integers(went[key]) * days + _integers(went["day"])
    order = np.argsort(by_day, kind="stable")
    end = np.cumsum(_integers(went["quantity"])[order])
    issued = Issued(_integers(went["at"])[order], end - _integers(went["quantity"])[order], end)
    group, quantity = _integers(came[key]), _integers(came["quantity"])
    base, _ = group_bases(_integers(went[key])[order], end, group)
    until = group * days + _integers(came["day"])
    high = np.concatenate(([0], end))[np.searchsorted(by_day[order], until, side="right")]
    high = np.maximum(high, base)
    return Stretch(_integers(came["at"]), np.maximum(high - quantity, base), high, issued, True)


def _issued(ordered: pl.DataFrame) -> Issued:
    end = np.cumsum(_integers(ordered["quantity"]))
    return Issued(_integers(ordered["at"]), end - _integers(ordered["quantity"]), end)


def _integers(column: pl.Series) -> Integers:
    return column.cast(pl.Int64).to_numpy()
