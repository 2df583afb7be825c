"""Instants as the courier writes them, and the business days they fall on.

Four spellings stand side by side: milliseconds since 1970 ("1740821400000", the reliable one), ISO 8601 with Z or an
offset, what JavaScript prints ("Wed Aug 06 2025 14:49:04 GMT+0000 (Coordinated Universal Time)"), and ISO without an
offset in the files of the old program, whose zone the caller names. A date alone ("17-02-2025", day first, or ISO) is a
day and no instant.
"""

from __future__ import annotations

import polars as pl

from etl.clean import ascii_digits, text
from etl.dates import to_instant

_JS = r"^[A-Z][a-z]{2} ([A-Z][a-z]{2} \d{1,2} \d{4} \d{2}:\d{2}:\d{2}) GMT([+-]\d{4})"
_ISO = r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}"
_YEARS = (1990, 2100)


def instant(cell: pl.Expr, zone: str = "UTC") -> pl.Expr:
    """An instant in UTC without zone; null where the cell is none (a date alone, for one).

    Args:
        cell: text.
        zone: IANA zone of times written without an offset.
    """
    written = ascii_digits(text(cell))
    js = pl.concat_str(written.str.extract(_JS, 1), written.str.extract(_JS, 2), separator=" ")
    iso = pl.when(written.str.contains(_ISO)).then(written.str.replace(" ", "T", literal=True))
    stamp = pl.when(written.str.contains(r"^\d{12,13}(?:\.0+)?$")).then(written.str.extract(r"^(\d+)"))
    found = pl.coalesce(
        _zoned(iso, "%+"), _zoned(js, "%b %d %Y %H:%M:%S %z"), _zoned(iso, "%Y-%m-%dT%H:%M:%S%.f%z"),
        to_instant(iso.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", time_unit="us", strict=False), zone),
        pl.from_epoch(stamp.cast(pl.Int64, strict=False), time_unit="ms").cast(pl.Datetime("us")),
    )  # fmt: skip
    return pl.when(found.dt.year().is_between(*_YEARS)).then(found)


def _zoned(written: pl.Expr, form: str) -> pl.Expr:
    read = written.str.to_datetime(form, time_unit="us", time_zone="UTC", strict=False)
    return read.dt.replace_time_zone(None)


def local(moment: pl.Expr, zone: str) -> pl.Expr:
    """Wall clock of `zone` at an instant."""
    return moment.dt.replace_time_zone("UTC").dt.convert_time_zone(zone).dt.replace_time_zone(None)


def day(cell: pl.Expr, moment: pl.Expr, zone: str) -> pl.Expr:
    """The business day: of the instant in `zone`, else of a date alone (ISO, or day first with hyphens)."""
    alone = ascii_digits(text(cell))
    dated = pl.coalesce(alone.str.to_date("%Y-%m-%d", strict=False), alone.str.to_date("%d-%m-%Y", strict=False))
    sane = pl.when(dated.dt.year().is_between(*_YEARS)).then(dated)
    return pl.coalesce(local(moment, zone).dt.date(), sane)
