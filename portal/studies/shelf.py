"""Where studies are kept: `tenants/<id>/studies/<snapshot>-<study>-<key>.arrow`.

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

import polars as pl
from polars import CompatLevel

from portal.studies import STUDIES
from portal.studies.model import Study, shaped
from portal.warehouse.duckdb import Warehouse
from portal.warehouse.lock import exclusive, this_process
from portal.warehouse.store import SnapshotStore

_CODE = ("studies", "analysis", "metrics")
"""Folders of portal whose code decides what a study says."""
_WAIT_SECONDS = 600.0
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
        study = STUDIES[name]
        folder = self._store.folder(warehouse.tenant.id) / "studies"
        path = folder / f"{warehouse.snapshot.number}-{name}-{study_key(study, warehouse)}.arrow"
        if not path.exists():
            now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
            with exclusive(folder / f"{name}.lock", this_process(f"working out {name}", now), _WAIT_SECONDS):
                if not path.exists():
                    _write(study, warehouse, path)
                    self._clear(folder, warehouse.tenant.id)
        return path

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
        for path in folder.glob("*.arrow*"):
            is_torn = path.suffix != ".arrow" and not Path(f"/proc/{path.suffix[1:]}").exists()
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


def _write(study: Study, warehouse: Warehouse, path: Path) -> None:
    rows = shaped(study.table, study.make(warehouse))
    building = path.with_name(f"{path.name}.{os.getpid()}")
    rows.write_ipc(building, compression="uncompressed", compat_level=_PLAIN_TEXT)
    building.replace(path)
