"""One DuckDB file from star frames: fresh, with the tables of the schema, never opened for writing again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import duckdb
import polars as pl
from sqlalchemy import Table

from etl.read.spool import forget_pages
from etl.stored_tables import silent_columns
from portal.warehouse.schema import metadata

MEMORY_LIMIT = "1GB"
_STORAGE = "v1.4.0"
"""Format of the file: since this version DuckDB finds the best way to store a text in one pass."""

_ROW_GROUP = 122_880
"""Rows DuckDB compresses as one; each is one Arrow batch, so that all cores work at once and rows keep their order."""

_INSERT = 8 * _ROW_GROUP
"""Rows per insert: a whole table as Arrow would double its memory."""


@contextmanager
def open_new(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to a new, empty file with every table of the schema; without access to other files."""
    with duckdb.connect(
        str(path), config={"memory_limit": MEMORY_LIMIT, "storage_compatibility_version": _STORAGE}
    ) as connection:
        connection.execute("set enable_progress_bar = false")  # it would be printed among what a command answers
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
        connection.begin()  # one commit, not one flush to disk per table
        for table in metadata.sorted_tables:
            connection.execute(_ddl(table))
            connection.execute(
                f"comment on table {table.name} is '{(table.comment or '').replace(chr(39), chr(39) * 2)}'"
            )
        connection.commit()
        yield connection


@contextmanager
def open_existing(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to a copy of a finished file, to be changed in one transaction before it is served."""
    with duckdb.connect(str(path), config={"memory_limit": MEMORY_LIMIT}) as connection:
        connection.execute("set enable_progress_bar = false")
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
        connection.begin()
        yield connection
        connection.commit()


def write_tables(connection: duckdb.DuckDBPyConnection, tables: Mapping[str, pl.DataFrame]) -> dict[str, int]:
    """Insert star frames in the order of their rows (by date, so that scans of a period skip the rest).

    Returns:
        Table name to number of rows.
    """
    connection.begin()
    insert(connection, tables)
    connection.commit()
    return {name: rows.height for name, rows in tables.items()}


def insert(connection: duckdb.DuckDBPyConnection, tables: Mapping[str, pl.DataFrame]) -> None:
    """Insert star frames within the transaction that is open; of frames on a shelf a part at a time is in memory."""
    texts_in_place = pl.CompatLevel.newest()
    for name in tables:
        rows = tables[name]
        rows = rows.drop(silent_columns(rows))
        columns = ", ".join(f'"{column}"' for column in rows.columns)
        for part in rows.iter_slices(_INSERT):
            connection.register("incoming", _in_row_groups(part).to_arrow(compat_level=texts_in_place))
            connection.execute(f"insert into {name} ({columns}) select {columns} from incoming")  # noqa: S608
            connection.unregister("incoming")
            forget_pages()


def _in_row_groups(rows: pl.DataFrame) -> pl.DataFrame:
    return pl.concat(list(rows.iter_slices(_ROW_GROUP)), rechunk=False)


def _ddl(table: Table) -> str:
    """Without primary keys: DuckDB would build an index for each; `etl.checks` looks for keys that repeat."""
    columns = [
        f'"{column.name}" {column.type.compile()}{"" if column.nullable else " not null"}' for column in table.columns
    ]
    return f"create table {table.name} ({', '.join(columns)})"
