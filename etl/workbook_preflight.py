"""Checks on a workbook's package before a spreadsheet reader sees it.

A workbook is a zip of XML. Two tricks hurt readers: entities (a document type declaration) and one cell in the far
corner, which spans a rectangle of 17 billion cells out of 2 kB. Neither occurs in an honest workbook.
"""

from __future__ import annotations

import re
import zipfile
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import IO, NamedTuple

from etl.archive import check_archive, inflate, open_archive
from etl.far_cells import far_cells
from etl.preflight import Bounds
from etl.read.secret_columns import may_name_secret
from portal.errors import SourceError

_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)|<\0!\0[DE]\0[ON]\0|\0<\0!\0[DE]\0[ON]", re.IGNORECASE)
_NEAR_CELLS = 26 * 999_999
"""What a sheet spans at most that has no place beyond column Z or row 999,999."""
_FILLED = re.compile(rb"<(?:\w+:)?c\b[^>]*?\sr=[\"']([A-Za-z]{1,3})(\d{1,8})[\"'][^>]*(?<!/)>")
_OVERLAP = 512
_AHEAD = 2
"""Pieces."""


def check_workbook(content: IO[bytes], name: str, bounds: Bounds) -> bool:
    """Check every part of a workbook while inflating it.

    Returns:
        whether it may have a column that looks like a secret (headers stand in the first piece of a sheet or in the
        shared texts), or JSON in its cells.

    Raises:
        SourceError: damaged, declares entities, or spans too many cells.
    """
    may_be_secret = False
    with open_archive(content, name) as package:
        for entry in check_archive(package, name, bounds):
            seen = _Seen()
            for one in _looked_through(_pieces(package, entry, name), entry.filename, name):
                seen = _Seen(*(old or new for old, new in zip(seen, one, strict=True)))
            may_be_secret = may_be_secret or seen.may_be_secret
            if seen.is_far and (seen.is_very_far or bounds.cells < _NEAR_CELLS):
                _check_filled(package, entry, name, bounds)
    return may_be_secret


class _Seen(NamedTuple):
    """What a piece of a part of a workbook may hold: a secret, a cell far out, one very far out."""

    may_be_secret: bool = False
    is_far: bool = False
    is_very_far: bool = False


def _looked_through(pieces: Iterable[bytes], part: str, name: str) -> Iterator[_Seen]:
    """What is seen in each piece, in order; one is looked at in a thread while the next is inflated."""
    waiting: deque[Future[_Seen]] = deque()
    with ThreadPoolExecutor(1) as thread:
        try:
            for number, piece in enumerate(pieces):
                is_headed = (number == 0 and "sheet" in part) or part.endswith("sharedStrings.xml")
                waiting.append(thread.submit(_look_at, piece, is_headed, name))
                if len(waiting) > _AHEAD:
                    yield waiting.popleft().result()
        except SourceError:
            for one in waiting:  # what stands before a damage is told first
                one.result()
            raise
        yield from (one.result() for one in waiting)


def _look_at(piece: bytes, is_headed: bool, name: str) -> _Seen:
    _check_declarations(piece, name)
    names_secret = is_headed and may_name_secret(piece)
    has_json = b"{" in piece and (b'{"' in piece or b"{&quot;" in piece)
    return _Seen(names_secret or has_json, *far_cells(piece))


def _check_declarations(piece: bytes, name: str) -> None:
    if (b"!" in piece or b"\0" in piece) and _DECLARATION.search(piece):
        raise SourceError(
            f"{name}: the workbook contains a document type declaration, as only harmful files do. It was not opened."
        )


def _pieces(package: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> Iterator[bytes]:
    """Content in pieces, each with the end of the one before, so that no tag is missed at a seam."""
    tail = b""
    for piece in inflate(package, entry, name):
        yield tail + piece
        tail = piece[-_OVERLAP:]


def _check_filled(package: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, bounds: Bounds) -> None:
    """The exact span of cells with content: formatting alone may reach to the end of a sheet."""
    columns: set[bytes] = set()
    last = 0
    for piece in _pieces(package, entry, name):
        filled = _FILLED.findall(piece)
        columns.update(letters for letters, _ in filled)
        last = max(last, *(int(row) for _, row in filled), 0)
    if last * _last_column(columns) > bounds.cells:
        corner = max(columns, key=_number).decode()
        raise SourceError(
            f"{name}, {entry.filename}: the cells reach to {corner}{last}, more than {bounds.cells:,} cells. "
            "Delete the cells far away from the table, or save the table alone."
        )


def _last_column(columns: set[bytes]) -> int:
    return max(map(_number, columns), default=0)


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
