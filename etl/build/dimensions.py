"""Small dimensions: everything that is known by its label or id alone."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from etl.build.keys import Keys, distinct_values, numbered
from portal.warehouse.schema import (
    dim_campaign,
    dim_channel,
    dim_courier,
    dim_employee,
    dim_hub,
    dim_origin,
    dim_payment_method,
    dim_place,
    dim_shop,
)

_COD = ("cod", "cash", "cash on delivery", "cash_on_delivery")
_PREPAID = ("prepaid", "online", "upi", "card", "credit card", "debit card", "paypal", "bank transfer", "wallet",
            "mobile money", "mpesa", "m-pesa")  # fmt: skip

Frames = dict[str, pl.DataFrame]
"""Staging table name to frame."""


def build_dimensions(frames: Frames) -> dict[str, Keys]:
    """Every small dimension by table name; its members are all values met in any staging table."""
    found = list(frames.values())
    dimensions = [
        numbered(dim_channel, distinct_values(found, ["channel"]), ["channel"]),
        numbered(dim_courier, distinct_values(found, ["courier"]), ["courier"]),
        numbered(dim_hub, distinct_values(found, ["hub"]), ["hub"]),
        numbered(dim_place, distinct_values(found, ["city", "zone", "country"]), ["city", "zone", "country"]),
        _shops(frames, found),
        _payment_methods(found),
        _employees(frames, found),
        _campaigns(frames, found),
    ]
    return {dimension.table.name: dimension for dimension in dimensions}


def build_origins(origins: pl.DataFrame) -> pl.DataFrame:
    """dim_origin: one row per file or sheet with live rows, and row 0."""
    return _with_unknown(origins, {"origin_key": 0}).select(column.name for column in dim_origin.columns)


def _with_unknown(rows: pl.DataFrame, unknown: dict[str, int]) -> pl.DataFrame:
    first = pl.DataFrame(unknown, schema={name: rows.schema[name] for name in unknown})
    texts = [name for name, dtype in rows.schema.items() if dtype == pl.String]
    return pl.concat([first, rows], how="diagonal").with_columns(pl.col(texts).fill_null(""))


def _shops(frames: Frames, found: Sequence[pl.DataFrame]) -> Keys:
    """Every shop that a table names, with what a list of shops says of it; of several sources the first by name."""
    listed = frames["shop"].sort("source", maintain_order=True).unique("shop", keep="first", maintain_order=True)
    told = distinct_values(found, ["shop"]).join(
        listed.select("shop", "shop_id", "city", "country", "owner", "source"), on="shop", how="left"
    )
    return numbered(dim_shop, told.with_columns(pl.coalesce("shop_id", "shop").alias("shop_id")), ["shop"])


def _payment_methods(found: Sequence[pl.DataFrame]) -> Keys:
    methods = distinct_values(found, ["payment_method"])
    word = pl.col("payment_method").str.to_lowercase()
    kind = pl.when(word.is_in(_COD)).then(pl.lit("cod")).when(word.is_in(_PREPAID)).then(pl.lit("prepaid"))
    return numbered(dim_payment_method, methods.with_columns(kind.alias("payment_kind")), ["payment_method"])


def _employees(frames: Frames, found: Sequence[pl.DataFrame]) -> Keys:
    """People of each source's staff list, and ids met elsewhere in it (active, name unknown).

    The same id in two sources is two people: most are small numbers that every system counts for itself.
    """
    on = ["source", "employee_id"]
    known = frames["employee"].unique(on, keep="first", maintain_order=True).with_columns(
        pl.lit(value=True).alias("is_listed")
    )  # fmt: skip
    named_by = [frame for frame in found if "employee_id" in frame.columns]
    people = distinct_values(named_by, on).filter(pl.col("employee_id").is_not_null()).join(
        known.select(*on, "employee", "role", "is_active", "is_listed"), on=on, how="left"
    )  # fmt: skip
    told = people.with_columns(
        pl.coalesce("employee", "employee_id").alias("employee"), pl.col("is_active").fill_null(value=True)
    )
    return numbered(dim_employee, told, on)


def _campaigns(frames: Frames, found: Sequence[pl.DataFrame]) -> Keys:
    """Campaigns of each source, and ids met elsewhere in it; the same id in two sources is two campaigns."""
    on = ["source", "campaign_id"]
    known = frames["campaign"].unique(on, keep="first", maintain_order=True)
    details = [*on, "campaign", "campaign_type", "status", "start_date", "end_date", "budget_amount"]
    named_by = [frame for frame in found if "campaign_id" in frame.columns]
    ids = distinct_values(named_by, on).filter(pl.col("campaign_id").is_not_null())
    told = ids.join(known.select(details), on=on, how="left")
    return numbered(dim_campaign, told.with_columns(pl.coalesce("campaign", "campaign_id").alias("campaign")), on)
