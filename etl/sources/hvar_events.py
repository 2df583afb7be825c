"""Steps of the timeline, attempts and exceptions → shipment event.

A failed attempt stands in the list of attempts and among the exceptions of its state: both give one event, known by the
delivery and the moment it failed. A step of the timeline is known by the delivery, its word and its code, so that the
file of the old program and the courier's JSON tell the same step once.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from etl.clean import flag, identifier, text
from etl.source import Conformed
from etl.sources.hvar_codes import EXCEPTIONS
from etl.sources.hvar_times import instant, local, with_instants
from etl.sources.set_aside import Rejected, StagedRows
from etl.sources.sheet import Sheet, raw
from etl.sources.sieve import Rule, counted, not_read, sieve, with_distinct
from etl.sources.slices import made_of_slices, narrowed
from etl.sources.usual_cells import numbers

FAILED = "failed_attempt"
_CAIRO = "Africa/Cairo"
_STEP_KEY = ("shipment_id", "event_status", "event_code")
_TABLES = ("shipment_event",)
_FAILURE_KEY = ("shipment_id", "event_status", "event_at")


def conform_steps(sheet: Sheet, zone: str) -> Conformed:
    """Steps of the timeline that were reached."""
    cells = {
        "event_status": ("value", text(raw("value")).str.to_lowercase()),
        "event_code": ("code", identifier(raw("code"))), "description": ("desc", text(raw("desc"))),
        "is_done": ("done", flag(raw("done"))),
    }  # fmt: skip
    reached = pl.lit(False).alias("is_failed_attempt")
    checks = [
        _no_parcel(),
        Rule("rejected", "missing event_status", "value", pl.col("event_status").is_null()),
        Rule("rejected", "true or false not readable", "done", not_read("is_done")),
        Rule("rejected", "date not readable", "date", not_read("event_at")),
        Rule("excluded", "step not reached yet", "done", ~pl.col("is_done").fill_null(True)),
    ]
    return _events(
        sheet, lambda rows: _placed(with_distinct(rows, cells), "date").with_columns(reached), checks, zone, _STEP_KEY
    )


def conform_attempts(sheet: Sheet, zone: str) -> Conformed:
    """Attempts to deliver, fetch or return; a failed one at the moment it failed, with the reason."""
    code = identifier(raw("exception.code"))
    has_failed = text(raw("exception.code")).is_not_null() | text(raw("exception.reason")).is_not_null()
    failed_at = pl.coalesce(instant(raw("exception.time"), _CAIRO), "event_at")
    columns = (
        pl.when(has_failed).then(pl.lit(FAILED)).otherwise(pl.lit("attempt")).alias("event_status"),
        pl.when(has_failed).then(failed_at).otherwise("event_at").alias("event_at"), code.alias("event_code"),
        _meaning(code, raw("exception.reason")).alias("description"), text(raw("warehouse.name")).alias("hub"),
        has_failed.alias("is_failed_attempt"),
    )  # fmt: skip
    checks = [
        _no_parcel(),
        Rule("rejected", "date missing or not readable", "attemptDate", pl.col("event_at").is_null()),
    ]
    return _events(sheet, lambda rows: _placed(rows, "attemptDate").with_columns(columns), checks, zone, _FAILURE_KEY)


def conform_exceptions(sheet: Sheet, zone: str) -> Conformed:
    """Exceptions of the state: each is an attempt that failed."""
    code = identifier(raw("code"))
    columns = (
        pl.lit(FAILED).alias("event_status"), code.alias("event_code"),
        _meaning(code, raw("reason")).alias("description"), pl.lit(True).alias("is_failed_attempt"),
    )  # fmt: skip
    checks = [_no_parcel(), Rule("rejected", "date missing or not readable", "time", pl.col("event_at").is_null())]
    return _events(sheet, lambda rows: _placed(rows, "time").with_columns(columns), checks, zone, _FAILURE_KEY)


def _no_parcel() -> Rule:
    return Rule("rejected", "missing tracking number", "trackingNumber", pl.col("shipment_id").is_null())


def _placed(frame: pl.DataFrame, column: str) -> pl.DataFrame:
    """With shipment_id and event_at."""
    parcels = numbers(frame, "trackingNumber").alias("shipment_id")
    return with_instants(frame.with_columns(parcels), {"event_at": (column, _CAIRO)})


def _meaning(code: pl.Expr, reason: pl.Expr) -> pl.Expr:
    """What an exception code means, else the reason as written, else the bare code."""
    number = code.cast(pl.Int32, strict=False)
    known = number.replace_strict(EXCEPTIONS, default=None, return_dtype=pl.String)
    return pl.coalesce(known, text(reason).str.to_lowercase(), "exception code " + code)


def _events(
    sheet: Sheet,
    clean: Callable[[pl.DataFrame], pl.DataFrame],
    checks: list[Rule],
    zone: str,
    key: tuple[str, ...],
) -> Conformed:
    def kept_and_not(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        kept, rejects = sieve(clean(rows), checks, _TABLES)
        dated = kept.with_columns(local(pl.col("event_at"), zone).dt.date().alias("event_date"))
        return narrowed(dated, "shipment_event"), rejects

    made, out = StagedRows("shipment_event", key), Rejected(checks, _TABLES)
    for kept, rejects in made_of_slices(sheet.frame, kept_and_not):
        made.add(kept)
        out.add(rejects)
    return Conformed({"shipment_event": made.finish()}, out.finish(), counted(sheet.frame, "shipment_event"))
