"""How a delimited text file is written: encoding, line ends, separator, header row.

Only the head of the file is looked at in Python. The encoding of the whole is checked when it is read.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import multimode

from etl.read.formats import MAX_COLUMNS, FileFormat
from etl.read.header import column_names, header_row, numbered_names
from etl.read.records import record_reader
from portal.errors import SourceError

HEAD_BYTES = 1 << 20
SAMPLE_ROWS = 60
SEPARATORS = (",", "\t", ";", "|")
BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"), (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip


@dataclass(frozen=True)
class Layout:
    """How one text file is written.

    Attributes:
        encoding: codec of the bytes after the byte order mark; "" where the head is plain ASCII or UTF-8 and the
            rest decides (UTF-8, else cp1252).
        bom: length of the byte order mark.
        line_end: LF, CRLF or CR.
        separator, quote: as in FileFormat; quote may be empty.
        header: column names.
        header_row: record number of the header, 0 for none.
        header_lines: physical lines up to and including the header.
        is_even: every record of the sample has as many cells as the header.
    """

    encoding: str
    bom: int
    line_end: str
    separator: str
    quote: str
    header: tuple[str, ...]
    header_row: int
    header_lines: int
    is_even: bool


def detect_layout(head: bytes, is_whole: bool, stated: FileFormat, place: str) -> Layout:
    """Detect what `stated` leaves open from the first HEAD_BYTES of a file.

    Args:
        head: the first bytes.
        is_whole: head is the whole file.
        stated: what is known.
        place: name of the file for messages.

    Raises:
        SourceError: nothing in it, not text, or a first row without end.
    """
    encoding, bom = _encoding(head, stated)
    text = _decoded(head[bom:], encoding, place)
    line_end = "\r" if "\r" in text and "\n" not in text else "\r\n" if "\r\n" in text else "\n"
    lines = _lines(text, line_end, is_whole, place)
    separator = stated.separator or _separator(lines, stated.quote)
    records, ends = _records(lines, separator, stated.quote)
    if not records and any(line.strip() for line in lines):
        raise SourceError(f"{place}, row 1: a quote is opened and not closed properly. Export the file again.")
    if not any(cell.strip() for record in records for cell in record):
        raise SourceError(f"{place}: there are no rows in this file. Export it again, or leave it out.")
    row = header_row(records) if stated.header_row is None else stated.header_row
    if row > len(records):
        raise SourceError(f"{place}: the header is said to be in row {row}, but the file has {len(records)} rows.")
    names = column_names(records[row - 1], place) if row else numbered_names(max(map(len, records)))
    is_even = all(len(record) >= len(names) for record in records[row:-1])
    lines_above = ends[row - 1] if row else 0
    return Layout(encoding, bom, line_end, separator, stated.quote, names, row, lines_above, is_even)


def _encoding(head: bytes, stated: FileFormat) -> tuple[str, int]:
    """Codec and length of the byte order mark."""
    for mark, codec in BOMS:
        if head.startswith(mark):
            return codec, len(mark)
    if stated.encoding:
        return stated.encoding, 0
    sample = head[:4096]
    for codec, zeros in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[0::2])):
        if len(sample) >= 4 and zeros.count(0) > 0.7 * len(zeros) and sample.count(0) < 0.6 * len(sample):
            return codec, 0
    return "", 0


def _decoded(head: bytes, encoding: str, place: str) -> str:
    """The head as text; a character cut in two at its end is left out."""
    for codec in (encoding,) if encoding else ("utf-8", "cp1252"):
        try:
            return codecs.getincrementaldecoder(codec)().decode(head)
        except UnicodeDecodeError:
            continue
        except LookupError:
            raise SourceError(f"{place}: there is no encoding called '{codec}'. Write for example utf-8.") from None
    what = f"the text is not {encoding}" if encoding else "the text is neither UTF-8 nor Windows text"
    other = "another encoding" if encoding else "its encoding"
    raise SourceError(f"{place}: {what}. State {other}, or save the file as CSV UTF-8.")


def _lines(text: str, line_end: str, is_whole: bool, place: str) -> list[str]:
    """Complete lines without their ends, at most the sample."""
    parts = text.split("\r" if line_end == "\r" else "\n", 2 * SAMPLE_ROWS)
    is_cut = not is_whole or len(parts) > 2 * SAMPLE_ROWS
    if is_cut:
        parts.pop()
        if not parts:
            raise SourceError(f"{place}, row 1: the row is longer than {HEAD_BYTES:,} characters. This is no table.")
    elif parts[-1] == "":
        parts.pop()
    if len(parts[0] if parts else "") > MAX_COLUMNS * 4 and max(parts[0].count(s) for s in SEPARATORS) > MAX_COLUMNS:
        raise SourceError(f"{place}, row 1: more than {MAX_COLUMNS:,} columns. This is no table the portal can read.")
    return [part.removesuffix("\r") for part in parts]


def _separator(lines: Sequence[str], quote: str) -> str:
    """The separator that splits most records into the same number of cells, more than one."""
    best, best_score = ",", 0.0
    sample = "\n".join(lines)
    found = [candidate for candidate in SEPARATORS if candidate in sample]
    for candidate in found if found != [","] else []:
        counts = [len(record) for record in _records(lines, candidate, quote)[0] if any(record)]
        usual = max(multimode(counts), default=1)
        score = counts.count(usual) / max(len(counts), 1) * (1 - 1 / usual)
        if score > best_score:
            best, best_score = candidate, score
    return best


def _records(lines: Sequence[str], separator: str, quote: str) -> tuple[list[list[str]], list[int]]:
    """First records and the number of lines read after each; a record that cannot be parsed ends the sample."""
    records: list[list[str]] = []
    ends: list[int] = []
    reader = record_reader((line + "\n" for line in lines), separator, quote)
    try:
        for record in reader:
            records.append(record)
            ends.append(reader.line_num)
            if len(records) == SAMPLE_ROWS:
                break
    except csv.Error:
        pass
    return records, ends
