"""Where studies are kept: `tenants/<id>/studies/<snapshot>-<study>-<key>.arrow`, large ones as `.duckdb`.

The key says which policies and which code made it, so that a changed threshold is another file and nothing is ever
stale. A file is written under another name first: one that is there is whole.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import duckdb
import polars as pl
from polars import CompatLevel

from portal.studies import STUDIES
from portal.studies.model import Study, shaped
from portal.warehouse.duckdb import Warehouse
from portal.warehouse.lock import exclusive, this_process
from portal.warehouse.open_file import NATIVE
from portal.warehouse.store import SnapshotStore

_CODE = ("studies", "analysis", "metrics")
"""Folders of portal whose code decides what a study says."""
_WAIT_SECONDS = 600.0
LARGE = 50_000
"""Studies of more rows are kept as DuckDB files: asking one takes a fraction of what it takes to ask Arrow, the file is
a tenth as large, but writing it takes longer. Small ones are mapped."""
_PLAIN_TEXT = CompatLevel.oldest()
"""Text as Arrow always had it: what DuckDB filters while it reads a file, pyarrow cannot do on the newer kind."""


PointsMoved = Callable[[int], pl.DataFrame]
"""Gives the points moved in the portal for a tenant (by id)."""


class StudyShelf:
    """The studies of all tenants of an installation. Holds no state: any number of processes may use one each.

    Args:
        store: the snapshots.
        points: gives the points moved in the portal; without it there are none.
    """

    def __init__(self, store: SnapshotStore, points: PointsMoved | None = None) -> None:
        self._store = store
        self._points = points

    @property
    def version(self) -> str:
        """Changes with the code that works studies out."""
        return _code_digest()

    def path(self, name: str, warehouse: Warehouse) -> Path:
        """The file of study table `name` for a warehouse; made now when nobody has made it yet.

        Raises:
            ConflictError: another process has been making it for ten minutes.
        """
        study, folder = STUDIES[name], self.folder(warehouse.tenant.id)
        stem = folder / f"{warehouse.snapshot.number}-{name}-{study_key(study, warehouse)}"
        found = _there(stem)
        if found is None:
            now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
            with exclusive(folder / f"{name}.lock", this_process(f"working out {name}", now), _WAIT_SECONDS):
                found = _there(stem)
                if found is None:
                    found = _write(study, warehouse, stem)
                    self._clear(folder, warehouse.tenant.id)
        return found

    def folder(self, tenant_id: int) -> Path:
        """Where the files of a tenant's studies lie."""
        return self._store.folder(tenant_id) / "studies"

    def points_moved(self, tenant_id: int) -> pl.DataFrame | None:
        """Points that codes redeemed in the portal move (see `portal.points_events`); None where nobody is asked."""
        return self._points(tenant_id) if self._points is not None else None

    def make_all(self, warehouse: Warehouse) -> None:
        """Make every study of a warehouse that is not there yet."""
        for name in STUDIES:
            self.path(name, warehouse)

    def _clear(self, folder: Path, tenant_id: int) -> None:
        """Studies of snapshots that are gone, and what a killed process left, go too."""
        alive = {str(snapshot.number) for snapshot in self._store.snapshots(tenant_id)}
        for path in (*folder.glob("*.arrow*"), *folder.glob(f"*{NATIVE}*")):
            writer = path.name.removesuffix(".wal").rpartition(".")[2]
            is_torn = writer.isdecimal() and not Path(f"/proc/{writer}").exists()
            if is_torn or path.name.partition("-")[0] not in alive:
                path.unlink(missing_ok=True)


def study_key(study: Study, warehouse: Warehouse) -> str:
    """Changes with the snapshot's content, the policies the study reads, and the code of studies."""
    values = {name: warehouse.policies.get(name) for name in study.policies}
    facts = [warehouse.snapshot.checksum, values, warehouse.tenant.country, _code_digest()]
    return hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()[:16]


@lru_cache(maxsize=1)
def _code_digest() -> str:
    root = Path(__file__).resolve().parent.parent
    texts = [path.read_bytes() for folder in _CODE for path in sorted((root / folder).rglob("*.py"))]
    return hashlib.sha256(b"".join(texts)).hexdigest()


def _there(stem: Path) -> Path | None:
    found = (stem.with_name(stem.name + suffix) for suffix in (".arrow", NATIVE))
    return next((path for path in found if path.exists()), None)


def _write(study: Study, warehouse: Warehouse, stem: Path) -> Path:
    rows = shaped(study.table, study.make(warehouse))
    path = stem.with_name(stem.name + (NATIVE if rows.height > LARGE else ".arrow"))
    building = path.with_name(f"{path.name}.{os.getpid()}")
    if path.suffix == NATIVE:
        building.unlink(missing_ok=True)
        with duckdb.connect(str(building), config={"memory_limit": "1GB"}) as file:
            file.register("rows", rows.to_arrow(compat_level=_PLAIN_TEXT))
            file.execute(f"create table {study.table.name} as select * from rows")  # noqa: S608 - our own name
    else:
        rows.write_ipc(building, compression="uncompressed", compat_level=_PLAIN_TEXT)
    building.replace(path)
    return path
