"""Worksheets to frames of text, in the limited process only.

Error cells ("#REF!") are dropped by the fast reader; they are looked up in the sheet's own text and put back, so that
they can be rejected instead of vanishing.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from xml.etree import ElementTree

import polars as pl
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum

from etl.read.cells import cell_text
from etl.read.formats import FileFormat
from etl.read.header import column_names, header_row, numbered_names
from etl.read.sheet_parts import sheet_parts
from portal.errors import SourceError

_ERROR_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*?\st=[\"']e[\"'][^>]*)>(.*?)</(?:\w+:)?c>", re.DOTALL)
_PLACE = re.compile(rb"\sr=[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]*)<")


@dataclass(frozen=True)
class Sheet:
    """One worksheet as text: rows are as wide as the table and start at row number `first` of the sheet."""

    name: str
    first: int
    rows: list[list[str]]


def read_sheets(path: Path, place: str, formats: Sequence[FileFormat]) -> Iterator[tuple[Sheet, FileFormat]]:
    """Worksheets that `formats` ask for, with the first format that fits; empty ones are left out.

    Raises:
        SourceError: not readable as a workbook, or a sheet that is asked for is not in it.
    """
    try:
        book = CalamineWorkbook.from_path(str(path))
    except (CalamineError, OSError, zipfile.BadZipFile) as problem:
        raise SourceError(
            f"{place}: the workbook is damaged ({problem}). Open it in Excel and save it again."
        ) from None
    names = [sheet.name for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    for stated in formats:
        if stated.sheet is not None and stated.sheet not in names:
            near = get_close_matches(stated.sheet, names, n=1)
            hint = f"Did you mean '{near[0]}'?" if near else f"It has {', '.join(names)}."
            raise SourceError(f"{place}: there is no sheet '{stated.sheet}'. {hint}")
    try:
        parts = sheet_parts(path)
    except ElementTree.ParseError:
        raise SourceError(f"{place}: the workbook is damaged. Open it in Excel and save it again.") from None
    for name in names:
        stated_for = next((stated for stated in formats if stated.sheet in {None, name}), None)
        if stated_for is not None and (sheet := _read_sheet(book, name, place)):
            yield _with_errors(sheet, path, parts.get(name)), stated_for


def _read_sheet(book: CalamineWorkbook, name: str, place: str) -> Sheet | None:
    try:
        cells = book.get_sheet_by_name(name)
    except CalamineError as problem:
        raise SourceError(
            f"{place}, sheet {name}: the sheet is damaged ({problem}). Save the workbook again."
        ) from None
    if cells.start is None:
        return None
    above = cells.start[0]
    rows = cells.to_python(skip_empty_area=False)[above:]
    texts = [[value if type(value) is str else cell_text(value) for value in row] for row in rows]
    return Sheet(name, above + 1, texts)


def _with_errors(sheet: Sheet, path: Path, part: str | None) -> Sheet:
    """The sheet with the text of its error cells put back."""
    if part is None:
        return sheet
    with zipfile.ZipFile(path) as archive:
        content = archive.read(part)
    if b't="e"' not in content and b"t='e'" not in content:
        return sheet
    for attributes, inner in _ERROR_CELL.findall(content):
        place, value = _PLACE.search(attributes), _VALUE.search(inner)
        if place and value:
            row, column = int(place[2]) - sheet.first, column_number(place[1].decode())
            if 0 <= row < len(sheet.rows) and column < len(sheet.rows[row]):
                sheet.rows[row][column] = value[1].decode()
    return sheet


def column_number(letters: str) -> int:
    """Number of a column from 0: A 0, Z 25, AA 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def sheet_table(sheet: Sheet, stated: FileFormat, place: str) -> pl.DataFrame | None:
    """A sheet's cells as text columns and source_row; None where nothing stands in it. Blank rows are still in it.

    Cells right of the header go to columns of their own, column_<n>: in a sheet they cannot have been shifted.
    """
    if not any(cell.strip() for row in sheet.rows for cell in row):
        return None
    said = stated.header_row
    row = header_row(sheet.rows[:100]) if said is None else max(said - sheet.first + 1, 0)
    if row > len(sheet.rows):
        raise SourceError(f"{place}: the header is said to be in row {stated.header_row}, but the sheet ends before.")
    names = column_names(sheet.rows[row - 1], place) if row else ()
    width = len(sheet.rows[0])
    wide = numbered_names(width)[len(names) :]
    columns = list(zip(*sheet.rows[row:], strict=True)) or [()] * width
    data = {
        name: pl.Series(name, column, dtype=pl.String, strict=True)
        for name, column in zip((*names, *wide), columns, strict=True)
        if any(column) or (name in names and not name.startswith("column_"))
    }
    frame = pl.DataFrame(data, schema=dict.fromkeys(data, pl.String())).select(
        pl.when(pl.col(name) != "").then(pl.col(name)).alias(name) for name in data
    )
    first = sheet.first + row
    return frame.with_columns(pl.int_range(first, first + frame.height, dtype=pl.Int32).alias("source_row"))
