"""HVAR / Bosta: the courier's deliveries as JSON, the old program's SQLite file, and the hub's own tables.

A delivery of any form is conformed by the same rules (hvar_deliveries). What people did after the sale comes from the
tables of the file: tickets, calls, repairs, replacements, hub checks and receipts (hvar_service, hvar_hub).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import polars as pl

from etl.clean import identifier
from etl.source import Conformed, Origin, RawTable, Source, TenantRules, Versions
from etl.sources.hvar_deliveries import conform_deliveries, from_old_program
from etl.sources.hvar_events import conform_attempts, conform_exceptions, conform_steps
from etl.sources.hvar_forms import (
    ATTEMPTS,
    CUSTOMERS,
    DELIVERIES,
    EXCEPTIONS,
    INTERACTIONS,
    JSON_FORMS,
    LEFT_OUT,
    ORDERS,
    STEPS,
    TIMELINE,
    form_by_name,
)
from etl.sources.hvar_goods import conform_goods
from etl.sources.hvar_hub import conform_service
from etl.sources.hvar_people import conform_customers, conform_interactions
from etl.sources.hvar_service_forms import RECEIPTS
from etl.sources.sheet import Form, Sheet, gather_sheets, raw
from etl.sources.sieve import merged, not_loaded
from portal.errors import SourceError


def form_of(origin: Origin, headers: Sequence[str]) -> Form | None:
    """The form of a JSON list or a table of the file by its name; of a CSV file by the file's name."""
    name = origin.sheet or origin.file_name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    return form_by_name(name, headers)


def conform(tables: Sequence[RawTable], rules: TenantRules, mapping: Any = None) -> Conformed:
    """Deliveries and service tables as staging tables; `mapping` is not used.

    Raises:
        SourceError: none of the tables is known, or one lacks a column it must have.
    """
    sheets, unknown = gather_sheets(tables, form_of)
    if not sheets:
        names = ", ".join(dict.fromkeys(origin.sheet or origin.file_name for origin, _ in unknown)) or "nothing"
        raise SourceError(
            f"This is neither Bosta deliveries nor a bosta-crm file: found {names}; expected deliveries as JSON or "
            f"tables such as {ORDERS.kind}, customers, service_tickets."
        )
    zone = rules.timezone
    readers: tuple[tuple[Form, Callable[[Sheet], Conformed]], ...] = (
        (DELIVERIES, lambda sheet: conform_deliveries(sheet, rules)),
        (ORDERS, lambda sheet: conform_deliveries(from_old_program(sheet), rules)),
        (TIMELINE, lambda sheet: conform_steps(sheet, zone)),
        (STEPS, lambda sheet: conform_steps(sheet, zone)),
        (ATTEMPTS, lambda sheet: conform_attempts(sheet, zone)),
        (EXCEPTIONS, lambda sheet: conform_exceptions(sheet, zone)),
        (CUSTOMERS, conform_customers),
        (INTERACTIONS, conform_interactions),
    )
    parts = [read(sheets[form.kind]) for form, read in readers if form.kind in sheets]
    parts += [conform_goods(sheets), conform_service(sheets, _order_numbers(sheets))]
    parts += [not_loaded(kind, sheets[kind].frame, why) for kind, why in LEFT_OUT.items() if kind in sheets]
    parts += [not_loaded(origin.sheet or origin.file_name, rows, "not a known table") for origin, rows in unknown]
    return merged(parts)


def _order_numbers(sheets: dict[str, Sheet]) -> pl.DataFrame:
    """number (the courier's id of a delivery) and order_id (its tracking number), each number once."""
    pairs = [pl.DataFrame(schema={"number": pl.String, "order_id": pl.String})]
    for kind in (DELIVERIES.kind, ORDERS.kind):
        if kind in sheets:
            ids = (identifier(raw("_id")).alias("number"), identifier(raw("trackingNumber")).alias("order_id"))
            pairs.append(sheets[kind].frame.select(ids).drop_nulls())
    return pl.concat(pairs).unique("number", keep="last", maintain_order=True)


_SALE = ("ordered_at", "order_date", "order_hour", "customer", "phone")

SOURCE = Source(
    "hvar", "HVAR / Bosta",
    ("order", "order_line", "customer", "shipment", "shipment_event", "product", "stock_movement", "session",
     "service_case", "service_event"),
    (".json", ".db", ".sqlite", ".sqlite3", ".csv"), conform, policies=("service_cod_limit",), forms=JSON_FORMS,
    versions=Versions(
        {
            "order": (*_SALE, "city", "zone", "total_amount", "note"),
            "order_line": (*_SALE, "city", "zone", "product", "product_id", "quantity", "unit_price", "line_amount"),
            "shipment": ("customer", "phone", "city", "zone", "ship_date", "promised_date", "promised_at", "created_at",
                         "picked_up_at", "hub_at", "attempts",
                         "exception_reason", "product", "product_id", "hub", "quantity", "cod_amount",
                         "collected_amount", "remitted_amount", "remitted_date", "fee_amount",
                         "latitude", "longitude"),
            "customer": ("customer", "second_phone", "city", "zone", "address", "created_date"),
        },
        is_sale_told_by_parcel=True,
    ),
    keeps=(RECEIPTS.kind,),
)  # fmt: skip
