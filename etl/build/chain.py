"""What follows an order finds it: order keys for parcels, returns, cases, points, reviews; their customer from it."""

from __future__ import annotations

import polars as pl

from etl.build.rows import look_up

_FOLLOWING = ("shipment", "return_line", "service_case", "loyalty_entry", "review", "referral",
              "coupon_use")  # fmt: skip
_PERSON = ("customer_id", "customer", "phone", "email")
_PLACE = ("city", "zone", "country")
_TOLD = ("order_key", *_PERSON, *_PLACE)
_ON = ("source", "order_id")


def with_orders(tables: dict[str, pl.DataFrame], orders: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Tables that name an order with order_key (null where it is not known) and the customer and place of it.

    An order is found by its number within the source. A parcel whose number leads nowhere is found by its tracking
    number over all sources, if exactly one order has it; anything else may name the parcel or its tracking number
    instead of the order. Customer and place are taken as wholes, and only by rows that say nothing of their own.

    Args:
        tables: staging tables by name.
        orders: documents with order_key, of `etl.build.sales`.
    """
    ready = dict(tables)
    known = orders.select(*_ON, "tracking_id", *_TOLD)
    parcels = _filled(tables["shipment"], known)
    ready["shipment"] = _filled_by_tracking(parcels, known)
    others = _FOLLOWING[1:]
    named = _names_of_parcels(ready["shipment"], known) if any(tables[name].height for name in others) else known
    return ready | {name: _filled(tables[name], named) for name in others}


def _names_of_parcels(parcels: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Orders by every name they go by; the order number counts most, the tracking number least."""
    told = parcels.select("source", "tracking_id", "shipment_id", *_TOLD)
    by_tracking = told.select("source", pl.col("tracking_id").alias("order_id"), *_TOLD)
    by_parcel = told.select("source", pl.col("shipment_id").alias("order_id"), *_TOLD)
    every = pl.concat([by_tracking, by_parcel, orders.select(*_ON, *_TOLD)])
    return every.filter(pl.col("order_id").is_not_null()).unique(_ON, keep="last", maintain_order=True)


def _filled(rows: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    if not rows.height:
        return rows.with_columns(pl.lit(None, pl.Int64).alias("order_key"))
    theirs = orders.filter(pl.col("order_id").is_not_null()).select(
        *_ON, "order_key", *(pl.col(name).alias(f"{name}_of_order") for name in (*_PERSON, *_PLACE))
    )
    return _inherited(look_up(rows, theirs, _ON, once=True))


def _filled_by_tracking(parcels: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Parcels without an order take the one that has their tracking number, wherever it comes from."""
    lost = pl.col("order_key").is_null() & pl.col("tracking_id").is_not_null()
    if not parcels.select(lost.any()).item():
        return parcels
    theirs = orders.filter(pl.col("tracking_id").is_not_null() & (pl.len().over("tracking_id") == 1)).select(
        pl.col("tracking_id"), pl.col("order_key").alias("key_by_tracking"),
        *(pl.col(name).alias(f"{name}_of_order") for name in (*_PERSON, *_PLACE)),
    )  # fmt: skip
    found = look_up(parcels, theirs, ("tracking_id",)).with_columns(
        pl.when(lost).then(pl.col(name)).alias(name) for name in theirs.columns[1:]
    )
    keyed = found.with_columns(pl.coalesce("order_key", "key_by_tracking").alias("order_key"))
    return _inherited(keyed.drop("key_by_tracking"))


def _inherited(rows: pl.DataFrame) -> pl.DataFrame:
    """Person and place from the order where the row has none of its own."""
    filled = []
    for group, keys in ((_PERSON, ("customer_id", "phone", "email")), (_PLACE, _PLACE)):
        present = [name for name in group if name in rows.columns]
        if not present:
            continue
        is_blank = pl.all_horizontal(pl.col(name).is_null() for name in keys if name in rows.columns)
        filled += [pl.when(is_blank).then(f"{name}_of_order").otherwise(name).alias(name) for name in present]
    return rows.with_columns(filled).drop(f"{name}_of_order" for name in (*_PERSON, *_PLACE))
