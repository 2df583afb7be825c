"""Many whole JSON records of a window of bytes: their shapes, and their values by the token where they begin.

What is found here is judged later, shape by shape (etl/read/json_shapes.py). Whatever is unusual raises `DoubtError`:
the careful reader (etl/read/json_document.py) then decides, and says what is wrong and where.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from pyarrow.lib import Array, ArrowInvalid, int64, large_string, py_buffer

from etl.read.json_tokens import COLON, Bytes, DoubtError, Flags, Places, find_bounds, find_tokens, is_one_of

_MOST_DIGITS = 4000
_NUMBER = r"^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$"
_BLANK = is_one_of(b" \t\n\r")
_DIGIT = is_one_of(b"-0123456789")


@dataclass(frozen=True)
class Records:
    """Whole records at the begin of a window.

    Attributes:
        first: number of the first token of each record.
        tokens: number of tokens of each record.
        shapes: each record without its values: texts are empty, numbers 0.
        end: byte of the window behind the comma or bracket behind the last record.
        is_closed: that is the bracket that ends the list.
        escaped: which tokens begin a text with backslashes in it; empty where there is none.
        longest: most bytes of a value.
    """

    first: Places
    tokens: Places
    shapes: pl.Series
    end: int
    is_closed: bool
    escaped: Flags
    longest: int
    _lengths: Places
    _window: bytes
    _at: Places
    _fractions: Places
    _pieces: Array

    def values(self, tokens: Places) -> pl.Series:
        """What begins at tokens, as it is written: texts without quotes, numbers, words.

        Null for a token below 0 and for an empty text.
        """
        is_there = (tokens >= 0) & (self._lengths[tokens] > 0)
        marks = py_buffer(np.packbits(is_there, bitorder="little"))
        return pl.Series(self._pieces.take(Array.from_buffers(int64(), len(tokens), [marks, py_buffer(tokens * 2)])))

    def spans(self, first: Places, last: Places) -> tuple[pl.Series, pl.Series]:
        """All that is written from one token to another, and whether escapes or fractions are in it.

        None of the spans may begin before the one before it ends.
        """
        cuts = np.empty(2 * len(first), np.int64)
        cuts[::2], cuts[1::2] = self._at[first], self._at[last] + 1
        written = pl.Series(_texts(self._window, cuts)).gather_every(2)
        has_fraction = np.searchsorted(self._fractions, first) != np.searchsorted(self._fractions, last)
        return written, written.str.contains("\\", literal=True) | pl.Series(has_fraction)


def _as_array(numbers: Places) -> Array:
    """Without `Array.from_pandas`, which imports pandas."""
    return Array.from_buffers(int64(), len(numbers), [None, py_buffer(numbers)])


def find_records(window: bytes, stop: int) -> Records:
    """The records of a list that lie whole in a window, up to the first that begins at byte `stop` or behind it.

    Args:
        window: bytes from the begin of a record on, or from blanks before one.
        stop: byte of the window.

    Raises:
        DoubtError: nothing whole is in it, or something that is no record of plain JSON.
    """
    at, kind, is_text = find_tokens(window)
    first, last, is_closed = find_bounds(at, kind, stop)
    count = int(last[-1]) + 2
    end = int(at[count - 1]) + 1
    _check_characters(window[:end])
    text = np.frombuffer(window, np.uint8)
    at, kind, is_text = at[:count], kind[:count], is_text[:count]
    begins, ends, bare = _values(text, at, is_text)
    between = np.concatenate([last, last[:-1] + 1])
    if window[: at[0]].strip(b" \t\n\r") or (begins[between] < ends[between]).any():
        raise DoubtError
    pieces, lengths = _pieces(window, begins, ends), ends - begins
    numbers = bare[_DIGIT[text[begins[bare]]]]
    is_fraction = _fractions(pl.Series(pieces.take(_as_array(numbers * 2))))
    is_cut = is_text.copy()
    is_cut[:-2] &= kind[2:] != COLON
    is_cut[numbers] = True
    cut = np.flatnonzero(is_cut)
    shapes = _shapes(text, (at[first], at[last] + 1), (begins[cut] + ~is_text[cut], ends[cut]))
    return Records(first, last - first + 1, shapes, end, is_closed, _escaped(text[:end], at), int(lengths.max()),
                   lengths, window, at, numbers[is_fraction], pieces)  # fmt: skip


def _escaped(text: Bytes, at: Places) -> Flags:
    """Which tokens have a backslash before the next token; empty where none has."""
    slashes = np.flatnonzero(text == ord("\\"))
    escaped = np.zeros(len(at) if len(slashes) else 0, np.bool_)
    escaped[np.searchsorted(at, slashes) - 1] = True
    return escaped


def _check_characters(window: bytes) -> None:
    try:
        _texts(window, np.array([0, len(window)], np.int64)).validate(full=True)
    except ArrowInvalid:
        raise DoubtError from None


def _values(text: Bytes, at: Places, is_text: Flags) -> tuple[Places, Places, Places]:
    """Bytes where the value of each token begins and ends, and the tokens behind which a number or word stands."""
    begins = at + 1
    ends = begins.copy()
    ends[:-1][is_text[:-1]] = at[1:][is_text[:-1]]
    gaps = np.flatnonzero(~is_text[:-1] & (begins[:-1] < at[1:]))
    gaps = gaps[~_BLANK[text[begins[gaps]]] | (begins[gaps] + 1 < at[gaps + 1])]  # most are one blank
    begin, end = begins[gaps], at[gaps + 1]
    while (is_blank := _BLANK[text[begin]] & (begin < end)).any():
        begin = begin + is_blank
    while (is_blank := _BLANK[text[end - 1]] & (begin < end)).any():
        end = end - is_blank
    is_bare = begin < end
    bare = gaps[is_bare]
    begins[bare], ends[bare] = begin[is_bare], end[is_bare]
    return begins, ends, bare


def _pieces(window: bytes, begins: Places, ends: Places) -> Array:
    """The window cut at every begin and end: piece 2n is the value of token n."""
    cuts = np.empty(2 * len(begins), np.int64)
    cuts[::2], cuts[1::2] = begins, ends
    return _texts(window, cuts)


def _texts(content: bytes | Bytes, cuts: Places) -> Array:
    return Array.from_buffers(large_string(), len(cuts) - 1, [None, py_buffer(cuts), py_buffer(content)])


def _fractions(numbers: pl.Series) -> Flags:
    """Which numbers have a fraction or exponent; -0 and very long ones are for the careful reader."""
    is_plain = numbers.str.contains(_NUMBER) & (numbers != "-0") & (numbers.str.len_bytes() < _MOST_DIGITS)
    if not is_plain.all():
        raise DoubtError
    return numbers.str.contains("[.eE]").to_numpy()


def _shapes(text: Bytes, records: tuple[Places, Places], values: tuple[Places, Places]) -> pl.Series:
    """The shape of each record.

    Args:
        text: bytes of the window.
        records: bytes where each record begins and ends.
        values: bytes where what is left out begins and ends; the first digit of a number, before it, becomes 0.
    """
    (record_begins, record_ends), (begins, ends) = records, values
    content = text.copy()
    content[begins[content[begins - 1] != ord('"')] - 1] = ord("0")
    before = np.searchsorted(begins, record_begins)
    after = np.append(before[1:], len(begins))
    numbers = np.arange(len(record_begins))
    places = 2 * (np.arange(len(begins)) + np.repeat(numbers, after - before))
    cuts = np.empty(2 * (len(begins) + len(record_begins)), np.int64)
    cuts[2 * (before + numbers)], cuts[2 * (after + numbers) + 1] = record_begins, record_ends
    cuts[places + 1], cuts[places + 2] = begins, ends
    kept = _texts(content, cuts).take(_as_array(np.arange(0, len(cuts), 2)))
    offsets = np.concatenate([[0], np.cumsum(cuts[1::2] - cuts[::2])])
    bounds = np.append(offsets[before + numbers], offsets[-1])
    return pl.Series(_texts(np.frombuffer(kept.buffers()[2], np.uint8), bounds))
