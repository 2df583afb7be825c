"""Keys of a small star made those of the snapshot it goes into."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import polars as pl
from sqlalchemy import Table

from etl.partial.closure import NotLocalError
from portal.warehouse.schema import metadata

NATURAL: dict[str, tuple[str, ...]] = {
    "dim_channel": ("channel",), "dim_courier": ("courier",), "dim_hub": ("hub",),
    "dim_place": ("city", "zone", "country"), "dim_shop": ("shop",), "dim_payment_method": ("payment_method",),
    "dim_employee": ("source", "employee_id"), "dim_campaign": ("source", "campaign_id"),
    "dim_product": ("source", "product_id"),
}  # fmt: skip
"""Dimensions whose members are found again by these columns; all others get new keys."""

_ALSO = {"main_order_key": "order_key", "main_shipment_key": "shipment_key", "referrer_key": "customer_key",
         "referee_key": "customer_key"}  # fmt: skip
_OWN = ("event_key", "origin_key")
"""Not keys of another table: several tables count events for themselves; origins have one number for ever."""

Tables = Mapping[str, pl.DataFrame]


def key_of(table: Table) -> str | None:
    """The table's own key column; None for tables without one."""
    return next((column.name for column in table.primary_key.columns), None)


OWNERS = {key: name for name, table in metadata.tables.items() if (key := key_of(table)) and key not in _OWN}
"""Key column to the table it is the key of."""


def referred(column: str) -> str | None:
    """The key column of another table that `column` refers to; None for any other column."""
    name = _ALSO.get(column, column)
    return name if name in OWNERS else None


def highest_keys(base: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Table to its highest key."""
    found = {}
    for name, table in metadata.tables.items():
        key = key_of(table)
        if key is not None and key != "origin_key":
            row = base.execute(f"select coalesce(max({key}), 0) from {name}").fetchone()  # noqa: S608 - our own names
            found[name] = int(row[0]) if row else 0
    return found


def renumbered(tables: Tables, base: duckdb.DuckDBPyConnection) -> Tables:
    """`tables` of a small star with keys that fit the snapshot at `base`: known members keep theirs."""
    highest = highest_keys(base)
    known = {name: _known(name, tables[name], base, highest[name]) for name in NATURAL}
    done = {}
    for name, rows in tables.items():
        own = key_of(metadata.tables[name])
        columns = []
        for column in rows.columns:
            owner = name if column == own else OWNERS.get(referred(column) or "")
            if owner is not None and column != "origin_key":
                columns.append(_new_key(column, known.get(owner), highest[owner]))
        done[name] = rows.with_columns(columns)
    return done


def _new_key(column: str, known: pl.DataFrame | None, highest: int) -> pl.Expr:
    key = pl.col(column)
    if known is None:
        return pl.when(key > 0).then(key + highest).otherwise(key).alias(column)
    return key.replace_strict(known["local"], known["key"], return_dtype=pl.Int64).alias(column)


def _known(name: str, members: pl.DataFrame, base: duckdb.DuckDBPyConnection, highest: int) -> pl.DataFrame:
    """Columns local and key: of each member of a dimension, 0 included."""
    key, natural = str(key_of(metadata.tables[name])), list(NATURAL[name])
    there = base.execute(f"select {key} as there, {', '.join(natural)} from {name} where {key} <> 0").pl()  # noqa: S608
    if there.select(pl.struct(natural).is_duplicated().any()).item():
        raise NotLocalError(f"{name} has two members of one name")
    mine = members.filter(pl.col(key) != 0).select(pl.col(key).alias("local"), *natural).sort("local")
    found = mine.join(there, on=natural, how="left", nulls_equal=True, maintain_order="left")
    is_new = pl.col("there").is_null()
    numbered = found.with_columns(pl.coalesce("there", is_new.cum_sum() + highest).cast(pl.Int64).alias("key"))
    unknown = pl.DataFrame({"local": [0], "key": [0]}, schema={"local": pl.Int64, "key": pl.Int64})
    return pl.concat([unknown, numbered.select("local", "key")])
