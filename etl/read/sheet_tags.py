"""The tags of a piece of a worksheet, found with arrays instead of a parser.

A worksheet of a million rows has some hundred million tags, and nearly all of them are written in one of few ways. Here
these are found for a whole piece at once. Every byte is accounted for: a piece in which anything else stands (another
tag where none may be, text between tags, a comment, other attributes) is refused with `NotPlainError`, and the full
reader has to read that sheet.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.int64]
Flags = NDArray[np.bool_]
Bytes = NDArray[np.uint8]

PAD = b"\0" * 32
"""Stands behind the content of a piece, so that looking ahead never leaves it."""

PRESERVED = b'<t xml:space="preserve">'
_OTHER, CELL, CELL_END, VALUE, VALUE_END, INLINE, INLINE_END, TEXT, TEXT_PRESERVED, TEXT_END, FORMULA, FORMULA_END, \
    ROW, ROW_END = range(14)  # fmt: skip
_SPELLED = {
    CELL: b"c ", CELL_END: b"/c>", VALUE: b"v>", VALUE_END: b"/v>", INLINE: b"is>", INLINE_END: b"/is>", TEXT: b"t>",
    TEXT_PRESERVED: PRESERVED[1:], TEXT_END: b"/t>", FORMULA: b"f", FORMULA_END: b"/f>", ROW: b"row ",
    ROW_END: b"/row>",
}  # fmt: skip
"""What stands behind "<"; a spelling that ends with ">" is the whole tag."""


def _table(of: Callable[[bytes], int], dtype: type[np.unsignedinteger[Any]]) -> NDArray[Any]:
    """What `of` says of the spelling of each kind, by kind."""
    return np.array([of(_SPELLED.get(kind, b"")) for kind in range(ROW_END + 1)], dtype=dtype)


_SAID = _table(lambda said: int.from_bytes(said[:8], "little"), np.uint64)
_MASK = _table(lambda said: (1 << 8 * min(len(said), 8)) - 1, np.uint64)
_SIZE = _table(lambda said: len(said) if said.endswith(b">") else 0, np.uint64).astype(np.int64)
_OPENING, _ENDING = np.zeros(256, np.uint8), np.zeros(256, np.uint8)
for _kind, _said in _SPELLED.items():
    if _kind != TEXT_PRESERVED:
        (_ENDING if _said.startswith(b"/") else _OPENING)[_said[_said.startswith(b"/")]] = _kind


class NotPlainError(Exception):
    """A sheet is written in a way that only the full reader understands."""


@dataclass(frozen=True)
class Tags:
    """The tags of one piece, in order.

    Attributes:
        content: the bytes of the piece, padded.
        opens, closes: where each tag has its "<" and its ">".
        kinds: what each is.
        is_single: whether it closes itself.
    """

    content: Bytes
    opens: Places
    closes: Places
    kinds: Bytes
    is_single: Flags

    def word(self, places: Places) -> NDArray[np.uint64]:
        """Eight bytes from each place on, the first one lowest."""
        data = self.content
        words = np.ndarray(shape=(len(data) - 8,), dtype="<u8", buffer=data.data, strides=(1,))
        return words[places]

    def gap_after(self, tag: Places) -> Places:
        """Bytes between each of the tags and the next one."""
        return self.opens[tag + 1] - self.closes[tag] - 1


def find_tags(piece: bytes) -> Tags:
    """The tags of a piece of whole rows.

    Raises:
        NotPlainError: signs that are no tags, or something before the first or behind the last tag.
    """
    content = np.frombuffer(piece + PAD, dtype=np.uint8)
    opens, closes = np.flatnonzero(content == ord("<")), np.flatnonzero(content == ord(">"))
    is_proper = len(opens) == len(closes) > 0 and opens[0] == 0 and closes[-1] == len(piece) - 1
    if not is_proper or (opens >= closes).any() or (opens[1:] <= closes[:-1]).any():
        raise NotPlainError
    tags = Tags(content, opens, closes, np.zeros(len(opens), np.uint8), content[closes - 1] == ord("/"))
    return Tags(content, opens, closes, _kinds(tags), tags.is_single)


def _kinds(tags: Tags) -> Bytes:
    """Guessed by the first byte of a name and the size of the tag, then compared to what the kind is spelled like."""
    sizes, words = tags.closes - tags.opens, tags.word(tags.opens + 1)
    first, second = words.astype(np.uint8), (words >> np.uint64(8)).astype(np.uint8)
    kinds = np.where(first == ord("/"), _ENDING[second], _OPENING[first])
    kinds[(kinds == TEXT) & (sizes > len(b"t>"))] = TEXT_PRESERVED
    is_it = (words & _MASK[kinds]) == _SAID[kinds]
    is_it &= (sizes == _SIZE[kinds]) | (_SIZE[kinds] == 0)
    is_it &= (kinds != FORMULA) | np.isin(second, (ord(" "), ord(">")))
    kinds[~is_it] = _OTHER
    for place in tags.opens[kinds == TEXT_PRESERVED] if (kinds == TEXT_PRESERVED).any() else ():
        if tags.content[place : place + len(PRESERVED)].tobytes() != PRESERVED:
            raise NotPlainError
    return kinds


@dataclass(frozen=True)
class Cells:
    """The cells of a piece that may hold something, in order.

    Attributes:
        tag: tag of each cell.
        end: tag that ends it.
        value: tag before its value or text; -1 where the inside is not one of the usual ones.
    """

    tag: Places
    end: Places
    value: Places


def find_cells(tags: Tags) -> tuple[Cells, Places]:
    """The cells that hold something, and the tags of all cells.

    Raises:
        NotPlainError: anything in the piece that is no row and no cell, or text where none may be.
    """
    kinds = tags.kinds
    every = np.flatnonzero(kinds == CELL)
    opened, ends = every[~tags.is_single[every]], np.flatnonzero(kinds == CELL_END)
    if len(opened) != len(ends) or (opened >= ends).any() or (opened[1:] <= ends[:-1]).any():
        raise NotPlainError
    values = _values(tags, opened, ends)
    _check_rows(tags, every, int((ends - opened + 1).sum()) + len(every) - len(opened))
    _check_gaps(tags, opened, ends, values)
    holds = ends - opened > 1
    return Cells(opened[holds], ends[holds], values[holds]), every


def _values(tags: Tags, opened: Places, ends: Places) -> Places:
    """The tag before the value of each cell: a number, a number behind its formula, a text in the cell."""
    kinds, size = np.append(tags.kinds, np.zeros(4, np.uint8)), ends - opened + 1
    single = np.append(tags.is_single, np.zeros(4, np.bool_))
    starts = ends - 2
    has_value = (kinds[starts] == VALUE) & (kinds[starts + 1] == VALUE_END)
    is_formula = kinds[opened + 1] == FORMULA
    is_number = has_value & (
        (size == 4)
        | ((size == 6) & is_formula & ~single[opened + 1] & (kinds[opened + 2] == FORMULA_END))
        | ((size == 5) & is_formula & single[opened + 1])
    )
    is_text = (
        (size == 6) & (kinds[opened + 1] == INLINE) & np.isin(kinds[opened + 2], (TEXT, TEXT_PRESERVED))
        & ~single[opened + 2] & (kinds[opened + 3] == TEXT_END) & (kinds[opened + 4] == INLINE_END)
    )  # fmt: skip
    return np.where(is_number, starts, np.where(is_text, opened + 2, -1))


def _check_rows(tags: Tags, cells: Places, of_cells: int) -> None:
    """Besides cells there are rows alone, one after the other, and every cell is in one."""
    kinds = tags.kinds
    rows, row_ends = (kinds == ROW) & ~tags.is_single, kinds == ROW_END
    depth = np.cumsum(rows.astype(np.int8) - row_ends.astype(np.int8), dtype=np.int32)
    is_nested = depth.min() < 0 or depth.max() > 1 or depth[-1] != 0
    if is_nested or of_cells + int((kinds == ROW).sum() + row_ends.sum()) != len(kinds) or (depth[cells] != 1).any():
        raise NotPlainError


def _check_gaps(tags: Tags, opened: Places, ends: Places, values: Places) -> None:
    """No text stands anywhere but in values, in formulas and in cells that are looked at whole."""
    gaps = tags.opens[1:] - tags.closes[:-1] - 1
    gaps[values[values >= 0]] = 0
    gaps[np.flatnonzero(tags.kinds[:-1] == FORMULA)] = 0
    for first, last in zip(opened[values < 0], ends[values < 0], strict=True):
        gaps[first:last] = 0
    if gaps.any():
        raise NotPlainError
