"""Star frames: a Polars frame with exactly the columns of a warehouse table, in order and type."""

from __future__ import annotations

import polars as pl
from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Integer, Numeric, SmallInteger, String, Table

_TYPES: tuple[tuple[type, pl.DataType], ...] = (
    (SmallInteger, pl.Int16()),
    (BigInteger, pl.Int64()),
    (Integer, pl.Int32()),
    (Boolean, pl.Boolean()),
    (DateTime, pl.Datetime("us")),
    (Date, pl.Date()),
    (String, pl.String()),
)
_EMPTY: dict[type[pl.DataType], object] = {pl.Int64: 0, pl.Int32: 0, pl.Boolean: False, pl.String: ""}


def column_type(column: Column[object]) -> pl.DataType:
    """The Polars type of a warehouse column; money stays fixed decimal."""
    if isinstance(column.type, Numeric):
        return pl.Decimal(column.type.precision or 18, column.type.scale or 4)
    return next(dtype for kind, dtype in _TYPES if isinstance(column.type, kind))


def star_schema(table: Table) -> pl.Schema:
    """Polars schema of a warehouse table."""
    return pl.Schema({column.name: column_type(column) for column in table.columns})


def star_frame(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """`frame` with exactly the columns of `table`.

    Columns it lacks are null. In columns that are never null, null becomes "not known": key 0, flag no, code "".
    """
    found = frame.schema
    return frame.select(_expression(column, found) for column in table.columns)


def _expression(column: Column[object], found: pl.Schema) -> pl.Expr:
    dtype = column_type(column)
    value = pl.col(column.name) if column.name in found else pl.lit(None, dtype)
    if found.get(column.name) != dtype:
        value = value.cast(dtype)
    if not column.nullable:
        value = value.fill_null(pl.lit(_EMPTY[type(dtype)], dtype))
    return value.alias(column.name)


def empty_star(table: Table) -> pl.DataFrame:
    """A star frame of shape (0, k)."""
    return pl.DataFrame(schema=star_schema(table))
