"""Sheets read piece by piece say exactly what the full reader says, or are left to it."""

from __future__ import annotations

import random
import zipfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.worksheet.worksheet import Worksheet

from etl.read import shared_texts, sheet_rows
from etl.read.formats import FileFormat
from etl.read.sheet_tags import NotPlainError
from etl.read.workbook import Sheet, open_book, read_fully, read_sheets

ODD: tuple[Any, ...] = (
    "a", "", " b ", "x & y", "<t>", '"q"', "it's", "l1\nl2", "\tz", "_x0041_", "a_x", "é", "نص", "١٢٣", "6000000001.0",
    " ", "=1+1", True, False, 0, -0.0, 7, 17850.0, 0.1 + 0.2, 1e21, 1.5e-7, -3.25, 1234567890123456, 99999999999999.5,
    0.00001, 12.5, datetime(2026, 3, 31, 14, 5), datetime(2026, 3, 31), datetime(1900, 1, 1, 5), timedelta(hours=30),
    None, "#N/A", "x" * 300,
)  # fmt: skip
ROWS = '<row r="1">{}</row>'


def written(path: Path, kind: str, chance: random.Random) -> Path:
    """A workbook of one sheet with odd values, by another program for each kind, its cells in no tidy rectangle."""
    top, left = chance.choice([(0, 0), (1, 2), (5, 27)])
    cells = {
        (row, column): chance.choice(ODD)
        for row in range(top, top + 25) for column in range(left, left + 12) if chance.random() < 0.8
    }  # fmt: skip
    if kind == "openpyxl":
        book = openpyxl.Workbook()
        page = book.active
        assert isinstance(page, Worksheet)
        page.title = "S"
        for (row, column), value in cells.items():
            page.cell(row + 1, column + 1, value)
        book.save(path)
    else:
        _write(path, kind, cells, chance)
    return path


def _write(path: Path, kind: str, cells: dict[tuple[int, int], Any], chance: random.Random) -> None:
    with xlsxwriter.Workbook(path, {"constant_memory": kind == "inline"}) as book:
        page = book.add_worksheet("S")
        moment, duration = (book.add_format({"num_format": form}) for form in ("yyyy-mm-dd hh:mm", "[h]:mm"))
        bold = book.add_format({"bold": True, "num_format": "0.0%"})
        for (row, column), value in cells.items():
            if isinstance(value, datetime | timedelta):
                page.write_datetime(row, column, value, moment if isinstance(value, datetime) else duration)
            elif isinstance(value, str) and value.startswith("="):
                page.write_formula(row, column, value, None, chance.choice([5, "x & y", "#REF!", True, ""]))
            elif isinstance(value, str):
                page.write_string(row, column, value, bold if chance.random() < 0.2 else None)
            else:
                page.write(row, column, value, bold if chance.random() < 0.2 else None)


def as_full(path: Path, sheet: str = "S") -> tuple[int, list[tuple[Any, ...]]]:
    read = read_fully(open_book(path, path.name), sheet)
    return (read.first, read.frame.rows()) if read else (0, [])


def by_pieces(path: Path) -> tuple[int, list[tuple[Any, ...]]]:
    read = sheet_rows.read_rows(path, "S", "xl/worksheets/sheet1.xml")
    return (read[0], read[1].rows()) if read else (0, [])


@pytest.mark.parametrize("kind", ["inline", "shared", "openpyxl"])
def test_pieces_say_what_the_full_reader_says(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_rows, "PIECE_BYTES", 2000)
    monkeypatch.setattr(shared_texts, "_PIECE_BYTES", 300)
    for seed in range(15):
        path = written(tmp_path / f"{seed}.xlsx", kind, random.Random(seed))
        assert by_pieces(path) == as_full(path)


