"""Dates and times from text: which day, which instant, which hour, or why not.

Rules:
    * Formats are tried in the order given. A text that two of them read as different moments is ambiguous unless
      `day_first` says which reading holds; then only readings in that order count.
    * Without formats, ISO 8601, dates with an English month name and numeric dates with a four-digit year are read;
      03/02/2026 is ambiguous unless `day_first` is given, 25/02/2026 is not.
    * Two-digit years are read only by a format that says %y (69–99 are 19xx, 00–68 are 20xx). Years outside
      1900–2100 are refused, so %Y never reads "22" as the year 22.
    * A time with an offset or Z is an instant. A time without is local time of the file's zone. An instant's business
      date and hour are those of the tenant's zone. A date alone has neither instant nor hour.
    * When clocks go back, the hour that happens twice is read as the first one. When clocks go forward, a time that
      never was is read with the offset before the change (01:30 becomes 02:30): the day stays, no row is lost.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from etl.text import NULL_WORDS, ascii_digits, text

AMBIGUOUS = "date fits two readings"
UNREADABLE = "date not readable"
ISO = "iso"
EXCEL = "excel"

_INSTANT = pl.Datetime("us")
MOMENT = pl.Struct({"day": pl.Date, "at": _INSTANT, "hour": pl.Int8, "problem": pl.String})
"""What `moments` answers."""
_TEXT = "text"
_DAY = "day_text"
_WITH_CLOCK = r"^(.*?)(?:,? +|T)(\d{1,2}:\d{2}.*)$"
_YEARS = (1900, 2100)
_CLOCKS = ("%H:%M:%S%.f", "%H:%M", "%I:%M:%S %p", "%I:%M %p", "%I:%M:%S%p", "%I:%M%p")
_NAMED = ("%d-%b-%Y", "%d %b %Y", "%d %B %Y", "%d-%B-%Y", "%d/%b/%Y", "%b %d %Y", "%B %d %Y", "%Y/%m/%d", "%Y.%m.%d")
_DAY_FIRST = ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y")
_MONTH_FIRST = ("%m/%d/%Y", "%m-%d-%Y", "%m.%d.%Y")
_TIME_TOKEN = re.compile(r"%-?[HIkl]|%[TRrXc]")
_OFFSET = r"\d(?:\.\d+)? ?(?:[Zz]|[+-]\d{2}(?::?\d{2})?)$"
_HOURS_ONLY = r"(:\d{2}(?:\.\d+)? ?[+-]\d{2})$"
_SAFE_SHIFT = pl.duration(hours=4)


@dataclass(frozen=True)
class DateRule:
    """How dates are written in a column.

    Attributes:
        formats: strftime formats in order, and the names "iso" and "excel" (serial day numbers); empty: the usual ones.
        day_first: which number of 03/02/2026 is the day; None: unknown, such a date is ambiguous.
    """

    formats: tuple[str, ...] = ()
    day_first: bool | None = None


@dataclass(frozen=True)
class _Reading:
    """One way to read a text.

    Attributes:
        raw: the moment, null where the text is not written so; wall clock of the file's zone, or UTC if `is_instant`.
        timed: whether the text has a time of day; None: where it is not midnight.
        is_instant: the text states its offset.
    """

    raw: pl.Expr
    timed: pl.Expr | None
    is_instant: bool = False


def moments(
    cell: pl.Expr,
    rule: DateRule,
    zone: str,
    business_zone: str = "",
    null_words: tuple[str, ...] = NULL_WORDS,
) -> pl.Expr:
    """Struct of `day` (Date), `at` (instant in UTC without zone), `hour` (Int8), `problem` (text or null).

    Args:
        cell: text.
        rule: formats and day-first rule.
        zone: IANA zone in which times without offset are written.
        business_zone: IANA zone of day and hour, the tenant's; empty: `zone`.
        null_words: cells that mean nothing.

    Missing: a null cell is null throughout; a cell that is not understood has only `problem`, which is
    `AMBIGUOUS` or `UNREADABLE`; a date alone has only `day`.
    """
    readings = _readings(rule)
    written = pl.struct(ascii_digits(text(cell, null_words)).alias(_TEXT))
    if not rule.formats:
        written = written.struct.with_fields(*_clock()).struct.with_fields(_day_text().alias(_DAY))
    return (
        written.struct.with_fields(*(reading.raw.alias(f"raw_{n}") for n, reading in enumerate(readings)))
        .struct.with_fields(*(_local(n, reading, zone) for n, reading in enumerate(readings)))
        .struct.with_fields(*_first(readings), _unclear(rule, len(readings)).alias("unclear"))
        .struct.with_fields(_at(zone).alias("at"))
        .struct.with_fields(wall_clock(pl.field("at"), business_zone or zone).alias("business"))
        .struct.with_fields(*_answer())
        .cast(MOMENT)
    )


def _local(n: int, reading: _Reading, zone: str) -> pl.Expr:
    """The n-th reading as wall clock of the file's zone; years out of range are not read."""
    raw = pl.field(f"raw_{n}")
    sane = raw.dt.year().is_between(*_YEARS)
    return pl.when(sane).then(wall_clock(raw, zone) if reading.is_instant else raw).alias(f"local_{n}")


