"""Who is a member: balance, tier by the rule now and a year ago, what is about to end, what the next tier takes."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
from sqlalchemy import func, select

from portal.analysis.programme import TIERS, YEAR, Programme, spend_on, tier_of
from portal.studies.buyers import BUYERS
from portal.studies.loyalty import POINT_POLICIES
from portal.studies.model import Study
from portal.studies.programmes import own_rules, programmes
from portal.warehouse.duckdb import Warehouse
from portal.warehouse.schema import dim_customer, dim_origin, fact_loyalty, fact_order
from portal.warehouse.schema.studies_loyalty import study_member, study_points_entry, study_points_lot

_ENTRY, _ORDER = fact_loyalty.c, fact_order.c
_WHO = ["customer_key", "shop_key"]
NOT_YET, LEFT = "Not yet", "Left"


def make_members(warehouse: Warehouse) -> pl.DataFrame:
    """Rows of `study_member`, by account."""
    accounts, as_of = _accounts(warehouse), warehouse.snapshot.as_of
    if accounts.is_empty() or as_of is None:
        return pl.DataFrame(schema={column.name: pl.Null for column in study_member.columns})
    numbered = accounts.with_row_index("account", 1)
    orders = _orders(warehouse).join(numbered.select("account", *_WHO), on=_WHO)
    before = as_of - timedelta(days=YEAR)
    rows = numbered
    for name, day in (("year_amount", as_of), ("earlier_amount", before)):
        spent = spend_on(orders, day).rename({"year_spend": name})
        rows = rows.join(spent, on="account", how="left", maintain_order="left").with_columns(
            pl.col(name).fill_null(0.0)
        )
    tiered = pl.concat([_tiered(part, rules) for part, rules in _by_programme(rows, warehouse)])
    had = pl.when(pl.col("joined_date") > before).then(pl.lit(NOT_YET)).otherwise("tier_before")
    known = tiered.sort("account").with_columns(had.alias("tier_before"))
    return _with_points(known, warehouse, as_of).with_columns(pl.col("account").alias("member_key"))


def _accounts(warehouse: Warehouse) -> pl.DataFrame:
    """One row per customer and shop in the ledger: when it began and what the source last called its tier."""
    columns = select(
        _ENTRY.customer_key, _ENTRY.shop_key, func.min(_ENTRY.entry_date).label("joined_date"),
        func.arg_max(_ENTRY.tier, _ENTRY.entry_date).label("tier_of_source"),
        func.min(dim_origin.c.source).label("source"),
        func.any_value(dim_customer.c.has_consent).label("has_consent"),
    ).select_from(
        fact_loyalty.join(dim_origin, dim_origin.c.origin_key == _ENTRY.origin_key)
        .join(dim_customer, dim_customer.c.customer_key == _ENTRY.customer_key)
    )  # fmt: skip
    grouped = columns.where(_ENTRY.customer_key != 0).group_by(_ENTRY.customer_key, _ENTRY.shop_key)
    told = warehouse.frame(grouped.order_by(_ENTRY.customer_key, _ENTRY.shop_key))
    return pl.concat([told, _joined_here(warehouse)], how="diagonal_relaxed").unique(
        _WHO, keep="first", maintain_order=True
    ).sort(_WHO)  # fmt: skip


def _joined_here(warehouse: Warehouse) -> pl.DataFrame:
    """Accounts that codes redeemed in the portal gave points to."""
    move = study_points_entry.c
    columns = select(
        move.customer_key, move.shop_key, func.min(move.entry_date).label("joined_date"),
        func.min(move.source).label("source"), func.any_value(dim_customer.c.has_consent).label("has_consent"),
    ).select_from(study_points_entry.join(dim_customer, dim_customer.c.customer_key == move.customer_key))  # fmt: skip
    grouped = columns.where(move.customer_key != 0, move.is_made_here).group_by(move.customer_key, move.shop_key)
    return warehouse.frame(grouped.order_by(move.customer_key, move.shop_key))


def _orders(warehouse: Warehouse) -> pl.DataFrame:
    """Delivered orders: account columns, order_date, amount, place of the order."""
    columns = select(_ORDER.customer_key, _ORDER.shop_key, _ORDER.order_date, _ORDER.total_amount.label("amount"))
    found = warehouse.frame(columns.where(_ORDER.is_realised, _ORDER.has_customer, _ORDER.order_date.is_not(None)))
    return found.with_columns(pl.col("amount").cast(pl.Float64).fill_null(0))


def _by_programme(rows: pl.DataFrame, warehouse: Warehouse) -> list[tuple[pl.DataFrame, Programme]]:
    shops = programmes(warehouse)
    parts = [(rows.filter(pl.col("shop_key") == shop), rules) for shop, rules in shops.items()]
    return [*parts, (rows.filter(~pl.col("shop_key").is_in(list(shops))), own_rules(warehouse))]


def _tiered(rows: pl.DataFrame, rules: Programme) -> pl.DataFrame:
    spend = pl.col("year_amount")
    steps = [pl.when(spend < limit).then(limit - spend) for limit in rules.thresholds]
    return rows.with_columns(
        tier_of(spend, rules.thresholds).alias("tier_now"),
        tier_of(pl.col("earlier_amount"), rules.thresholds).alias("tier_before"),
        pl.coalesce(*steps).round(4).alias("to_next_tier_amount"),
    )


def _with_points(rows: pl.DataFrame, warehouse: Warehouse, as_of: date) -> pl.DataFrame:
    """Balances from the ledger, points that end soon from its lots."""
    entries = warehouse.frame(select(study_points_entry))
    lots = warehouse.frame(select(study_points_lot))
    last = as_of + timedelta(days=int(warehouse.policies["points_soon_days"]))
    moved = entries.group_by(_WHO).agg(
        pl.col("points").sum().alias("balance_points"),
        pl.col("entry_date")
        .filter(~pl.col("points_move").is_in(["expired", "estimate"]))
        .max()
        .alias("last_activity_date"),
    )
    ending = lots.filter((pl.col("left_points") > 0) & (pl.col("ends_date") <= last)).group_by(_WHO).agg(
        pl.col("left_points").sum().alias("soon_points")
    )  # fmt: skip
    joined = rows.join(moved, on=_WHO, how="left", maintain_order="left").join(
        ending, on=_WHO, how="left", maintain_order="left"
    )
    value = float(warehouse.policies["point_value"])
    since = (pl.lit(as_of) - pl.col("last_activity_date")).dt.total_days()
    return joined.with_columns(
        pl.col("balance_points", "soon_points").fill_null(0),
        (pl.col("soon_points").fill_null(0).cast(pl.Float64) * value).round(2).alias("soon_amount"),
        (since <= YEAR).fill_null(False).alias("is_active"),
        pl.lit(0).alias("place_key"),
    ).with_columns(pl.when("is_active").then("tier_now").otherwise(pl.lit(LEFT)).alias("tier_after"))


MEMBERS = (Study(study_member, make_members, (*POINT_POLICIES, "points_soon_days")), BUYERS)
TIER_ORDER = (NOT_YET, *TIERS, LEFT)
"""Where a member can come from or go to."""
