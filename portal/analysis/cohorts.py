"""Cohorts of customers by the month of their first order: who ordered again, and how much came of it.

A cell says what share of the cohort ordered in the k-th calendar month after the first (the cumulative variant: in any
month up to the k-th). A cell is mature when that whole month lies in the data; an immature one can still grow, so it
is shown grey and kept out of means.
"""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

_MONTHS = 12
_PACK = 1 << 20


def cohorts(orders: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Every cohort at every age up to the month of `as_of`.

    Args:
        orders: shape (n, k), one row an order or more, with customer_key, order_month (first day of the month) and
            net_amount (reporting currency; missing counts 0).
        as_of: the last day the data covers.

    Returns:
        Columns cohort_month, age_months (0 is the month of the first order), customers (size of the cohort),
        active_customers (of them, ordered in that month), returned_customers (of them, ordered in any of the months 1
        to age), net_amount (of that month), is_mature. One row per cohort and age, sorted; months without any order
        have rows with zeros.
    """
    cells = _cells(orders)
    sizes = cells.filter(pl.col("age_months") == 0).select(
        "cohort_month", pl.col("active_customers").alias("customers")
    )
    grid = _grid(sizes, as_of).join(cells, on=["cohort_month", "age_months"], how="left").fill_null(0)
    whole = pl.col("customers", "active_customers", "returned_customers").cast(pl.Int64)
    return (
        grid.sort("cohort_month", "age_months")
        .with_columns(
            pl.col("came_back").cum_sum().over("cohort_month").alias("returned_customers"),
        )
        .with_columns(whole, _is_mature(as_of).alias("is_mature"))
        .select(
            "cohort_month", "age_months", "customers", "active_customers", "returned_customers", "net_amount",
            "is_mature",
        )
    )  # fmt: skip


def payback(cells: pl.DataFrame) -> pl.DataFrame:
    """After how many months the customers of each cohort had earned what it cost to win them.

    Args:
        cells: one row per cohort and age: cohort_month, age_months, contribution_amount (of that month; missing where
            no cost of goods is known) and spend_amount (to win the cohort; missing where none is known).

    Returns:
        cohort_month, contribution_amount (to date), payback_months: the first age at which the contributions so far
        reach the spend; missing where they have not yet, or where either is missing.
    """
    earned = pl.col("contribution_amount").cum_sum().over("cohort_month", order_by="age_months")
    reached = earned >= pl.col("spend_amount")
    return (
        cells.with_columns(reached.alias("is_reached"))
        .group_by("cohort_month")
        .agg(
            pl.col("contribution_amount").sum(),
            pl.col("age_months").filter(pl.col("is_reached")).min().alias("payback_months"),
        )
        .sort("cohort_month")
    )


def _cells(orders: pl.DataFrame) -> pl.DataFrame:
    """cohort_month, age_months, active_customers, came_back (in this month for the first time), net_amount.

    Customer and month are one whole number, so that ten million orders are sorted once and by one column.
    """
    month, packed, first = pl.col("packed") % _PACK, pl.col("packed"), pl.col("first")
    begun = first // _PACK
    rows = orders.select(
        (pl.col("customer_key").cast(pl.Int64) * _PACK + _number("order_month")).alias("packed"),
        pl.col("net_amount").fill_null(0),
    ).sort("packed")
    marked = rows.with_columns((packed // _PACK != (packed // _PACK).shift(1)).fill_null(True).alias("is_first"))
    return (
        marked.with_columns(pl.when("is_first").then(month).forward_fill().alias("first"))
        .with_columns((packed != packed.shift(1)).fill_null(True).alias("is_active"), (month - first).alias("age"))
        .with_columns((pl.col("is_active") & (pl.col("age") > 0) & (month.shift(1) == first)).alias("is_second"))
        .group_by(first * _PACK + pl.col("age"))
        .agg(
            pl.col("is_active").sum().alias("active_customers"),
            pl.col("is_second").sum().alias("came_back"),
            pl.col("net_amount").sum(),
        )
        .select(
            pl.date(begun // _MONTHS, begun % _MONTHS + 1, 1).alias("cohort_month"),
            (first % _PACK).cast(pl.Int32).alias("age_months"),
            "active_customers", "came_back", "net_amount",
        )
    )  # fmt: skip


def _number(column: str) -> pl.Expr:
    """Months since the year 0."""
    return pl.col(column).dt.year().cast(pl.Int64) * _MONTHS + pl.col(column).dt.month() - 1


def _grid(sizes: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """A row for every cohort and every age that has begun."""
    last = as_of.year * _MONTHS + as_of.month - 1 - _number("cohort_month")
    ages = pl.int_ranges(0, pl.max_horizontal(last, pl.lit(0)) + 1).cast(pl.List(pl.Int32))
    return sizes.with_columns(ages.alias("age_months")).explode("age_months")


def _is_mature(as_of: date) -> pl.Expr:
    begins = pl.col("cohort_month").dt.offset_by(pl.format("{}mo", pl.col("age_months") + 1))
    return begins <= as_of + timedelta(days=1)
