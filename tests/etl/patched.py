"""Loads published twice: as a patch of the last snapshot, and built from all rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import duckdb
import polars as pl

from etl.build.star import build_star
from etl.conformed import LoadRows, partitions_of, read_partitions, save_load, with_new
from etl.live import unite_loads
from etl.partial.attempt import Change, PatchWriter, prepare_patch
from etl.partial.renumber import OWNERS, key_of, referred
from etl.publish import WarehouseWriter, account_for
from etl.source import TenantRules
from portal.warehouse.schema import metadata
from portal.warehouse.snapshot import Partition, Snapshot
from tests.etl.frames import TODAY

Contents = dict[str, pl.DataFrame]


class Published:
    """Snapshots of one shop below a folder; nothing is served."""

    def __init__(self, folder: Path, rules: TenantRules) -> None:
        self.folder, self.rules = folder, rules
        self.conformed = folder / "conformed"
        self.conformed.mkdir(parents=True)

    def built(self, name: str, partitions: Sequence[Partition]) -> Snapshot:
        """All rows of the partitions."""
        star = build_star(unite_loads(read_partitions(self.conformed, partitions, None)), self.rules, TODAY)
        writer = WarehouseWriter(star, account_for(star), TODAY, lambda _step: None)
        return self._snapshot(name, writer, tuple(partitions))

    def patched(self, name: str, base: Snapshot, partitions: tuple[Partition, ...]) -> Snapshot:
        """A copy of `base` with what changes. Raises NotLocalError where it cannot be."""
        prepared = prepare_patch(Change(base, partitions, self.conformed, self.rules, "rules", TODAY), least_rows=0)
        return self._snapshot(name, PatchWriter(prepared, lambda _step: None), partitions)

    def after(self, base: Snapshot | None, load: LoadRows, replace: bool = False) -> tuple[Partition, ...]:
        """The live partitions once `load` is conformed; with `replace` it is a newer version of the first file."""
        save_load(self.conformed, load)
        live = base.partitions if base else ()
        new = partitions_of(load, "rules", "replace")
        if replace and live:
            return (*live[1:], *new)
        return with_new(live, new)[0]

    def _snapshot(
        self, name: str, writer: WarehouseWriter | PatchWriter, partitions: tuple[Partition, ...]
    ) -> Snapshot:
        path = self.folder / name / "warehouse.duckdb"
        path.parent.mkdir()
        counts = writer(path)
        now = datetime(2026, 4, 1)
        return Snapshot(1, 1, path, now, 1, None, "", "GBP", partitions, "rules", counts=counts)


def contents(path: Path) -> Contents:
    """Every table of a snapshot's file, keys told as what they stand for, in one order."""
    with duckdb.connect(str(path), read_only=True) as file:
        tables = {name: file.execute(f"select * from {name}").pl() for name in metadata.tables}
    return {name: _told(name, rows, tables) for name, rows in tables.items()}


def _told(name: str, rows: pl.DataFrame, tables: Contents) -> pl.DataFrame:
    own = key_of(metadata.tables[name])
    for column in rows.columns:
        owner = referred(column)
        if owner is not None and column != own:
            rows = rows.join(_names(owner, tables), left_on=column, right_on=owner, how="left", maintain_order="left")
            rows = rows.with_columns(pl.col("told").alias(column)).drop("told")
    plain = rows.drop(own) if own and own != "origin_key" else rows
    if name == "tie_out":
        plain = plain.with_columns(pl.col("explanation").str.split("; ").list.sort().list.join("; "))
    return plain.sort(plain.columns, nulls_last=True)


def _names(key: str, tables: Contents) -> pl.DataFrame:
    """Columns `key` and told: everything the row says beside keys."""
    rows = tables[OWNERS[key]]
    words = [pl.col(column).cast(pl.String).fill_null("") for column in rows.columns if not column.endswith("_key")]
    lineage = [pl.col(column).cast(pl.String) for column in ("origin_key",) if column in rows.columns]
    told = pl.when(pl.col(key) == 0).then(pl.lit("")).otherwise(pl.concat_str([*words, *lineage], separator="|"))
    return rows.select(key, told.alias("told"))


def differences(one: Path, other: Path) -> list[str]:
    """Tables in which two snapshots differ."""
    mine, theirs = contents(one), contents(other)
    return [name for name, rows in mine.items() if not rows.equals(theirs[name])]
