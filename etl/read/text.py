"""Delimited text to frames of text: fast for clean files, exact for the others.

Bodies of files with the same header are joined and parsed at once by Polars. That is trusted only where it cannot be
wrong: no NUL, no carriage return of its own, every line with quotes a proper record by itself, and exactly as many
records as line ends. In every other case, line breaks in cells among them, the strict record reader reads all of it.

A row number is the number of the record: what a spreadsheet shows. A record that spans several lines counts once.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, zip_longest

import polars as pl

from etl.read.detect import Layout
from etl.read.formats import MAX_CELL_BYTES
from etl.read.progress import went_on
from etl.read.records import record_reader
from portal.errors import SourceError

CHUNK_ROWS = 50_000


@dataclass(frozen=True)
class Body:
    """The records of one file below its header: UTF-8, ending with a line end; place names the file in messages."""

    key: int
    place: str
    layout: Layout
    content: bytes


def read_body(data: bytes, key: int, place: str, layout: Layout) -> Body:
    """Bytes of a file to the UTF-8 body below its header.

    Raises:
        SourceError: not text in the encoding, NUL bytes, or cut off in its last row.
    """
    text, _ = as_utf8(data[layout.bom :] if layout.bom else data, layout.encoding, place)
    nul = text.find(b"\0")
    if nul >= 0:
        row = text.count(b"\r" if layout.line_end == "\r" else b"\n", 0, nul) + 1
        raise SourceError(f"{place}, row {row}: there is a NUL byte. The file is damaged or not text; export it again.")
    if layout.line_end == "\r":
        text = text.replace(b"\r", b"\n")
    body = text[header_end(text, layout) :]
    if body and not body.endswith(b"\n"):
        body += b"\n"
        _check_last_row(body, place, layout)
    return Body(key, place, layout, body)


def header_end(content: bytes, layout: Layout) -> int:
    """Where the records below the header start in UTF-8 content with LF line ends."""
    start = 0
    for _ in range(layout.header_lines):
        start = content.find(b"\n", start) + 1 or len(content)
    return start


def as_utf8(data: bytes, encoding: str, place: str) -> tuple[bytes, str]:
    """Bytes after the byte order mark as UTF-8, and the codec they were written in.

    Raises:
        SourceError: not text in that encoding; without one: neither UTF-8 nor Windows text.
    """
    if encoding in {"", "utf-8"} and data.isascii():
        return data, "utf-8"
    try:
        text = data.decode(encoding or "utf-8")
        return (data, "utf-8") if encoding in {"", "utf-8"} else (text.encode(), encoding)
    except UnicodeDecodeError as problem:
        row = data.count(b"\n", 0, problem.start) + 1
        if encoding:
            raise SourceError(
                f"{place}, row {row}: the text is not {encoding}. The file is damaged or its encoding is another one."
            ) from None
        return _windows_text(data, row, place), "cp1252"


def _windows_text(data: bytes, row: int, place: str) -> bytes:
    """Text that is not UTF-8 as Windows text (cp1252), unless much of it is UTF-8 after all."""
    proper = len(re.findall(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}", data))
    high = sum(map(len, re.findall(rb"[\x80-\xff]+", data)))
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        text = ""
    if not text or proper * 4 > high:
        raise SourceError(
            f"{place}, row {row}: there is a character that is neither UTF-8 nor Windows text. "
            "State the encoding in the mapping, or save the file as CSV UTF-8."
        )
    return text.encode()


def _check_last_row(body: bytes, place: str, layout: Layout) -> None:
    """A last row that ends early in a file without final line end, below full rows, was cut off."""
    line = body[body.rfind(b"\n", 0, -1) + 1 :].decode()
    if not layout.is_even or not line.strip() or (layout.quote and layout.quote in line):
        return
    cells = len(next(record_reader([line], layout.separator, layout.quote), []))
    if cells < len(layout.header) and body.count(b"\n") > 1:
        raise SourceError(
            f"{place}, last row: it ends after {cells} of {len(layout.header)} columns and the file has no final "
            "line end. The file looks cut off; export or download it again."
        )


def read_bodies(bodies: Sequence[Body]) -> pl.DataFrame:
    """Bodies with one header to text columns, origin_key and source_row; blank rows are still in it.

    Raises:
        SourceError: a row that is longer than its header, a quote that is not closed, a cell without end.
    """
    layout = bodies[0].layout
    counts = [body.content.count(b"\n") for body in bodies]
    frame = _parsed([body.content for body in bodies], layout)
    if frame is not None and frame.height == sum(counts):
        return _numbered(frame, bodies, counts)
    if len(bodies) == 1:
        return read_strictly(bodies[0])
    middle = len(bodies) // 2
    return pl.concat([read_bodies(bodies[:middle]), read_bodies(bodies[middle:])])


def _parsed(contents: Sequence[bytes], layout: Layout) -> pl.DataFrame | None:
    """The joined contents parsed by Polars, or None where that could be wrong."""
    content = contents[0] if len(contents) == 1 else b"".join(contents)
    if layout.separator == " " or not _is_plain(content, layout):
        return None
    schema = dict.fromkeys(layout.header, pl.String())
    if not content:
        return pl.DataFrame(schema=schema)
    try:
        frame = pl.read_csv(
            content, has_header=False, schema=schema, separator=layout.separator, quote_char=layout.quote or None,
            extra_columns="raise", missing_columns="insert",
        )  # fmt: skip
    except (pl.exceptions.PolarsError, ValueError):
        return None
    longest = frame.select(pl.all().str.len_bytes().max()).row(0)
    if max((length or 0 for length in longest), default=0) > MAX_CELL_BYTES:
        return None
    if layout.quote and layout.quote.encode() * 2 in content:
        return frame.with_columns(pl.when(pl.all() != "").then(pl.all()))
    return frame


def _is_plain(content: bytes, layout: Layout) -> bool:
    """No carriage return of its own, and every line with quotes is a proper record by itself."""
    returns = content.count(b"\r")
    if returns and returns != content.count(b"\r\n"):
        return False
    quote = layout.quote.encode()
    if not quote or quote not in content:
        return True
    lines = record_reader(_lines_with(content, quote), layout.separator, layout.quote)
    try:
        return all(lines.line_num == number for number, _ in enumerate(lines, start=1))
    except csv.Error:
        return False


def _lines_with(content: bytes, quote: bytes) -> Iterator[str]:
    at = content.find(quote)
    while at >= 0:
        end = content.find(b"\n", at) + 1
        yield content[content.rfind(b"\n", 0, at) + 1 : end].decode()
        at = content.find(quote, end)


def _numbered(frame: pl.DataFrame, bodies: Sequence[Body], counts: Sequence[int]) -> pl.DataFrame:
    """With origin_key and source_row, by the number of records of each body."""
    origins = pl.DataFrame(
        {"origin_key": [body.key for body in bodies], "rows": counts, "above": [b.layout.header_row for b in bodies]},
        schema={"origin_key": pl.Int64, "rows": pl.Int64, "above": pl.Int32},
    )
    lineage = origins.select(
        pl.col("origin_key").repeat_by("rows"),
        (pl.int_ranges("rows", dtype=pl.Int32) + pl.col("above") + 1).alias("source_row"),
    ).explode("origin_key", "source_row", empty_as_null=False)
    return frame.hstack(lineage)


def read_strictly(body: Body) -> pl.DataFrame:
    """One body record by record; raises as `read_bodies` does."""
    chunks = [_frame(records, body, first) for first, records in record_chunks(body.content, body.layout, body.place)]
    empty = pl.DataFrame(schema=dict.fromkeys(body.layout.header, pl.String()))
    frame = pl.concat(chunks) if chunks else empty
    return _numbered(frame, [body], [frame.height])


def record_chunks(content: bytes, layout: Layout, place: str) -> Iterator[tuple[int, list[list[str]]]]:
    """Records below the header in chunks, each with the row number of its first record.

    Raises:
        SourceError: a quote that is not closed, a cell without end; names the row.
    """
    csv.field_size_limit(MAX_CELL_BYTES)
    lines = io.TextIOWrapper(io.BytesIO(content), encoding="utf-8", newline="\n")
    reader = record_reader(lines, layout.separator, layout.quote)
    row = layout.header_row + 1
    while True:
        records: list[list[str]] = []
        try:
            records.extend(islice(reader, CHUNK_ROWS))
        except csv.Error as problem:
            raise SourceError(f"{place}, row {row + len(records)}: {_explained(problem)}") from None
        if not records:
            return
        went_on(rows=len(records))
        yield row, records
        row += len(records)


def _explained(problem: csv.Error) -> str:
    text = str(problem)
    if "field limit" in text:
        return f"a cell is longer than {MAX_CELL_BYTES:,} characters; a quote may not be closed. Correct that row."
    if "unexpected end" in text:
        return "a quote is opened and never closed. The file is cut off or the quote is not doubled; correct that row."
    if "expected after" in text:
        return "a quote stands in the middle of a quoted cell. Double it there, or export the file again."
    return "a line end stands in the middle of a cell without quotes. Export the file again."


def _frame(records: list[list[str]], body: Body, first: int) -> pl.DataFrame:
    """A chunk of records as text columns, blank cells null."""
    header = body.layout.header
    for number, record in enumerate(records, start=first):
        if len(record) > len(header) and any(cell.strip() for cell in record[len(header) :]):
            raise SourceError(
                f"{body.place}, row {number}: the row has {len(record)} cells, the header has {len(header)}. A cell "
                f"probably contains the separator '{body.layout.separator}' without quotes; correct that row."
            )
    columns = list(zip_longest(*(record[: len(header)] for record in records), fillvalue=""))
    columns += [("",) * len(records)] * (len(header) - len(columns))
    data = {name: [cell or None for cell in column] for name, column in zip(header, columns, strict=True)}
    return pl.DataFrame(data, schema=dict.fromkeys(header, pl.String()))
