"""Staging frames made ready for the star: completed from each other and in the reporting currency."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl

from etl.build.currency import Converted, build_rates, convert
from etl.build.lines import DOCUMENT, inherit_from_orders, own_documents
from etl.build.orders import date_orders
from etl.build.rows import in_order
from etl.shelf import Layer
from etl.source import TenantRules
from etl.staging import REJECTS, STAGING

Frames = Mapping[str, pl.DataFrame]
"""Staging table name to frame."""

_DATED = {
    "order": ("order_date",), "order_line": ("order_date",), "product": (), "stock_movement": ("movement_date",),
    "shipment": ("ship_date", "delivered_date", "returned_date"), "lead": ("lead_date", "status_date"),
    "staff_day": ("work_date",), "expense": ("expense_date",), "campaign": ("start_date", "end_date"),
    "return_line": ("return_date",), "service_case": ("opened_date", "resolved_date"), "payroll": ("pay_date",),
    "journal_line": ("entry_date",), "courier_payment": ("paid_date",),
    "coupon_use": ("entry_date",),
}  # fmt: skip
"""Tables with money, and the date whose exchange rate counts: the first known. None: the latest rate at the load."""


@dataclass(frozen=True)
class Effect:
    """A named rule that makes a warehouse total differ from its source's: source value = warehouse value + amounts."""

    source: str
    staging_table: str
    measure: str
    rule: str
    amount: Decimal


@dataclass(frozen=True)
class Prepared:
    """Staging frames ready for the star.

    Attributes:
        tables: by staging table name; those with money also have source_currency and fx_rate.
        rejected: rows of staging frames that could not be converted, with `rule`.
        effects: what conversion did to the control totals.
    """

    tables: Frames
    rejected: dict[str, pl.DataFrame]
    effects: tuple[Effect, ...]


def prepare(tables: Frames, rules: TenantRules, today: date, layer: Layer = dict) -> Prepared:
    """Complete lines from orders and orders from lines, then convert every amount.

    Args:
        tables: staging tables by name.
        rules: the reporting currency and policies.
        today: whose rates count where a table has no date.
        layer: makes what holds the tables that change.
    """
    ready, rates = layer(), build_rates(tables["fx_rate"], rules.currency)
    rejected, effects = {}, {}
    lines = _lines(tables)
    dated = lines.select(*DOCUMENT, "order_date", "currency")
    for name in ("order_line", *(name for name in _DATED if name != "order_line")):
        rows = lines if name == "order_line" else tables[name]
        lines = lines.clear()
        converted = _converted(name, date_orders(rows, dated) if name == "order" else rows, rates, (rules, today))
        ready[name], rejected[name] = _named_total(name, converted), converted.without_rate.drop("rate_on")
        effects[name] = _conversion_effects(name, converted.original, converted.rows, rules.currency)
    told = tuple(effect for name in _DATED for effect in effects[name])
    return Prepared(ChainMap(ready, dict(tables)), {name: rejected[name] for name in _DATED}, told)


def _lines(tables: Frames) -> pl.DataFrame:
    """Lines with what their order says, by date."""
    lines = inherit_from_orders(own_documents(tables["order_line"]), tables["order"])
    return in_order(lines, "order_date", "origin_key", "source_row", "row_key")


def _converted(name: str, rows: pl.DataFrame, rates: pl.DataFrame, told: tuple[TenantRules, date]) -> Converted:
    """Rows of a staging table in the reporting currency; told: policies, and today."""
    (rules, today), dates = told, _DATED[name]
    day = pl.coalesce(*dates, pl.lit(None, pl.Date)) if dates else pl.lit(today)
    max_age = f"{rules.policies['fx_max_age_days']}d" if dates else None
    return convert(rows.with_columns(day.alias("rate_on")), max_age, rates, rules)


def _named_total(name: str, converted: Converted) -> pl.DataFrame:
    """The converted rows; orders also with the total their source states."""
    rows = converted.rows.drop("rate_on")
    if name != "order":
        return rows
    return rows.with_columns(converted.original["total_amount"].alias("source_total_amount"))


def _conversion_effects(name: str, before: pl.DataFrame, after: pl.DataFrame, currency: str) -> list[Effect]:
    totals = [measure for measure in STAGING[name].totals if measure.endswith("_amount")]
    if not totals or before is after:
        return []
    differences = pl.DataFrame(
        {"source": before["source"], **{measure: before[measure] - after[measure] for measure in totals}}
    )
    sums = differences.group_by("source", maintain_order=True).agg(pl.col(totals).sum()).to_dicts()
    rule = f"amounts converted to {currency}"
    return [
        Effect(row["source"], name, measure, rule, Decimal(row[measure] or 0)) for row in sums for measure in totals
    ]


def build_rejects(rejected: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """Rows rejected while building, in the form of `REJECTS` with `source`."""
    parts = [
        rows.select(
            "origin_key", "source_row", pl.lit(name).alias("staging_table"), pl.lit("rejected").alias("outcome"),
            "rule", pl.lit("currency").alias("column"), pl.col("source_currency").alias("value"), "source",
        )
        for name, rows in rejected.items() if rows.height
    ]  # fmt: skip
    return pl.concat([pl.DataFrame(schema={**REJECTS, "source": pl.String}), *parts])
