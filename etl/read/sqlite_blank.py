"""A copy of an SQLite file without the content of its secret columns.

The tables are written into a new file: what was deleted lies on in the pages of the old one, and emptying columns in
place could break the rules of a table or start its triggers. Indexes, views and triggers are left out.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from etl.read.secret_columns import secret_columns
from etl.read.sqlite import Listing, listed_tables, opened, quoted


def blank_sqlite(path: Path, place: str, target: Path) -> list[str]:
    """Write the copy; returns `table.column` of what was emptied, [] (and no copy) where there is none."""
    with opened(path, place) as database:
        tables = listed_tables(database)
        secrets = [f"{table.name}.{column}" for table in tables for column in secret_columns(list(table.columns))]
        if secrets:
            with closing(sqlite3.connect(target)) as copy, copy:
                for table in tables:
                    _copy(database, copy, table)
        return secrets


def _copy(database: sqlite3.Connection, copy: sqlite3.Connection, table: Listing) -> None:
    """The rows in the order in which they lie; the declared types are kept, so no value changes."""
    if not table.columns:
        return
    declared = ", ".join(f"{quoted(name)} {quoted(kind) if kind else ''}" for name, kind in table.columns.items())
    copy.execute(f"CREATE TABLE {quoted(table.name)} ({declared})")
    hidden = secret_columns(list(table.columns))
    wanted = ", ".join("NULL" if name in hidden else quoted(name) for name in table.columns)
    rows = database.execute(f"SELECT {wanted} FROM {quoted(table.name)} NOT INDEXED")  # noqa: S608 - quoted
    marks = ", ".join("?" * len(table.columns))
    copy.executemany(f"INSERT INTO {quoted(table.name)} VALUES ({marks})", rows)  # noqa: S608 - quoted
