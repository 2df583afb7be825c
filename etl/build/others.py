"""Facts that follow their staging rows one to one: staff days, campaigns, expenses, rates, books, settings."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from etl.build.facts import fact_of
from etl.build.keys import Keys
from etl.build.shape import star_frame
from portal.warehouse.schema import (
    fact_campaign_day,
    fact_expense,
    fact_journal_line,
    fact_payroll,
    fact_staff_day,
    fx_rate,
    source_setting,
)

PAIR = ("rate_date", "from_currency", "to_currency")


def build_fact_staff_day(staff_days: pl.DataFrame, dimensions: Sequence[Keys]) -> pl.DataFrame:
    """fact_staff_day."""
    return fact_of(fact_staff_day, staff_days, dimensions, "work_date")


def build_fact_expense(expenses: pl.DataFrame, dimensions: Sequence[Keys]) -> pl.DataFrame:
    """fact_expense; without a category "other"."""
    told = expenses.with_columns(pl.col("expense_category").fill_null("other"))
    return fact_of(fact_expense, told, dimensions, "expense_date")


def build_fact_campaign_day(campaigns: pl.DataFrame, dimensions: Sequence[Keys]) -> pl.DataFrame:
    """fact_campaign_day: campaigns with any figure, whole, on their first day."""
    figures = ("spend_amount", "impressions", "clicks", "conversions", "revenue_amount")
    told = campaigns.filter(pl.any_horizontal(pl.col(name).is_not_null() for name in figures))
    dated = told.with_columns(pl.col("start_date").alias("spend_date"))
    return fact_of(fact_campaign_day, dated, dimensions, "spend_date")


def build_fx_rate(rates: pl.DataFrame) -> pl.DataFrame:
    """fx_rate, ordered by day and pair; of several sources the smallest name wins."""
    ordered = rates.sort(*PAIR, "source", maintain_order=True).unique(PAIR, keep="first", maintain_order=True)
    return star_frame(fx_rate, ordered)


def build_fact_payroll(payroll: pl.DataFrame, dimensions: Sequence[Keys]) -> pl.DataFrame:
    """fact_payroll; without a state "unknown"."""
    told = payroll.with_columns(pl.col("payroll_status").fill_null("unknown"))
    return fact_of(fact_payroll, told, dimensions, "pay_date")


def build_fact_journal_line(lines: pl.DataFrame, dimensions: Sequence[Keys]) -> pl.DataFrame:
    """fact_journal_line."""
    return fact_of(fact_journal_line, lines, dimensions, "entry_date")


def build_source_setting(settings: pl.DataFrame, dimensions: Sequence[Keys]) -> pl.DataFrame:
    """source_setting, by source and name."""
    return fact_of(source_setting, settings.sort("source", "setting"), dimensions, "source")
