"""NewOrders → order and order line; Shipments → shipment.

Decisions:
    * A row that is rejected is rejected as order and as line: half an order would make totals disagree.
    * A missing status stays missing. Booked means "not cancelled", which a row without a status meets, and realised
      means "delivered", which it does not; the policy `status_when_missing` names the state shown. A word that is no
      known status is rejected, because it may mean anything.
    * A missing or unreadable date is rejected: every number is placed in time by it.
    * total is what the sheet says, also where it is not balance + advance (reported). A missing total is
      balance + advance where both are given, marked as estimated; otherwise it stays missing, never 0.
    * A missing quantity is rejected, not taken for 1.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from etl.clean import amount, identifier, marks_of, number, text, unreadable
from etl.dates import to_instant
from etl.source import Conformed, TenantRules
from etl.sources.header_rows import repeated_header
from etl.sources.imiq_forms import PAYMENT_WORDS, STATUS_WORDS
from etl.sources.sheet import RAW, Sheet, raw
from etl.sources.sieve import (
    Rule,
    counted,
    date_rules,
    not_read,
    sieve,
    sieve_slices,
    staged,
    unreadable_date_rules,
    with_distinct,
    with_moments,
)
from etl.staging import STAGING

_MONEY = {"balance_amount": "balance_to_pay", "advance_amount": "advance_paid", "stated_amount": "total"}
_TOLD = {*_MONEY, RAW + "Last Update Date"}
"""What the notes look at besides staging columns."""


def conform_orders(
    sheet: Sheet, rules: TenantRules, products: Mapping[str, str], users: Mapping[str, str]
) -> Conformed:
    """Orders and order lines of NewOrders.

    Args:
        sheet: rows of NewOrders.
        rules: the tenant's currency and time zone.
        products: product name (lower case, single blanks) to product_id.
        users: user id or name (lower case) to employee_id.
    """

    def clean(rows: pl.DataFrame) -> pl.DataFrame:
        return _cleaned(rows, rules).with_columns(
            pl.col("product_key").replace(products).alias("product_id"), pl.col("employee_id").replace(users)
        )

    tables = ("order", "order_line")
    wanted = {name for table in tables for name in STAGING[table].schema()} | _TOLD
    kept, rejects = sieve_slices(sheet.frame, clean, _order_rules(sheet), tables, wanted)
    staged_rows = {
        "order": staged(kept, "order"),
        "order_line": staged(
            kept.with_columns(pl.col("total_amount").alias("line_amount")), "order_line", ("order_id",)
        ),
    }
    read = counted(sheet.frame, "order") | counted(sheet.frame, "order_line")
    return Conformed(staged_rows, rejects, read, _order_notes(kept))


def name_key(cell: pl.Expr) -> pl.Expr:
    """A name as it is compared: lower case, trimmed, single blanks; null where there is none."""
    return text(cell).str.to_lowercase().str.replace_all(r"\s+", " ")


def city_name(cell: pl.Expr) -> pl.Expr:
    """A city as it is shown: "pune " and "PUNE" are Pune; mixed case stays as written."""
    city = text(cell)
    is_one_case = (city == city.str.to_lowercase()) | (city == city.str.to_uppercase())
    return pl.when(is_one_case).then(city.str.to_titlecase()).otherwise(city)


def status_word(cell: pl.Expr) -> pl.Expr:
    """The canonical state of a status word; null for no word and for unknown words."""
    word = text(cell).str.to_lowercase().str.replace_all(r"[\s_-]+", " ")
    return word.replace_strict(STATUS_WORDS, default=None, return_dtype=pl.String)


def _cleaned(frame: pl.DataFrame, rules: TenantRules) -> pl.DataFrame:
    marks = marks_of(rules.currency)
    payment = text(raw("payment_method"))
    dated = with_moments(frame, {"ordered": "timestamp", "updated": "Last Update Date"}, True, rules.timezone)
    known = with_distinct(dated, {
        **{name: (column, amount(raw(column), marks)) for name, column in _MONEY.items()},
        "quantity": ("quantity", number(raw("quantity"))), "order_status": ("status", status_word(raw("status"))),
        "city": ("city", city_name(raw("city"))), "product_key": ("product", name_key(raw("product"))),
        "payment_method": ("payment_method", payment.str.to_lowercase().replace_strict(PAYMENT_WORDS, default=payment)),
        "employee_id": ("created_by", name_key(raw("created_by"))),
        "courier": ("courier_name", text(raw("courier_name"))), "product": ("product", text(raw("product"))),
    })  # fmt: skip
    return known.lazy().with_columns(  # lazily, since the same steps occur in several columns
        identifier(raw("order_id")).alias("order_id"), identifier(raw("phone")).alias("phone"),
        text(raw("customer_name")).alias("customer"), identifier(raw("tracking_id")).alias("tracking_id"),
        text(raw("Remarks")).alias("note"),
    ).with_columns(*_derived(rules.timezone)).collect()  # fmt: skip


def _derived(zone: str) -> list[pl.Expr]:
    ordered, updated = pl.col("ordered").struct, pl.col("updated").struct
    parts = pl.col("balance_amount") + pl.col("advance_amount")
    return [
        ordered.field("at").alias("ordered_at"), ordered.field("day").alias("order_date"),
        ordered.field("hour").alias("order_hour"), updated.field("day").alias("status_date"),
        pl.coalesce("stated_amount", parts).alias("total_amount"),
        (pl.col("stated_amount").is_null() & parts.is_not_null()).alias("is_total_estimated"),
        pl.coalesce(_instant(updated, zone), _instant(ordered, zone)).alias("updated_at"),
    ]  # fmt: skip


def _instant(moment: object, zone: str) -> pl.Expr:
    """The instant of a moment; of a date alone, the start of that day in `zone`."""
    field = moment.field  # type: ignore[attr-defined]
    return pl.coalesce(field("at"), to_instant(field("day").cast(pl.Datetime("us")), zone))


def _order_rules(sheet: Sheet) -> list[Rule]:
    money = [Rule("rejected", "amount not readable", column, not_read(name)) for name, column in _MONEY.items()]
    return [
        repeated_header(sheet.form),
        Rule("rejected", "missing order_id", "order_id", pl.col("order_id").is_null()),
        *date_rules("timestamp", "ordered", "order_date"),
        Rule("rejected", "unknown status", "status", not_read("order_status")),
        Rule("rejected", "number not readable", "quantity", not_read("quantity")),
        Rule("rejected", "missing quantity", "quantity", pl.col("quantity").is_null()),
        *money,
    ]


def _order_notes(orders: pl.DataFrame) -> tuple[str, ...]:
    differs = pl.col("stated_amount") != pl.col("balance_amount") + pl.col("advance_amount")
    unread = unreadable(raw("Last Update Date"), pl.col("status_date"))
    findings = (
        (differs, "total is not balance_to_pay + advance_paid; the sheet's total is kept"),
        (
            pl.col("is_total_estimated"),
            "total is blank; balance_to_pay + advance_paid is taken and marked as estimated",
        ),
        (pl.col("total_amount").is_null(), "the money is missing and stays missing"),
        (pl.col("order_status").is_null(), "status is blank; the policy status_when_missing applies"),
        (unread, "Last Update Date is not readable; the order date stands in for it"),
    )
    notes = ["NewOrders: each row counts twice, as order and as order line; a rejected row is listed under both."]
    for condition, sentence in findings:
        rows = orders.select(pl.col("source_row").filter(condition))["source_row"]
        if len(rows):
            notes.append(f"NewOrders: {len(rows)} rows, first row {rows[0]}: {sentence}.")
    return tuple(notes)


def conform_shipments(sheet: Sheet, rules: TenantRules) -> Conformed:
    """Shipments of the sheet of that name; a shipment without a readable creation date keeps none."""
    dated = with_moments(sheet.frame, {"created": "created_at", "updated": "updated_at"}, True, rules.timezone)
    shipments = dated.with_columns(
        identifier(raw("shipment_id")).alias("shipment_id"), identifier(raw("order_id")).alias("order_id"),
        text(raw("courier")).alias("courier"), identifier(raw("tracking_id")).alias("tracking_id"),
        status_word(raw("status")).alias("shipment_status"),
    ).with_columns(
        pl.col("created").struct.field("day").alias("ship_date"),
        pl.col("created").struct.field("at").alias("created_at"),
        _instant(pl.col("updated").struct, rules.timezone).alias("updated_at"),
        *(_day_of_state(state).alias(f"{state}_date") for state in ("delivered", "returned")),
    )  # fmt: skip
    kept, rejects = sieve(shipments, _shipment_rules(sheet), ["shipment"])
    return Conformed({"shipment": staged(kept, "shipment")}, rejects, counted(sheet.frame, "shipment"))


def _day_of_state(state: str) -> pl.Expr:
    return pl.when(pl.col("shipment_status") == state).then(pl.col("updated").struct.field("day"))


def _shipment_rules(sheet: Sheet) -> list[Rule]:
    return [
        repeated_header(sheet.form),
        Rule("rejected", "missing shipment_id", "shipment_id", pl.col("shipment_id").is_null()),
        Rule("rejected", "unknown status", "status", unreadable(raw("status"), pl.col("shipment_status"))),
        *unreadable_date_rules("created_at", "created"),
        *unreadable_date_rules("updated_at", "updated"),
    ]
