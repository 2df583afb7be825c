"""What a study is: a table worked out of one snapshot with the policies in force."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import polars as pl
from sqlalchemy import BigInteger, Boolean, Date, DateTime, Double, Integer, Numeric, SmallInteger, String, Table
from sqlalchemy.types import TypeEngine

from portal.warehouse.duckdb import Warehouse

_KINDS: tuple[tuple[Any, pl.DataType], ...] = (
    (BigInteger, pl.Int64()), (SmallInteger, pl.Int16()), (Integer, pl.Int32()), (Boolean, pl.Boolean()),
    (Date, pl.Date()), (DateTime, pl.Datetime("us")), (Double, pl.Float64()), (String, pl.String()),
)  # fmt: skip


@dataclass(frozen=True)
class Study:
    """One table and how it is worked out.

    Attributes:
        table: its columns; in `portal.warehouse.schema.studies.studies`, called `study_…`, grain in its comment,
            `info["from"]` the fact it is made of.
        make: from a warehouse (a snapshot, and the policies in force) to the rows; may read other studies through it.
            A pure function of the two: the same rows each time, in the same order.
        policies: names of the policies it reads; with other values it is another study.
    """

    table: Table
    make: Callable[[Warehouse], pl.DataFrame]
    policies: tuple[str, ...] = ()


def shaped(table: Table, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with exactly the columns of `table`, in their types; a column that is missing is null."""
    columns = []
    for column in table.columns:
        kind = _kind(column.type)
        known = pl.col(column.name) if column.name in rows.columns else pl.lit(None)
        columns.append(known.cast(kind).alias(column.name))
    return rows.select(columns)


def _kind(kind: TypeEngine[Any]) -> pl.DataType:
    for asked, found in _KINDS:
        if isinstance(kind, asked):
            return found
    if isinstance(kind, Numeric):
        return pl.Decimal(kind.precision or 38, kind.scale or 0)
    raise TypeError(f"A study cannot have a column of type {kind}.")
