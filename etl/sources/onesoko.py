"""OneSoko: the JSON export of a marketplace of many shops, pages of its API, or its database (SQLite, tables as CSV).

All of them hold the same records and give the same rows (see `etl.sources.onesoko_forms` for the names). The files of a
load complete each other: an order takes its channel from one list, its shop from another, its lines share its total.
Money is in the tenant's currency unless an order names one; times are UTC and fall on the tenant's business day.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import polars as pl

from etl.source import Conformed, RawTable, Source, TenantRules
from etl.sources import onesoko_order_facts as facts
from etl.sources.onesoko_catalogue import (
    conform_campaigns,
    conform_products,
    conform_reviews,
    conform_shops,
    list_shops,
)
from etl.sources.onesoko_delivery import conform_tracking, tracked, tracking_events
from etl.sources.onesoko_forms import (
    CAMPAIGNS,
    CATEGORIES,
    KINDS,
    ORDER_ITEMS,
    ORDERS,
    PRODUCTS,
    REFERRALS,
    SHOP_PRODUCTS,
    SHOPS,
    USERS,
)
from etl.sources.onesoko_json import JSON_FORMS
from etl.sources.onesoko_loyalty import conform_loyalty
from etl.sources.onesoko_names import campaign_ids, current_prices, people, shop_labels
from etl.sources.onesoko_orders import Orders, conform_items, conform_orders
from etl.sources.onesoko_people import conform_addresses, conform_referrals, conform_settings, conform_users
from etl.sources.onesoko_tables import Sheets, gather, read_for_others
from etl.sources.sheet import RAW, Sheet
from etl.sources.sieve import merged, not_loaded
from portal.errors import SourceError

_SUFFIXES = (".json", ".db", ".sqlite", ".sqlite3", ".csv")
_NAMES_ONLY = {
    CATEGORIES.kind: "read for the categories of products",
    SHOP_PRODUCTS.kind: "read for the shops of products",
}


def conform(tables: Sequence[RawTable], rules: TenantRules, mapping: Any = None) -> Conformed:
    """The records of a load as staging tables; `mapping` is not used.

    Raises:
        SourceError: none of the lists or tables is one of OneSoko.
    """
    sheets, unknown = gather(tables)
    if not any(sheet.frame.height for sheet in sheets.values()):
        found = ", ".join(dict.fromkeys(origin.sheet or origin.file_name for origin, _ in unknown)) or "nothing"
        raise SourceError(
            f"This is no OneSoko export: found {found}; expected a JSON document with lists such as orders, "
            "order_items, products and shops, pages of the API named after their endpoint, or the database file."
        )
    shops = shop_labels(sheets)
    parts = [
        *_of_orders(sheets, shops, rules), *_of_lists(sheets, shops, rules), *conform_reviews(sheets, shops, rules),
        *conform_loyalty(sheets, shops, rules), *conform_settings(sheets, rules),
        *(read_for_others(sheets[kind], why) for kind, why in _NAMES_ONLY.items() if kind in sheets),
        *(_unused(sheets[one.form.kind]) for one in KINDS if one.form.kind in sheets and _is_unused(one.form.kind)),
        *(not_loaded(origin.sheet or origin.file_name, rows, "not a known list") for origin, rows in unknown),
    ]  # fmt: skip
    return merged(parts)


def _is_unused(kind: str) -> bool:
    table = next(one.form.table for one in KINDS if one.form.kind == kind)
    return table == "unused" and kind not in _NAMES_ONLY


def _unused(sheet: Sheet) -> Conformed:
    return not_loaded(sheet.form.kind, sheet.frame, "this list is not used")


def _of_orders(sheets: Sheets, shops: pl.DataFrame, rules: TenantRules) -> list[Conformed]:
    """Orders and every list that hangs on them."""
    analytics = facts.order_analytics(sheets, campaign_ids(sheets), rules)
    payments, addresses = facts.payments(sheets, rules), facts.addresses(sheets, rules)
    events = tracking_events(sheets, rules)
    others = [
        facts.charged(analytics), facts.paid(payments), facts.recipients(addresses), tracked(events), shops,
        people(sheets),
    ]  # fmt: skip
    orders, part = conform_orders(sheets.get(ORDERS.kind) or _no_orders(), rules, others, payments is not None)
    parts = [part]
    if ORDER_ITEMS.kind in sheets:
        parts.append(conform_items(sheets[ORDER_ITEMS.kind], orders, current_prices(sheets)))
    if events is not None:
        parts.append(conform_tracking(sheets, events, orders))
        events = None  # by far the most rows: they are let go before the other lists
    if analytics is not None:
        parts.append(facts.conform_returns(sheets, analytics, orders))
        parts.append(facts.conform_ratings(sheets, analytics, orders))
    if payments is not None:
        parts.append(facts.conform_payments(sheets, payments, orders))
    if addresses is not None:
        parts.append(conform_addresses(addresses, _owners(orders), people(sheets)))
    return parts


def _no_orders() -> Sheet:
    schema = {**{RAW + name: pl.String for name in ORDERS.columns}, "origin_key": pl.Int64, "source_row": pl.Int32}
    return Sheet(ORDERS, pl.DataFrame(schema=schema))


def _owners(orders: Orders) -> pl.DataFrame:
    return orders.latest.select("order_id", "customer_id")


def _of_lists(sheets: Sheets, shops: pl.DataFrame, rules: TenantRules) -> list[Conformed]:
    """Lists that stand for themselves."""
    readers: tuple[tuple[str, Callable[[], Conformed]], ...] = (
        (PRODUCTS.kind, lambda: conform_products(sheets, shops, rules)), (SHOPS.kind, lambda: conform_shops(sheets)),
        (SHOPS.kind, lambda: list_shops(sheets, shops)),
        (CAMPAIGNS.kind, lambda: conform_campaigns(sheets, rules)), (USERS.kind, lambda: conform_users(sheets, rules)),
        (REFERRALS.kind, lambda: conform_referrals(sheets, shops, rules)),
    )  # fmt: skip
    return [read() for kind, read in readers if kind in sheets]


SOURCE = Source(
    "onesoko", "OneSoko",
    ("order", "order_line", "customer", "product", "shipment", "shipment_event", "return_line", "campaign",
     "loyalty_entry", "referral", "review", "employee", "setting", "shop"),
    _SUFFIXES, conform, forms=JSON_FORMS, is_whole=True,
)  # fmt: skip
