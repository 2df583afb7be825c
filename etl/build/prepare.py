"""Staging frames made ready for the star: completed from each other and in the reporting currency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl

from etl.build.currency import build_rates, convert
from etl.build.lines import inherit_from_orders, own_documents
from etl.build.orders import date_orders
from etl.build.rows import in_order
from etl.source import TenantRules
from etl.staging import REJECTS, STAGING

_DATED = {
    "order": ("order_date",), "order_line": ("order_date",), "product": (), "stock_movement": ("movement_date",),
    "shipment": ("ship_date", "delivered_date", "returned_date"), "lead": ("lead_date", "status_date"),
    "staff_day": ("work_date",), "expense": ("expense_date",), "campaign": ("start_date", "end_date"),
    "return_line": ("return_date",), "service_case": ("opened_date", "resolved_date"), "payroll": ("pay_date",),
    "journal_line": ("entry_date",), "courier_payment": ("paid_date",),
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

    tables: dict[str, pl.DataFrame]
    rejected: dict[str, pl.DataFrame]
    effects: tuple[Effect, ...]


def prepare(tables: dict[str, pl.DataFrame], rules: TenantRules, today: date) -> Prepared:
    """Complete lines from orders and orders from lines, then convert every amount."""
    ready = dict(tables)
    lines = inherit_from_orders(own_documents(tables["order_line"]), tables["order"])
    ready["order_line"] = in_order(lines, "order_date", "origin_key", "source_row", "row_key")
    ready["order"] = date_orders(tables["order"], ready["order_line"])
    rates = build_rates(tables["fx_rate"], rules.currency)
    rejected, effects = {}, []
    for name, dates in _DATED.items():
        counted = ready[name].with_columns(pl.coalesce(*dates, pl.lit(None, pl.Date)).alias("rate_on")
                                           if dates else pl.lit(today).alias("rate_on"))  # fmt: skip
        max_age = f"{rules.policies['fx_max_age_days']}d" if dates else None
        converted = convert(counted, max_age, rates, rules)
        ready[name] = converted.rows.drop("rate_on")
        if name == "order":
            ready[name] = ready[name].with_columns(converted.original["total_amount"].alias("source_total_amount"))
        rejected[name] = converted.without_rate.drop("rate_on")
        effects += _conversion_effects(name, converted.original, converted.rows, rules.currency)
    return Prepared(ready, rejected, tuple(effects))


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
