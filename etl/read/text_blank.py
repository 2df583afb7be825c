"""A copy of delimited text without its secrets; title rows, encoding, byte order mark and line ends stay."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from etl.read.detect import HEAD_BYTES, Layout, detect_layout
from etl.read.formats import FileFormat
from etl.read.secret_cells import SecretCells
from etl.read.secret_columns import secret_columns
from etl.read.text import as_utf8, header_end, record_chunks
from portal.errors import SourceError


def blank_text(path: Path, name: str, target: Path) -> list[str]:
    """Write the copy; returns what was emptied, [] (and no copy) where there is nothing."""
    data = path.read_bytes()
    try:
        layout = detect_layout(data[:HEAD_BYTES], len(data) <= HEAD_BYTES, FileFormat(), name)
        content, codec = as_utf8(data[layout.bom :], layout.encoding, name)
    except SourceError:  # only the mapping knows the encoding: every byte as a character, and back
        layout = detect_layout(data[:HEAD_BYTES], len(data) <= HEAD_BYTES, FileFormat(encoding="latin-1"), name)
        content, codec = as_utf8(data[layout.bom :], layout.encoding, name)
    if layout.line_end == "\r":
        content = content.replace(b"\r", b"\n")
    start = header_end(content, layout)
    secrets = list(secret_columns(layout.header))
    written, found = _rewritten(content[start:], layout, [layout.header.index(secret) for secret in secrets], name)
    if secrets or found:
        above = content[:start].replace(b"\n", b"\r") if layout.line_end == "\r" else content[:start]
        target.write_bytes(data[: layout.bom] + (above.decode() + written).encode(codec))
    return [*secrets, *found]


def _rewritten(content: bytes, layout: Layout, at: list[int], name: str) -> tuple[str, list[str]]:
    """The records without the cells `at` and without secret cells, and what the latter are."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=layout.separator, quotechar=layout.quote, lineterminator=layout.line_end)
    cells = SecretCells(layout.header)
    for _, records in record_chunks(content, layout, name):
        writer.writerows(cells.emptied(_emptied(record, at, len(layout.header))) for record in records)
    return text.getvalue(), list(cells.found)


def _emptied(record: list[str], at: list[int], width: int) -> list[str]:
    """The record without the cells `at`; a row longer than its header loses all cells from the first of them on."""
    is_shifted = len(record) > width and bool(at)
    return ["" if place in at or (is_shifted and place >= at[0]) else cell for place, cell in enumerate(record)]
