"""Where the header of a table is and how its columns are called."""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import multimode

from etl.read.formats import MAX_COLUMNS
from portal.errors import SourceError

SEARCHED_ROWS = 20
"""Title rows stand above a header; nobody writes more than these."""

_BLANKS = re.compile(r"[\s\u200b\ufeff]+")
_VALUE = re.compile(r"[-+(]?[^\w\s]?\s?\d[\d\s.,:/\-+T%Z)]*")


def header_row(rows: Sequence[Sequence[str]]) -> int:
    """Number, from 1, of the row that is the header; rows are the first rows of a table.

    It is the first row that fills more than half of the usual number of cells. Where such rows hold values rather
    than words, a later and wider row of nothing but words is preferred. Without any candidate it is the first row
    with something in it; 1 for a table of blank rows.
    """
    filled = [sum(1 for cell in row if cell.strip()) for row in rows]
    if not any(filled):
        return 1
    usual = max(multimode(count for count in filled if count))
    widest = 0
    first = 0
    for number, (row, count) in enumerate(zip(rows[:SEARCHED_ROWS], filled, strict=False), start=1):
        if count * 2 <= usual or count <= widest:
            continue
        if _is_words(row):
            return number
        first, widest = first or number, count
    return first or next(number for number, count in enumerate(filled, start=1) if count)


def _is_words(row: Sequence[str]) -> bool:
    return not any(_VALUE.fullmatch(cell.strip()) for cell in row if cell.strip())


def column_names(cells: Sequence[str], place: str) -> tuple[str, ...]:
    """Names for header cells: trimmed, blanks within as one space, repeats as name_2, blank ones as column_<n>.

    Trailing blank cells have no column; a row that fills them is too long for its header.

    Raises:
        SourceError: more columns than a worksheet can have.
    """
    names = [_BLANKS.sub(" ", cell).strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    if len(names) > MAX_COLUMNS:
        raise SourceError(
            f"{place}: the header has {len(names):,} columns, more than {MAX_COLUMNS:,}. "
            "The separator may be wrong, or this is not a table."
        )
    return _distinct([name or f"column_{number}" for number, name in enumerate(names, start=1)])


def numbered_names(width: int) -> tuple[str, ...]:
    """column_1 … for a table without header."""
    return tuple(f"column_{number}" for number in range(1, width + 1))


def _distinct(names: list[str]) -> tuple[str, ...]:
    taken = {"origin_key", "source_row", *names}
    seen: set[str] = {"origin_key", "source_row"}
    result = []
    for name in names:
        unique, repeat = name, 2
        while unique in seen or (unique != name and unique in taken):
            unique, repeat = f"{name}_{repeat}", repeat + 1
        seen.add(unique)
        result.append(unique)
    return tuple(result)
