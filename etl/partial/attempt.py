"""A snapshot made from the one before it: may it be, and how."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from etl.build.star import Star, build_star
from etl.partial.closure import NotLocalError
from etl.partial.counts import (
    account_after,
    as_of_after,
    calendar_after,
    effects_after,
    latest_order,
    origins_after,
    sources_after,
)
from etl.partial.findings import findings_after
from etl.partial.members import add_members, check_vanished
from etl.partial.patch import put_in, take_out
from etl.partial.people import People
from etl.partial.products import mend_products
from etl.partial.renumber import highest_keys, renumbered
from etl.partial.sides import Sides, two_sides
from etl.publish import LEDGERS, LedgerSides, check_account, write_ledgers
from etl.source import TenantRules
from etl.warehouse_file import insert, open_existing
from portal.warehouse.schema import metadata
from portal.warehouse.snapshot import Partition, Snapshot

MOST_PATCHES = 500
"""Snapshots in a row made this way: rows lie out of order of date in them, and what went leaves holes."""


@dataclass(frozen=True)
class Change:
    """What a load turns into what.

    Attributes:
        base: the served snapshot.
        after: live partitions after the load.
        conformed: the tenant's folder of conformed rows; those of the load are in it.
        rules, rules_hash: as for a whole build.
        today: the tenant's business date.
    """

    base: Snapshot
    after: tuple[Partition, ...]
    conformed: Path
    rules: TenantRules
    rules_hash: str
    today: date


@dataclass(frozen=True)
class Prepared:
    """Both small stars of a change; nothing is written yet. account and as_of are those of the snapshot to come."""

    change: Change
    sides: Sides
    old: Star
    new: Star
    account: pl.DataFrame
    as_of: date | None


def prepare_patch(change: Change, least_rows: int) -> Prepared:
    """Build what is needed to publish `change` as a patch, in a tenant with at least `least_rows` orders and lines.

    Raises:
        NotLocalError: it has to be built from all rows.
    """
    base = change.base
    if base.rules_hash != change.rules_hash:
        raise NotLocalError("policies or tables have changed")
    if base.counts.get("fact_order", 0) + base.counts.get("fact_order_line", 0) < least_rows:
        raise NotLocalError("the tenant is small")
    if base.patches >= MOST_PATCHES:
        raise NotLocalError("many patches lie on top of each other")
    with duckdb.connect(str(base.path), read_only=True) as file:
        sides = two_sides(change.conformed, base.partitions, change.after, People(file, change.rules.country))
        _check_stock(sides)
        old, new = (build_star(side, change.rules, change.today) for side in (sides.old, sides.new))
        if old.rejected.height or new.rejected.height:
            raise NotLocalError("rows are rejected while building")
        account, as_of = account_after(file, old, new), as_of_after(file, old, new, change.today)
    check_account(new, account.filter(pl.col("origin_key").is_in(sorted(sides.came))))
    return Prepared(change, sides, old, new, account, as_of)


def _check_stock(sides: Sides) -> None:
    """Goods whose sales are booked from order lines have costs that depend on every line."""
    moved = pl.concat([sides.old.tables["stock_movement"], sides.new.tables["stock_movement"]])
    if moved.height:
        raise NotLocalError("the load sells goods that have movements")


@dataclass
class PatchWriter:
    """Writes the patched copy of a snapshot's file; like `etl.publish.WarehouseWriter`.

    Attributes:
        prepared: of `prepare_patch`.
        reached: told "tables written".
        ledgers: known once written.
    """

    prepared: Prepared
    reached: Callable[[str], None]
    ledgers: dict[str, pl.DataFrame] = field(default_factory=dict)

    @property
    def account(self) -> pl.DataFrame:
        """row_account of the new snapshot."""
        return self.prepared.account

    def __call__(self, path: Path) -> dict[str, int]:
        """Write the file at `path`, and `rejects.parquet` beside it; gives the number of rows of each table.

        Raises:
            NotLocalError: the file does not hold what the change expects.
        """
        base = self.prepared.change.base.path
        shutil.copyfile(base, path)
        shutil.copyfile(base.parent / "rejects.parquet", path.parent / "rejects.parquet")
        with open_existing(path) as file:
            self._patch(file)
            return {name: _count(file, name) for name in metadata.tables}

    def _patch(self, file: duckdb.DuckDBPyConnection) -> None:
        change, old, new = self.prepared.change, self.prepared.old, self.prepared.new
        tables = renumbered(new.tables, file)
        highest_line = highest_keys(file)["fact_order_line"]
        take_out(file, old.tables)
        add_members(file, tables)
        put_in(file, tables)
        check_vanished(file, old.tables, new.tables)
        mend_products(file, old, new, highest_line)
        _redate_counts(file, latest_order(file, change.today))
        _replace(file, "dim_origin", origins_after(file, self.prepared.sides))
        calendar = calendar_after(file, change.rules, change.today)
        if calendar is not None:
            _replace(file, "dim_date", calendar)
        self.reached("tables written")
        self._write_ledgers(file)

    def _write_ledgers(self, file: duckdb.DuckDBPyConnection) -> None:
        old, new = self.prepared.old, self.prepared.new
        effects = tuple(effects_after(file, old, new))
        found = findings_after(file, old.tables, new.tables)
        sides = LedgerSides(sources_after(file, old, new), effects, self.prepared.account, found)
        for name in LEDGERS:
            file.execute(f"delete from {name}")  # noqa: S608 - our own table names
        counts = {name: _count(file, name) for name in metadata.tables}
        self.ledgers = write_ledgers(file, sides, new.live.tables["product"], counts, self.prepared.change.today)


def _redate_counts(file: duckdb.DuckDBPyConnection, latest: date) -> None:
    """Counts of stock carry the day of the latest order."""
    counted = "select product_key from fact_stock_movement where is_estimated"
    file.execute(f"update fact_stock_level set stock_date = ? where product_key in ({counted}) and stock_date <> ?",  # noqa: S608
                 [latest, latest])  # fmt: skip
    file.execute("update fact_stock_movement set movement_date = ? where is_estimated and movement_date <> ?",
                 [latest, latest])  # fmt: skip


def _replace(file: duckdb.DuckDBPyConnection, name: str, rows: pl.DataFrame) -> None:
    file.execute(f"delete from {name}")  # noqa: S608 - our own table names
    insert(file, {name: rows})


def _count(file: duckdb.DuckDBPyConnection, name: str) -> int:
    row = file.execute(f"select count(*) from {name}").fetchone()  # noqa: S608 - our own table names
    return int(row[0]) if row else 0