def _first(readings: Sequence[_Reading]) -> list[pl.Expr]:
    """What the first reading that holds says: wall clock, whether it has a time, and the instant it states."""
    nothing, midnight = pl.lit(None, dtype=_INSTANT), pl.time(0, 0, 0)
    timed, given = [], []
    for n, reading in enumerate(readings):
        local = pl.field(f"local_{n}")
        has_time = local.dt.time() != midnight if reading.timed is None else reading.timed
        timed.append(pl.when(local.is_not_null()).then(has_time))
        given.append(pl.when(local.is_not_null()).then(pl.field(f"raw_{n}") if reading.is_instant else nothing))
    locals_ = [pl.field(f"local_{n}") for n in range(len(readings))]
    return [pl.coalesce(locals_).alias("local"), pl.coalesce(timed).alias("timed"), pl.coalesce(given).alias("given")]


def _unclear(rule: DateRule, count: int) -> pl.Expr:
    """Whether two formats read different moments and no rule says which holds."""
    if rule.day_first is not None or count == 1:
        return pl.lit(False)
    locals_ = [pl.field(f"local_{n}") for n in range(count)]
    return (pl.min_horizontal(locals_) != pl.max_horizontal(locals_)).fill_null(False)


def _at(zone: str) -> pl.Expr:
    known = pl.field("timed") & ~pl.field("unclear")
    return pl.when(known).then(pl.coalesce(pl.field("given"), to_instant(pl.field("local"), zone)))


def _answer() -> list[pl.Expr]:
    local, unclear, business = pl.field("local"), pl.field("unclear"), pl.field("business")
    problem = pl.when(local.is_null()).then(pl.lit(UNREADABLE)).when(unclear).then(pl.lit(AMBIGUOUS))
    return [
        pl.when(~unclear).then(pl.coalesce(business, local).dt.date()).alias("day"),
        business.dt.hour().cast(pl.Int8).alias("hour"),
        pl.when(pl.field(_TEXT).is_not_null()).then(problem).alias("problem"),
    ]


def to_instant(local: pl.Expr, zone: str) -> pl.Expr:
    """Wall clock of `zone` to UTC without zone: first of two equal hours; the gap is read with the offset before it."""
    known = local.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    before = (local - _SAFE_SHIFT).dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    instant = pl.coalesce(known.dt.convert_time_zone("UTC"), before.dt.convert_time_zone("UTC") + _SAFE_SHIFT)
    return instant.dt.replace_time_zone(None)


def wall_clock(instant: pl.Expr, zone: str) -> pl.Expr:
    """UTC without zone to wall clock of `zone`."""
    return instant.dt.replace_time_zone("UTC").dt.convert_time_zone(zone).dt.replace_time_zone(None)


