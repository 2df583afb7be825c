"""The ledger of points: what sources booked, codes redeemed in the portal, and what ends by the rule of expiry."""

from __future__ import annotations

import polars as pl
from sqlalchemy import select

from portal.analysis.points import expired_by_rule
from portal.studies.points_made_here import made_here
from portal.studies.programmes import own_rules, programmes
from portal.warehouse.duckdb import Warehouse
from portal.warehouse.schema import dim_origin, fact_loyalty, fact_order

_ENTRY = fact_loyalty.c
_ACCOUNT = ["customer_key", "shop_key"]


def moves(warehouse: Warehouse) -> pl.DataFrame:
    """Entries that move points, with those that end by rule up to the last day of the data; by account and time."""
    as_of = warehouse.snapshot.as_of
    told = pl.concat([_booked(warehouse), made_here(warehouse)], how="diagonal_relaxed")
    if told.is_empty() or as_of is None:
        return told.clear()
    booked = told.sort(*_ACCOUNT, "entry_date", maintain_order=True)
    accounts = booked.unique(_ACCOUNT, keep="first", maintain_order=True).select(*_ACCOUNT, "source")
    numbered = booked.join(accounts.select(_ACCOUNT).with_row_index("account"), on=_ACCOUNT, maintain_order="left")
    books_ends = booked.filter(pl.col("points_move") == "expired")["shop_key"].unique().implode()
    ruled = numbered.filter(~pl.col("shop_key").is_in(books_ends))
    ended = expired_by_rule(ruled.select("account", "shop_key", "entry_date", "points"), days_of(warehouse))
    rows = ended.filter(pl.col("entry_date") <= as_of).join(accounts.with_row_index("account"), on="account").select(
        *_ACCOUNT, "source", "entry_date", pl.lit("expired").alias("points_move"), pl.lit(True).alias("is_by_rule"),
        *(pl.lit(0, pl.Int64).alias(name) for name in ("order_key", "origin_key", "loyalty_key")),
        pl.col("points").cast(pl.Int64),
    )  # fmt: skip
    flags = pl.col("is_by_rule", "is_made_here").fill_null(False)
    both = pl.concat([booked, rows], how="diagonal_relaxed").with_columns(flags)
    return both.sort(*_ACCOUNT, "entry_date", "is_by_rule", maintain_order=True)


def _booked(warehouse: Warehouse) -> pl.DataFrame:
    columns = select(
        _ENTRY.customer_key, _ENTRY.shop_key, _ENTRY.order_key, _ENTRY.origin_key, _ENTRY.loyalty_key,
        dim_origin.c.source, _ENTRY.entry_date, _ENTRY.entry_type, _ENTRY.tier, _ENTRY.points,
        fact_order.c.total_amount.label("sale_amount"),
    ).select_from(
        fact_loyalty.join(dim_origin, dim_origin.c.origin_key == _ENTRY.origin_key)
        .join(fact_order, fact_order.c.order_key == _ENTRY.order_key, isouter=True)  # no order has the key 0
    )  # fmt: skip
    rows = columns.where(_ENTRY.points != 0, _ENTRY.entry_date.is_not(None)).order_by(
        _ENTRY.customer_key, _ENTRY.shop_key, _ENTRY.entry_date, _ENTRY.entered_at.nulls_last(), _ENTRY.loyalty_key
    )
    return warehouse.frame(rows).with_columns(_move(), pl.col("points").cast(pl.Int64))


def _move() -> pl.Expr:
    """What an entry does to the points of an account."""
    kind = pl.col("entry_type")
    return (
        pl.when(kind == "adjustment").then(pl.lit("adjusted"))
        .when(kind == "expired").then(pl.lit("expired")).when(pl.col("points") > 0).then(pl.lit("issued"))
        .when(kind.str.starts_with("redeem")).then(pl.lit("redeemed")).otherwise(pl.lit("adjusted"))
    ).alias("points_move")  # fmt: skip


def days_of(warehouse: Warehouse) -> pl.Expr:
    """How long points of a shop last, over a column shop_key."""
    own, shops = own_rules(warehouse).expiry_days, programmes(warehouse)
    return pl.col("shop_key").replace_strict(list(shops), [rules.expiry_days for rules in shops.values()], default=own,
                                             return_dtype=pl.Int64) if shops else pl.lit(own)  # fmt: skip
