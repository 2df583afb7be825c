"""Conformed rows on disk: one immutable Parquet file per load and staging table, and which of them are live.

A partition is one source file's rows. The manifest of a snapshot lists the live partitions; a file loaded again
replaces its partition, or adds one when the mapping says append. Rows carry a global `origin_key`: the load number
times a million plus the number of the file or sheet within that load, so that it is unique and never changes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl

from etl.read.spool import forget_pages
from etl.source import Conformed, Origin
from etl.staging import REJECTS, STAGING
from etl.stored_tables import StoredTables, silent_columns, slim
from portal.errors import DeliveryError
from portal.warehouse.disk import sync_folder, sync_tree
from portal.warehouse.snapshot import Partition

CONFORM_VERSION = 1
"""Raised when conform gives other rows for the same file and mapping."""

ORIGINS_PER_LOAD = 1_000_000


@dataclass(frozen=True)
class LoadRows:
    """The conformed rows of one load.

    Attributes:
        number: load number.
        source: name of the source.
        origins: its files and sheets; keys are still local to the load.
        tables, rejects: as in `Conformed`, with global origin keys.
        read: (global origin key, staging table) to rows read.
    """

    number: int
    source: str
    origins: tuple[Origin, ...]
    tables: Mapping[str, pl.DataFrame]
    rejects: pl.DataFrame
    read: dict[tuple[int, str], int] = field(default_factory=dict)


def origin_key(load_number: int, key: int) -> int:
    """Global key of an origin, stable over loads."""
    return load_number * ORIGINS_PER_LOAD + key


def from_conformed(number: int, source: str, origins: tuple[Origin, ...], conformed: Conformed) -> LoadRows:
    """The result of `conform` as the rows of load `number`."""
    globally = pl.col("origin_key") + number * ORIGINS_PER_LOAD
    tables = {name: slim(frame.with_columns(globally)) for name, frame in conformed.tables.items() if frame.height}
    read = {(origin_key(number, key), table): count for (key, table), count in conformed.read.items()}
    return LoadRows(number, source, origins, tables, conformed.rejects.with_columns(globally), read)


def save_load(folder: Path, rows: LoadRows) -> LoadRows:
    """Write the rows of one load under `folder`/<number>, whole or not at all; gives the load with them on disk."""
    building = folder / f".building-{rows.number}"
    building.mkdir(parents=True)
    for name, frame in rows.tables.items():
        _write(frame.drop(silent_columns(frame)), building / f"{name}.parquet")
        forget_pages()
    _write(rows.rejects, building / "rejects.parquet")
    about = {
        "source": rows.source,
        "origins": [asdict(origin) for origin in rows.origins],
        "read": [[key, table, count] for (key, table), count in sorted(rows.read.items())],
    }
    (building / "load.json").write_text(json.dumps(about))
    sync_tree(building)
    building.rename(folder / str(rows.number))
    sync_folder(folder)
    keys = tuple(origin_key(rows.number, origin.key) for origin in rows.origins)
    return replace(rows, tables=StoredTables(folder / str(rows.number), keys))


def _write(frame: pl.DataFrame, path: Path) -> None:
    try:
        frame.write_parquet(path, compression="lz4", statistics=False)
    except pl.exceptions.ComputeError as error:  # Polars hides the operating system's reason
        raise DeliveryError(
            f"{path.name} could not be written below PORTAL_HOME, most likely because the disk is full. Nothing was "
            f"published. Free some space and load again. ({error})"
        ) from error


def read_load(folder: Path, number: int, keys: Sequence[int]) -> LoadRows:
    """The rows of load `number` that came from the origins `keys` (global); tables are read when they are asked for."""
    about: dict[str, Any] = json.loads((folder / str(number) / "load.json").read_text())
    rejects = pl.read_parquet(folder / str(number) / "rejects.parquet").filter(pl.col("origin_key").is_in(keys))
    wanted = set(keys)
    origins = tuple(
        origin for origin in (Origin(**one) for one in about["origins"]) if origin_key(number, origin.key) in wanted
    )
    read = {(key, table): count for key, table, count in about["read"] if key in wanted}
    return LoadRows(number, about["source"], origins, StoredTables(folder / str(number), tuple(keys)), rejects, read)


def read_rejects(folder: Path, number: int) -> tuple[pl.DataFrame, tuple[Origin, ...]]:
    """Rejects of load `number` (global origin keys) and its origins; empty when it read nothing."""
    if not (folder / str(number)).is_dir():
        return pl.DataFrame(schema=REJECTS), ()
    about = json.loads((folder / str(number) / "load.json").read_text())
    rejects = pl.read_parquet(folder / str(number) / "rejects.parquet")
    return rejects, tuple(Origin(**one) for one in about["origins"])


def partitions_of(rows: LoadRows, rules_hash: str, mode: str) -> tuple[Partition, ...]:
    """One partition per source file of the load, its sheets together."""
    by_path: dict[str, list[Origin]] = {}
    for origin in rows.origins:
        by_path.setdefault(origin.path, []).append(origin)
    return tuple(
        Partition(
            rows.source, path, rows.number, origins[0].sha256, rules_hash,
            tuple(origin_key(rows.number, origin.key) for origin in origins), mode,
        )
        for path, origins in by_path.items()
    )  # fmt: skip


def with_new(live: Sequence[Partition], new: Sequence[Partition]) -> tuple[tuple[Partition, ...], list[Partition]]:
    """The live partitions after a load, and those it replaced.

    A new partition replaces older ones of its source and path; with mode append only those of the same content.
    """
    by_path: dict[tuple[str, str], list[Partition]] = {}
    for partition in new:
        by_path.setdefault((partition.source, partition.path), []).append(partition)

    def is_replaced(old: Partition) -> bool:
        newer = by_path.get((old.source, old.path), [])
        return any(one.mode != "append" or one.sha256 == old.sha256 for one in newer)

    replaced = [old for old in live if is_replaced(old)]
    return (*(old for old in live if not is_replaced(old)), *new), replaced


def replace_partitions(
    folder: Path, live: Sequence[Partition], new: Sequence[Partition], fresh: LoadRows, keeps: Collection[str]
) -> tuple[tuple[Partition, ...], dict[str, int]]:
    """(live partitions after a load, staging table to rows withdrawn).

    Args:
        folder: of the tenant's conformed rows.
        live, new: as `with_new`.
        fresh: rows of `new`.
        keeps: sheets whose rows are never withdrawn: an older version that has some the new one lacks stays beside it.
    """
    partitions, replaced = with_new(live, new)
    kept, gone = [], []
    for old in replaced:
        keys = _keys_of_sheets(folder, old, keeps) if keeps else ()
        if keys and count_withdrawn(folder, [replace(old, origin_keys=keys)], fresh):
            path = f"{old.path}#{old.load_number}"  # no newer version of the file replaces it
            kept.append(replace(old, path=path, origin_keys=keys, mode="append"))
            gone.append(replace(old, origin_keys=tuple(key for key in old.origin_keys if key not in keys)))
        else:
            gone.append(old)
    return (*partitions, *kept), count_withdrawn(folder, gone, fresh)


def _keys_of_sheets(folder: Path, partition: Partition, sheets: Collection[str]) -> tuple[int, ...]:
    about = json.loads((folder / str(partition.load_number) / "load.json").read_text())
    named = {origin_key(partition.load_number, one["key"]) for one in about["origins"] if one["sheet"] in sheets}
    return tuple(key for key in partition.origin_keys if key in named)


def read_partitions(folder: Path, partitions: Sequence[Partition], fresh: LoadRows | None) -> list[LoadRows]:
    """The rows of all `partitions`, load by load; those of `fresh` are taken from memory."""
    keys: dict[int, list[int]] = {}
    for partition in partitions:
        keys.setdefault(partition.load_number, []).extend(partition.origin_keys)
    return [
        fresh if fresh is not None and number == fresh.number else read_load(folder, number, keys[number])
        for number in sorted(keys)
    ]


def count_withdrawn(folder: Path, replaced: Sequence[Partition], fresh: LoadRows | None) -> dict[str, int]:
    """Staging table to number of rows that `replaced` files had and what is read now has not."""
    withdrawn: dict[str, int] = {}
    for load in read_partitions(folder, replaced, None):
        for name, rows in load.tables.items():
            new = fresh.tables.get(name) if fresh is not None else None
            gone = rows if new is None else rows.join(new, on="row_key", how="anti")
            if gone.height:
                withdrawn[name] = withdrawn.get(name, 0) + gone.height
    return withdrawn


def conform_hash(source: str, mapping_hash: str, *facts: str) -> str:
    """Hash of all that decides how a file's rows are conformed: mapping, staging schema, version, tenant facts."""
    schema = {name: {column: str(dtype) for column, dtype in table.schema().items()} for name, table in STAGING.items()}
    text = json.dumps([CONFORM_VERSION, source, mapping_hash, schema, facts], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def rows_read(folder: Path, partitions: Sequence[Partition]) -> dict[str, int]:
    """Staging table to number of rows read from the files of `partitions`."""
    counts: dict[str, int] = {}
    for number in {partition.load_number for partition in partitions}:
        about = json.loads((folder / str(number) / "load.json").read_text())
        keys = {key for partition in partitions if partition.load_number == number for key in partition.origin_keys}
        for key, table, count in about["read"]:
            if key in keys:
                counts[table] = counts.get(table, 0) + count
    return counts
