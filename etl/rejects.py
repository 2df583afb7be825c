"""Rows kept out of the warehouse, as people and machines read them."""

from __future__ import annotations

from typing import Any

import polars as pl

from etl.conformed import origin_key, read_rejects
from etl.source import Origin
from etl.staging import REJECTS
from portal.errors import UnknownNameError
from portal.warehouse.store import SnapshotStore


def load_rejects(store: SnapshotStore, tenant_id: int, number: int) -> list[dict[str, Any]]:
    """Rows that load `number` rejected or excluded: `rejects_frame` as records.

    Raises:
        UnknownNameError: that load read nothing or does not exist.
    """
    return rejects_frame(store, tenant_id, number).drop("origin_key").to_dicts()


def rejects_frame(store: SnapshotStore, tenant_id: int, number: int) -> pl.DataFrame:
    """Rows that load `number` rejected or excluded, published or not, by file and row: origin_key, place, row, table,
    outcome, rule, column, value.

    Rows that were rejected while building (no exchange rate) are those of the served snapshot.

    Raises:
        UnknownNameError: that load read nothing or does not exist.
    """
    folder = store.folder(tenant_id) / "conformed"
    known = [path.name for path in folder.glob("[0-9]*")] if folder.is_dir() else []
    if str(number) not in known:
        raise UnknownNameError("load with rows of its own", str(number), known)
    rejects, origins = read_rejects(folder, number)
    places = _places(number, origins)
    built = _rejected_while_building(store, tenant_id).filter(pl.col("origin_key").is_in(list(places)))
    return _listed(pl.concat([rejects, built]), places)


def served_rejects(store: SnapshotStore, tenant_id: int) -> list[dict[str, Any]]:
    """Rows kept out of the served snapshot: those of the files now in use."""
    current = store.current(tenant_id)
    folder = store.folder(tenant_id) / "conformed"
    keys: dict[int, list[int]] = {}
    for partition in current.partitions if current else ():
        keys.setdefault(partition.load_number, []).extend(partition.origin_keys)
    parts = [_rejected_while_building(store, tenant_id)]
    places: dict[int, str] = {}
    for number, mine in sorted(keys.items()):
        rejects, origins = read_rejects(folder, number)
        parts.append(rejects.filter(pl.col("origin_key").is_in(mine)))
        places |= _places(number, origins)
    return _listed(pl.concat(parts), places).drop("origin_key").to_dicts()


def _rejected_while_building(store: SnapshotStore, tenant_id: int) -> pl.DataFrame:
    current = store.current(tenant_id)
    if current is None:
        return pl.DataFrame(schema=REJECTS)
    return pl.read_parquet(current.path.parent / "rejects.parquet").select(list(REJECTS))


def _places(number: int, origins: tuple[Origin, ...]) -> dict[int, str]:
    return {
        origin_key(number, origin.key): f"{origin.file_name}, sheet {origin.sheet}"
        if origin.sheet
        else origin.file_name
        for origin in origins
    }


def _listed(rejects: pl.DataFrame, places: dict[int, str]) -> pl.DataFrame:
    place = pl.col("origin_key").replace_strict(places, default="?", return_dtype=pl.String) if places else pl.lit("?")
    return rejects.sort("origin_key", "source_row", "staging_table").select(
        "origin_key", place.alias("place"), pl.col("source_row").alias("row"), pl.col("staging_table").alias("table"),
        "outcome", "rule", "column", "value",
    )  # fmt: skip
