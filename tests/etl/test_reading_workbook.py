"""Reading workbooks: every cell as text, in its row, error cells included."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from etl.read.cells import cell_text
from etl.reading import FileFormat, Limits, read_tables
from etl.source import LandedFile, RawTable
from portal.errors import SourceError

LIMITS = Limits(memory_mb=1024, seconds=60)


def tables(path: Path, *stated: FileFormat) -> list[RawTable]:
    file = LandedFile(path, str(path), path.name, "", path.stat().st_size)
    return read_tables([file], [("*", each) for each in stated], LIMITS)


def workbook(path: Path) -> Path:
    with xlsxwriter.Workbook(path) as book:
        day, moment = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        page = book.add_worksheet("Orders")
        page.write_row(0, 0, ["id", "amount", "at", "flag"])
        page.write_row(1, 0, [17850.0, 0.1 + 0.2])
        page.write_datetime(1, 2, datetime(2026, 3, 31), day)
        page.write_boolean(1, 3, True)
        page.write_row(2, 0, ["00012", 1234567.891])
        page.write_datetime(2, 2, datetime(2026, 3, 31, 14, 5), moment)
        page.write_formula(2, 3, "=1/0", None, "#DIV/0!")
        book.add_worksheet("Empty")
        title = book.add_worksheet("Titled")
        title.write(1, 1, "Our staff")
        title.write_row(3, 1, ["name", "role", "", "name"])
        title.write_row(4, 1, ["Ann", "boss", "", "A.", "note"])
    return path


def test_cells_of_a_workbook_become_text(tmp_path: Path) -> None:
    orders, _ = tables(workbook(tmp_path / "book.xlsx"))
    assert orders.frame.rows() == [
        ("17850", "0.3", "2026-03-31", "TRUE", 1, 2),
        ("00012", "1234567.891", "2026-03-31 14:05:00", "#DIV/0!", 1, 3),
    ]


def test_a_sheet_may_start_anywhere_and_cells_beside_the_table_are_kept(tmp_path: Path) -> None:
    _, staff = tables(workbook(tmp_path / "book.xlsx"))
    assert (staff.origins[0].sheet, staff.origins[0].key) == ("Titled", 2)
    assert staff.columns == ["name", "role", "name_2", "column_6"]
    assert staff.frame.rows() == [("Ann", "boss", "A.", "note", 2, 5)]


def test_only_the_stated_sheets_are_read_each_with_its_format(tmp_path: Path) -> None:
    stated = FileFormat(sheet="Titled", header_row=5), FileFormat(sheet="Orders")
    read = tables(workbook(tmp_path / "book.xlsx"), *stated)
    assert [(table.origins[0].sheet, table.columns[0]) for table in read] == [("Orders", "id"), ("Titled", "Ann")]


def test_missing_sheet_is_named_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"book.xlsx: there is no sheet 'Order'. Did you mean 'Orders'"):
        tables(workbook(tmp_path / "book.xlsx"), FileFormat(sheet="Order"))


def test_error_cells_are_kept_in_every_sheet(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        for name, error in {"One": "#REF!", "Two & three": "#N/A"}.items():
            page = book.add_worksheet(name)
            page.write_row(4, 27, ["id", "price"])
            page.write(5, 27, "x")
            page.write_formula(5, 28, "=Z1", None, error)
    assert [table.frame.rows() for table in tables(tmp_path / "a.xlsx")] == [
        [("x", "#REF!", 1, 6)],
        [("x", "#N/A", 2, 6)],
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (17850.0, "17850"),
        (-0.5, "-0.5"),
        (3899.8500000000004, "3899.85"),
        (1e21, "1000000000000000000000"),
        (1.5e-7, "0.00000015"),
        (9007199254740991.0, "9007199254740991"),
        (7, "7"),
        (True, "TRUE"),
        (None, ""),
        (" x ", " x "),
        (date(2026, 3, 31), "2026-03-31"),
        (datetime(2026, 3, 31), "2026-03-31"),
        (datetime(2026, 3, 31, 14, 4, 59, 999_000), "2026-03-31 14:05:00"),
        (datetime(2026, 3, 31, 14, 5, 0, 250_000), "2026-03-31 14:05:00.250000"),
        (time(9, 5), "09:05:00"),
        (timedelta(hours=30, minutes=5), "30:05:00"),
        (timedelta(minutes=-90), "-01:30:00"),
    ],
)
def test_one_cell_as_text(value: object, text: str) -> None:
    assert cell_text(value) == text


@pytest.mark.parametrize("name", ["a.xlsx", "a.parquet"])
def test_cut_off_files_are_named(tmp_path: Path, name: str) -> None:
    whole = tmp_path / name
    workbook(whole) if name.endswith("xlsx") else pl.DataFrame({"a": ["1"] * 999}).write_parquet(whole)
    whole.write_bytes(whole.read_bytes()[:-300])
    with pytest.raises(SourceError, match=rf"{name}: the .* is damaged"):
        tables(whole)
