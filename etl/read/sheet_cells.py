"""Where the cells of a piece of a worksheet stand, how they are marked, and what is written in them."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from pyarrow.lib import Array, large_binary, py_buffer

from etl.read.sheet_tags import ROW, TEXT_PRESERVED, VALUE, Cells, NotPlainError, Places, Tags, find_cells

MOST_ROWS, MOST_COLUMNS = 1 << 20, 1 << 14
_BEFORE_PLACE = np.uint64(int.from_bytes(b'r="', "little"))
_THREE_BYTES = np.uint64((1 << 24) - 1)
_MARK_WORDS = 3
_MARKS = re.compile(r'(?: s="(\d{1,6})"| t="([A-Za-z]{1,9})")*')
_ROW = re.compile(rb'<row r="[1-9]\d{0,6}"(?: [A-Za-z][\w:.]*="[^"&]*")* ?/?>')
_TRIMMED = np.frombuffer(b" \t\r\n", np.uint8)

RAW, OF_VALUE, OF_TEXT, OF_PRESERVED = range(4)
"""How the inside of a cell is written: otherwise than usual, as <v>, as <is><t>, as the same with its blanks kept."""


@dataclass(frozen=True)
class Marks:
    """What is said of a cell beside its place: type ("" for a number) and style ("" for none); `text` as written."""

    text: str
    type: str
    style: str


@dataclass(frozen=True)
class Piece:
    """The cells of a piece that may hold something, one row each.

    Attributes:
        rows, columns: where each stands, both from 0, in order of rows and columns.
        marks: place in `known` of what is said of it.
        known: the different marks.
        forms: how its inside is written.
        texts: what is written inside, nothing resolved.
        is_blank_edged: whether the text begins or ends with a blank.
        spans: where each cell begins and ends in the piece, shape (n, 2).
        first_row, last_row: with a cell, holding something or not; without any: that of the piece before.
    """

    rows: Places
    columns: Places
    marks: Places
    known: list[Marks]
    forms: NDArray[np.uint8]
    texts: pl.Series
    is_blank_edged: NDArray[np.bool_]
    spans: Places
    first_row: int
    last_row: int


def read_piece(tags: Tags, last_row: int) -> Piece:
    """The cells of a piece.

    Args:
        tags: of whole rows.
        last_row: the last row read before, from 0; -1 for none.

    Raises:
        NotPlainError: rows or cells out of order, without a place, or otherwise not as usual.
    """
    cells, every = find_cells(tags)
    rows, columns, behind = _places(tags, every)
    order = rows * MOST_COLUMNS + columns
    if len(rows) and (rows[0] <= last_row or (order[1:] <= order[:-1]).any()):
        raise NotPlainError
    _check_row_tags(tags)
    marks, known = _marks(tags, every, behind)
    kept = np.searchsorted(every, cells.tag)
    texts, forms, is_blank_edged = _texts(tags, cells)
    spans = np.stack([tags.opens[cells.tag], tags.closes[cells.end] + 1], axis=1)
    return Piece(rows[kept], columns[kept], marks[kept], known, forms, texts, is_blank_edged, spans,
                 *((int(rows[0]), int(rows[-1])) if len(rows) else (last_row, last_row)))  # fmt: skip


def _places(tags: Tags, cells: Places) -> tuple[Places, Places, Places]:
    """Row and column of each cell from 0, and where its place ends."""
    data, start = tags.content, tags.opens[cells] + 3
    if ((tags.word(start) & _THREE_BYTES) != _BEFORE_PLACE).any():
        raise NotPlainError
    at = start + 3
    columns = np.zeros(len(cells), np.int64)
    is_letter = np.ones(len(cells), np.bool_)
    for _ in range(3):
        letter = data[at].astype(np.int64) - 64
        is_letter &= (letter >= 1) & (letter <= 26)
        columns = np.where(is_letter, columns * 26 + letter, columns)
        at = at + is_letter
    first = at
    rows = np.zeros(len(cells), np.int64)
    is_digit = np.ones(len(cells), np.bool_)
    for _ in range(7):
        digit = data[at].astype(np.int64) - 48
        is_digit &= (digit >= 0) & (digit <= 9)
        rows = np.where(is_digit, rows * 10 + digit, rows)
        at = at + is_digit
    is_wrong = (data[at] != ord('"')) | (data[first] == ord("0")) | (at == first) | (first == start + 3)
    if is_wrong.any() or (columns > MOST_COLUMNS).any() or (rows > MOST_ROWS).any():
        raise NotPlainError
    return rows - 1, columns - 1, at + 1


def _check_row_tags(tags: Tags) -> None:
    """Each row is numbered and has well-written attributes only. Rows differ in their number alone, nearly always."""
    is_row = tags.kinds == ROW
    opens, closes = tags.opens[is_row], tags.closes[is_row]
    content = tags.content.tobytes()
    seen = {content[first : last + 1] for first, last in zip(opens, closes, strict=True)}
    if not all(_ROW.fullmatch(each) for each in seen):
        raise NotPlainError


def _marks(tags: Tags, cells: Places, behind: Places) -> tuple[Places, list[Marks]]:
    """What stands in each cell's tag behind its place, as number of one of the different ones."""
    size = tags.closes[cells] - tags.is_single[cells] - behind
    if len(size) and size.max() > 8 * _MARK_WORDS:
        raise NotPlainError
    parts = [_masked(tags.word(behind + 8 * number), size - 8 * number) for number in range(_MARK_WORDS)]
    marks = np.zeros(len(cells), np.int64)
    known: list[Marks] = []
    left = np.arange(len(cells))
    while len(left):
        same = size[left] == size[left[0]]
        for part in parts:
            same &= part[left] == part[left[0]]
        marks[left[same]] = len(known)
        known.append(_understood([int(part[left[0]]) for part in parts], int(size[left[0]])))
        left = left[~same]
    return marks, known


