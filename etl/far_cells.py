"""Whether anything in a piece of XML may be the place of a cell far from the first one. Quick, and never wrong to no.

A place stands in quotes: letters of the column, then the number of the row. All quotes of a piece are looked at at
once, because a search by pattern takes longer than unpacking the workbook.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_PAD = b"\0" * 16
_SEEN = 8
"""Characters behind a quote that tell."""


def far_cells(piece: bytes) -> tuple[bool, bool]:
    """(whether something looks like a place beyond column ZZ or row 99,999, the same beyond Z or 999,999).

    Without the second one a sheet spans at most 26 columns of 999,999 rows. Single quotes count where one follows "=".
    """
    content = np.frombuffer(piece + _PAD, np.uint8)
    is_quote = content == ord('"')
    if b"'" in piece and b"='" in piece:
        is_quote |= content == ord("'")
    starts = np.flatnonzero(is_quote) + 1
    starts = starts[content[starts] >= ord("0")]
    if not len(starts):
        return False, False
    words = np.ndarray(shape=(len(content) - _SEEN,), dtype="<u8", buffer=content.data, strides=(1,))[starts]
    signs = np.ascontiguousarray(words.view(np.uint8).reshape(-1, _SEEN).T)
    return _judged((signs | 0x20) - ord("a") < 26, signs - ord("0") < 10, signs == ord("0"))


def _judged(letter: NDArray[np.bool_], digit: NDArray[np.bool_], zero: NDArray[np.bool_]) -> tuple[bool, bool]:
    """Each of shape (8, n): what the characters behind a quote are."""
    two, three = letter[0] & letter[1], letter[0] & letter[1] & letter[2]
    number = digit & ~zero
    beyond_zz = three & digit[3]
    long_rows = [
        before & number[at] & digit[at + 1 : at + 6].all(axis=0)
        for at, before in enumerate((np.ones_like(letter[0]), letter[0], two))
    ]
    very = beyond_zz | (two & digit[2]) | (letter[0] & number[1] & digit[2:8].all(axis=0))
    return bool((beyond_zz | long_rows[0] | long_rows[1] | long_rows[2]).any()), bool(very.any())
