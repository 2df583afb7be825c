"""The raw rows behind what a load kept out, as they were read: from the stored copy of the file, secrets emptied.

They are read once and kept beside the rows of the load, which never change.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from etl.conformed import origin_key, read_rejects
from etl.mapping import parse_mapping
from etl.reading import Limits, read_tables
from etl.source import LandedFile, Origin, RawTable
from etl.sources import SOURCES
from portal.errors import SourceError
from portal.warehouse.store import SnapshotStore

KEPT = "raw_rows.parquet"
_SCHEMA = {"origin_key": pl.Int64, "source_row": pl.Int32, "raw": pl.String}


def raw_rows(
    store: SnapshotStore, tenant_id: int, number: int, mapping: tuple[str, str], limits: Limits
) -> pl.DataFrame:
    """Raw rows of what load `number` kept out: origin_key (global), source_row, raw (JSON object, column to text or
    null).

    Args:
        store: of the installation.
        tenant_id: whose.
        number: of the load.
        mapping: file name and text of the mapping it was read with; empty where none is known, the form of the file is
            found out then.
        limits: of the reading process.

    Raises:
        SourceError: the stored copies are not there any more, or cannot be read.
    """
    folder = store.folder(tenant_id)
    kept = folder / "conformed" / str(number) / KEPT
    if kept.exists():
        return pl.read_parquet(kept)
    wanted, files, origins = _wanted(folder, number)
    found = _read(folder, number, files, mapping, limits) if files else []
    rows = pl.concat(
        [pl.DataFrame(schema=_SCHEMA), *(_as_json(table, wanted, _keys(table, origins)) for table in found)]
    )
    arriving = kept.with_name(f".{KEPT}-{os.getpid()}")
    rows.write_parquet(arriving)
    arriving.replace(kept)
    return rows


def raw_bytes(store: SnapshotStore, tenant_id: int, number: int) -> int:
    """How much has to be read for `raw_rows`; 0 when they are kept already."""
    folder = store.folder(tenant_id)
    if (folder / "conformed" / str(number) / KEPT).exists():
        return 0
    _, files, _ = _wanted(folder, number)
    return sum(file.size for file in files)


def _wanted(folder: Path, number: int) -> tuple[pl.DataFrame, list[LandedFile], dict[tuple[str, str], int]]:
    """(origin_key and source_row that are wanted, files that have some, global key of each path and sheet)."""
    rejects, origins = read_rejects(folder / "conformed", number)
    wanted = rejects.select("origin_key", "source_row").unique()
    having = set(wanted["origin_key"])
    keys = {(origin.path, origin.sheet): origin_key(number, origin.key) for origin in origins}
    by_path = {origin.path: origin for origin in origins if origin_key(number, origin.key) in having}
    return wanted, [_landed(folder / "landing", origin) for origin in by_path.values()], keys


def _landed(landing: Path, origin: Origin) -> LandedFile:
    path = landing / origin.sha256
    size = path.stat().st_size if path.exists() else 0
    return LandedFile(path, origin.path, origin.file_name, origin.sha256, size)


def _read(
    folder: Path, number: int, files: Sequence[LandedFile], mapping: tuple[str, str], limits: Limits
) -> list[RawTable]:
    gone = [file.file_name for file in files if not file.path.exists()]
    if gone:
        raise SourceError(f"The stored copy of {gone[0]} is not there any more.")
    about: dict[str, Any] = json.loads((folder / "conformed" / str(number) / "load.json").read_text())
    source = SOURCES[about["source"]]
    formats = parse_mapping(mapping[1], mapping[0]).formats() if mapping[1] else source.formats
    return read_tables(files, formats, limits, source.forms)


def _keys(table: RawTable, known: dict[tuple[str, str], int]) -> pl.DataFrame:
    """Key of an origin in this reading to its key in the load."""
    pairs = [(one.key, known[one.path, one.sheet]) for one in table.origins if (one.path, one.sheet) in known]
    return pl.DataFrame(pairs, schema={"origin_key": pl.Int64, "load_key": pl.Int64}, orient="row")


def _as_json(table: RawTable, wanted: pl.DataFrame, keys: pl.DataFrame) -> pl.DataFrame:
    """The wanted rows of a table; empty cells are null."""
    rows = (
        table.frame.join(keys, on="origin_key")
        .with_columns(pl.col("load_key").alias("origin_key"))
        .drop("load_key")
        .join(wanted, on=["origin_key", "source_row"], how="semi")
    )
    texts = [json.dumps(row, ensure_ascii=False) for row in rows.select(table.columns).iter_rows(named=True)]
    return rows.select("origin_key", "source_row").with_columns(pl.Series("raw", texts, pl.String))
