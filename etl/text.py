"""Text cells: blanks, null words and digits of other scripts. The ground `etl.clean` and `etl.dates` stand on."""

from __future__ import annotations

from collections.abc import Iterable

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
    nothing = ["", *(word.strip().lower() for word in null_words)]
    return pl.when(~trimmed.str.to_lowercase().is_in(nothing)).then(trimmed)


def ascii_digits(cell: pl.Expr) -> pl.Expr:
    """Arabic-Indic, Persian, Devanagari and full-width digits (and the Arabic decimal and thousands signs) as ASCII."""
    return cell.str.replace_many(_DIGITS)
