"""Surrogate keys: number the rows of a dimension, find a row's key by its natural columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl
from sqlalchemy import Table

from etl.build.rows import look_up
from etl.build.shape import star_frame


@dataclass(frozen=True)
class Keys:
    """One dimension of the star and how other frames find its key.

    Attributes:
        table: the warehouse table.
        rows: its star frame; row 0 is "not known".
        on: natural columns in staging frames.
        lookup: `on` columns and the key column; one row each.
    """

    table: Table
    rows: pl.DataFrame
    on: tuple[str, ...]
    lookup: pl.DataFrame

    @property
    def key(self) -> str:
        """Name of the key column."""
        return next(iter(self.table.primary_key.columns)).name

    def put(self, frame: pl.DataFrame) -> pl.DataFrame:
        """`frame` with this dimension's key; 0 where the natural columns are unknown or all null."""
        present = [name for name in self.on if name in frame.columns]
        if len(present) < len(self.on) or all(frame[name].null_count() == frame.height for name in present):
            return frame.with_columns(pl.lit(0, pl.Int64).alias(self.key))
        return look_up(frame, self.lookup, self.on, once=True).with_columns(pl.col(self.key).fill_null(0))


def with_keys(frame: pl.DataFrame, dimensions: Iterable[Keys]) -> pl.DataFrame:
    """`frame` with the key of every dimension given."""
    for dimension in dimensions:
        frame = dimension.put(frame)
    return frame


def numbered(table: Table, rows: pl.DataFrame, on: Sequence[str]) -> Keys:
    """A dimension from its distinct natural rows: numbered from 1 in the order of `on`, row 0 in front.

    Args:
        table: the warehouse table.
        rows: one row per member with the `on` columns and any column of `table`.
        on: natural columns; members where all are null are left out.
    """
    key = next(iter(table.primary_key.columns)).name
    known = rows.filter(pl.any_horizontal(pl.col(name).is_not_null() for name in on))
    members = known.sort(list(on), nulls_last=True).with_row_index(key, offset=1).cast({key: pl.Int64})
    unknown = pl.DataFrame({key: [0]}, schema={key: pl.Int64})
    star = star_frame(table, pl.concat([unknown, members], how="diagonal"))
    return Keys(table, star, tuple(on), members.select(*on, key))


def distinct_values(frames: Iterable[pl.DataFrame], columns: Sequence[str]) -> pl.DataFrame:
    """Distinct combinations of `columns` over all frames that have them; missing columns count as null."""
    parts = [_different(frame, columns) for frame in frames]
    empty = pl.DataFrame(schema=dict.fromkeys(columns, pl.String))
    return pl.concat([empty, *(rows for rows in parts if rows is not None)]).unique()


def _different(frame: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame | None:
    """The combinations of one frame, None where it has none; only what it tells is compared."""
    told = [name for name in columns if name in frame.columns and frame[name].null_count() < frame.height]
    if not told:
        return None
    silent = (pl.lit(None, pl.String).alias(name) for name in columns if name not in told)
    return frame.select(told).unique().with_columns(silent).select(columns)
