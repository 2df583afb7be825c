"""Records of delimited text one after the other: strict and slow, the judge where the fast reader is in doubt."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import Protocol


class RecordReader(Protocol):
    """What csv.reader gives: records and the number of lines read so far."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...

    def __next__(self) -> list[str]: ...


class BlankSeparated:
    """Records of lines whose cells are set apart by one or more blanks."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self.line_num = 0

    def __iter__(self) -> Iterator[list[str]]:
        return self

    def __next__(self) -> list[str]:
        line = next(self._lines)
        self.line_num += 1
        return line.split()


def record_reader(lines: Iterable[str], separator: str, quote: str) -> RecordReader:
    """A strict reader of records; raises csv.Error for a quote that is not closed or followed by text."""
    if separator == " ":
        return BlankSeparated(lines)
    if not quote:
        return csv.reader(lines, delimiter=separator, quoting=csv.QUOTE_NONE, strict=True)
    return csv.reader(lines, delimiter=separator, quotechar=quote, strict=True)
