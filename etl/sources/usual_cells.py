"""Cells with millions of different texts, nearly all of them written in the usual way, which is cheap to read.

What is not written so is read by the rules for any cell, each different text once; the result is the same.
"""

from __future__ import annotations

import polars as pl

from etl.clean import ascii_digits, identifier
from etl.sources.sheet import RAW, raw

_NUMBER = r"^[0-9]+$"


def completed(cells: pl.DataFrame, usual: pl.Series, read: pl.Expr) -> pl.Series:
    """`usual` values of a column of texts; where there is a text but no such value, what `read` makes of it.

    Args:
        cells: one column.
        usual: a value or null for each.
        read: what any text of the column means.
    """
    is_left = usual.is_null() & cells.to_series().is_not_null()
    if not is_left.any():
        return usual
    left = cells.filter(is_left)
    different = left.unique().with_columns(read.alias("read"))
    others = left.join(different, on=left.columns, how="left", maintain_order="left")["read"]
    return usual.scatter(is_left.arg_true(), others.cast(usual.dtype))


def numbers(frame: pl.DataFrame, column: str) -> pl.Series:
    """What `identifier` makes of a raw column, in digits of any script."""
    cell, cells = raw(column), frame.select(RAW + column)
    usual = cells.select(pl.when(cell.str.contains(_NUMBER)).then(cell)).to_series()
    return completed(cells, usual, identifier(ascii_digits(cell)))
