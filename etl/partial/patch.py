"""Taking the old rows of a small star out of a snapshot's file, and putting the new ones in."""

from __future__ import annotations

import duckdb
import polars as pl

from etl.partial.closure import NotLocalError
from etl.partial.renumber import Tables, key_of, referred
from etl.warehouse_file import insert
from portal.warehouse.schema import metadata

FACTS = tuple(
    name
    for name in metadata.tables
    if name.startswith("fact_") and name not in {"fact_stock_movement", "fact_stock_level", "fact_campaign_day"}
)
"""Tables whose rows come from rows that are closed over links."""

_ORIGIN = ("origin_key", "source_row", "is_recorded")
"""Where a row of a fact comes from. A returned line may come from the record of a return or from a line of an order."""

_RECORD = ("source", "customer_id", "phone", "email")
_POINTED = ("fact_order", "fact_shipment", "fact_service_case", "fact_lead", "dim_customer")


def take_out(file: duckdb.DuckDBPyConnection, old: Tables) -> None:
    """Remove what the star of the old rows says, and check that it was there, row for row.

    Raises:
        NotLocalError: the file says otherwise, or something that stays points to what would go.
    """
    gone: dict[str, pl.DataFrame] = {}
    for name in FACTS:
        if old[name].height:
            gone[name] = _take_facts(file, name, old[name])
    gone["dim_customer"] = _take_customers(file, old)
    _nothing_points_to(file, gone)


def put_in(file: duckdb.DuckDBPyConnection, new: Tables) -> None:
    """Add the facts and customers of a small star whose keys fit the file."""
    customers = {name: new[name].filter(pl.col("customer_key") != 0) for name in ("dim_customer", "customer_identity")}
    insert(file, {name: rows for name, rows in {**customers, **_facts(new)}.items() if rows.height})


def _facts(tables: Tables) -> Tables:
    return {name: tables[name] for name in FACTS}


def _take_facts(file: duckdb.DuckDBPyConnection, name: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Delete the rows that come from the same source rows as `rows`; gives them."""
    origin = ", ".join(column for column in _ORIGIN if column in rows.columns)
    file.register("old_rows", rows.select(origin.split(", ")).unique().to_arrow())
    there = file.execute(f"select * from {name} semi join old_rows using ({origin})").pl()  # noqa: S608
    _same(name, there, rows)
    file.execute(f"delete from {name} where ({origin}) in (select ({origin}) from old_rows)")  # noqa: S608
    file.unregister("old_rows")
    return there


def _take_customers(file: duckdb.DuckDBPyConnection, old: Tables) -> pl.DataFrame:
    """Delete the customers of `old` and all their records; gives their keys."""
    records = old["customer_identity"]
    if not records.height:
        return pl.DataFrame(schema={"customer_key": pl.Int64})
    file.register("old_records", records.select(_RECORD).to_arrow())
    same = " and ".join(f"i.{column} is not distinct from r.{column}" for column in _RECORD)
    keys = file.execute(
        f"select distinct customer_key from customer_identity i where exists (select 1 from old_records r where {same})"  # noqa: S608
    ).pl()
    file.unregister("old_records")
    file.register("old_keys", keys.to_arrow())
    for name in ("customer_identity", "dim_customer"):
        there = file.execute(f"select * from {name} semi join old_keys using (customer_key)").pl()  # noqa: S608
        _same(name, there, old[name].filter(pl.col("customer_key") != 0))
        file.execute(f"delete from {name} where customer_key in (select customer_key from old_keys)")  # noqa: S608
    file.unregister("old_keys")
    return keys


def _nothing_points_to(file: duckdb.DuckDBPyConnection, gone: Tables) -> None:
    for name in _POINTED:
        key = str(key_of(metadata.tables[name]))
        if name not in gone or not gone[name].height:
            continue
        file.register("gone_keys", gone[name].select(key).to_arrow())
        for table in FACTS:
            for column in metadata.tables[table].columns.keys():  # noqa: SIM118 - not a dict
                if column != key_of(metadata.tables[table]) and referred(column) == key:
                    row = file.execute(
                        f"select count(*) from {table} where {column} in (select {key} from gone_keys)"  # noqa: S608
                    ).fetchone()
                    if row and row[0]:
                        raise NotLocalError(f"{row[0]} rows of {table} that stay point to rows of {name} that go")
        file.unregister("gone_keys")


def _same(name: str, there: pl.DataFrame, rows: pl.DataFrame) -> None:
    """Whether two tables say the same but for keys, in any order.

    Raises:
        NotLocalError: they do not.
    """
    told = [column for column in rows.columns if column == "origin_key" or not column.endswith("_key")]
    mine = rows.select(told).sort(told)
    found = there.select(told).cast(mine.schema).sort(told)
    if not found.equals(mine):
        raise NotLocalError(f"{name} holds {there.height} rows where the change expects {rows.height}, or others")
