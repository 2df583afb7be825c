"""Facts that follow their staging rows one to one: parcels, leads, staff days, campaigns, expenses, rates."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from sqlalchemy import Table

from etl.build.keys import Keys, with_keys
from etl.build.rows import in_order, look_up
from etl.build.shape import star_frame
from portal.warehouse.schema import (
    fact_campaign_day,
    fact_expense,
    fact_lead,
    fact_shipment,
    fact_staff_day,
    fx_rate,
)

_WON = ("won", "member", "converted", "customer")
_LOST = ("lost", "not_interested", "not interested", "rejected")


def build_fact_shipment(shipments: pl.DataFrame, orders: pl.DataFrame, dimensions: Sequence[Keys]) -> pl.DataFrame:
    """fact_shipment. is_late: delivered on a later date than promised."""
    keys = orders.select("source", "order_id", "order_key")
    joined = look_up(shipments, keys, ("source", "order_id"))
    is_delivered = pl.col("delivered_date").is_not_null() | (pl.col("shipment_status") == "delivered")
    told = joined.with_columns(
        is_delivered.fill_null(value=False).alias("is_delivered"),
        (pl.col("delivered_date") > pl.col("promised_date")).fill_null(value=False).alias("is_late"),
        pl.col("shipment_type").fill_null("parcel"),
        pl.col("shipment_status").fill_null(
            pl.when(pl.col("delivered_date").is_not_null()).then(pl.lit("delivered")).otherwise(pl.lit("unknown"))
        ),
    )
    return _fact(fact_shipment, told, dimensions, "shipment_key", "ship_date")


def build_fact_lead(leads: pl.DataFrame, dimensions: Sequence[Keys]) -> pl.DataFrame:
    """fact_lead. A lead without id goes by its row key; won and lost are read from the status."""
    status = pl.col("lead_status").str.to_lowercase()
    told = leads.with_columns(
        pl.coalesce("lead_id", "row_key").alias("lead_id"), pl.col("priority").fill_null("unknown"),
        pl.col("lead_status").fill_null("unknown"), status.is_in(_WON).fill_null(value=False).alias("is_won"),
        (status.is_in(_LOST) | status.str.starts_with("lost")).fill_null(value=False).alias("is_lost"),
    )  # fmt: skip
    return _fact(fact_lead, told, dimensions, "lead_key", "lead_date")


def build_fact_staff_day(staff_days: pl.DataFrame, dimensions: Sequence[Keys]) -> pl.DataFrame:
    """fact_staff_day."""
    return _fact(fact_staff_day, staff_days, dimensions, "staff_day_key", "work_date")


def build_fact_expense(expenses: pl.DataFrame, dimensions: Sequence[Keys]) -> pl.DataFrame:
    """fact_expense; without a category "other"."""
    told = expenses.with_columns(pl.col("expense_category").fill_null("other"))
    return _fact(fact_expense, told, dimensions, "expense_key", "expense_date")


def build_fact_campaign_day(campaigns: pl.DataFrame, dimensions: Sequence[Keys]) -> pl.DataFrame:
    """fact_campaign_day: campaigns with any figure, whole, on their first day."""
    figures = ("spend_amount", "impressions", "clicks", "conversions", "revenue_amount")
    told = campaigns.filter(pl.any_horizontal(pl.col(name).is_not_null() for name in figures))
    dated = told.with_columns(pl.col("start_date").alias("spend_date"))
    return _fact(fact_campaign_day, dated, dimensions, "campaign_day_key", "spend_date")


def build_fx_rate(rates: pl.DataFrame) -> pl.DataFrame:
    """fx_rate, ordered by day and pair; of several sources the smallest name wins."""
    pair = ["rate_date", "from_currency", "to_currency"]
    ordered = rates.sort(*pair, "source").unique(pair, keep="first", maintain_order=True)
    return star_frame(fx_rate, ordered)


def _fact(table: Table, rows: pl.DataFrame, dimensions: Sequence[Keys], key: str, date_column: str) -> pl.DataFrame:
    """Rows with keys, ordered by date and origin, numbered in that order."""
    ordered = in_order(with_keys(rows, dimensions), date_column, "origin_key", "source_row", "row_key")
    return star_frame(table, ordered.with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias(key)))
