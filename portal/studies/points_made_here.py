"""Codes redeemed in the portal as entries of the points ledger: each once, from the first load after it on.

An entry that a source tells under the reference of the same code is the source's: the portal's own is left out.
"""

from __future__ import annotations

import polars as pl
from sqlalchemy import select

from portal.warehouse.duckdb import Warehouse
from portal.warehouse.schema import customer_identity, dim_shop, fact_loyalty

_WHO = customer_identity.c
SOURCE = "portal"
"""Source of the entries made here."""

_TYPES = {
    "customer_key": pl.Int64, "shop_key": pl.Int64, "order_key": pl.Int64, "origin_key": pl.Int64,
    "loyalty_key": pl.Int64, "source": pl.String, "entry_date": pl.Date, "points_move": pl.String,
    "entry_type": pl.String, "points": pl.Int64, "is_made_here": pl.Boolean,
}  # fmt: skip


def made_here(warehouse: Warehouse) -> pl.DataFrame:
    """Entries of codes redeemed before the snapshot was begun and up to the last day of its data."""
    as_of, built_at = warehouse.snapshot.as_of, warehouse.snapshot.built_at
    events = warehouse.shelf.points_moved(warehouse.tenant.id) if warehouse.shelf is not None else None
    if events is None or events.is_empty() or as_of is None:
        return pl.DataFrame(schema=_TYPES)
    due = events.filter(pl.col("moved_at") <= built_at, pl.col("entry_date") <= as_of)
    new = due.join(_told(warehouse), on="reference", how="anti").sort("moved_at", "reference", maintain_order=True)
    known = new.join(_people(warehouse), on="customer", how="left", maintain_order="left").join(
        _shops(warehouse), on="shop_id", how="left", maintain_order="left"
    )
    nothing = (pl.lit(0, pl.Int64).alias(name) for name in ("order_key", "origin_key", "loyalty_key"))
    move = pl.when(pl.col("points") > 0).then(pl.lit("issued")).otherwise(pl.lit("redeemed"))
    return known.with_columns(
        pl.col("customer_key", "shop_key").fill_null(0), *nothing, move.alias("points_move"),
        pl.lit(SOURCE).alias("source"), pl.lit(True).alias("is_made_here"),
    ).select(pl.col(name).cast(kind) for name, kind in _TYPES.items())  # fmt: skip


def _told(warehouse: Warehouse) -> pl.DataFrame:
    """References of entries that sources tell."""
    entry = fact_loyalty.c
    told = select(entry.reference_id.label("reference")).where(entry.reference_id.is_not(None)).distinct()
    return warehouse.frame(told)


def _people(warehouse: Warehouse) -> pl.DataFrame:
    """customer ("source:key", by id, e-mail and phone) and customer_key; of several persons the first."""
    columns = (_WHO.customer_id, _WHO.email_clean, _WHO.phone_e164)
    found = [
        warehouse.frame(select((_WHO.source + ":" + column).label("customer"), _WHO.customer_key)
                        .where(column.is_not(None)).order_by(_WHO.identity_key))
        for column in columns
    ]  # fmt: skip
    return pl.concat(found).unique("customer", keep="first", maintain_order=True)


def _shops(warehouse: Warehouse) -> pl.DataFrame:
    shops = warehouse.frame(select(dim_shop.c.shop_id, dim_shop.c.shop_key).where(dim_shop.c.shop_key != 0))
    return shops.unique("shop_id", keep="first", maintain_order=True)
