"""Rows of a staging table as rows of a fact: keys found, order stated, numbered in that order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl
from sqlalchemy import Table

from etl.build.keys import Keys, with_keys
from etl.build.rows import in_order, parts_in_order
from etl.build.shape import star_frame

PART = 300_000
"""Rows that get their keys at once."""

_AS_READ = ("origin_key", "source_row", "row_key")


def number_rows(table: Table, rows: pl.DataFrame, dimensions: Sequence[Keys], by: Sequence[str]) -> pl.DataFrame:
    """`rows` with the keys of the dimensions and the table's own key, which counts them in the order of `by`.

    A table that others point to is ordered by its ids, so that its keys do not depend on how the rows came in.
    """
    ordered = in_order(with_keys(rows, dimensions), *by)
    key = next(iter(table.primary_key.columns)).name
    return ordered.with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias(key))


def fact_of(table: Table, rows: pl.DataFrame, dimensions: Sequence[Keys], date_column: str) -> pl.DataFrame:
    """The star frame of rows nothing points to: by date, then as the files have them."""
    return star_frame(table, number_rows(table, rows, dimensions, (date_column, *_AS_READ)))


def parts_of(table: Table, rows: pl.DataFrame, dimensions: Sequence[Keys], date_column: str) -> Iterator[pl.DataFrame]:
    """What `fact_of` gives, for millions of rows: a part at a time gets its keys."""
    key, done = next(iter(table.primary_key.columns)).name, 0
    for part in parts_in_order(rows, (date_column, *_AS_READ), PART):
        number = pl.int_range(done + 1, done + 1 + part.height, dtype=pl.Int64).alias(key)
        done += part.height
        yield star_frame(table, with_keys(part, dimensions).with_columns(number))


def found_key(rows: pl.DataFrame, on: Sequence[str], key: str) -> pl.DataFrame:
    """Columns `on` and `key` of numbered rows, for `etl.build.rows.look_up`."""
    return rows.select(*on, key)
