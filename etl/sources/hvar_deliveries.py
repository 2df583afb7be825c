"""One delivery → shipment and its customer; what of it is a sale is decided in hvar_sales.

Decisions:
    * The amount is the top-level cod. The wallet of a delivery says what the courier settled and is never the amount:
      it is empty until then. The old program's file keeps only the wallet's cod; there 0 without fees is not known.
    * Fees are the courier's settled fees, else shipmentFees.
    * State 46 is "returned" of any delivery; of a return pickup, an exchange and a signature it is what was asked for.
    * The courier's man (star) is not the tenant's staff: neither his name nor his phone leaves the landing area.
    * The newest updatedAt of a tracking number wins.
"""

from __future__ import annotations

import polars as pl

from etl.clean import amount, ascii_digits, identifier, marks_of, text, whole
from etl.source import Conformed, TenantRules
from etl.sources.hvar_codes import (
    DELIVERED,
    EXCEPTIONS,
    HEADING_BACK,
    RETURN_PICKUP,
    SEND,
    SHIPMENT_STATES,
    TYPE_WORDS,
    TYPES,
)
from etl.sources.hvar_goods import CURRENCY, with_goods
from etl.sources.hvar_people import phones, with_full_name
from etl.sources.hvar_places import with_place
from etl.sources.hvar_sales import as_lines, as_orders, sale_rules
from etl.sources.hvar_times import day, instant, local, with_instants
from etl.sources.set_aside import Rejected, StagedRows
from etl.sources.sheet import RAW, Sheet, raw
from etl.sources.sieve import NOT_READ, Rule, counted, not_read, sieve, with_distinct
from etl.sources.slices import made_of_slices, narrowed
from etl.sources.usual_cells import numbers

CAIRO = "Africa/Cairo"
_KEYS: dict[str, tuple[str, ...]] = {"order": (), "order_line": ("order_id",), "shipment": (), "customer": ("phone",)}
"""Staging table to what identifies a row, where it is not the table's own natural key."""
TABLES = tuple(_KEYS)
_SALE = ("order", "order_line")
_TIMES = {
    "made": ("creationTimestamp", CAIRO), "created": ("createdAt", CAIRO), "updated": ("updatedAt", "UTC"),
    "sent": ("timeStamp", CAIRO), "picked_up": ("state.pickedUpTime", CAIRO), "arrived": ("state.deliveryTime", CAIRO),
    "handed": ("state.delivering.time", CAIRO), "came_back": ("state.returnedToBusiness", CAIRO),
    "order_sla": ("sla.orderSla.orderSlaTimestamp", CAIRO), "e2e_sla": ("sla.e2eSla.e2eSlaTimestamp", CAIRO),
    "settled": ("wallet.cashCycle.deposited_at", CAIRO), "hub_at": ("state.receivedAtWarehouse.time", CAIRO),
}  # fmt: skip
"""Instant to its column and the zone of times without offset, which only the old program's file has."""

_MONEY = {
    "cod_amount": "cod", "parcel_fees": "shipmentFees", "settled_cod": "wallet.cashCycle.cod",
    "settled_fees": "wallet.cashCycle.bosta_fees", "remitted_amount": "wallet.cashCycle.deposited_amt",
}  # fmt: skip
_WHOLE = {"attempts": "attemptsCount", "more_attempts": "numberOfAttempts", "items": "specs.packageDetails.itemsCount"}
_CODES = {"type_code": "type.code", "state_code": "state.code",
          "exception": "state.lastExceptionCode", "exception_word": "exceptionCode"}  # fmt: skip
_TYPE_NAMES = {"type_name": "type.value", "type_word": "webhook.type"}
_TEXTS = {
    "to_city": "dropOffAddress.city.name", "to_zone": "dropOffAddress.zone.name",
    "to_address": "dropOffAddress.firstLine", "from_city": "pickupAddress.city.name",
    "from_zone": "pickupAddress.zone.name", "from_address": "pickupAddress.firstLine", "last_hub": "assignedHub.name",
    "warehouse": "state.receivedAtWarehouse.warehouse.name", "reason": "exceptionReason",
    "first_reason": "state.exception.reason",
}  # fmt: skip


def conform_deliveries(sheet: Sheet, rules: TenantRules) -> Conformed:
    """Deliveries of the courier's JSON or of the old program's file; each counts once in each of `TABLES`."""
    made = {table: StagedRows(table, key) for table, key in _KEYS.items()}
    sieves = ((_rules(), TABLES), (sale_rules(rules), _SALE), (_CUSTOMER_RULES, ("customer",)))
    out = [Rejected(checks, tables) for checks, tables in sieves]
    for staging, rejected in made_of_slices(sheet.frame, lambda rows: _conform_slice(rows, rules)):
        for table, frame in staging.items():
            made[table].add(frame)
        for kept_out, frame in zip(out, rejected, strict=True):
            kept_out.add(frame)
    tables = {table: rows.finish() for table, rows in made.items()}
    read = {key: count for table in TABLES for key, count in counted(sheet.frame, table).items()}
    note = f"{sheet.form.kind}: each delivery counts four times: as order, order line, shipment and customer."
    return Conformed(tables, pl.concat([kept_out.finish() for kept_out in out]), read, (note,))


