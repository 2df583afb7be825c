from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

import etl.shelf as shelf_module
from etl.conformed import save_load
from etl.shelf import Shelf, layer_for, put_parts
from etl.stored_tables import StoredTables, aligned, silent_columns, slim, stacked
from tests.etl.frames import load_rows

FRAME = pl.DataFrame({"name": ["a", None, "c"], "amount": [1, 2, 3], "nothing": [None] * 3},
                     schema={"name": pl.String, "amount": pl.Int64, "nothing": pl.Date})  # fmt: skip


def expense(key: str, **columns: object) -> dict[str, object]:
    return {"row_key": key, "expense_id": key, "expense_amount": 1, **columns}


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Frames of three rows are large."""
    monkeypatch.setattr(shelf_module, "LEAST_ROWS", 3)


def stored(folder: Path, number: int, *keys: str, **columns: object) -> StoredTables:
    rows = save_load(folder, load_rows(number, expense=[expense(key, **columns) for key in keys]))
    assert isinstance(rows.tables, StoredTables)
    return rows.tables


@pytest.mark.usefixtures("small")
def test_a_large_frame_comes_back_from_its_file_as_it_was_and_leaves_no_file(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf["sales"] = FRAME
    assert shelf["sales"].equals(FRAME)
    assert shelf["sales"].schema == FRAME.schema
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("small")
def test_columns_that_say_nothing_are_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[list[str]] = []

    def note(frame: pl.DataFrame, path: Path, write: Any = pl.DataFrame.write_ipc) -> None:
        written.append(frame.columns)
        write(frame, path)

    monkeypatch.setattr(pl.DataFrame, "write_ipc", note)
    Shelf(tmp_path)["sales"] = FRAME
    assert written == [["name", "amount"]]


def test_a_small_frame_stays_in_memory(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf["sales"] = FRAME
    assert shelf["sales"] is FRAME


@pytest.mark.usefixtures("small")
def test_parts_are_one_frame_in_their_order(tmp_path: Path) -> None:
    shelf, plain = Shelf(tmp_path), dict[str, pl.DataFrame]()
    for tables in (shelf, plain):
        put_parts(tables, "sales", (FRAME.with_columns(pl.col("amount") * by) for by in (1, 10)))
    assert shelf["sales"]["amount"].to_list() == [1, 2, 3, 10, 20, 30]
    assert shelf["sales"].equals(plain["sales"])


@pytest.mark.usefixtures("small")
def test_a_shelf_is_a_holder_of_frames_by_name(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf["sales"], shelf["stock"] = FRAME, FRAME.head(1)
    shelf["sales"] = FRAME.reverse()
    kept = shelf["sales"]
    del shelf["sales"]
    assert (list(shelf), len(shelf), kept["amount"].to_list()) == (["stock"], 1, [3, 2, 1])


def test_only_many_rows_are_built_with_a_shelf(tmp_path: Path) -> None:
    assert layer_for(1_000_000, tmp_path)() == {}
    shelf = layer_for(1_000_001, tmp_path)()
    assert isinstance(shelf, Shelf)
    assert shelf.folder == tmp_path


def test_stored_tables_are_those_the_load_has(tmp_path: Path) -> None:
    tables = stored(tmp_path, 1, "a", "b")
    assert (list(tables), len(tables)) == (["expense"], 1)
    assert tables["expense"]["row_key"].to_list() == ["a", "b"]
    with pytest.raises(KeyError):
        tables["order"]
    with pytest.raises(KeyError):
        tables["rejects"]  # a file of the load, not a table


def test_stored_tables_have_the_rows_of_their_origins_alone(tmp_path: Path) -> None:
    whole = stored(tmp_path, 1, "a")
    assert StoredTables(whole.folder, [1_000_002])["expense"].height == 0


def test_many_loads_are_read_at_once_in_their_order_with_their_source(tmp_path: Path) -> None:
    loads = [("b", stored(tmp_path, 1, "x", title="rent")), ("a", stored(tmp_path, 2, "y", "z"))]
    found = stacked(loads, "expense")
    assert found is not None
    told = found.select("source", "row_key", "title", "origin_key").rows()
    assert told == [
        ("b", "x", "rent", 1_000_001), ("a", "y", None, 2_000_001), ("a", "z", None, 2_000_001)]  # fmt: skip
    assert stacked(loads, "order") is None


def test_what_says_nothing_is_one_null_and_what_is_missing_is_null() -> None:
    assert silent_columns(FRAME) == ["nothing"]
    assert slim(FRAME).equals(FRAME)
    back = aligned(FRAME.select("amount", "name").with_columns(gone=1), FRAME.schema)
    assert back.equals(FRAME)
