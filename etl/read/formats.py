"""What a person may state about a file instead of having it detected, and the limits of the reading process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

MAX_COLUMNS = 16_384
"""As wide as a worksheet can be; a wider header means the wrong separator or a damaged file."""

MAX_CELL_BYTES = 1 << 20
"""A longer cell is a quote that was never closed or a damaged file, not a value."""

TEXT_SUFFIXES = frozenset({".csv", ".tsv", ".txt"})
SQLITE_SUFFIXES = frozenset({".db", ".sqlite", ".sqlite3"})


@dataclass(frozen=True)
class FileFormat:
    """How a file is written; None means detect.

    Attributes:
        encoding: Python codec name.
        separator: one character between cells; a blank means "one or more blanks".
        header_row: row of the header, 1-based as a person sees it; 0 means there is none and the columns are called
            column_1, column_2 …
        sheet: the worksheet to read; None reads every sheet.
        quote: the character around cells that contain separators; empty for none.
    """

    encoding: str | None = None
    separator: str | None = None
    header_row: int | None = None
    sheet: str | None = None
    quote: str = '"'


@dataclass(frozen=True)
class Limits:
    """Limits of the process that parses untrusted files.

    Attributes:
        memory_mb: memory for data; what the interpreter and its libraries reserve comes on top.
        seconds: wall clock and processor time of one job.
    """

    memory_mb: int = 4096
    seconds: int = 600


def file_formats(file_name: str, formats: Sequence[tuple[str, FileFormat]]) -> list[FileFormat]:
    """The formats stated for a file, in order; [FileFormat()] when none is. Globs ignore case."""
    stated = [stated for glob, stated in formats if fnmatchcase(file_name.lower(), glob.lower())]
    return stated or [FileFormat()]
