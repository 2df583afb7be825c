"""Tables as files: XLSX with typed numbers and a sheet of definitions, CSV that no spreadsheet will execute.

A cell that comes from a customer's data may start with "=": opened in a spreadsheet it would run as a formula. XLSX
cells are written as text, never as formulas or links. CSV has no types, so a text cell that starts with a character
a spreadsheet reacts to gets an apostrophe in front.
"""

from __future__ import annotations

import csv
import io
import math
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

import xlsxwriter

from portal.errors import InputError
from portal.metrics.model import Unit

TRIGGERS = tuple("=+-@\t\r\n") + tuple("＝＋－＠")
"""First characters that make a spreadsheet read a cell as a formula, full-width forms included."""

_FORMATS = {
    Unit.MONEY: "#,##0.00", Unit.RATE: "0.0%", Unit.COUNT: "#,##0", Unit.QUANTITY: "#,##0.##", Unit.NUMBER: "0.00",
    Unit.DAYS: "0.0",
    Unit.HOURS: "0.0",
}  # fmt: skip
_MAX_XLSX_ROWS = 1_048_575
_MAX_CELL = 32_767
_CHUNK_ROWS = 2_000
_CHUNK_BYTES = 256 * 1024
_DIGITS = 15
"""A spreadsheet keeps fifteen digits; a longer whole number (an id) is written as text."""


@dataclass(frozen=True)
class ExportColumn:
    """One column: heading, unit (None: text, dates, ids) and what it means."""

    label: str
    unit: Unit | None = None
    meaning: str = ""


@dataclass(frozen=True)
class ExportTable:
    """What is exported.

    Attributes:
        title: name of the first sheet and of the file.
        columns: one per cell of a row.
        rows: cells in order; text, numbers, dates, flags or None.
        facts: (label, value) of the second sheet: filters, period, as-of, snapshot, currency, who and when.
    """

    title: str
    columns: tuple[ExportColumn, ...]
    rows: Sequence[Sequence[Any]]
    facts: tuple[tuple[str, str], ...] = ()


def safe_text(text: str) -> str:
    """`text` with an apostrophe in front when a spreadsheet would react to its first character."""
    bare = text.lstrip(" \u00a0\ufeff\u200b")
    return f"'{text}" if bare.startswith(TRIGGERS) or text.startswith(TRIGGERS) else text


def csv_chunks(table: ExportTable) -> Iterator[bytes]:
    """The table as CSV: UTF-8 with byte order mark, comma, CRLF, plain numbers with a decimal point."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    writer.writerow([safe_text(column.label) for column in table.columns])
    for place, row in enumerate(table.rows, start=1):
        writer.writerow([_csv_cell(cell) for cell in row])
        if place % _CHUNK_ROWS == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def xlsx_chunks(table: ExportTable) -> Iterator[bytes]:
    """The table as XLSX, read piece by piece from a temporary file.

    Raises:
        InputError: more rows than a sheet can hold.
    """
    if len(table.rows) > _MAX_XLSX_ROWS:
        raise InputError(
            f"{len(table.rows):,} rows do not fit on a sheet. Download CSV, or narrow the filters.", field="format"
        )
    with tempfile.TemporaryFile() as file:
        write_xlsx(table, file)
        file.seek(0)
        while piece := file.read(_CHUNK_BYTES):
            yield piece


def write_xlsx(table: ExportTable, file: IO[bytes]) -> None:
    """Write the table and its sheet of definitions."""
    options = {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
        "nan_inf_to_errors": False,
    }  # fmt: skip
    with xlsxwriter.Workbook(file, options) as book:
        heading = book.add_format({"bold": True, "bottom": 1})
        _write_rows(book, table, heading)
        _write_definitions(book, table, heading)


def _write_rows(book: Any, table: ExportTable, heading: Any) -> None:
    sheet = book.add_worksheet(_sheet_name(table.title))
    formats = [
        book.add_format({"num_format": _FORMATS[column.unit]}) if column.unit in _FORMATS else None
        for column in table.columns
    ]
    dates = {
        date: book.add_format({"num_format": "yyyy-mm-dd"}),
        datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
    }
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, 16 if column.unit else 26)
        sheet.write_string(0, place, column.label, heading)
    for line, row in enumerate(table.rows, start=1):
        for place, cell in enumerate(row):
            _write_cell(sheet, (line, place), cell, dates.get(type(cell), formats[place]))
    sheet.autofilter(0, 0, max(len(table.rows), 1), max(len(table.columns) - 1, 0))


def _write_cell(sheet: Any, where: tuple[int, int], cell: Any, look: Any) -> None:
    if cell is None or (isinstance(cell, float | Decimal) and not math.isfinite(cell)):
        return
    if isinstance(cell, bool):
        sheet.write_string(*where, "yes" if cell else "no")
    elif isinstance(cell, datetime | date):
        sheet.write_datetime(*where, cell, look)
    elif isinstance(cell, int | float | Decimal) and not _is_long(cell):
        sheet.write_number(*where, cell, look)
    else:
        sheet.write_string(*where, str(cell)[:_MAX_CELL])


def _write_definitions(book: Any, table: ExportTable, heading: Any) -> None:
    sheet = book.add_worksheet("About these numbers")
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 90)
    facts = (("Table", table.title), *table.facts, ("Rows", f"{len(table.rows):,}"))
    for line, (label, value) in enumerate(facts):
        sheet.write_string(line, 0, label, heading)
        sheet.write_string(line, 1, value, wrapped)
    start = len(facts) + 1
    sheet.write_string(start, 0, "Column", heading)
    sheet.write_string(start, 1, "Meaning", heading)
    for line, column in enumerate(table.columns, start=start + 1):
        sheet.write_string(line, 0, column.label)
        sheet.write_string(line, 1, column.meaning, wrapped)


def file_name(*parts: str) -> str:
    """A plain file name of the parts: letters, digits and dashes only."""
    words = "-".join("".join(each if each.isalnum() else " " for each in part).strip() for part in parts if part)
    ascii_only = words.encode("ascii", "ignore").decode()
    return "-".join(ascii_only.lower().split())[:100] or "export"


def _sheet_name(title: str) -> str:
    plain = "".join(" " if each in "[]:*?/\\'" else each for each in title).strip()
    return plain[:31] or "Table"


def _is_long(cell: Any) -> bool:
    return isinstance(cell, int) and abs(cell) >= 10**_DIGITS


def _csv_cell(cell: Any) -> str:
    if cell is None or (isinstance(cell, float | Decimal) and not math.isfinite(cell)):
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, datetime | date):
        return cell.isoformat(sep=" ") if isinstance(cell, datetime) else cell.isoformat()
    if isinstance(cell, Decimal):
        return format(cell, "f")
    return str(cell) if isinstance(cell, int | float) else safe_text(str(cell))


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode("utf-8")
