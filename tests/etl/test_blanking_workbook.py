"""The stored copy of a workbook: nothing of its secret columns anywhere, every other cell as it was."""

from __future__ import annotations

import random
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from etl.read import sheet_rows, workbook_blank
from etl.read.formats import FileFormat
from etl.read.sheet_tags import NotPlainError
from etl.read.workbook import read_sheets
from etl.read.workbook_blank import blank_workbook

HEADS = ("name", "password", "city", "OTP", "total")
OTHERS = ("x", "shared", "y & z", 1, 2.5, datetime(2026, 1, 2), True, " e ", "é", "=1+1")


def written(path: Path, kind: str, chance: random.Random) -> Path:
    """Three sheets, two of which have secret columns below a title; `shared` is a secret and a name, too."""
    with xlsxwriter.Workbook(path, {"constant_memory": kind == "inline"}) as book:
        book.set_properties({"comments": "HUNTER"})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name in ("Users", "B & <b>", "Orders"):
            page = book.add_worksheet(name)
            page.write_row(0, 0, ["Our staff"])
            page.write_row(1, 0, [head if name != "Orders" else f"column {head[0]}" for head in HEADS])
            for row in range(2, 40):
                for column, head in enumerate(HEADS):
                    is_secret = name != "Orders" and head in {"password", "OTP"}
                    value = chance.choice([f"HUNTER{row}", "shared", 77.5] if is_secret else OTHERS)
                    write_cell(page, (row, column), value, day)
            page.write_comment(3, 1, "HUNTER")
            page.data_validation(50, 1, 60, 1, {"validate": "list", "source": ["HUNTER"]})
            page.merge_range(70, 0, 70, 2, "merged")
    return path


def write_cell(page: Any, place: tuple[int, int], value: Any, day: Any) -> None:
    """One cell; a formula holds a secret of its own and shows 7."""
    if isinstance(value, datetime):
        page.write_datetime(*place, value, day)
    elif value == "=1+1":
        page.write_formula(*place, '=IF("HUNTER"="",1,7)', None, 7)
    else:
        page.write(*place, value)


def cells(path: Path) -> dict[tuple[str, int, str], str]:
    """Every filled cell by sheet, row and column."""
    return {
        (sheet.name, row, column): cell
        for sheet, _ in read_sheets(path, path.name, [FileFormat()]) for column in sheet.frame.columns
        for row, cell in enumerate(sheet.frame[column], start=sheet.first) if cell is not None
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["inline", "shared"])
def test_only_the_secret_cells_are_gone(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_rows, "PIECE_BYTES", 3000)
    path = written(tmp_path / "a.xlsx", kind, random.Random(1))
    assert blank_workbook(path, "a.xlsx", tmp_path / "copy.xlsx") == ["password", "OTP"]
    secret = {(sheet, column) for sheet in ("Users", "B & <b>") for column in ("1", "3")}
    whole = cells(path)
    kept = {place: cell for place, cell in whole.items() if (place[0], place[2]) not in secret or place[1] <= 2}
    assert len(whole) > len(kept) > 300
    assert cells(tmp_path / "copy.xlsx") == kept


@pytest.mark.parametrize("kind", ["inline", "shared"])
def test_no_byte_of_a_secret_is_in_any_part(tmp_path: Path, kind: str) -> None:
    path = written(tmp_path / "a.xlsx", kind, random.Random(2))
    blank_workbook(path, "a.xlsx", tmp_path / "copy.xlsx")
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(tmp_path / "copy.xlsx") as archive:
        assert b"HUNTER" in b"".join(whole.read(name) for name in whole.namelist())
        assert b"HUNTER" not in b"".join(archive.read(name) for name in archive.namelist())
        assert archive.testzip() is None


def test_the_copy_is_a_workbook_for_other_programs(tmp_path: Path) -> None:
    path = written(tmp_path / "a.xlsx", "shared", random.Random(3))
    blank_workbook(path, "a.xlsx", tmp_path / "copy.xlsx")
    assert openpyxl.load_workbook(tmp_path / "copy.xlsx").sheetnames == ["Users", "B & <b>", "Orders"]


@pytest.mark.parametrize("kind", ["inline", "shared"])
def test_writing_everything_anew_gives_the_same_cells(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path / "a.xlsx", kind, random.Random(4))
    blank_workbook(path, "a.xlsx", tmp_path / "copied.xlsx")

    def refused(*_: object) -> None:
        raise NotPlainError

    monkeypatch.setattr(workbook_blank, "copy_workbook", refused)
    assert blank_workbook(path, "a.xlsx", tmp_path / "anew.xlsx") == ["password", "OTP"]
    assert cells(tmp_path / "anew.xlsx") == cells(tmp_path / "copied.xlsx")


def test_a_sheet_without_secrets_is_taken_over_as_it_is_packed(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx", {"constant_memory": True}) as book:
        for name, head in {"Users": "password", "Orders": "id"}.items():
            book.add_worksheet(name).write_column(0, 0, [head, *range(500)])
    blank_workbook(tmp_path / "a.xlsx", "a.xlsx", tmp_path / "copy.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as whole, zipfile.ZipFile(tmp_path / "copy.xlsx") as archive:
        packed = [each.getinfo("xl/worksheets/sheet2.xml") for each in (whole, archive)]
        assert packed[0].compress_size == packed[1].compress_size
        assert b"<v>499" not in archive.read("xl/worksheets/sheet1.xml")


def test_days_counted_from_1904_stay_the_same_days(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx", {"date_1904": True}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["day", "token"])
        page.write_datetime(1, 0, datetime(2026, 3, 31), book.add_format({"num_format": "yyyy-mm-dd"}))
        page.write(1, 1, "HUNTER")
    blank_workbook(tmp_path / "a.xlsx", "a.xlsx", tmp_path / "copy.xlsx")
    assert cells(tmp_path / "copy.xlsx")[("Sheet1", 2, "0")] == "2026-03-31"