def _masked(words: NDArray[np.uint64], sizes: Places) -> NDArray[np.uint64]:
    """The first `sizes` bytes of each word."""
    masks = np.array([(1 << 8 * size) - 1 for size in range(9)], np.uint64)
    return words & masks[np.clip(sizes, 0, 8)]


def _understood(words: list[int], size: int) -> Marks:
    text = b"".join(word.to_bytes(8, "little") for word in words)[:size].decode("latin-1").rstrip(" ")
    said = _MARKS.fullmatch(text)
    if said is None or text.count(" s=") > 1 or text.count(" t=") > 1:
        raise NotPlainError
    kind = said[2] or ""
    return Marks(text, "" if kind == "n" else kind, said[1] or "")


def _texts(tags: Tags, cells: Cells) -> tuple[pl.Series, NDArray[np.uint8], NDArray[np.bool_]]:
    """What stands in each cell, how it is written, and whether there are blanks at its edge."""
    is_usual = cells.value >= 0
    first = np.where(is_usual, cells.value, cells.tag)
    last = np.where(is_usual, cells.value + 1, cells.end)
    starts, ends = tags.closes[first] + 1, tags.opens[last]
    kinds = tags.kinds[first]
    forms = np.select([~is_usual, kinds == VALUE, kinds == TEXT_PRESERVED], [RAW, OF_VALUE, OF_PRESERVED], OF_TEXT)
    edges = (np.isin(tags.content[starts], _TRIMMED) | np.isin(tags.content[ends - 1], _TRIMMED)) & (ends > starts)
    return _cut(tags.content, starts, ends), forms.astype(np.uint8), edges


def _cut(content: NDArray[np.uint8], starts: Places, ends: Places) -> pl.Series:
    """The texts between `starts` and `ends`.

    Raises:
        NotPlainError: a text that is not UTF-8.
    """
    sizes = ends - starts
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
    data = content[np.arange(offsets[-1]) + np.repeat(starts - offsets[:-1], sizes)]
    cells = Array.from_buffers(large_binary(), len(sizes), [None, py_buffer(offsets), py_buffer(data)])
    try:
        return pl.Series("text", cells, dtype=pl.Binary).cast(pl.String)
    except pl.exceptions.PolarsError:
        raise NotPlainError from None
