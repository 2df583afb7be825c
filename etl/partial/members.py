"""Members of dimensions that a small load brings, changes or leaves without any row."""

from __future__ import annotations

import duckdb
import polars as pl

from etl.partial.closure import NotLocalError
from etl.partial.renumber import NATURAL, Tables, key_of, referred
from etl.warehouse_file import insert
from portal.warehouse.schema import metadata


def add_members(file: duckdb.DuckDBPyConnection, new: Tables) -> None:
    """Add members the file does not have yet.

    Raises:
        NotLocalError: a member that is there is told differently now; products are left to `mend_products`.
    """
    for name in NATURAL:
        key = str(key_of(metadata.tables[name]))
        there = file.execute(f"select * from {name}").pl()  # noqa: S608 - our own table names
        mine = new[name].cast(there.schema)
        fresh = new[name].filter(~pl.col(key).is_in(there[key].implode()))
        if name != "dim_product":
            known = mine.join(fresh.select(key), on=key, how="anti").sort(key)
            if not known.equals(there.join(known.select(key), on=key, how="semi").sort(key)):
                raise NotLocalError(f"the load changes members of {name}")
        if fresh.height:
            insert(file, {name: fresh})


def check_vanished(file: duckdb.DuckDBPyConnection, old: Tables, new: Tables) -> None:
    """Members only the old rows name must still be named by a fact.

    Raises:
        NotLocalError: one is not, and may have to go.
    """
    for name, natural in NATURAL.items():
        lost = old[name].join(new[name], on=list(natural), how="anti", nulls_equal=True)
        if lost.height and not _all_used(file, name, lost.select(natural)):
            raise NotLocalError(f"members of {name} may have lost their last row")


def _all_used(file: duckdb.DuckDBPyConnection, name: str, lost: pl.DataFrame) -> bool:
    key = str(key_of(metadata.tables[name]))
    same = " and ".join(f"d.{column} is not distinct from l.{column}" for column in lost.columns)
    file.register("lost", lost.to_arrow())
    keys = {row[0] for row in file.execute(f"select d.{key} from {name} d join lost l on {same}").fetchall()}  # noqa: S608
    file.unregister("lost")
    for table in metadata.tables.values():
        for column in table.columns.keys():  # noqa: SIM118 - not a dict
            if keys and table.name.startswith("fact_") and referred(column) == key:
                some = ", ".join(str(one) for one in sorted(keys))
                found = file.execute(f"select distinct {column} from {table.name} where {column} in ({some})")  # noqa: S608
                keys -= {row[0] for row in found.fetchall()}
    return not keys
