"""While files are read it is told how much of them is: never backwards, and at the end all."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from etl.read import process, sheet_rows, sqlite
from etl.read.formats import Limits
from etl.read.jobs import read_job
from etl.read.progress import Progress, SoFar, last_place, so_far, went_on
from etl.reading import read_tables
from etl.source import LandedFile
from portal.errors import SourceError
from tests.etl.test_reading import landed

ROWS = 3000


@pytest.fixture
def notes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[SoFar]:
    """What is noted in the folder "work", each time."""
    found: list[SoFar] = []
    shipped = Progress._tell

    def tell(progress: Progress) -> None:
        shipped(progress)
        said = so_far(tmp_path / "work")
        assert said is not None
        found.append(said)

    (tmp_path / "work").mkdir()
    monkeypatch.setattr(Progress, "_tell", tell)
    return found


def read(tmp_path: Path, *paths: Path) -> dict[str, Any]:
    files = [{"path": str(path), "name": path.name} for path in paths]
    return read_job({"files": files, "formats": [], "forms": []}, tmp_path / "work")


def _book(path: Path) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for number in range(ROWS):
        sheet.append([f"word {number}", number, number / 7])
    book.save(path)
    return path


def _database(path: Path) -> Path:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE orders (id INTEGER, note TEXT)")
        database.executemany("INSERT INTO orders VALUES (?, ?)", [(number, "x" * 50) for number in range(ROWS)])
    return path


@pytest.mark.parametrize("write", [_book, _database])
def test_within_one_large_file_the_note_moves(
    write: Any, tmp_path: Path, notes: list[SoFar], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheet_rows, "PIECE_BYTES", 20_000)
    monkeypatch.setattr(sqlite, "CHUNK", 500)
    path = write(tmp_path / ("a.xlsx" if write is _book else "a.sqlite"))
    read(tmp_path, path)
    sizes = [one.size for one in notes]
    assert sizes == sorted(sizes)
    assert len({size for size in sizes if 0 < size < path.stat().st_size}) > 4
    assert len({one.rows for one in notes}) > 5
    assert ROWS - 1 <= notes[-1].rows <= ROWS
    assert {one.whole for one in notes} == {path.stat().st_size}


def test_each_file_counts_with_its_bytes(tmp_path: Path, notes: list[SoFar]) -> None:
    for name, rows in (("a.csv", 4), ("b.csv", 2)):
        (tmp_path / name).write_text("id\n" + "1\n" * rows)
    (tmp_path / "c.csv").write_text('id\n"1\n2"\n')
    read(tmp_path, *sorted(tmp_path.glob("*.csv")))
    assert notes[-1] == SoFar(7, 27, 27)


def test_a_message_about_a_dead_process_names_the_file_alone(tmp_path: Path) -> None:
    with Progress(tmp_path) as progress:
        assert so_far(tmp_path) is None
        progress.begin("orders.csv", tmp_path / "gone.csv")
        went_on(5, 7)
    went_on(5, 7)
    assert (last_place(tmp_path), so_far(tmp_path)) == ("orders.csv", SoFar(5, 0, 0))


def test_whoever_asks_is_told_and_may_stop_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "LOOK_SECONDS", 0.02)
    (tmp_path / "a.json").write_text(json.dumps([{"id": number} for number in range(50)]))
    seen: list[int] = []

    def stop(said: SoFar) -> None:
        seen.append(said.whole)
        raise InterruptedError

    monkeypatch.setattr(process, "so_far", lambda _folder: SoFar(1, 2, 3))
    with pytest.raises(InterruptedError):
        read_tables([landed(tmp_path / "a.json")], [], Limits(1024, 60), told=stop)
    assert seen == [3]


def test_the_time_limit_holds_while_somebody_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "LOOK_SECONDS", 0.1)
    os.mkfifo(tmp_path / "a.csv")  # nobody ever writes into it
    endless = LandedFile(tmp_path / "a.csv", "a.csv", "a.csv", "", 0)
    said: list[SoFar] = []
    with pytest.raises(SourceError, match="longer than 1 seconds"):
        read_tables([endless], [], Limits(1024, 1), told=said.append)
