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
from etl.read.sheet_rows import read_rows
from etl.read.sheet_tags import NotPlainError
from portal.errors import SourceError

_ERROR_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*?\st=[\"']e[\"'][^>]*)>(.*?)</(?:\w+:)?c>", re.DOTALL)
_PLACE = re.compile(rb"\sr=[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]*)<")


@dataclass(frozen=True)
class Sheet:
    """One worksheet as text, from row number `first` of the sheet on.

    frame: text columns "0" for column A, "1" …, those that hold something; null for an empty cell.
    """

    name: str
    first: int
    frame: pl.DataFrame

    @property
    def width(self) -> int:
        """Columns up to the last that holds something."""
        return int(self.frame.columns[-1]) + 1 if self.frame.width else 0

    def top(self, count: int) -> list[list[str]]:
        """The first rows, each as wide as the sheet, "" for an empty cell."""
        rows = self.frame.head(count)
        columns = [
            rows[str(at)].fill_null("").to_list() if str(at) in rows.columns else [""] * rows.height
            for at in range(self.width)
        ]
        return [list(row) for row in zip(*columns, strict=True)]


@dataclass(frozen=True)
class Book:
    """An opened workbook: its worksheets in order, and what members they are as far as it says so in the usual way."""

    path: Path
    place: str
    full: CalamineWorkbook
    names: tuple[str, ...]
    parts: dict[str, str]

    def sheet(self, name: str, wanted: int | None = None) -> Sheet | None:
        """A sheet, or its first `wanted` rows and some more; None for an empty one.

        It is read piece by piece where it is written in a usual way, else by the full reader, which holds it whole.
        """
        if part := self.parts.get(name):
            try:
                read = read_rows(self.path, name, part, wanted)
                return Sheet(name, *read) if read is not None else None
            except NotPlainError:
                pass
        return read_fully(self, name)


def open_book(path: Path, place: str) -> Book:
    """Open a workbook.

    Raises:
        SourceError: not readable as a workbook.
    """
    try:
        full = CalamineWorkbook.from_path(str(path))
        parts = sheet_parts(path)
    except (CalamineError, OSError, zipfile.BadZipFile) as problem:
        raise SourceError(
            f"{place}: the workbook is damaged ({problem}). Open it in Excel and save it again."
        ) from None
    except ElementTree.ParseError:
        raise SourceError(f"{place}: the workbook is damaged. Open it in Excel and save it again.") from None
    names = tuple(sheet.name for sheet in full.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet)
    return Book(path, place, full, names, parts)


def read_sheets(path: Path, place: str, formats: Sequence[FileFormat]) -> Iterator[tuple[Sheet, FileFormat]]:
    """Worksheets that `formats` ask for, with the first format that fits; empty ones are left out.

    Raises:
        SourceError: not readable as a workbook, or a sheet that is asked for is not in it.
    """
    book = open_book(path, place)
    for stated in formats:
        if stated.sheet is not None and stated.sheet not in book.names:
            near = get_close_matches(stated.sheet, book.names, n=1)
            hint = f"Did you mean '{near[0]}'?" if near else f"It has {', '.join(book.names)}."
            raise SourceError(f"{place}: there is no sheet '{stated.sheet}'. {hint}")
    for name in book.names:
        stated_for = next((stated for stated in formats if stated.sheet in {None, name}), None)
        if stated_for is not None and (sheet := book.sheet(name)):
            yield sheet, stated_for


def read_tops(path: Path, place: str, wanted: int) -> Iterator[Sheet]:
    """The first rows of every worksheet, at least `wanted`; raises as `read_sheets` does."""
    book = open_book(path, place)
    yield from (sheet for name in book.names if (sheet := book.sheet(name, wanted)))


def read_fully(book: Book, name: str) -> Sheet | None:
    """A sheet by the full reader, whatever it looks like; None for an empty one.

    Raises:
        SourceError: the sheet is damaged.
    """
    try:
        cells = book.full.get_sheet_by_name(name)
    except CalamineError as problem:
        raise SourceError(
            f"{book.place}, sheet {name}: the sheet is damaged ({problem}). Save the workbook again."
        ) from None
    if cells.start is None:
        return None
    above = cells.start[0]
    rows = cells.to_python(skip_empty_area=False)[above:]
    texts = [[value if type(value) is str else cell_text(value) for value in row] for row in rows]
    columns = zip(*_with_errors(texts, above, book.path, book.parts.get(name)), strict=True)
    series = [pl.Series(str(at), column, pl.String) for at, column in enumerate(columns) if any(column)]
    return Sheet(name, above + 1, pl.DataFrame([column.replace("", None) for column in series]))


def _with_errors(rows: list[list[str]], above: int, path: Path, part: str | None) -> list[list[str]]:
    """The rows, the first of which stands below `above` others, with the text of their error cells put back."""
    if part is None:
        return rows
    with zipfile.ZipFile(path) as archive:
        content = archive.read(part)
    if b't="e"' not in content and b"t='e'" not in content:
        return rows
    for attributes, inner in _ERROR_CELL.findall(content):
        place, value = _PLACE.search(attributes), _VALUE.search(inner)
        if place and value:
            row, column = int(place[2]) - above - 1, column_number(place[1].decode())
            if 0 <= row < len(rows) and column < len(rows[row]):
                rows[row][column] = value[1].decode()
    return rows


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
    if not any((sheet.frame[name].str.strip_chars() != "").any() for name in sheet.frame.columns):
        return None
    said = stated.header_row
    top = sheet.top(max(100, said or 0))
    row = header_row(top[:100]) if said is None else max(said - sheet.first + 1, 0)
    if row > sheet.frame.height:
        raise SourceError(f"{place}: the header is said to be in row {stated.header_row}, but the sheet ends before.")
    names = column_names(top[row - 1], place) if row else ()
    every = (*names, *numbered_names(sheet.width)[len(names) :])
    below = sheet.frame.slice(row)
    frame = below.select(
        (pl.col(str(at)) if str(at) in below.columns else pl.lit(None, pl.String)).alias(name)
        for at, name in enumerate(every)
        if _holds(below, str(at)) or (name in names and not name.startswith("column_"))
    )
    first = sheet.first + row
    return frame.with_columns(pl.int_range(first, first + frame.height, dtype=pl.Int32).alias("source_row"))


def _holds(frame: pl.DataFrame, column: str) -> bool:
    """Whether anything stands in a column."""
    return column in frame.columns and frame[column].null_count() < frame.height
