"""Text cells: blanks, null words and digits of other scripts. The ground `etl.clean` and `etl.dates` stand on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

import polars as pl

NULL_WORDS: tuple[str, ...] = (
    "nan", "na", "n/a", "#n/a", "<na>", "nat", "none", "null", "nil", "select", "blank", "(blank)",
)  # fmt: skip
"""Words, in any case, that mean "nothing here" in the files people export."""

_EDGE = (
    " \t\r\n\v\f\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029"
    "\u202f\u205f\u3000\ufeff\u200b\u200c\u200d\u2060\u200e\u200f\u061c\u202a\u202b\u202c\u2066\u2067\u2068\u2069"
)
"""What looks like nothing at the edge of a cell: spaces, no-break spaces, zero-width and direction marks."""

_ZEROS = (0x0660, 0x06F0, 0x0966, 0xFF10)
"""Zero of the Arabic-Indic, Persian, Devanagari and full-width digits."""

_DIGITS = {
    **{chr(zero + digit): str(digit) for zero in _ZEROS for digit in range(10)},
    "\u066b": ".", "\u066c": ",",
}  # fmt: skip


def text(cell: pl.Expr, null_words: Iterable[str] = NULL_WORDS) -> pl.Expr:
    """Trimmed text; empty cells and null words (any case) are null; no-break spaces inside become spaces."""
    trimmed = cell.str.replace_all("\u00a0", " ", literal=True).str.strip_chars(_EDGE)
    return pl.when(~says_nothing(cell, null_words)).then(trimmed)


def says_nothing(cell: pl.Expr, null_words: Iterable[str] = NULL_WORDS) -> pl.Expr:
    """Whether `text` makes null of a cell; null for a null cell."""
    words = {word.strip().lower() for word in null_words} | {""}
    if all(word.isascii() for word in words):
        return cell.str.contains(_any_of(frozenset(words)))
    trimmed = cell.str.replace_all("\u00a0", " ", literal=True).str.strip_chars(_EDGE)
    return trimmed.str.to_lowercase().is_in(sorted(words))


@lru_cache
def _any_of(words: frozenset[str]) -> str:
    """A pattern of cells that hold one of the words, given in lower case and ASCII, in any case: several times as fast
    as bringing every cell into lower case."""
    written = ("".join(map(_either_case, word)) for word in sorted(words))
    return f"^[{_EDGE}]*(?:{'|'.join(written)})[{_EDGE}]*$"


def _either_case(letter: str) -> str:
    """The characters that `text` takes for this one; the Kelvin sign, too, is k in lower case."""
    others = {"k": "K\u212a", " ": "\u00a0"}.get(letter, letter.upper() if letter.isalpha() else "")
    return f"[{letter}{others}]" if others else re.escape(letter)


def is_blank(cell: pl.Expr, null_words: Iterable[str] = NULL_WORDS) -> pl.Expr:
    """Whether `text` answers null: an empty cell or a null word, a null cell among them."""
    return says_nothing(cell, null_words).fill_null(value=True)


def ascii_digits(cell: pl.Expr) -> pl.Expr:
    """Arabic-Indic, Persian, Devanagari and full-width digits (and the Arabic decimal and thousands signs) as ASCII."""
    return cell.str.replace_many(_DIGITS)
