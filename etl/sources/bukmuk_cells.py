"""Cells of lead sheets: phones, e-mails, statuses, days and names, read or left unread, never guessed."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from etl.clean import ascii_digits, text
from etl.dates import EXCEL, DateRule, moments
from etl.phones import e164
from etl.sources.bukmuk_words import OTHER_STATUSES, PRIORITIES, STATUSES
from etl.sources.sheet import squeezed

_PHONE = r"^[+\d][\d\s()+\-./]*$|^\([\d\s()+\-./]*$"
_INDIAN = r"^(?:0{0,2}91|0)?([6-9]\d{9})$"
_EMAIL = r"^[^@\s,;]+@[^@\s,;]+\.[^@\s.,;]{2,}$"
_SERIAL = r"^\d{5}(?:\.\d+)?$"
_SHORT_FORMS = ("%d/%m/%y", "%d-%m-%y", "%d.%m.%y", "%d-%b-%y", "%d %b %y")
_STATUS_WORDS = {squeezed(word): word for word in STATUSES} | {
    squeezed(word): status for word, status in OTHER_STATUSES.items()
}
_PRIORITY_WORDS = {word.lower(): word for word in PRIORITIES}


def like_phone(cell: pl.Expr) -> pl.Expr:
    """Whether a cell holds nothing but 10 to 13 digits and what people write between them."""
    written = _number_text(cell)
    digits = written.str.replace_all(r"\D", "").str.len_chars()
    return (written.str.contains(_PHONE) & digits.is_between(10, 13)).fill_null(False)


def like_email(cell: pl.Expr) -> pl.Expr:
    """Whether a cell holds an e-mail address, whole or broken."""
    return text(cell).str.contains(r"^\S+@\S+$").fill_null(False)


def like_name(cell: pl.Expr) -> pl.Expr:
    """Whether a cell could be a name: words without digits and signs."""
    return text(cell).str.contains(r"^[\p{L}\p{M}][\p{L}\p{M} .'’-]+$").fill_null(False)


def _number_text(cell: pl.Expr) -> pl.Expr:
    return ascii_digits(text(cell)).str.strip_prefix("'").str.replace(r"\.0+$", "")


def with_phones(frame: pl.DataFrame, column: str, country: str) -> pl.DataFrame:
    """`frame` with `phone`: the number in `column` as +<country code><number>, null where there is none to be read.

    10 digits, 0 or 91 before them and float text ("6000000101.0") are one number in India. Anything with words or two
    numbers in one cell is not read.
    """
    distinct = frame.select(pl.col(column)).unique().with_columns(_number_text(pl.col(column)).alias("written"))
    digits = pl.col("written").str.replace_all(r"\D", "")
    is_number = pl.col("written").str.contains(_PHONE)
    parts = distinct.filter(is_number).with_columns(digits.str.extract(_INDIAN, 1).alias("ten"))
    is_usual = pl.col("ten").is_not_null() & ~pl.col("ten").str.contains(r"^(?:6{10}|7{10}|8{10}|9{10})$")
    if country != "IN":
        is_usual = pl.lit(False)
    usual = parts.filter(is_usual).select(column, ("+91" + pl.col("ten")).alias("phone"))
    other = parts.filter(~is_usual)
    read = pl.Series("phone", [e164(written, country) for written in other["written"]], pl.String)
    known = pl.concat([usual, other.select(column).with_columns(read)])
    return frame.join(known, on=column, how="left", maintain_order="left")


def email_of(cell: pl.Expr) -> pl.Expr:
    """An e-mail address in lower case; null where it is not one."""
    written = text(cell).str.to_lowercase()
    return pl.when(written.str.contains(_EMAIL)).then(written)


def status_of(cell: pl.Expr) -> pl.Expr:
    """The status a cell says, whatever its case and signs; null for any other text."""
    word = text(cell).str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]", "")
    return word.replace_strict(_STATUS_WORDS, default=None, return_dtype=pl.String)


def priority_of(cell: pl.Expr) -> pl.Expr:
    """Low, Medium, High or Urgent; null for any other text."""
    return text(cell).str.to_lowercase().replace_strict(_PRIORITY_WORDS, default=None, return_dtype=pl.String)


def with_days(frame: pl.DataFrame, columns: dict[str, str], zone: str) -> pl.DataFrame:
    """`frame` with a Date column for each of `columns` (new name to text column); the day comes before the month.

    Besides what any source reads: Excel serials of five digits, and two-digit years.
    """
    for name, column in columns.items():
        if frame[column].null_count() == frame.height:
            frame = frame.with_columns(pl.lit(None, pl.Date).alias(name))
            continue
        distinct = frame.select(pl.col(column)).unique()
        cell = pl.col(column)
        serial = moments(cell, DateRule((EXCEL,)), zone).struct.field("day")
        days = distinct.select(
            column,
            pl.coalesce(
                moments(cell, DateRule(day_first=True), zone).struct.field("day"),
                moments(cell, DateRule(_SHORT_FORMS), zone).struct.field("day"),
                pl.when(text(cell).str.contains(_SERIAL)).then(serial),
            ).alias(name),
        )
        frame = frame.join(days, on=column, how="left", maintain_order="left", nulls_equal=True)
    return frame


def like_day(values: pl.Series, zone: str = "UTC") -> float:
    """Share of the values that are days written as such; bare numbers do not count."""
    cells = values.alias("cell").to_frame().filter(~pl.col("cell").str.contains(r"^[\d.]+$"))
    return cells_share(with_days(cells, {"day": "cell"}, zone)["day"].is_not_null(), len(values))


def cells_share(fits: pl.Series, of: int) -> float:
    """Share of true values among `of` values; 0 for none."""
    return int(fits.sum()) / of if of else 0.0


def labelled(parts: Sequence[tuple[str, pl.Expr]]) -> pl.Expr:
    """Texts in one, each with its label ("" for none) before it, set apart by semicolons; null where all are."""
    if not parts:
        return pl.lit(None, pl.String)
    said = [pl.when(cell.is_not_null()).then(pl.concat_str(pl.lit(f"{label}: " if label else ""), cell))
            for label, cell in parts]  # fmt: skip
    whole = pl.concat_str(said, separator="; ", ignore_nulls=True)
    return pl.when(whole != "").then(whole)
