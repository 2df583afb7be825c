"""SQLite files to frames of text, in the limited process only.

The file is opened read-only and as one that nobody changes, so nothing is ever written beside it. Its schema comes
from strangers: views, triggers and virtual tables are not run, and functions in it are not trusted.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from types import NoneType
from typing import Any

import polars as pl

from etl.read.formats import MAX_CELL_BYTES
from etl.read.header import column_names
from etl.read.progress import went_on
from portal.errors import SourceError

CHUNK = 50_000


@dataclass(frozen=True)
class Listing:
    """A table of the file: its name and its columns with their declared types, hidden ones left out."""

    name: str
    columns: dict[str, str]

    @property
    def selected(self) -> str:
        """The columns in SQL."""
        return ", ".join(quoted(column) for column in self.columns)


def read_sqlite(path: Path, place: str) -> Iterator[tuple[str, pl.DataFrame, tuple[str, ...]]]:
    """Name, frame (text columns, source_row) and notes of every table, in order of their names.

    Whole numbers keep every digit; binary fractions are the shortest text for the same number, never with an exponent.
    Columns declared as BLOB are left out, bytes in any other column are missing; both are noted.

    Raises:
        SourceError: damaged, or text that is not UTF-8.
    """
    with opened(path, place) as database:
        listed = listed_tables(database)
        row_bytes = path.stat().st_size / max(sum(_count(database, table) for table in listed), 1)
        for table in listed:
            texts = {name: kind for name, kind in table.columns.items() if "BLOB" not in kind.upper()}
            notes = [
                f"{place}, table {table.name}: column {name} holds binary data and was not read."
                for name in table.columns if name not in texts
            ]  # fmt: skip
            if texts:
                frame, counts = _frame(database, Listing(table.name, texts), f"{place}, table {table.name}", row_bytes)
                notes += [
                    f"{place}, table {table.name}: {count} values of column {name} are binary data and were not read."
                    for name, count in counts.items()
                ]
                yield table.name, frame, tuple(notes)


@contextmanager
def opened(path: Path, place: str) -> Iterator[sqlite3.Connection]:
    """The checked database, read-only; what goes wrong inside is told as damage to the file."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as database:
            database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 64 * MAX_CELL_BYTES)
            for rule in ("trusted_schema = OFF", "cell_size_check = ON", "query_only = ON"):
                database.execute(f"PRAGMA {rule}")
            found = database.execute("PRAGMA quick_check(1)").fetchone()[0]
            if found != "ok":
                raise SourceError(f"{place}: the database is damaged ({found.splitlines()[-1]}). Make a new copy.")
            yield database
    except (sqlite3.Error, UnicodeDecodeError) as problem:
        raise SourceError(f"{place}: the database cannot be read ({problem}). Make a new copy of it.") from None


def listed_tables(database: sqlite3.Connection) -> list[Listing]:
    """The ordinary tables, by name."""
    names = database.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
        "AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
    ).fetchall()
    return [Listing(name, _columns(database, name)) for (name,) in names]


def _columns(database: sqlite3.Connection, table: str) -> dict[str, str]:
    """Stored columns; computed ones run the file's own expressions and are left out."""
    rows = database.execute(f"PRAGMA table_xinfo({quoted(table)})").fetchall()
    return {name: kind for _, name, kind, *_, hidden in rows if hidden == 0}


def quoted(name: str) -> str:
    """A name in SQL."""
    return '"' + name.replace('"', '""') + '"'


def _count(database: sqlite3.Connection, table: Listing) -> int:
    count: int = database.execute(f"SELECT count(*) FROM {quoted(table.name)} NOT INDEXED").fetchone()[0]  # noqa: S608
    return count


def _frame(
    database: sqlite3.Connection, table: Listing, place: str, row_bytes: float
) -> tuple[pl.DataFrame, dict[str, int]]:
    """The rows in the order in which they lie, and column to number of binary values that were left out."""
    names = column_names([name.strip() or f"column_{at}" for at, name in enumerate(table.columns, start=1)], place)
    frames = [pl.DataFrame(schema={**dict.fromkeys(names, pl.String()), "source_row": pl.Int32()})]
    binary: dict[str, int] = {}
    rows = database.execute(f"SELECT {table.selected} FROM {quoted(table.name)} NOT INDEXED")  # noqa: S608 - quoted
    first = 1
    while chunk := rows.fetchmany(CHUNK):
        columns = []
        for name, values in zip(names, zip(*chunk, strict=True), strict=True):
            column, count = _text_column(name, values)
            columns.append(column)
            if count:
                binary[name] = binary.get(name, 0) + count
        numbers = pl.int_range(first, first + len(chunk), dtype=pl.Int32, eager=True).alias("source_row")
        frames.append(pl.DataFrame([*columns, numbers]))
        first += len(chunk)
        went_on(len(chunk), int(len(chunk) * row_bytes))
    return pl.concat(frames), binary


def _text_column(name: str, values: tuple[Any, ...]) -> tuple[pl.Series, int]:
    """Values as text, empty text as null, and how many of them are binary."""
    kinds = set(map(type, values)) - {NoneType}
    if kinds <= {int}:
        return pl.Series(name, values, pl.Int64).cast(pl.String), 0
    if kinds == {float}:
        return _fractions(pl.Series(name, values, pl.Float64)), 0
    column = pl.Series(name, values if kinds == {str} else [_text(value) for value in values], pl.String)
    is_empty = column == ""
    count = sum(type(value) is bytes for value in values) if bytes in kinds else 0
    return (column.set(is_empty, None) if is_empty.any() else column), count


def _fractions(numbers: pl.Series) -> pl.Series:
    is_whole = (numbers == numbers.floor()) & (numbers.abs() < 2**53)
    if is_whole.all():
        return numbers.cast(pl.Int64).cast(pl.String)
    return numbers.map_elements(_number_text, return_dtype=pl.String)


def _number_text(number: float) -> str:
    text = repr(number)
    if "e" in text:
        text = format(Decimal(text), "f")
    return text.removesuffix(".0")


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return None
    return str(value) if isinstance(value, int) else _number_text(value)
