"""The tokens of JSON, found in many bytes at once and not one after the other.

Quotes, brackets, colons and commas are tokens; between them stand texts, numbers and words.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

QUOTE, OPEN, OPEN_LIST, CLOSE, CLOSE_LIST, COLON, COMMA, SLASH, CONTROL = range(1, 10)
_DEEPEST = 200

Bytes = NDArray[np.uint8]
Places = NDArray[np.int64]
Flags = NDArray[np.bool_]


class DoubtError(Exception):
    """The quick reader cannot promise what the careful one would find."""


def _kinds() -> bytes:
    table = bytearray([CONTROL] * 32 + [0] * 224)
    for kind, character in enumerate(b'"{[}]:,\\', start=QUOTE):
        table[character] = kind
    return bytes(table)


def is_one_of(characters: bytes) -> Flags:
    """Byte to whether it is one of `characters`."""
    return np.isin(np.arange(256), list(characters))


_KINDS = _kinds()
_ESCAPED = is_one_of(b'"\\/bfnrtu')
_HEXADECIMAL = is_one_of(b"0123456789abcdefABCDEF")


def find_tokens(window: bytes) -> tuple[Places, Bytes, Flags]:
    """Byte, kind, and whether it is a quote that begins a text, of each token before the first wrong escape."""
    kinds = np.frombuffer(window.translate(_KINDS), np.uint8)
    at = np.flatnonzero(kinds != 0)
    kind = kinds[at]
    if b"\\" in window:
        at, kind = _without_escaped(window, at, kind)
    is_quote = kind == QUOTE
    is_inside = (np.cumsum(is_quote, dtype=np.uint8) & 1).view(np.bool_)
    is_token = is_quote | ~is_inside
    is_control = kind == CONTROL
    if (is_control & ~is_token).any():
        raise DoubtError
    is_token &= ~is_control
    return at[is_token], kind[is_token], (is_inside & is_quote)[is_token]


def _without_escaped(window: bytes, at: Places, kind: Bytes) -> tuple[Places, Bytes]:
    """Tokens but for backslashes and what they escape, up to an escape that JSON does not know or that is cut off."""
    text = np.frombuffer(window + b"\0" * 6, np.uint8)
    slashes = at[kind == SLASH]
    numbers = np.arange(len(slashes))
    begins_run = np.diff(slashes, prepend=-2) != 1
    begun = np.maximum.accumulate(np.where(begins_run, numbers, 0))
    escaped = slashes[(numbers - begun) % 2 == 0] + 1
    is_coded = text[escaped] == ord("u")
    is_wrong = ~_ESCAPED[text[escaped]]
    for digit in range(1, 5):
        is_wrong |= is_coded & ~_HEXADECIMAL[text[np.minimum(escaped + digit, len(window))]]
    is_escaped = np.zeros(len(window) + 1, np.bool_)
    is_escaped[escaped] = True
    is_left = (kind != SLASH) & ~is_escaped[at]
    if is_wrong.any():
        is_left &= at < escaped[is_wrong][0]
    return at[is_left], kind[is_left]


def find_bounds(at: Places, kind: Bytes, stop: int) -> tuple[Places, Places, bool]:
    """First and last token of each record, and whether the list ends behind them."""
    is_open, is_close = (kind - OPEN) < 2, (kind - CLOSE) < 2
    depth = np.cumsum(is_open.view(np.int8) - is_close.view(np.int8), dtype=np.int32)
    outside = np.flatnonzero(depth < 0)
    list_end = int(outside[0]) if len(outside) else -1
    within = slice(None, list_end if len(outside) else None)
    last = np.flatnonzero(is_close[within] & (depth[within] == 0))
    first = np.flatnonzero(is_open[within] & (depth[within] == 1))
    count = min(len(last), int(np.searchsorted(at[first], stop)))
    if count and last[count - 1] + 1 == len(kind):
        count -= 1  # what follows it is not in the window
    if not count or depth[: last[count - 1]].max() > _DEEPEST:
        raise DoubtError
    first, last = first[:count], last[:count]
    is_closed = last[-1] + 1 == list_end and kind[list_end] == CLOSE_LIST
    follow = kind[last + 1]
    is_list = first[0] == 0 and (first[1:] == last[:-1] + 2).all() and (follow[:-1] == COMMA).all()
    if not is_list or not (kind[first] == OPEN).all() or not (is_closed or follow[-1] == COMMA):
        raise DoubtError
    return first, last, bool(is_closed)