def _conform_slice(rows: pl.DataFrame, rules: TenantRules) -> tuple[dict[str, pl.DataFrame], list[pl.DataFrame]]:
    """(what is to be staged, rejects of each sieve): no delivery depends on another."""
    told = _told(_cleaned(rows, rules.timezone), rules.timezone)
    deliveries = with_place(told, pl.col("type") == RETURN_PICKUP)
    kept, rejects = sieve(deliveries, _rules(), TABLES, _wanted(deliveries))
    sold, not_sold = sieve(kept, sale_rules(rules), _SALE)
    known, unknown = sieve(kept, _CUSTOMER_RULES, ("customer",))
    tables = {
        "order": as_orders(sold), "order_line": as_lines(sold), "shipment": _as_shipments(kept, sold),
        "customer": _as_customers(known),
    }  # fmt: skip
    return {table: narrowed(frame, table) for table, frame in tables.items()}, [rejects, not_sold, unknown]


def _wanted(deliveries: pl.DataFrame) -> set[str]:
    """What is looked at of a delivery that breaks no rule: of some hundred columns half are not."""
    cleaned = {name for name in deliveries.columns if not name.startswith((RAW, NOT_READ))}
    return cleaned | {RAW + column for column in ("type.code", "cod", "receiver.phone", "notes")}


def from_old_program(sheet: Sheet) -> Sheet:
    """The old program's rows as the courier would have told them.

    Its cod is the wallet's: with the fees of a settlement it is the amount; 0 without fees means not settled yet and
    is not known. Amounts of 0 that belong to a settlement are blanked with it.
    """
    settled = amount(raw("wallet.cashCycle.bosta_fees")).fill_null(0) != 0
    unknown = ~settled & (amount(raw("cod")).fill_null(0) == 0)
    wallet = [RAW + _MONEY[name] for name in ("settled_fees", "remitted_amount")]
    frame = sheet.frame.with_columns(
        pl.when(settled).then(raw("cod")).alias(RAW + "wallet.cashCycle.cod"),
        pl.when(~unknown).then(raw("cod")).alias(RAW + "cod"),
        *(pl.when(settled).then(pl.col(name)).alias(name) for name in wallet),
    )
    return Sheet(sheet.form, frame, sheet.unused_columns)


def _cleaned(frame: pl.DataFrame, zone: str) -> pl.DataFrame:
    """Typed values beside the raw ones."""
    marks = marks_of(CURRENCY)
    promise = raw("deliveryPromiseDate")
    cells = {
        "promised_day": ("deliveryPromiseDate", day(promise, instant(promise, CAIRO), zone)),
        **{name: (column, amount(raw(column), marks)) for name, column in _MONEY.items()},
        **{name: (column, whole(raw(column))) for name, column in _WHOLE.items()},
        **{name: (column, _code(raw(column))) for name, column in _CODES.items()},
        **{name: (column, _type(raw(column))) for name, column in _TYPE_NAMES.items()},
        **{name: (column, text(raw(column))) for name, column in _TEXTS.items()},
    }
    cleaned = with_full_name(with_distinct(with_instants(frame, _TIMES), cells))
    cells_of_many = (
        numbers(frame, "trackingNumber").alias("shipment_id"), phones(frame, "receiver.phone").alias("main_phone"),
        phones(frame, "receiver.secondPhone").alias("other_phone"), _state_word().alias("state_word"),
    )  # fmt: skip
    return with_goods(cleaned, pl.col("items")).with_columns(cells_of_many).with_columns(
        pl.coalesce("type_code", "type_name", "type_word").alias("type"),
        pl.coalesce("state_code", "state_word").alias("state"),
        pl.coalesce("main_phone", "other_phone").alias("phone"),
        pl.when(pl.col("main_phone") != pl.col("other_phone")).then("other_phone").alias("second_phone"),
        pl.coalesce("exception", "exception_word").alias("exception"),
    )  # fmt: skip


def _code(cell: pl.Expr) -> pl.Expr:
    """A code as a number; null for anything else."""
    return identifier(ascii_digits(cell)).cast(pl.Int32, strict=False)


def _state_word() -> pl.Expr:
    """The state of a notice, which is a word or a code; in a delivery it is an object."""
    cell = raw("webhook.state")
    return _code(pl.when(~cell.str.starts_with("{")).then(cell))


def _type(cell: pl.Expr) -> pl.Expr:
    """The code of a word for a type; null for unknown words."""
    word = text(cell).str.to_lowercase().str.replace_all(r"[^a-z]+", "_")
    return word.replace_strict(TYPE_WORDS, default=None, return_dtype=pl.Int32)


