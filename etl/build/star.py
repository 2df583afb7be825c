"""The star is a pure function of the live staging rows, the policies and the exchange rates.

Running it twice on the same rows gives the same frames: every order of rows is stated, every tie is broken.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Iterator, MutableMapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from etl.build.calendar import build_calendar, date_range
from etl.build.customers import build_customers, with_first_orders
from etl.build.dimensions import build_dimensions, build_origins
from etl.build.keys import Keys, with_keys
from etl.build.others import (
    build_fact_campaign_day,
    build_fact_expense,
    build_fact_journal_line,
    build_fact_payroll,
    build_fact_staff_day,
    build_fx_rate,
    build_source_setting,
)
from etl.build.parcels import (
    build_fact_order_link,
    build_fact_shipment,
    build_fact_shipment_event,
    number_shipments,
)
from etl.build.payouts import build_fact_courier_payment, match_payments, with_payouts
from etl.build.prepare import Effect, Frames, build_rejects, prepare
from etl.build.products import build_products
from etl.build.returned import build_fact_return
from etl.build.rows import look_up
from etl.build.sales import Sales, build_fact_order, build_fact_order_line, build_sales
from etl.build.service import build_leads, build_loyalty, build_service
from etl.build.shape import empty_star, star_frame
from etl.build.stages import with_stages
from etl.build.stock import Stock, build_stock
from etl.live import LiveRows
from etl.shelf import Layer
from etl.source import TenantRules
from portal.warehouse.schema import fact_stock_level, fact_stock_movement, metadata

BUSINESS_DATES = (
    ("fact_order", "order_date"), ("fact_order_line", "order_date"), ("fact_shipment", "ship_date"),
    ("fact_shipment", "delivered_date"), ("fact_staff_day", "work_date"), ("fact_expense", "expense_date"),
    ("fact_lead", "lead_date"), ("fact_return", "return_date"), ("fact_service_case", "opened_date"),
    ("fact_loyalty", "entry_date"), ("fact_shipment_event", "event_date"),
)  # fmt: skip
CALENDAR_DATES = (*BUSINESS_DATES, ("fact_order", "status_date"), ("fact_shipment", "promised_date"),
                   ("fact_shipment", "returned_date"), ("fact_stock_movement", "movement_date"),
                   ("fact_lead", "follow_up_date"), ("fact_campaign_day", "spend_date"),
                   ("fact_service_case", "resolved_date"), ("fact_service_event", "event_date"),
                   ("fact_referral", "created_date"), ("fact_review", "review_date"), ("fact_session", "session_date"),
                   ("fact_payroll", "pay_date"), ("fact_journal_line", "entry_date"),
                   ("fact_lead_event", "event_date"), ("fact_order_link", "link_date"),
                   ("fact_shipment", "created_date"), ("fact_courier_payment", "paid_date"))  # fmt: skip


@dataclass(frozen=True)
class Star:
    """Every table of the warehouse as a star frame, and what building it kept out or changed.

    Attributes:
        tables: warehouse table name to star frame; tie_out, row_account and data_check are filled later.
        live: the staging rows it was built from.
        rejected: rows rejected while building, `REJECTS` with `source`.
        rejected_rows: the same rows as staging frames, by staging table.
        effects: named rules that make warehouse totals differ from source totals.
        sales, stock: lines, orders and movements before they got keys.
        as_of: latest business date on or before today, None without any.
    """

    tables: Frames
    live: LiveRows
    rejected: pl.DataFrame
    rejected_rows: dict[str, pl.DataFrame]
    effects: tuple[Effect, ...]
    sales: Sales
    stock: Stock
    as_of: date | None


def build_star(live: LiveRows, rules: TenantRules, today: date, layer: Layer = dict) -> Star:
    """Build the whole star.

    Args:
        live: every live staging row once.
        rules: tenant facts and the policies in force.
        today: the tenant's business date of the load; counts of stock carry it when nothing else has a date.
        layer: makes what holds tables; a shelf, where they are too large to be held in memory all at once.
    """
    ready = prepare(live.tables, rules, today, layer)
    completed = _completed(dict(ready.tables), rules, layer)
    sales = Sales(completed["order_line"], completed["order"])
    tables = layer()
    for name, table in metadata.tables.items():
        tables[name] = empty_star(table)
    dimensions = _put_dimensions(tables, completed, ready.tables["product"], rules)
    stock = build_stock(dict(ready.tables), sales.lines, rules, _latest_order(sales, today))
    _put(tables, _sales_facts(sales, stock, dimensions, ready.tables["product"], rules))
    _put(tables, _stock_facts(stock, dimensions))
    _put(tables, _other_facts(dict(completed), dimensions))
    _put(tables, _delivery_facts(completed, dimensions, rules))
    tables["fact_return"] = build_fact_return(
        completed["return_line"], tables["fact_order_line"], tables["fact_order"], dimensions, sales.told_by()
    )
    tables["dim_customer"] = with_first_orders(tables["dim_customer"], tables["fact_order_line"])
    tables["dim_origin"] = build_origins(live.origins)
    first, last = date_range([*_days(tables, CALENDAR_DATES), today])
    tables["dim_date"] = build_calendar(first, last, rules)
    rejected = build_rejects(ready.rejected)
    return Star(tables, live, rejected, ready.rejected, ready.effects, sales, stock, _as_of(tables, today))


def _completed(tables: dict[str, pl.DataFrame], rules: TenantRules, layer: Layer) -> Frames:
    """Staging tables; lines and orders completed from each other, what follows an order with its order_key."""
    changed = layer()
    sales, following = build_sales(tables, rules)
    changed["order_line"], changed["order"] = sales.lines, sales.orders
    del sales
    for name in list(following):
        rows = following.pop(name)
        if name not in changed and rows is not tables[name]:
            changed[name] = rows
    return ChainMap(changed, tables)


def _put(tables: MutableMapping[str, pl.DataFrame], built: Iterable[tuple[str, pl.DataFrame]]) -> None:
    """Put tables away one after the other, as they are built."""
    for name, rows in built:
        tables[name] = rows
        del rows


def _put_dimensions(
    tables: MutableMapping[str, pl.DataFrame], completed: Frames, products: pl.DataFrame, rules: TenantRules
) -> list[Keys]:
    """Build and put away who everybody is and every dimension; gives their keys."""
    customers = build_customers(dict(completed), rules)
    tables["customer_identity"] = customers.identities
    told = build_products(products, completed["order_line"], _products_elsewhere(completed))
    dimensions = [*build_dimensions(dict(completed)).values(), customers.keys, told]
    _put(tables, ((keys.table.name, keys.rows) for keys in dimensions))
    return dimensions


def _products_elsewhere(tables: Frames) -> list[pl.DataFrame]:
    """Frames that name products beside the product files and the order lines."""
    parcels = tables["shipment"].select("source", "product_id", "product", "category")
    named = ("stock_movement", "return_line", "service_case", "review")
    return [parcels, *(tables[name].select("source", "product_id") for name in named)]


def _sales_facts(
    sales: Sales, stock: Stock, dimensions: list[Keys], products: pl.DataFrame, rules: TenantRules
) -> Iterator[tuple[str, pl.DataFrame]]:
    yield "fact_order", build_fact_order(sales.orders, dimensions)
    lines = look_up(sales.lines, stock.line_costs, ("line",))
    yield "fact_order_line", build_fact_order_line(lines, dimensions, products, rules)


def _stock_facts(stock: Stock, dimensions: list[Keys]) -> Iterator[tuple[str, pl.DataFrame]]:
    number = pl.int_range(1, pl.len() + 1, dtype=pl.Int64)
    movements = with_keys(stock.movements, dimensions).with_columns(number.alias("movement_key"))
    yield "fact_stock_movement", star_frame(fact_stock_movement, movements)
    levels = with_keys(stock.levels, dimensions).sort("product_key", "shop_key", "hub_key")
    yield "fact_stock_level", star_frame(fact_stock_level, levels.with_columns(number.alias("stock_level_key")))


def _other_facts(
    tables: dict[str, pl.DataFrame], dimensions: list[Keys]
) -> Iterator[tuple[str, pl.DataFrame]]:  # fmt: skip
    yield from build_service(tables, dimensions).items()
    yield from build_leads(tables, dimensions).items()
    yield from build_loyalty(tables, dimensions).items()
    yield "fact_payroll", build_fact_payroll(tables["payroll"], dimensions)
    yield "fact_journal_line", build_fact_journal_line(tables["journal_line"], dimensions)
    yield "source_setting", build_source_setting(tables["setting"], dimensions)
    yield "fact_staff_day", build_fact_staff_day(tables["staff_day"], dimensions)
    yield "fact_expense", build_fact_expense(tables["expense"], dimensions)
    yield "fact_campaign_day", build_fact_campaign_day(tables["campaign"], dimensions)
    yield "fx_rate", build_fx_rate(tables["fx_rate"])


def _delivery_facts(
    tables: Frames, dimensions: list[Keys], rules: TenantRules
) -> Iterator[tuple[str, pl.DataFrame]]:  # fmt: skip
    parcels = with_stages(tables["shipment"], tables["shipment_event"], rules)
    numbered = number_shipments(parcels, dimensions, rules)
    del parcels
    payments = match_payments(tables["courier_payment"], numbered, dimensions)
    shipments = with_payouts(numbered, payments)
    del numbered
    customers = next(keys.rows for keys in dimensions if keys.key == "customer_key")
    yield "fact_shipment", build_fact_shipment(shipments)
    yield "fact_courier_payment", build_fact_courier_payment(payments)
    yield "fact_order_link", build_fact_order_link(shipments, customers, rules)
    known = shipments.select("source", "shipment_id", "shipment_key")
    del shipments
    yield "fact_shipment_event", build_fact_shipment_event(tables["shipment_event"], known, dimensions)


def _days(tables: Frames, columns: Iterable[tuple[str, str]]) -> list[date | None]:
    found: list[date | None] = []
    for table, column in columns:
        ends = tables[table].select(pl.col(column).min().alias("first"), pl.col(column).max().alias("last"))
        found += ends.row(0)
    return found


def _as_of(tables: Frames, today: date) -> date | None:
    """Latest business date that is not in the future."""
    days = [tables[table].filter(pl.col(column) <= today)[column].max() for table, column in BUSINESS_DATES]
    known = [day for day in days if isinstance(day, date)]
    return max(known) if known else None


def _latest_order(sales: Sales, today: date) -> date:
    latest = sales.lines.filter(pl.col("order_date") <= today)["order_date"].max()
    return latest if isinstance(latest, date) else today
