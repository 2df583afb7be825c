"""Joining and ordering wide frames without copying what stays as it is."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

_MUCH_LARGER = 8
"""A table so many times the rows that look something up in it is first reduced to what they look up."""


def look_up(frame: pl.DataFrame, table: pl.DataFrame, on: Sequence[str]) -> pl.DataFrame:
    """`frame` with the other columns of `table`, found by `on`; null where there is none. Rows keep their order.

    Only the key columns go through the join. A key that `table` has twice gives its last row, never two rows.
    """
    others = [name for name in table.columns if name not in on]
    if not table.height:
        return frame.with_columns(pl.lit(None, table.schema[name]).alias(name) for name in others)
    keys = frame.select(on)
    found = _joined(keys, table, on)
    if found.height > frame.height:
        found = _joined(keys, table.unique(list(on), keep="last", maintain_order=True), on)
    return frame.with_columns(found.get_columns()[len(on) :])


def _joined(keys: pl.DataFrame, table: pl.DataFrame, on: Sequence[str]) -> pl.DataFrame:
    if table.height > _MUCH_LARGER * keys.height:
        table = table.join(keys, on=list(on), how="semi", nulls_equal=True, maintain_order="left")
    return keys.join(table, on=list(on), how="left", nulls_equal=True, maintain_order="left")


def in_order(frame: pl.DataFrame, *by: str) -> pl.DataFrame:
    """`frame` sorted by `by`, null last; the frame itself where it is sorted already."""
    if _is_in_order(frame, by):
        return frame
    places = frame.select(by).with_row_index("_place").sort(*by, nulls_last=True, maintain_order=True)["_place"]
    return frame if places.is_sorted() else frame[places]


def _is_in_order(frame: pl.DataFrame, by: Sequence[str]) -> bool:
    """Whether each row is at or after the one before it; later columns are looked at only where earlier ones tie."""
    is_tied = pl.repeat(value=True, n=max(frame.height - 1, 0), eager=True)
    for name in by:
        here, before = frame[name][1:], frame[name][:-1]
        is_back = (here < before).fill_null(before.is_null() & here.is_not_null())
        if (is_tied & is_back).any():
            return False
        is_tied &= here.eq_missing(before)
        if not is_tied.any():
            return True
    return True
