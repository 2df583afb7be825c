"""Instants as the courier writes them, and the business days they fall on.

Four spellings stand side by side: milliseconds since 1970 ("1740821400000", the reliable one), ISO 8601 with Z or an
offset, what JavaScript prints ("Wed Aug 06 2025 14:49:04 GMT+0000 (Coordinated Universal Time)"), and ISO without an
offset in the files of the old program, whose zone the caller names. A date alone ("17-02-2025", day first, or ISO) is a
day and no instant.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from etl.clean import ascii_digits, text, unreadable
from etl.dates import to_instant
from etl.sources.sheet import RAW, raw
from etl.sources.sieve import NOT_READ
from etl.sources.usual_cells import completed

_JS = r"^[A-Z][a-z]{2} ([A-Z][a-z]{2} \d{1,2} \d{4} \d{2}:\d{2}:\d{2}) GMT([+-]\d{4})"
_USUAL_JS = r"^[A-Z][a-z]{2} [A-Z][a-z]{2} [0-9]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT\+0000"
_USUAL_ISO = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$"
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


def with_instants(frame: pl.DataFrame, told: Mapping[str, tuple[str, str]]) -> pl.DataFrame:
    """Add instants, and beside each whether its cell was `not_read`; the same as `instant` of every cell.

    The three forms the courier writes are read first; only what is left goes through every form there is.

    Args:
        frame: has the raw columns.
        told: name of the new column to (documented column, zone of times without offset).
    """
    found = []
    for name, (column, zone) in told.items():
        instants, are_not_read = _read_at_once(frame.select(RAW + column), raw(column), zone)
        found += [instants.alias(name), are_not_read.alias(NOT_READ + name)]
    return frame.with_columns(found)


def _read_at_once(cells: pl.DataFrame, cell: pl.Expr, zone: str) -> tuple[pl.Series, pl.Series]:
    """(instants of one column, whether each cell was not read)."""
    is_text = cells.to_series().is_not_null()
    found = pl.repeat(None, cells.height, dtype=pl.Datetime("us"), eager=True)
    for usual in (_iso(cell), _epoch(cell), _printed(cell)):
        is_left = is_text & found.is_null()
        if not is_left.any():
            return found, pl.repeat(value=False, n=cells.height, eager=True)
        read = cells.select(pl.when(usual.dt.year().is_between(*_YEARS)).then(usual)).to_series()
        found = found.zip_with(found.is_not_null(), read)
    found = completed(cells, found, instant(cell, zone))
    return found, cells.select(unreadable(cell, pl.lit(found))).to_series()


def _iso(cell: pl.Expr) -> pl.Expr:
    usual = pl.when(cell.str.contains(_USUAL_ISO)).then(cell)
    return usual.str.to_datetime("%Y-%m-%dT%H:%M:%S.%3fZ", time_unit="us", strict=False)


def _epoch(cell: pl.Expr) -> pl.Expr:
    stamp = pl.when(cell.str.len_bytes() == 13).then(cell).cast(pl.Int64, strict=False)
    return pl.from_epoch(stamp, time_unit="ms").cast(pl.Datetime("us"))


def _printed(cell: pl.Expr) -> pl.Expr:
    printed = pl.when(cell.str.contains(_USUAL_JS)).then(cell.str.slice(4, 20))
    return printed.str.to_datetime("%b %d %Y %H:%M:%S", time_unit="us", strict=False)


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