def with_rows(path: Path, rows: str, shared: str = "<si><t>shared</t></si>") -> Path:
    """A workbook whose sheet has these rows, and whose shared texts are these."""
    with xlsxwriter.Workbook(path.with_suffix(".made")) as book:
        book.add_worksheet("S").write(0, 0, "shared")
    with zipfile.ZipFile(path.with_suffix(".made")) as made, zipfile.ZipFile(path, "w") as archive:
        for name in made.namelist():
            content = made.read(name).decode()
            if name.endswith("sheet1.xml"):
                start, end = content.index("<sheetData>") + len("<sheetData>"), content.index("</sheetData>")
                content = content[:start] + rows + content[end:]
            content = content.replace("<si><t>shared</t></si>", shared)
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize(
    "cells",
    [
        '<c r="B1" t="inlineStr"><is><t>  a </t></is></c><c r="C1" t="inlineStr"><is><t>&#65;_x0042_</t></is></c>',
        '<c r="B1" t="inlineStr"><is><r><t>a</t></r><r><t xml:space="preserve"> b</t></r></is></c>',
        '<c r="B1" t="inlineStr"><is><t></t></is></c><c r="D1"><v>1</v></c><c r="F1" s="0"/>',
        '<c r="B1"><f>1+1</f><v>2</v></c><c r="C1"><f t="shared" si="0"/><v>3</v></c><c r="D1"><f>A1</f></c>',
        '<c r="B1" t="e"><v>#REF!</v></c><c r="C1" t="b"><v>1</v></c><c r="D1" t="d"><v>2026-01-01T00:00:00</v></c>',
        '<c r="B1"><v>007</v></c><c r="C1"><v> 7 </v></c><c r="D1"><v>1e400</v></c><c r="E1"><v>NaN</v></c>',
        '<c r="B1" t="s"><v>0</v></c><c r="C1" t="str"><v> a&lt;b </v></c><c r="XFD1"><v>-0</v></c>',
        '<c r="B1"><v>1<!-- 2 --></v></c><c r="C1" t="inlineStr"><is><t><![CDATA[a]]></t></is></c>',
        '<c r="B1"><v></v></c><c r="C1" t="str"><v></v></c><c r="D1" t="s"></c><c r="E1"><is><t>x</t></is></c>',
    ],
)
def test_every_way_to_write_a_cell_is_understood(tmp_path: Path, cells: str) -> None:
    path = with_rows(tmp_path / "a.xlsx", ROWS.format(cells) + '<row r="3" ht="20"/><row r="4"><c r="B4"/></row>')
    assert by_pieces(path) == as_full(path)


@pytest.mark.parametrize(
    "rows",
    [
        ROWS.format('<c r="C1"><v>1</v></c><c r="B1"><v>2</v></c>'),
        ROWS.format('<c r="B1"><v>1</v></c><c r="B1"><v>2</v></c>'),
        ROWS.format("<c><v>1</v></c>"),
        ROWS.format('<c r="B1"><v>1</v> text</c>'),
        ROWS.format('<c r="B1" t="inlineStr"><is><t>a > b</t></is></c>'),
        ROWS.format('<c r="B1" t="s"><v>5</v></c>'),
        ROWS.format('<c r="B1" t="odd"><v>5</v></c>'),
        '<row r="2"><c r="B2"><v>1</v></c></row><row r="1"><c r="B1"><v>2</v></c></row>',
        '<row r="x"><c r="B1"><v>1</v></c></row>',
        '<row r="1"><c r="B1"><v>1</v></x></row>',
        '<c r="B1"><v>1</v></c>',
        '<row r="1"> <c r="B1"><v>1</v></c></row>',
    ],
)
def test_other_sheets_are_left_to_the_full_reader(tmp_path: Path, rows: str) -> None:
    with pytest.raises(NotPlainError):
        by_pieces(with_rows(tmp_path / "a.xlsx", rows))


def test_shared_texts_of_every_form(tmp_path: Path) -> None:
    items = (
        "<t>a &lt; b</t>", "<t> x </t>", '<t xml:space="preserve"> x </t>', "<t/>", "<t></t>", "<t>_x0041_</t>",
        "<r><t>a</t></r><r><rPr><b/></rPr><t>b</t></r>", "<t>a</t><rPh><t>kana</t></rPh>", "<t>&#233;</t>",
    )  # fmt: skip
    cells = "".join(f'<c r="{chr(66 + at)}1" t="s"><v>{at}</v></c>' for at in range(len(items)))
    shared = "".join(f"<si>{item}</si>" for item in items)
    path = with_rows(tmp_path / "a.xlsx", ROWS.format(cells), shared)
    assert by_pieces(path) == as_full(path)
    assert by_pieces(path) == (1, [("a < b", "x", " x ", "A", "ab", "a", "é")])


def test_a_sheet_left_to_the_full_reader_is_read(tmp_path: Path) -> None:
    path = with_rows(tmp_path / "a.xlsx", ROWS.format('<c r="C1"><v>1</v></c><c r="B1"><v>2</v></c>'))
    [(sheet, _)] = read_sheets(path, "a.xlsx", [FileFormat()])
    assert (sheet.first, sheet.frame.columns, sheet.frame.rows()) == (1, ["1", "2"], [("2", "1")])


def test_the_first_rows_are_enough_where_no_more_are_wanted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_rows, "PIECE_BYTES", 300)
    rows = "".join(f'<row r="{row}"><c r="A{row}"><v>{row}</v></c></row>' for row in range(3, 400))
    read = open_book(with_rows(tmp_path / "a.xlsx", rows), "a.xlsx").sheet("S", 20)
    assert isinstance(read, Sheet)
    assert (read.first, read.top(3), 20 <= read.frame.height < 40) == (3, [["3"], ["4"], ["5"]], True)
