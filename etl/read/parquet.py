"""Parquet to a frame of text, in the limited process only."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from etl.read.cells import number_text
from etl.read.header import column_names
from portal.errors import SourceError


def read_parquet(path: Path, place: str) -> pl.DataFrame:
    """Columns as text and source_row, the number of the record from 1.

    Decimals and whole numbers keep every digit, binary fractions are written as `etl.read.cells.number_text` does,
    instants with a zone keep it as an offset.

    Raises:
        SourceError: damaged, or a column of lists, records or bytes.
    """
    try:
        stored = pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as problem:
        first_line = str(problem).partition("\n")[0]
        raise SourceError(f"{place}: the Parquet file is damaged or cut off ({first_line}). Export it again.") from None
    names = column_names(stored.columns, place)
    texts = [_text(stored.to_series(at), place).alias(name) for at, name in enumerate(names)]
    return pl.DataFrame(texts).with_columns(pl.int_range(1, stored.height + 1, dtype=pl.Int32).alias("source_row"))


def _text(column: pl.Series, place: str) -> pl.Series:
    kind = column.dtype
    if kind.is_nested() or kind in {pl.Binary, pl.Object}:
        raise SourceError(f"{place}, column {column.name}: it holds {kind}, not single values. Leave that column out.")
    if kind.is_float():
        return column.fill_nan(None).map_elements(number_text, return_dtype=pl.String)
    if isinstance(kind, pl.Datetime):
        return column.dt.to_string("%Y-%m-%d %H:%M:%S%.f" + ("%:z" if kind.time_zone else ""))
    if kind == pl.Boolean:
        return column.cast(pl.String).str.to_uppercase()
    text = column.cast(pl.String)
    return text.set(text == "", None)