def _readings(rule: DateRule) -> list[_Reading]:
    if not rule.formats:
        numeric = {True: _DAY_FIRST, False: _MONTH_FIRST, None: (*_DAY_FIRST, *_MONTH_FIRST)}[rule.day_first]
        return [*_iso(), *(_usual(form) for form in (*_NAMED, *numeric))]
    readings: list[_Reading] = []
    for form in in_order(rule):
        readings += _iso() if form == ISO else [_excel() if form == EXCEL else _by(pl.field(_TEXT), form)]
    return readings


def in_order(rule: DateRule) -> tuple[str, ...]:
    """The formats that may read a date: under a day-first rule, numeric ones in the other order may not."""
    return tuple(form for form in rule.formats if rule.day_first is None or day_leads(form) in {None, rule.day_first})


def day_leads(form: str) -> bool | None:
    """Whether a numeric format puts the day before the month; None where the question does not arise."""
    numeric_month, day = form.find("%m"), form.find("%d")
    if numeric_month < 0 or day < 0 or form.startswith(("%Y", "%y")):
        return None
    return day < numeric_month


def _by(written: pl.Expr, form: str) -> _Reading:
    """One strftime format."""
    if "%z" in form or "%:z" in form or "%#z" in form:
        return _with_offset(written, form)
    if _TIME_TOKEN.search(form):
        return _Reading(written.str.to_datetime(form, time_unit="us", strict=False), pl.lit(True))
    return _Reading(written.str.to_date(form, strict=False).cast(_INSTANT), pl.lit(False))


def _with_offset(written: pl.Expr, form: str) -> _Reading:
    moment = written.str.to_datetime(form, time_unit="us", time_zone="UTC", strict=False)
    return _Reading(moment.dt.replace_time_zone(None), pl.lit(True), is_instant=True)


def _iso() -> list[_Reading]:
    """ISO 8601: date, local time to the minute or finer, or time with offset or Z."""
    written = pl.field(_TEXT)
    four = pl.when(written.str.contains(r"^\d{4}-\d{2}-\d{2}")).then(written)
    placed = pl.when(four.str.contains(_OFFSET) & four.str.contains(":")).then(four)
    short = four.str.replace(r"^(.{10})[T ](\d{2}:\d{2})$", "$1 $2:00").str.replace(r"^(.{10})T", "$1 ")
    full = placed.str.replace(_HOURS_ONLY, "$1:00")
    return [_by(four, "%Y-%m-%d"), _by(short, "%Y-%m-%d %H:%M:%S%.f"), _with_offset(full, "%+")]


def _clock() -> list[pl.Expr]:
    """The time of day behind a date, as text and as time."""
    behind = pl.field(_TEXT).str.extract(_WITH_CLOCK, 2).str.to_uppercase()
    return [
        behind.alias("clock_text"),
        pl.coalesce([behind.str.to_time(form, strict=False) for form in _CLOCKS]).alias("clock"),
    ]


def _day_text() -> pl.Expr:
    """The date before a time of day; null where what follows it is no time."""
    whole, clock = pl.field(_TEXT), pl.field("clock")
    before = pl.when(clock.is_not_null()).then(whole.str.extract(_WITH_CLOCK, 1))
    return pl.when(pl.field("clock_text").is_null()).then(whole).otherwise(before).str.replace(",", "", literal=True)


def _usual(form: str) -> _Reading:
    """A date with a month name or a four-digit year, with or without a clock time after it."""
    clock = pl.field("clock")
    day = pl.field(_DAY).str.to_date(form, strict=False)
    return _Reading(day.dt.combine(clock.fill_null(pl.time(0, 0, 0))), clock.is_not_null())


def _excel() -> _Reading:
    """Serial days since 1899-12-30, fractions of a day to the second; serials before 1 March 1900 are refused."""
    written = pl.field(_TEXT)
    serial = pl.when(written.str.contains(r"^\d{2,6}(?:\.\d+)?$")).then(written).cast(pl.Float64, strict=False)
    seconds = (pl.when(serial >= 61).then(serial) * 86_400).round().cast(pl.Int64)
    return _Reading(pl.datetime(1899, 12, 30) + pl.duration(seconds=seconds), None)
