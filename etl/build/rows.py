"""Joining and ordering wide frames without copying what stays as it is."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl


def look_up(frame: pl.DataFrame, table: pl.DataFrame, on: Sequence[str]) -> pl.DataFrame:
    """`frame` with the other columns of `table`, found by `on`; null where there is none. Rows keep their order.

    Only the key columns go through the join. A key that `table` has twice gives its last row, never two rows.
    """
    once = table.unique(list(on), keep="last", maintain_order=True)
    found = frame.select(on).join(once, on=list(on), how="left", nulls_equal=True, maintain_order="left")
    return frame.with_columns(found.get_columns()[len(on) :])


def in_order(frame: pl.DataFrame, *by: str) -> pl.DataFrame:
    """`frame` sorted by `by`, null last; the frame itself where it is sorted already."""
    places = frame.select(by).with_row_index("_place").sort(*by, nulls_last=True, maintain_order=True)["_place"]
    return frame if places.is_sorted() else frame[places]
