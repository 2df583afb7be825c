"""A copy of an SQLite file without the content of its secret columns.

The tables are written into a new file: what was deleted lies on in the pages of the old one, and emptying columns in
place could break the rules of a table or start its triggers. Indexes, views and triggers are left out.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from etl.read.secret_cells import SecretCells
from etl.read.secret_columns import may_have_secret_key, pair_columns, secret_columns
from etl.read.sqlite import Listing, listed_tables, opened, quoted

_PIECE = 16 << 20


def blank_sqlite(path: Path, place: str, target: Path) -> list[str]:
    """Write the copy; returns `table.column` of what was emptied, [] (and no copy) where there is none."""
    with opened(path, place) as database:
        tables = listed_tables(database)
        secrets = [f"{table.name}.{column}" for table in tables for column in secret_columns(list(table.columns))]
        has_cells = _may_have_secret_cells(path, tables)
        if secrets or has_cells:
            with closing(sqlite3.connect(target)) as copy, copy:
                for table in tables:
                    found = _copy(database, copy, table, has_cells=has_cells)
                    secrets += [f"{table.name}.{cell}" for cell in found]
        if not secrets:
            target.unlink(missing_ok=True)
        return secrets


def _may_have_secret_cells(path: Path, tables: Sequence[Listing]) -> bool:
    """Whether a value may be one of names and values, or JSON with a secret key; the pages hold texts as they are."""
    if any(pair_columns(list(table.columns)) for table in tables):
        return True
    tail = b""
    with path.open("rb") as pages:
        while piece := pages.read(_PIECE):
            if may_have_secret_key(b" " * 4 + tail + piece):
                return True
            tail = piece[-1000:]
    return False


def _copy(database: sqlite3.Connection, copy: sqlite3.Connection, table: Listing, *, has_cells: bool) -> list[str]:
    """The rows in the order in which they lie; the declared types are kept, so no value changes.

    Returns:
        the secret cells that were emptied.
    """
    if not table.columns:
        return []
    declared = ", ".join(f"{quoted(name)} {quoted(kind) if kind else ''}" for name, kind in table.columns.items())
    copy.execute(f"CREATE TABLE {quoted(table.name)} ({declared})")
    hidden = secret_columns(list(table.columns))
    wanted = ", ".join("NULL" if name in hidden else quoted(name) for name in table.columns)
    rows = database.execute(f"SELECT {wanted} FROM {quoted(table.name)} NOT INDEXED")  # noqa: S608 - quoted
    cells = SecretCells(list(table.columns))
    marks = ", ".join("?" * len(table.columns))
    kept = map(cells.emptied, rows) if has_cells else rows
    copy.executemany(f"INSERT INTO {quoted(table.name)} VALUES ({marks})", kept)  # noqa: S608 - quoted
    return list(cells.found)
