"""Exports: nothing runs in a spreadsheet, numbers stay numbers, definitions travel along."""

from __future__ import annotations

import io
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest

from portal.errors import InputError
from portal.exports import ExportColumn, ExportTable, csv_chunks, file_name, safe_text, write_xlsx, xlsx_chunks
from portal.metrics.model import Unit

INJECTIONS = (
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1", "＝1+1", "＋1", "－1", "＠A1",
    "=HYPERLINK(\"http://evil.example\",\"x\")", "=cmd|' /C calc'!A0", " =1+1", "\ufeff=1+1", "-2+3+cmd|' /C calc'!A0",
)  # fmt: skip
HARMLESS = ("Mug", "10-pack", "a=b", "it's", "", "'=already", "Ünï", "—dash")

TABLE = ExportTable(
    "Sales by product",
    (ExportColumn("Product"), ExportColumn("Net sales", Unit.MONEY, "After returns."), ExportColumn("Day")),
    [("=evil()", Decimal("12.5000"), date(2026, 3, 31)), ("Mug", None, None), ("+44 20", -3.25, date(2026, 4, 1))],
    (("Period", "1 – 31 Mar 2026"), ("Snapshot", "7")),
)


def sheets(table: ExportTable) -> openpyxl.Workbook:
    file = io.BytesIO()
    write_xlsx(table, file)
    return openpyxl.load_workbook(file)


@pytest.mark.parametrize("text", INJECTIONS)
def test_a_formula_gets_an_apostrophe(text: str) -> None:
    assert safe_text(text) == "'" + text


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_text_stays_as_it_is(text: str) -> None:
    assert safe_text(text) == text


def test_csv_is_exact_text_with_plain_numbers() -> None:
    text = b"".join(csv_chunks(TABLE)).decode("utf-8")
    expected = "\ufeffProduct,Net sales,Day\r\n'=evil(),12.5000,2026-03-31\r\nMug,,\r\n'+44 20,-3.25,2026-04-01\r\n"
    assert text == expected


def test_csv_headings_are_made_safe_too() -> None:
    table = ExportTable("T", (ExportColumn("=evil"),), [])
    assert b"".join(csv_chunks(table)).decode("utf-8-sig") == "'=evil\r\n"


def test_csv_comes_in_pieces() -> None:
    table = ExportTable("T", (ExportColumn("n", Unit.COUNT),), [(n,) for n in range(4_001)])
    pieces = list(csv_chunks(table))
    assert len(pieces) == 3
    assert b"".join(pieces).count(b"\r\n") == 4_002


@pytest.mark.parametrize("text", INJECTIONS)
def test_xlsx_never_holds_a_formula(text: str) -> None:
    cell = sheets(ExportTable("T", (ExportColumn("a"),), [(text,)])).worksheets[0]["A2"]
    assert cell.data_type == "s"
    assert cell.hyperlink is None


def test_xlsx_numbers_and_dates_are_typed() -> None:
    sheet = sheets(TABLE).worksheets[0]
    assert [cell.value for cell in sheet[2]] == ["=evil()", 12.5, datetime(2026, 3, 31)]
    assert [cell.data_type for cell in sheet[2]] == ["s", "n", "d"]
    assert sheet["B2"].number_format == "#,##0.00"


def test_xlsx_leaves_missing_cells_empty() -> None:
    sheet = sheets(ExportTable("T", (ExportColumn("a", Unit.MONEY),), [(float("nan"),), (None,)])).worksheets[0]
    assert [sheet["A2"].value, sheet["A3"].value] == [None, None]


def test_a_long_id_keeps_all_its_digits() -> None:
    sheet = sheets(ExportTable("T", (ExportColumn("id"),), [(1234567890123456789,)])).worksheets[0]
    assert sheet["A2"].value == "1234567890123456789"


def test_the_second_sheet_says_what_the_numbers_are() -> None:
    about = sheets(TABLE)["About these numbers"]
    lines = [(row[0].value, row[1].value) for row in about.iter_rows() if row[0].value]
    assert ("Period", "1 – 31 Mar 2026") in lines
    assert ("Snapshot", "7") in lines
    assert ("Rows", "3") in lines
    assert ("Net sales", "After returns.") in lines


def test_more_rows_than_a_sheet_holds_are_refused() -> None:
    table = ExportTable("T", (ExportColumn("n"),), range(1_048_576))  # type: ignore[arg-type]
    with pytest.raises(InputError, match="1,048,576 rows do not fit on a sheet"):
        next(xlsx_chunks(table))


def test_file_names_are_plain() -> None:
    assert file_name("Corner Shop", "Sales: by/product", "") == "corner-shop-sales-by-product"
