"""Rows on their way to files: none is lost or reordered, however many files they take."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from etl.read import spool
from etl.read.spool import Spool, mapped_frame


def rows(key: int, *cells: str | None) -> pl.DataFrame:
    numbers = range(1, len(cells) + 1)
    return pl.DataFrame(
        {"name": list(cells), "password": ["x" if cell else None for cell in cells], "origin_key": key,
         "source_row": list(numbers)},
        schema={"name": pl.String, "password": pl.String, "origin_key": pl.Int64, "source_row": pl.Int32},
    )  # fmt: skip


def spooled(folder: Path, *frames: pl.DataFrame) -> tuple[int, list[tuple[object, ...]], dict[int, int]]:
    target = Spool(folder / "table_0")
    for frame in frames:
        target.add(frame)
    done = target.finish()
    written = pl.concat([mapped_frame(*(folder / name for name in names)) for names in done["paths"]])
    return len(done["paths"]), written.rows(), done["blank_rows"]


@pytest.mark.parametrize(("most", "files"), [(1, 5), (1 << 20, 1)])
def test_rows_keep_their_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int, files: int) -> None:
    monkeypatch.setattr(spool, "MOST_BYTES", most)
    count, found, blank = spooled(tmp_path, rows(1, "a", None, "b"), rows(2, " ", "c"))
    assert (count, blank) == (files, {1: 1, 2: 1})
    assert found == [("a", None, 1, 1), ("b", None, 1, 3), ("c", None, 2, 2)]


@pytest.mark.parametrize("most", [1, 1 << 20])
def test_files_that_come_out_of_order_are_sorted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr(spool, "MOST_BYTES", most)
    count, found, _ = spooled(tmp_path, rows(2, "c"), rows(1, "a", "b"), rows(3, "d"))
    assert (count, [row[0] for row in found]) == (1, ["a", "b", "c", "d"])


def test_table_without_rows_is_a_file(tmp_path: Path) -> None:
    assert spooled(tmp_path, rows(1)) == (1, [], {})
