"""A copy of a file without the content of its secret columns, in the limited process only.

Text keeps its title rows, encoding, byte order mark and line ends. A workbook is written anew, each cell as the text
that reading it would give, because a secret would survive in shared texts, comments or pivot caches. Parquet and
SQLite are written anew. JSON keeps every byte but those of the secret values.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

import polars as pl
import xlsxwriter

from etl.read.detect import HEAD_BYTES, detect_layout
from etl.read.formats import SQLITE_SUFFIXES, FileFormat
from etl.read.header import column_names, header_row
from etl.read.json_blank import blank_json
from etl.read.secret_columns import is_secret, secret_columns
from etl.read.sqlite_blank import blank_sqlite
from etl.read.text import as_utf8, header_end, record_chunks
from etl.read.workbook import Sheet, read_sheets
from portal.errors import SourceError


def blank_file(path: Path, name: str, target: Path) -> list[str]:
    """Write the copy; returns the headers of the blanked columns, [] (and no copy) where there is none."""
    suffix = Path(name).suffix.lower()
    if suffix == ".xlsx":
        return _blank_workbook(path, name, target)
    if suffix == ".parquet":
        return _blank_parquet(path, name, target)
    if suffix == ".json":
        return blank_json(path, name, target)
    if suffix in SQLITE_SUFFIXES:
        return blank_sqlite(path, name, target)
    return _blank_text(path, name, target)


def _blank_parquet(path: Path, name: str, target: Path) -> list[str]:
    try:
        stored = pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError):
        raise SourceError(f"{name}: the Parquet file is damaged or cut off. Export it again.") from None
    secrets = list(secret_columns(stored.columns))
    if secrets:
        emptied = [pl.lit(None, dtype=stored.schema[secret]).alias(secret) for secret in secrets]
        stored.with_columns(emptied).write_parquet(target)
    return secrets


def _blank_text(path: Path, name: str, target: Path) -> list[str]:
    data = path.read_bytes()
    try:
        layout = detect_layout(data[:HEAD_BYTES], len(data) <= HEAD_BYTES, FileFormat(), name)
        content, codec = as_utf8(data[layout.bom :], layout.encoding, name)
    except SourceError:  # only the mapping knows the encoding: every byte as a character, and back
        layout = detect_layout(data[:HEAD_BYTES], len(data) <= HEAD_BYTES, FileFormat(encoding="latin-1"), name)
        content, codec = as_utf8(data[layout.bom :], layout.encoding, name)
    secrets = list(secret_columns(layout.header))
    if not secrets:
        return []
    if layout.line_end == "\r":
        content = content.replace(b"\r", b"\n")
    start = header_end(content, layout)
    at = [layout.header.index(secret) for secret in secrets]
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=layout.separator, quotechar=layout.quote, lineterminator=layout.line_end)
    for _, records in record_chunks(content[start:], layout, name):
        writer.writerows(_emptied(record, at, len(layout.header)) for record in records)
    above = content[:start].replace(b"\n", b"\r") if layout.line_end == "\r" else content[:start]
    target.write_bytes(data[: layout.bom] + (above.decode() + text.getvalue()).encode(codec))
    return secrets


def _emptied(record: list[str], at: list[int], width: int) -> list[str]:
    """The record without the cells `at`; a row longer than its header loses all cells from the first of them on."""
    is_shifted = len(record) > width
    return ["" if place in at or (is_shifted and place >= at[0]) else cell for place, cell in enumerate(record)]


def _blank_workbook(path: Path, name: str, target: Path) -> list[str]:
    sheets = [sheet for sheet, _ in read_sheets(path, name, [FileFormat()])]
    secrets: list[str] = []
    for sheet in sheets:
        top = header_row(sheet.rows[:100])
        for number, row in enumerate(sheet.rows[:top]):
            at = [column for column, cell in enumerate(row) if is_secret(cell)]
            secrets += [each for each in column_names([row[column] for column in at], name) if each not in secrets]
            for below in sheet.rows[number + 1 :]:
                for column in at:
                    below[column] = ""
    if secrets:
        _write_workbook(sheets, name, target)
    return secrets


def _write_workbook(sheets: list[Sheet], name: str, target: Path) -> None:
    """Every cell as text where it stood."""
    with xlsxwriter.Workbook(target, {"constant_memory": True, "tmpdir": str(target.parent)}) as book:
        for sheet in sheets:
            page = book.add_worksheet(sheet.name)
            for at, row in enumerate(sheet.rows, start=sheet.first - 1):
                for column, cell in enumerate(row):
                    if cell and page.write_string(at, column, cell) != 0:
                        raise SourceError(f"{name}, sheet {sheet.name}, row {at + 1}: a cell is too long for Excel.")
