"""The rows a change can reach, as they were before the load and as they are after it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from etl.conformed import ORIGINS_PER_LOAD, LoadRows
from etl.live import LiveRows, unite_loads
from etl.partial.closure import Frames, NotLocalError, closed
from etl.partial.links import CONTEXT, LINKS
from etl.partial.people import People
from etl.partial.stored import Stored
from portal.warehouse.snapshot import Partition

MOST_CHANGED = 20_000
MOST_CONTEXT = 200_000
"""Rows that a load may change, and that the small tables may have, to be looked at this way."""


@dataclass(frozen=True)
class Sides:
    """Live rows before and after, cut down to what the change can reach.

    Attributes:
        old, new: rows that are closed over all links; rejects, counts and origins are those that went or came.
        gone, came: origin keys of the files that the load took out and put in.
    """

    old: LiveRows
    new: LiveRows
    gone: frozenset[int]
    came: frozenset[int]


def two_sides(folder: Path, before: tuple[Partition, ...], after: tuple[Partition, ...], people: People) -> Sides:
    """Work out both sides of the load that turns the live partitions `before` into `after`.

    Raises:
        NotLocalError: it changes a table that every row may depend on, or reaches too far.
    """
    old_keys, new_keys = _keys(before), _keys(after)
    gone, came = old_keys - new_keys, new_keys - old_keys
    stored = Stored(folder, tuple({one: None for one in (*before, *after)}))
    rows = closed(stored, _seeds(stored, gone | came), people)
    context = _context(stored, rows)
    return Sides(
        unite_loads(_loads(stored, {**rows, **context}, old_keys, gone)),
        unite_loads(_loads(stored, {**rows, **context}, new_keys, came)),
        gone, came,
    )  # fmt: skip


def _keys(partitions: Collection[Partition]) -> frozenset[int]:
    return frozenset(key for one in partitions for key in one.origin_keys)


def _seeds(stored: Stored, keys: Collection[int]) -> Frames:
    """The rows of the files that came and went."""
    seeds: Frames = {}
    for table in (*LINKS, *CONTEXT):
        rows = stored.of_origins(table, keys)
        if not rows.height:
            continue
        if table in CONTEXT:
            raise NotLocalError(f"the load changes {table}")
        seeds[table] = rows
    if sum(rows.height for rows in seeds.values()) > MOST_CHANGED:
        raise NotLocalError(f"the load changes more than {MOST_CHANGED:,} rows")
    return seeds


def _context(stored: Stored, rows: Frames) -> Frames:
    """The small tables whole; of movements those of the products concerned."""
    context = {table: stored.whole(table) for table in CONTEXT if table != "stock_movement"}
    products = [frame["product_id"] for frame in rows.values() if "product_id" in frame.columns]
    named = [rows[table]["product"] for table in ("order_line", "shipment") if table in rows]
    wanted = pl.concat([pl.Series("product_id", [], pl.String), *(one.alias("product_id") for one in products + named)])
    moved = stored.linked("stock_movement", {"product_id": "product"}, {"product": set(wanted.drop_nulls())})
    context["stock_movement"] = stored.of_origins("stock_movement", ()) if moved is None else moved
    if sum(frame.height for frame in context.values()) > MOST_CONTEXT:
        raise NotLocalError(f"the small tables have more than {MOST_CONTEXT:,} rows")
    return context


def _loads(stored: Stored, rows: Frames, live: Collection[int], told: Collection[int]) -> list[LoadRows]:
    """`rows` of the origins `live`, load by load; origins, rejects and counts of the origins `told`."""
    known = {load.number: load for load in stored.loads(told)}
    found = []
    mine = {table: _of(frame, live) for table, frame in rows.items()}
    for number in sorted(stored.keys):
        source = stored.keys[number][0]
        tables = {table: _of_load(frame, number) for table, frame in mine.items()}
        kept = {table: frame for table, frame in tables.items() if frame.height}
        base = known.get(number) or stored.nothing(number)
        found.append(LoadRows(number, source, base.origins, kept, base.rejects, base.read))
    return found


def _of(frame: pl.DataFrame, keys: Collection[int]) -> pl.DataFrame:
    return frame.filter(pl.col("origin_key").is_in(sorted(keys))).sort("origin_key", "source_row", maintain_order=True)


def _of_load(frame: pl.DataFrame, number: int) -> pl.DataFrame:
    return frame.filter(pl.col("origin_key") // ORIGINS_PER_LOAD == number).drop("source")