def _told(frame: pl.DataFrame, zone: str) -> pl.DataFrame:
    """What follows from the cleaned values, in staging names."""
    created = pl.coalesce("made", "created")
    is_pickup = pl.col("type") == RETURN_PICKUP
    word = pl.col("exception").replace_strict(EXCEPTIONS, default=None, return_dtype=pl.String)
    reason = pl.coalesce("reason", "first_reason").str.to_lowercase()
    return frame.with_columns(
        created.alias("created_at"), pl.coalesce("updated", "sent", created).alias("updated_at"),
        _status().alias("shipment_status"), pl.lit(CURRENCY).alias("currency"), pl.lit("Bosta").alias("courier"),
        pl.col("type").replace_strict(TYPES, default=None, return_dtype=pl.String).alias("shipment_type"),
        pl.coalesce(word, reason, "exception code " + pl.col("exception").cast(pl.String)).alias("exception_reason"),
        pl.coalesce("settled_fees", "parcel_fees").alias("fee_amount"),
        pl.coalesce("attempts", "more_attempts").alias("attempts"), pl.coalesce("last_hub", "warehouse").alias("hub"),
        *(pl.when(is_pickup).then(f"from_{name}").otherwise(f"to_{name}").alias(name)
          for name in ("city", "zone", "address")),
        local(created, zone).alias("made_local"),
    ).with_columns(
        _ended().alias("ended_at"),
        pl.coalesce("promised_day", *(local(pl.col(name), zone).dt.date() for name in ("order_sla", "e2e_sla")))
        .alias("promised_date"),
        pl.when(pl.col("promised_day").is_null()).then(pl.coalesce("order_sla", "e2e_sla")).alias("promised_at"),
        pl.col("picked_up").alias("picked_up_at"),
        local(pl.col("picked_up"), zone).dt.date().alias("ship_date"),
        local(pl.col("settled"), zone).dt.date().alias("remitted_date"),
    ).with_columns(local(pl.col("ended_at"), zone).dt.date().alias("ended_date"))  # fmt: skip


def _status() -> pl.Expr:
    status = pl.col("state").replace_strict(SHIPMENT_STATES, default=None, return_dtype=pl.String)
    heading_back = (pl.col("state") == HEADING_BACK) & (pl.col("type") != SEND)
    return pl.when(heading_back).then(pl.lit("in_transit")).otherwise(status)


def _ended() -> pl.Expr:
    """When it was delivered or came back, by its state; a notice gives the time of its state only."""
    delivered = pl.coalesce("arrived", "handed", "sent")
    return (
        pl.when(pl.col("state") == DELIVERED).then(delivered)
        .when(pl.col("shipment_status") == "returned").then(pl.coalesce("came_back", "sent"))
    )  # fmt: skip


_CUSTOMER_RULES = [
    Rule("excluded", "no phone and no name", "receiver.phone",
         pl.col("phone").is_null() & pl.col("customer").is_null())
]  # fmt: skip


def _rules() -> list[Rule]:
    """What makes a delivery useless for every table."""
    typed = pl.any_horizontal(raw(name).is_not_null() for name in ("type.code", "type.value", "webhook.type"))
    stated = pl.any_horizontal(raw(name).is_not_null() for name in ("state.code", "webhook.state"))
    missing_date = pl.col("created_at").is_null() & pl.col("sent").is_null()
    dates = {**{name: column for name, (column, _) in _TIMES.items()}, "promised_day": "deliveryPromiseDate"}
    return [
        Rule("rejected", "missing tracking number", "trackingNumber", pl.col("shipment_id").is_null()),
        Rule("rejected", "missing delivery type", "type.code", ~typed),
        Rule("rejected", "unknown delivery type", "type.code", pl.col("shipment_type").is_null()),
        Rule("rejected", "missing state", "state.code", ~stated),
        Rule("rejected", "unknown state", "state.code", pl.col("shipment_status").is_null()),
        *(Rule("rejected", "date not readable", column, not_read(name)) for name, column in dates.items()),
        Rule("rejected", "missing order_date", "creationTimestamp", missing_date),
        *(Rule("rejected", "amount not readable", column, not_read(name)) for name, column in _MONEY.items()),
        *(Rule("rejected", "number not readable", column, not_read(name)) for name, column in _WHOLE.items()),
    ]


def _as_shipments(kept: pl.DataFrame, sold: pl.DataFrame) -> pl.DataFrame:
    """Shipments; one that is a sale or a refund names an order, its own, and one that may be a sale as well."""
    place = ["origin_key", "source_row"]
    arrived = pl.col("shipment_status") == "delivered"
    may_be_sale = (pl.col("type") == SEND) & pl.col("cod_amount").is_null()
    own = sold.select(*place, pl.col("shipment_id").alias("order_id"))
    return kept.join(own, on=place, how="left", maintain_order="left").with_columns(
        pl.col("shipment_id").alias("tracking_id"),
        pl.coalesce("order_id", pl.when(may_be_sale).then("shipment_id")).alias("order_id"),
        pl.when(arrived).then("ended_at").alias("delivered_at"),
        pl.when(arrived).then("ended_date").alias("delivered_date"),
        pl.when(pl.col("shipment_status") == "returned").then("ended_date").alias("returned_date"),
        pl.col("settled_cod").alias("collected_amount"),
    )  # fmt: skip


def _as_customers(known: pl.DataFrame) -> pl.DataFrame:
    return known.with_columns(pl.col("made_local").dt.date().alias("created_date"))
