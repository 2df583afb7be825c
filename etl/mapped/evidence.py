"""What the values of a column say about it: how its dates and numbers are written, which words it uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from etl.clean import CURRENCY_MARKS, NULL_WORDS, amount, flag, text
from etl.dates import EXCEL, ISO, DateRule, day_leads, moments

SAMPLE = 5_000
"""Distinct values looked at per column."""

DASHES = ("-", "--", "–", "—")

_FORMATS = (
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%d", "%Y-%m-%d %H:%M", ISO, "%Y/%m/%d", "%d-%b-%y", "%d-%b-%Y", "%d %b %Y", "%d %B %Y",
    "%b %d, %Y", "%B %d, %Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%d.%m.%Y", "%d/%m/%y", "%m/%d/%y",
    "%d-%m-%y", "%m-%d-%y", "%d.%m.%y", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S",
    "%d-%m-%Y %H:%M", "%d.%m.%Y %H:%M", "%m/%d/%y %H:%M", "%d/%m/%y %H:%M", "%d/%m/%Y %I:%M %p", "%m/%d/%Y %I:%M %p",
    EXCEL,
)  # fmt: skip
_LIKE_A_DATE = r"\d\D+\w+\D+\d|[A-Za-z]{3,} \d{1,2},? \d{2}|^\d{5}(?:\.\d+)?$"
"""What every way to write a date has: three parts with digits outside, or a serial number. Others are not tried."""
MOST = 0.9
"""Share of values that must fit a column when its header says little."""
HALF = 0.5
"""The same when the header says it plainly; the other values are rejected when loaded, and seen."""
_MOST_FORMATS = 3


@dataclass(frozen=True)
class DateEvidence:
    """How the dates of a column are written.

    Attributes:
        formats: formats that read the most values, in that order; empty when it holds no dates.
        read: values read by one of them; total: values looked at.
        example: a value.
        undecided: a value that two of the formats read as different days while nothing in the column decides, or "".
    """

    formats: tuple[str, ...]
    read: int
    total: int
    example: str
    undecided: str = ""

    def is_date(self, least: float = MOST) -> bool:
        """Whether at least that share of the values are dates."""
        return self.total > 0 and self.read >= least * self.total


def sample(column: pl.Series) -> pl.Series:
    """Distinct meaningful texts, at most SAMPLE, in order of appearance; dashes mean nothing."""
    meaningful = column.to_frame("cell").select(text(pl.col("cell"), (*NULL_WORDS, *DASHES))).to_series().drop_nulls()
    return meaningful.unique(maintain_order=True).head(SAMPLE)


def dashes_in(columns: Sequence[pl.Series]) -> tuple[str, ...]:
    """The dashes that stand alone in cells, as people write "nothing"."""
    return tuple(dash for dash in DASHES if any((column == dash).any() for column in columns))


def date_evidence(values: pl.Series) -> DateEvidence:
    """Try every known format on the values; the fewest formats that read the most win."""
    seen = int(values.str.contains(_LIKE_A_DATE).sum())
    if seen < HALF * len(values):
        return DateEvidence((), 0, len(values), str(values[0]) if len(values) else "")
    tried = pl.DataFrame([_days(values, form) for form in _FORMATS])
    reads = {form: tried[form].is_not_null() for form in _FORMATS}
    chosen: list[str] = []
    left = pl.repeat(True, len(values), eager=True)
    while left.any() and len(chosen) < _MOST_FORMATS:
        best = max(_FORMATS, key=lambda form: (int((reads[form] & left).sum()), -_FORMATS.index(form)))
        if not (reads[best] & left).any():
            break
        chosen.append(best)
        left &= ~reads[best]
    read = len(values) - int(left.sum())
    found = DateEvidence(tuple(chosen), read, len(values), str(values[0]) if len(values) else "")
    return _with_doubt(found, tried, values) if found.is_date(HALF) else found


def _days(values: pl.Series, form: str) -> pl.Series:
    cells = values.alias("cell").to_frame()
    return cells.select(moments(pl.col("cell"), DateRule((form,)), "UTC").struct.field("day").alias(form)).to_series()


def _with_doubt(found: DateEvidence, tried: pl.DataFrame, values: pl.Series) -> DateEvidence:
    """Add the mirror of a numeric format (day and month swapped) where values do not rule it out."""
    formats = list(found.formats)
    doubt = ""
    for form in found.formats:
        mirror = _mirror(form)
        if not mirror:
            continue
        tried = tried if mirror in tried.columns else tried.with_columns(_days(values, mirror))
        only_here = int((tried[form].is_not_null() & tried[mirror].is_null()).sum())
        only_there = int((tried[mirror].is_not_null() & tried[form].is_null()).sum())
        differs = (tried[form] != tried[mirror]).fill_null(False)
        if differs.any() and (only_here == 0 or only_there > 0):
            formats += [mirror] if mirror not in formats else []
            doubt = str(values.filter(differs)[0])
    return DateEvidence(tuple(formats), found.read, found.total, found.example, doubt)


def _mirror(form: str) -> str:
    if day_leads(form) is None:
        return ""
    return form.replace("%d", "%\0").replace("%m", "%d").replace("%\0", "%m")


def number_share(values: pl.Series, decimal_comma: bool) -> float:
    """Share of the values that are amounts; 0 for none."""
    if not len(values):
        return 0.0
    cells = values.alias("cell").to_frame()
    return float(cells.select(amount(pl.col("cell"), None, decimal_comma).is_not_null().mean()).item())


def is_number(values: pl.Series, least: float = MOST) -> bool:
    """Whether at least that share of the values are numbers, with decimal point or comma."""
    return max(number_share(values, False), number_share(values, True)) >= least


def has_decimal_comma(columns: Sequence[pl.Series]) -> bool:
    """Whether the comma reads more of the numbers than the point."""
    point = sum(number_share(values, False) * len(values) for values in columns)
    comma = sum(number_share(values, True) * len(values) for values in columns)
    return comma > point


def currencies_of(columns: Sequence[pl.Series]) -> tuple[str, ...]:
    """ISO codes of the currency signs beside the amounts; several where a sign is shared ("$"); empty without signs."""
    found: set[str] = set()
    for values in columns:
        rest = values.str.replace_all(r"[\d.,()'’ \-+\s]", "").unique()
        marks = {mark.lower() for mark in rest.to_list() if mark}
        found |= {code for code, known in CURRENCY_MARKS.items() if marks & {one.lower() for one in known}}
    return tuple(code for code in CURRENCY_MARKS if code in found)


ORDER_WORDS: dict[str, str] = {
    **dict.fromkeys(("new", "pending", "open", "placed", "created", "draft", "unfulfilled"), "new"),
    **dict.fromkeys(("confirmed", "paid", "accepted", "approved"), "confirmed"),
    **dict.fromkeys(("processing", "in process", "packed", "on hold", "partially fulfilled"), "processing"),
    **dict.fromkeys(("shipped", "dispatched", "sent"), "shipped"),
    **dict.fromkeys(("in transit", "transit"), "in_transit"),
    **dict.fromkeys(("out for delivery",), "out_for_delivery"),
    **dict.fromkeys(("delivered", "complete", "completed", "fulfilled", "closed", "done"), "delivered"),
    **dict.fromkeys(("failed delivery", "undelivered", "exception"), "exception"),
    **dict.fromkeys(("cancelled", "canceled", "cancel", "void", "voided", "rejected"), "cancelled"),
    **dict.fromkeys(("returned", "return", "rto"), "returned"),
    **dict.fromkeys(("refunded", "refund"), "refunded"),
    **dict.fromkeys(("lost",), "lost"),
}
"""Words of order states seen in many shops, for proposals only: a load never uses them unasked."""


def order_words(values: pl.Series) -> dict[str, str]:
    """Each word of the column with its canonical state, "?" where nobody knows."""
    return {word: ORDER_WORDS.get(" ".join(word.lower().replace("_", " ").replace("-", " ").split()), "?")
            for word in values.sort().to_list()}  # fmt: skip


FLAG_WORDS: dict[str, bool] = {
    **dict.fromkeys(("ja", "oui", "si", "sí", "sim", "da", "evet", "نعم", "active", "enabled"), True),
    **dict.fromkeys(("nein", "non", "nee", "não", "nao", "hayır", "لا", "inactive", "disabled"), False),
}
"""Yes and no in other words, for proposals only."""


def flag_words(values: pl.Series) -> dict[str, bool | str]:
    """Each word of a flag column that a load would not read by itself, with its meaning, "?" where nobody knows."""
    read = values.alias("cell").to_frame().select(flag(pl.col("cell"))).to_series()
    return {word: FLAG_WORDS.get(word.lower(), "?") for word in values.filter(read.is_null()).sort().to_list()}
