"""The star is a pure function of the live staging rows, the policies and the exchange rates.

Running it twice on the same rows gives the same frames: every order of rows is stated, every tie is broken.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, MutableMapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from etl.build.calendar import build_calendar, date_range
from etl.build.customers import build_customers, with_first_orders
from etl.build.days import CALENDAR_DATES, days_of, latest_day
from etl.build.dimensions import build_dimensions, build_origins
from etl.build.facts import PART
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
from etl.build.policies import star_rules
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
from etl.shelf import Layer, put_parts
from etl.source import TenantRules
from portal.warehouse.schema import fact_stock_level, fact_stock_movement, metadata


@dataclass(frozen=True)
class _Sold:
    """What orders and lines are made of; products: staging products."""

    sales: Sales
    stock: Stock
    products: pl.DataFrame


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
        rules: tenant facts and the policies in force; builders see those of `etl.build.policies` alone.
        today: the tenant's business date of the load; counts of stock carry it when nothing else has a date.
        layer: makes what holds tables; a shelf, where they are too large to be held in memory all at once.
    """
    rules = star_rules(rules)
    ready = prepare(live.tables, rules, today, layer)
    sales, following = build_sales(dict(ready.tables), rules, layer)
    completed = {**following, "order_line": sales.lines, "order": sales.orders}
    tables = layer()
    for name, table in metadata.tables.items():
        tables[name] = empty_star(table)
    dimensions = _put_dimensions(tables, completed, ready.tables["product"], rules)
    stock = build_stock(dict(ready.tables), sales.lines, rules, _latest_order(sales, today))
    _put_sales(tables, _Sold(sales, stock, ready.tables["product"]), dimensions, rules)
    _put(tables, _stock_facts(stock, dimensions))
    _put(tables, _other_facts(completed, dimensions))
    _put(tables, _delivery_facts(completed, dimensions, rules))
    tables["fact_return"] = build_fact_return(
        completed["return_line"], tables["fact_order_line"], tables["fact_order"], dimensions, sales.told_by()
    )
    tables["dim_customer"] = with_first_orders(tables["dim_customer"], tables["fact_order_line"])
    tables["dim_origin"] = build_origins(live.origins)
    first, last = date_range([*days_of(tables, CALENDAR_DATES), today])
    tables["dim_date"] = build_calendar(first, last, rules)
    rejected = build_rejects(ready.rejected)
    return Star(tables, live, rejected, ready.rejected, ready.effects, sales, stock, latest_day(tables, today))


def _put(
    tables: MutableMapping[str, pl.DataFrame], built: Iterable[tuple[str, pl.DataFrame | Iterator[pl.DataFrame]]]
) -> None:
    """Put tables away one after the other, as they are built; some come in parts."""
    for name, rows in built:
        if isinstance(rows, pl.DataFrame):
            tables[name] = rows
        else:
            put_parts(tables, name, rows)
        del rows


def _put_dimensions(
    tables: MutableMapping[str, pl.DataFrame],
    completed: dict[str, pl.DataFrame],
    products: pl.DataFrame,
    rules: TenantRules,
) -> list[Keys]:
    """Build and put away who everybody is and every dimension; gives their keys."""
    customers = build_customers(completed, rules)
    tables["customer_identity"] = customers.identities
    told = build_products(products, completed["order_line"], _products_elsewhere(completed))
    dimensions = [*build_dimensions(completed).values(), customers.keys, told]
    _put(tables, ((keys.table.name, keys.rows) for keys in dimensions))
    return dimensions


def _products_elsewhere(tables: Frames) -> list[pl.DataFrame]:
    """Frames that name products beside the product files and the order lines."""
    parcels = tables["shipment"].select("source", "product_id", "product", "category")
    named = ("stock_movement", "return_line", "service_case", "review")
    return [parcels, *(tables[name].select("source", "product_id") for name in named)]


def _put_sales(
    tables: MutableMapping[str, pl.DataFrame], sold: _Sold, dimensions: list[Keys], rules: TenantRules
) -> None:
    """Put orders and lines away, a part after the other: they have the most columns."""
    put_parts(tables, "fact_order", (build_fact_order(part, dimensions) for part in _parts(sold.sales.orders)))
    lines = look_up(sold.sales.lines, sold.stock.line_costs, ("line",))
    built = (build_fact_order_line(part, dimensions, sold.products, rules) for part in _parts(lines))
    put_parts(tables, "fact_order_line", built)


def _parts(rows: pl.DataFrame) -> Iterable[pl.DataFrame]:
    return rows.iter_slices(PART) if rows.height else (rows,)


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
) -> Iterator[tuple[str, pl.DataFrame | Iterator[pl.DataFrame]]]:
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


def _latest_order(sales: Sales, today: date) -> date:
    days = sales.lines["order_date"]
    latest = days.filter(days <= today).max()
    return latest if isinstance(latest, date) else today
