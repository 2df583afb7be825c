"""Tracking → shipment events, and one shipment for each tracked order.

A shipment stands where its newest event says: the latest by time, of events of one moment the later state. Its day of
departure is that of its first event on the way, its day of delivery or return that of the newest such event.
"""

from __future__ import annotations

import polars as pl

from etl.clean import identifier, text, unreadable
from etl.source import Conformed, TenantRules
from etl.sources.onesoko_forms import STATUS_WORDS, TRACKING
from etl.sources.onesoko_orders import Orders
from etl.sources.onesoko_tables import Sheets, at, day, known_order, record_id, with_fate, with_times, word
from etl.sources.set_aside import Stack, StagedRows, beside, cleaned_slices, placed, sieve_kept, slices_with
from etl.sources.sheet import raw
from etl.sources.sieve import Rule, counted, date_rules, with_distinct
from etl.sources.slices import slices
from etl.staging import ORDER_STATUSES

_ON_THE_WAY = ("shipped", "in_transit", "out_for_delivery")
_SCHEMA = {"order_id": pl.String, "tracked_status": pl.String, "tracked_date": pl.Date, "returned_date": pl.Date,
           "tracking_id": pl.String, "courier": pl.String}  # fmt: skip

_TOLD = ("order_id", "shipment_id", "event_status", "event_at", "event_date", "tracking_id", "courier", "origin_key",
         "source_row")  # fmt: skip
"""What orders and shipments take from their events: millions of them are sorted, and no other column with them."""


def tracking_events(sheets: Sheets, rules: TenantRules) -> pl.DataFrame | None:
    """Cleaned rows of order_tracking, None without such a list."""
    if TRACKING.kind not in sheets:
        return None
    return cleaned_slices(sheets[TRACKING.kind].frame, lambda rows: _cleaned(rows, rules))


def _cleaned(rows: pl.DataFrame, rules: TenantRules) -> pl.DataFrame:
    told = with_distinct(with_times(rows, {"event": "timestamp"}, rules.timezone), {
        "event_status": ("status", word(raw("status"), STATUS_WORDS)),
        "event_code": ("status", text(raw("status"))), "description": ("description", text(raw("description"))),
        "hub": ("location", text(raw("location"))), "courier": ("carrier", text(raw("carrier"))),
        "tracking_id": ("tracking_number", identifier(raw("tracking_number"))),
    })  # fmt: skip
    order = record_id(raw("order"))
    return told.with_columns(
        order.alias("order_id"), record_id(raw("id")).alias("record"), at("event").alias("event_at"),
        day("event").alias("event_date"), order.alias("shipment_id"), pl.lit(value=False).alias("is_failed_attempt"),
    )  # fmt: skip


def tracked(events: pl.DataFrame | None) -> pl.DataFrame:
    """Per order what its events come to: where it stands since when, return, tracking number and courier."""
    if events is None:
        return pl.DataFrame(schema=_SCHEMA)
    return pl.concat([_tracked(rows) for rows in slices_with(events.select(_TOLD), "order_id")])


def _tracked(events: pl.DataFrame) -> pl.DataFrame:
    read = events.filter(pl.col("order_id").is_not_null() & ~_is_unread())
    return _in_order(read).group_by("order_id", maintain_order=True).agg(
        pl.col("event_status").last().alias("tracked_status"), pl.col("event_date").last().alias("tracked_date"),
        _day_of(["returned"]).last().alias("returned_date"), _last_known("tracking_id"), _last_known("courier"),
    ).cast(_SCHEMA)  # type: ignore[arg-type]  # fmt: skip


def conform_tracking(sheets: Sheets, events: pl.DataFrame, orders: Orders) -> Conformed:
    """Shipment events and shipments of orders that are kept.

    The rows read for `shipment` are the shipments themselves: every tracked order is one; it points to the row of its
    newest event.
    """
    checks = [
        *known_order(),
        Rule("rejected", "missing event_status", "status", text(raw("status")).is_null()),
        Rule("rejected", "unknown status", "status", unreadable(raw("status"), pl.col("event_status"))),
        *date_rules("timestamp", "event", "event_date"),
    ]
    made, told = StagedRows("shipment_event", own="record"), Stack()

    def take(kept: pl.DataFrame) -> None:
        made.add(kept)
        told.add(kept.select(_TOLD))

    rejects = sieve_kept(with_fate(events, orders.latest, orders.rejected), checks, ["shipment_event"], take)
    shipments = _shipments(told.frame(), orders.latest)
    tables = {"shipment_event": made.finish(), "shipment": shipments}
    read = counted(sheets[TRACKING.kind].frame, "shipment_event") | counted(shipments, "shipment")
    note = f"order_tracking: the events of one order are one shipment; {shipments.height} shipments."
    return Conformed(tables, rejects, read, (note,))


def _shipments(events: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    theirs = orders.select("order_id", "customer_id", "customer", "phone", "email", "city", "zone", "country", "shop",
                           "currency", pl.col("total_amount").alias("shipment_amount"))  # fmt: skip
    parcels = pl.concat([_parcels(rows) for rows in slices_with(events, "order_id")]).sort("origin_key", "source_row")
    places, made = placed(parcels["order_id"], theirs, "order_id"), StagedRows("shipment")
    for rows, found in zip(slices(parcels), slices(places.to_frame()), strict=True):
        made.add(beside(rows, theirs, found["place"], "order_id"))
    return made.finish()


def _parcels(events: pl.DataFrame) -> pl.DataFrame:
    return _in_order(events).group_by("order_id", maintain_order=True).agg(
        pl.col("shipment_id").last(), pl.col("event_status").last().alias("shipment_status"),
        pl.col("event_at").first().alias("created_at"), pl.col("event_at").last().alias("updated_at"),
        _day_of(list(_ON_THE_WAY)).first().alias("ship_date"), _day_of(["delivered"]).last().alias("delivered_date"),
        pl.col("event_at").filter(pl.col("event_status") == "delivered").last().alias("delivered_at"),
        _day_of(["returned"]).last().alias("returned_date"), _last_known("tracking_id"), _last_known("courier"),
        pl.col("origin_key", "source_row").last(),
    )  # fmt: skip


def _in_order(events: pl.DataFrame) -> pl.DataFrame:
    """Events by time; of one moment by state, then by row."""
    place = pl.col("event_status").replace_strict(
        {state: number for number, state in enumerate(ORDER_STATUSES)}, default=None, return_dtype=pl.Int32
    )
    moment = pl.coalesce("event_at", pl.col("event_date").cast(pl.Datetime("us")))
    by = [moment, place, pl.col("origin_key"), pl.col("source_row")]
    return events.select(_TOLD).sort(by, nulls_last=True, maintain_order=True)


def _day_of(states: list[str]) -> pl.Expr:
    return pl.col("event_date").filter(pl.col("event_status").is_in(states))


def _last_known(column: str) -> pl.Expr:
    return pl.col(column).drop_nulls().last()


def _is_unread() -> pl.Expr:
    return pl.col("event_status").is_null() | pl.col("event_date").is_null()
