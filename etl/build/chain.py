"""What follows an order finds it: order keys for parcels, returns, cases, points, reviews; their customer from it."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass

import polars as pl

from etl.build.rows import look_up

_FOLLOWING = ("shipment", "return_line", "service_case", "loyalty_entry", "review", "referral",
              "coupon_use")  # fmt: skip
_PERSON = ("customer_id", "customer", "phone", "email")
_PLACE = ("city", "zone", "country")
_TOLD = ("order_key", *_PERSON, *_PLACE)
_ON = ("source", "order_id")


@dataclass(frozen=True)
class _Named:
    """Orders, by what they are called.

    Attributes:
        names: source, order_id (each pair once), and the place of what is told of it; nothing else is looked up.
        told: the columns `_TOLD` of what an order is told by.
    """

    names: pl.DataFrame
    told: pl.DataFrame


def with_orders(
    tables: Mapping[str, pl.DataFrame], orders: pl.DataFrame, ready: MutableMapping[str, pl.DataFrame]
) -> None:
    """Put tables that name an order into `ready`, with order_key (null where it is not known), its customer and place.

    An order is found by its number within the source. A parcel whose number leads nowhere is found by its tracking
    number over all sources, if exactly one order has it; anything else may name the parcel or its tracking number
    instead of the order. Customer and place are taken as wholes, and only by rows that say nothing of their own.

    Args:
        tables: staging tables by name.
        orders: documents with order_key, of `etl.build.sales`.
        ready: where they go, one after the other.
    """
    known = orders.select(*_ON, "tracking_id", *_TOLD)
    ready["shipment"] = _filled_by_tracking(_filled(tables["shipment"], _by_number(known)), known)
    others = {name: tables[name] for name in _FOLLOWING[1:]}
    named = _by_parcels(ready["shipment"], known, others)
    for name, rows in others.items():
        ready[name] = _filled(rows, named)


def _by_number(orders: pl.DataFrame) -> _Named:
    """Orders by their number."""
    return _Named(_places(orders, "order_id", 0), orders.select(_TOLD))


def _by_parcels(parcels: pl.DataFrame, orders: pl.DataFrame, others: Mapping[str, pl.DataFrame]) -> _Named:
    """Orders by every name that others call them; the order number counts most, the tracking number least."""
    asked = pl.concat([rows.select(_ON) for rows in others.values()]).unique()
    listed = ((parcels, "tracking_id", 0), (parcels, "shipment_id", 0), (orders, "order_id", parcels.height))
    every = pl.concat([_places(*each).join(asked, on=list(_ON), how="semi", maintain_order="left") for each in listed])
    told = pl.concat([parcels.select(_TOLD), orders.select(_TOLD)], rechunk=False)
    return _Named(every.unique(_ON, keep="last", maintain_order=True), told)


def _places(rows: pl.DataFrame, name: str, first: int) -> pl.DataFrame:
    """source, order_id and place of the rows that have the column `name`."""
    place = pl.int_range(first, first + rows.height, dtype=pl.UInt32, eager=True).alias("_place")
    return rows.select("source", pl.col(name).alias("order_id"), place).filter(pl.col("order_id").is_not_null())


def _filled(rows: pl.DataFrame, orders: _Named) -> pl.DataFrame:
    if not rows.height:
        return rows.with_columns(pl.lit(None, pl.Int64).alias("order_key"))
    places = look_up(rows.select(_ON), orders.names, _ON, once=True)["_place"]
    theirs = orders.told.select(
        pl.col("order_key").gather(places),
        *(pl.col(name).gather(places).alias(f"{name}_of_order") for name in (*_PERSON, *_PLACE)),
    )
    return _inherited(rows.with_columns(theirs.get_columns()))


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
