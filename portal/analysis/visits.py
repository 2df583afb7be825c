"""The days on which each customer ordered: what cohorts of habits, lifetimes and churn are worked out from."""

from __future__ import annotations

import polars as pl

_PACK = 1 << 22
_YEAR_ONE = 719_163  # days from 1 January of the year 1 to 1970: keeps the packed day positive


def visits(orders: pl.DataFrame) -> pl.DataFrame:
    """Orders of one customer and day as one visit.

    Customer and day are packed into one whole number: sorting ten million rows by it takes a fraction of sorting by
    two columns.

    Args:
        orders: shape (n, k), one row an order or line, with customer_key, order_date and net_amount (missing counts 0).

    Returns:
        customer_key, order_date, net_amount; sorted by customer and day.
    """
    packed = pl.col("customer_key").cast(pl.Int64) * _PACK + pl.col("order_date").to_physical() + _YEAR_ONE
    return (
        orders.lazy()
        .select(packed.alias("packed"), pl.col("net_amount").fill_null(0))
        .group_by("packed")
        .agg(pl.col("net_amount").sum())
        .sort("packed")
        .select(
            (pl.col("packed") // _PACK).alias("customer_key"),
            (pl.col("packed") % _PACK - _YEAR_ONE).cast(pl.Int32).cast(pl.Date).alias("order_date"),
            "net_amount",
        )
        .collect(engine="streaming")
    )


def gaps(days: pl.DataFrame) -> pl.DataFrame:
    """Whole days between neighbouring visits of a customer.

    Args:
        days: what `visits` gave.

    Returns:
        customer_key, gap; sorted by both. A customer with one visit has no row.
    """
    packed = pl.col("customer_key") * _PACK + pl.col("order_date").diff().dt.total_days()
    same = pl.col("customer_key") == pl.col("customer_key").shift(1)
    return (
        days.lazy()
        .select(pl.when(same).then(packed).alias("packed"))
        .drop_nulls()
        .sort("packed")
        .select((pl.col("packed") // _PACK).alias("customer_key"), (pl.col("packed") % _PACK).alias("gap"))
        .collect()
    )
