"""Pure column cleaners: an expression over text cells in, an expression over typed values out.

Every cleaner reads null words as null and answers null for a cell it cannot understand. The caller tells the two
apart with `unreadable(cell, cleaned)` and rejects the row: nothing is guessed and nothing becomes null silently.
Arabic-Indic and Persian digits read as 0–9. Dates live in `etl.dates` and are offered here as well.

Cost: regular expressions over text. On long columns of few distinct values clean the distinct values and join.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import polars as pl

from etl.dates import DateRule, moments
from etl.text import NULL_WORDS, ascii_digits, is_blank, text

__all__ = [
    "CURRENCY_MARKS", "NULL_WORDS", "DateRule", "amount", "ascii_digits", "flag", "identifier", "is_blank", "marks_of",
    "moments", "number", "text", "unreadable", "whole",
]  # fmt: skip

CURRENCY_MARKS: dict[str, tuple[str, ...]] = {
    "INR": ("₹", "₨", "Rs.", "Rs", "INR", "/-"),
    "USD": ("$", "US$", "USD"),
    "EUR": ("€", "EUR"),
    "GBP": ("£", "GBP"),
    "EGP": ("E£", "£E", "LE", "L.E.", "EGP", "ج.م"),
    "KES": ("KSh", "KShs", "Ksh.", "KES"),
    "AED": ("AED", "Dhs", "د.إ"),
    "SAR": ("SAR", "SR", "ر.س"),
    "JPY": ("¥", "JPY"), "CNY": ("¥", "CNY", "RMB"),
    "CAD": ("$", "C$", "CA$", "CAD"), "AUD": ("$", "A$", "AU$", "AUD"),
    "BRL": ("R$", "BRL"), "ZAR": ("R", "ZAR"), "NGN": ("₦", "NGN"), "TRY": ("₺", "TRY", "TL"),
    "CHF": ("CHF", "Fr."), "PLN": ("zł", "PLN"), "SEK": ("kr", "SEK"),
}  # fmt: skip
"""ISO 4217 code to what people write beside an amount."""

_EVERY_MARK = tuple(dict.fromkeys(mark for marks in CURRENCY_MARKS.values() for mark in marks))
_TRUE = ("true", "yes", "y", "1", "1.0", "t", "on")
_FALSE = ("false", "no", "n", "0", "0.0", "f", "off")
_NOISE_LENGTH = 16
"""Characters from which a fraction such as 0.30000000000000004 is what a spreadsheet makes of a binary float."""


def identifier(cell: pl.Expr, null_words: Iterable[str] = NULL_WORDS) -> pl.Expr:
    """An id as text: "17850.0" and "'17850" are 17850; leading zeros stay.

    Missing: null words, and ids a spreadsheet has destroyed ("6.00E+09"), which no one can restore.
    """
    written = text(cell, null_words).str.strip_prefix("'")
    whole_part = written.str.strip_chars_end("0").str.strip_suffix(".")
    kept = pl.when(written.str.contains(r"^\d+\.0+$")).then(whole_part).otherwise(written)
    return pl.when(~kept.str.contains(r"^\d(?:\.\d+)?[eE]\+\d+$")).then(kept)


def marks_of(currency: str, extra: Sequence[str] = ()) -> tuple[str, ...]:
    """What may stand beside an amount in `currency`: its signs, its code, and `extra` signs of the source."""
    return (*CURRENCY_MARKS.get(currency, ()), currency, *extra)


def amount(
    cell: pl.Expr,
    marks: Sequence[str] | None = None,
    decimal_comma: bool = False,
    null_words: Iterable[str] = NULL_WORDS,
    scale: int = 4,
) -> pl.Expr:
    """Money as Decimal(18, scale), exact; currency signs are dropped, not converted.

    Reads "₹1,29,999", "1,299.50", "1 299,50" (decimal_comma), "(5.00)" and "5.00-" as negative, "1,299/-".

    Args:
        cell: text.
        marks: currency signs and codes allowed beside the number, any case; None allows every one of
            `CURRENCY_MARKS`. Pass `marks_of(currency)` where an amount in another currency must not be read.
        decimal_comma: the comma is the decimal sign and the point groups thousands.
        null_words: cells that mean nothing.
        scale: decimals kept.

    Missing: null words; digits grouped otherwise than in thousands (or the Indian way); more decimals than `scale`,
    except what a binary float leaves behind (0.30000000000000004); 15 or more digits before the point.
    """
    allowed = _EVERY_MARK if marks is None else tuple(marks)
    body = _plain(pl.field("body"), decimal_comma, scale).cast(pl.Decimal(18, scale), strict=False)
    signs = pl.concat_str([pl.field(name).fill_null("") for name in ("open", "before", "inner", "after", "close")])
    parts = _spaced(ascii_digits(text(cell, null_words))).str.extract_groups(_amount_pattern(allowed))
    staged = parts.struct.with_fields(body.alias("value"), signs.alias("signs"))
    value, sign = pl.field("value"), pl.field("signs")
    signed = pl.when(sign.is_in(["-", "()"])).then(-value).when(sign.is_in(["", "+"])).then(value)
    return staged.struct.with_fields(signed.alias("signed")).struct.field("signed")


def number(cell: pl.Expr, decimal_comma: bool = False, null_words: Iterable[str] = NULL_WORDS) -> pl.Expr:
    """A quantity as Decimal(18, 4): as `amount`, without any currency sign."""
    return amount(cell, (), decimal_comma, null_words)


def whole(cell: pl.Expr, decimal_comma: bool = False, null_words: Iterable[str] = NULL_WORDS) -> pl.Expr:
    """A whole number as Int32; "5.0" is 5, "5.5" is not readable."""
    value = number(cell, decimal_comma, null_words)
    near = value.cast(pl.Int64, strict=False)
    return pl.when(near.cast(pl.Decimal(18, 4), strict=False) == value).then(near).cast(pl.Int32, strict=False)


def flag(cell: pl.Expr, null_words: Iterable[str] = NULL_WORDS) -> pl.Expr:
    """Yes or no from true/yes/y/1/t/on and their opposites in any case; any other word is not readable."""
    word = ascii_digits(text(cell, null_words)).str.to_lowercase()
    return pl.when(word.is_in(_TRUE)).then(True).when(word.is_in(_FALSE)).then(False)


def unreadable(cell: pl.Expr, cleaned: pl.Expr, null_words: Iterable[str] = NULL_WORDS) -> pl.Expr:
    """True where the cell says something and the cleaner did not understand it: such a row is rejected."""
    return ~is_blank(cell, null_words) & cleaned.is_null()


def _spaced(cell: pl.Expr) -> pl.Expr:
    return cell.str.replace_all(r"[\u2212\u2013]", "-").str.replace_all(r"\s", " ")


def _amount_pattern(marks: Sequence[str]) -> str:
    longest_first = sorted({mark for mark in marks if mark}, key=len, reverse=True)
    mark = "|".join(re.escape(mark) for mark in longest_first)
    beside = f"(?:(?i:{mark}) ?)?" if mark else ""
    trailing = f"(?: ?(?i:{mark}))?" if mark else ""
    return (
        rf"^(?P<open>\()? ?(?P<before>[-+])? ?{beside}(?P<inner>[-+])? ?"
        rf"(?P<body>\.?\d[\d., '’]*?){trailing} ?(?P<after>-)?(?P<close>\))?$"
    )


def _plain(body: pl.Expr, decimal_comma: bool, scale: int) -> pl.Expr:
    """Digits with a decimal point, or null when the grouping or the number of decimals is wrong."""
    group, point = (r"\.", ",") if decimal_comma else (",", r"\.")
    grouped = rf"\d+|\d{{1,3}}(?:{group}\d{{3}})+|\d{{1,3}}(?:[ '’]\d{{3}})+|\d{{1,2}}(?:{group}\d{{2}})*{group}\d{{3}}"
    shaped = pl.when(body.str.contains(rf"^(?:{grouped})?(?:{point}\d*)?$")).then(body)
    plain = shaped.str.replace_all(rf"{group}|[ '’]", "").str.replace(point, ".")
    exact = plain.str.contains(rf"^\d*(?:\.\d{{0,{scale}}}0*)?$")
    noise = plain.str.contains(rf"\.\d{{0,{scale}}}(?:0{{6,}}|9{{6,}})\d*$") & (plain.str.len_chars() >= _NOISE_LENGTH)
    return pl.when(exact | noise).then(plain.str.replace(r"^\.", "0."))
