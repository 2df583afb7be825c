"""SQLite: every table as text, nothing of it run, nothing written, and secrets not stored."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from etl.land import land
from etl.reading import Limits, read_tables
from etl.source import RawTable
from portal.errors import SourceError

LIMITS = Limits(memory_mb=1024, seconds=60)


def database(path: Path, *statements: str) -> Path:
    with closing(sqlite3.connect(path)) as made, made:
        for statement in statements:
            made.execute(statement)
    return path


def tables(path: Path) -> list[RawTable]:
    return read_tables(land(path, path.parent / "landing"), [], LIMITS)


def test_every_table_is_text_and_its_sheet_is_its_name(tmp_path: Path) -> None:
    path = database(
        tmp_path / "crm.db", "CREATE TABLE orders (id INTEGER, cod REAL, name TEXT)", "CREATE TABLE empty (a)",
        "INSERT INTO orders VALUES (9007199254740993, 10.1, 'é'), (2, 500.0, ''), (NULL, 1e20, '7'), (4, 0.1, 5)",
    )  # fmt: skip
    empty, orders = tables(path)
    assert (empty.origins[0].sheet, empty.columns, empty.frame.height) == ("empty", ["a"], 0)
    assert [row[:3] for row in orders.frame.rows()] == [
        ("9007199254740993", "10.1", "é"),
        ("2", "500", None),
        (None, "100000000000000000000", "7"),
        ("4", "0.1", "5"),
    ]
    assert orders.frame["source_row"].to_list() == [1, 2, 3, 4]


def test_rows_beyond_one_chunk_keep_their_numbers(tmp_path: Path) -> None:
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 120000) SELECT i, i % 7 FROM n"
    (table,) = tables(database(tmp_path / "a.sqlite3", f"CREATE TABLE t AS {numbers}"))
    assert table.frame.height == 120_000
    assert table.frame.row(119_999) == ("120000", "6", 1, 120_000)


def test_binary_values_are_left_out_and_said(tmp_path: Path) -> None:
    (table,) = tables(database(tmp_path / "a.db", "CREATE TABLE t (id, photo BLOB, note TEXT)",
                               "INSERT INTO t VALUES (1, x'00', x'01'), (2, NULL, 'n')"))  # fmt: skip
    assert table.frame.rows() == [("1", None, 1, 1), ("2", "n", 1, 2)]
    assert table.notes == ("a.db, table t: column photo holds binary data and was not read.",
                           "a.db, table t: 1 values of column note are binary data and were not read.")  # fmt: skip


def test_secrets_are_nowhere_in_the_stored_copy(tmp_path: Path) -> None:
    path = database(tmp_path / "a.db",
                    "CREATE TABLE users (id INTEGER PRIMARY KEY, password_hash TEXT NOT NULL UNIQUE)",
                    "INSERT INTO users VALUES (1, 'hunter2'), (2, 'hunter3')")  # fmt: skip
    (landed,) = land(path, tmp_path / "landing")
    assert landed.blanked_columns == ("users.password_hash",)
    assert b"hunter" not in landed.path.read_bytes()
    (table,) = read_tables([landed], [], LIMITS)
    assert table.frame.rows() == [("1", None, 1, 1), ("2", None, 1, 2)]


def test_file_without_secrets_is_stored_as_it_is(tmp_path: Path) -> None:
    path = database(tmp_path / "a.db", "CREATE TABLE t (a)", "INSERT INTO t VALUES (1)")
    assert land(path, tmp_path / "landing")[0].path.read_bytes() == path.read_bytes()


def test_views_triggers_virtual_tables_and_computed_columns_are_not_run(tmp_path: Path) -> None:
    path = database(tmp_path / "a.db", "CREATE TABLE t (a, b AS (abs(a)))", "INSERT INTO t VALUES (-1)",
                    "CREATE VIEW v AS SELECT * FROM nowhere", "CREATE VIRTUAL TABLE f USING fts5(x)")  # fmt: skip
    sheets = [table.origins[0].sheet for table in tables(path)]
    assert sheets == ["f_config", "f_content", "f_data", "f_docsize", "f_idx", "t"]


def test_damaged_file_is_said(tmp_path: Path) -> None:
    path = database(tmp_path / "a.db", "CREATE TABLE t (a)", *["INSERT INTO t VALUES (hex(randomblob(3000)))"] * 20)
    content = bytearray(path.read_bytes())
    content[8192:12288] = b"\xff" * 4096
    path.write_bytes(content)
    with pytest.raises(SourceError, match=r"^a.db: the database (is damaged|cannot be read)"):
        tables(path)


def test_file_that_is_cut_off_is_said(tmp_path: Path) -> None:
    path = database(tmp_path / "a.db", "CREATE TABLE t (a)", *["INSERT INTO t VALUES (hex(randomblob(3000)))"] * 20)
    path.write_bytes(path.read_bytes()[:20_000])
    with pytest.raises(SourceError, match=r"^a.db: the database (is damaged|cannot be read)"):
        tables(path)


def test_text_that_is_not_utf_8_is_said(tmp_path: Path) -> None:
    path = database(tmp_path / "a.db", "CREATE TABLE t (a TEXT)", "INSERT INTO t VALUES (CAST(x'63e9' AS TEXT))")
    with pytest.raises(SourceError, match=r"^a.db: the database cannot be read \(Could not decode to UTF-8 column 'a'"):
        tables(path)


def test_database_in_use_is_refused_because_its_newest_rows_are_elsewhere(tmp_path: Path) -> None:
    path = database(tmp_path / "a.db", "CREATE TABLE t (a)")
    (tmp_path / "a.db-wal").write_bytes(b"x")
    with pytest.raises(SourceError, match=r"its newest rows are still in a.db-wal"):
        tables(path)


def test_other_content_under_that_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.db").write_text("a,b\n1,2\n")
    with pytest.raises(SourceError, match="by its name this is an SQLite database, but it really is plain text"):
        tables(tmp_path / "a.db")
