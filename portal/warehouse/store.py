"""Snapshots on disk: which one is current, how a new one is published, how to go back.

Layout of one tenant under PORTAL_HOME:

    tenants/<tenant id>/
        load.lock                      flock: one writer
        current.json                   {"snapshot": 7}: the pointer, replaced atomically
        landing/<sha256>               every source file as received (secret columns blanked)
        conformed/<load>/<table>.parquet   canonical rows of one load; rejects.parquet beside them
        snapshots/<n>/warehouse.duckdb     immutable star schema
        snapshots/<n>/snapshot.json        manifest: checksum, load, live conformed partitions, as_of, built_at

A file that is served is never changed. A snapshot is built in `snapshots/.building-<n>`, verified, synced to disk,
renamed, and only then does the pointer move; a killed writer leaves the pointer where it was.
"""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import duckdb

from portal.errors import QualityError, UnknownNameError
from portal.warehouse.disk import replace_text, sync_folder, sync_tree
from portal.warehouse.lock import OnWait, exclusive, this_process
from portal.warehouse.snapshot import Draft, Partition, Snapshot, from_manifest, to_manifest

__all__ = ["Draft", "Partition", "Snapshot", "SnapshotStore"]

_BUILDING = ".building-"
_ARRIVING = ".arriving-"
_LOG = logging.getLogger(__name__)

Write = Callable[[Path], dict[str, int]]
"""Writes a complete DuckDB file at the path given and returns the number of rows of each table."""


class SnapshotStore:
    """The snapshots of all tenants of one installation. Holds no state: any number of processes may use one each.

    Args:
        home: PORTAL_HOME.
        keep: how many of the newest snapshots stay on disk, the current one always among them.
    """

    def __init__(self, home: Path, keep: int) -> None:
        self.home = home
        self.keep = keep

    def folder(self, tenant_id: int) -> Path:
        """Everything kept for one tenant."""
        return self.home / "tenants" / str(tenant_id)

    def lock(
        self, tenant_id: int, task: str, wait_seconds: float, on_wait: OnWait | None = None
    ) -> AbstractContextManager[None]:
        """Be the tenant's only writer while the block runs.

        Raises:
            ConflictError: somebody else still is after `wait_seconds`.
        """
        now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
        return exclusive(self.folder(tenant_id) / "load.lock", this_process(task, now), wait_seconds, on_wait)

    def current(self, tenant_id: int) -> Snapshot | None:
        """The snapshot that is served, None before the first load.

        When the pointer or the file it names is damaged, the newest intact snapshot is given instead, with the reason
        in `notice`, and an error is logged.
        """
        pointed = self.pointed(tenant_id)
        if pointed is not None:
            snapshot = self._intact(tenant_id, pointed)
            if snapshot is not None:
                return snapshot
        numbers = self._numbers(tenant_id)
        if not numbers:
            return None
        return self._fallback(tenant_id, pointed, numbers)

    def _fallback(self, tenant_id: int, pointed: int | None, numbers: list[int]) -> Snapshot:
        what = "The pointer to the current snapshot" if pointed is None else f"Snapshot {pointed}"
        for number in numbers:
            snapshot = self._intact(tenant_id, number) if number != pointed else None
            if snapshot is not None:
                notice = f"{what} is damaged; the newest intact one, snapshot {number}, is shown. Load again to repair."
                _LOG.error("tenant %s: %s", tenant_id, notice)
                return snapshot.with_notice(notice)
        _LOG.error("tenant %s: no intact snapshot is left", tenant_id)
        raise QualityError("Every snapshot of this tenant is damaged. Restore a backup or load the sources again.")

    def snapshots(self, tenant_id: int) -> list[Snapshot]:
        """The kept snapshots whose manifest can be read, newest first."""
        found = (self._manifest(tenant_id, number) for number in self._numbers(tenant_id))
        return [snapshot for snapshot in found if snapshot is not None]

    def snapshot(self, tenant_id: int, number: int) -> Snapshot:
        """One kept and intact snapshot.

        Raises:
            UnknownNameError: it is not kept (any more).
            QualityError: it is kept but damaged.
        """
        numbers = self._numbers(tenant_id)
        if number not in numbers:
            raise UnknownNameError("kept snapshot", str(number), [str(kept) for kept in numbers])
        snapshot = self._intact(tenant_id, number)
        if snapshot is None:
            raise QualityError(f"Snapshot {number} is damaged and cannot be used.")
        return snapshot

    def rollback(self, tenant_id: int, number: int) -> Snapshot:
        """Serve snapshot `number` again. Newer snapshots stay; the next load continues from this one.

        Raises:
            UnknownNameError: it is not kept.
            QualityError: it is damaged.
            ConflictError: a load is running.
        """
        with self.lock(tenant_id, f"a rollback to snapshot {number}", 0):
            snapshot = self.snapshot(tenant_id, number)
            self._point(tenant_id, number)
        return snapshot

    def clear_orphans(self, tenant_id: int) -> list[str]:
        """Remove what killed loads left behind. Call under the lock. Returns the names removed."""
        folder = self.folder(tenant_id)
        orphans = [path for part in ("snapshots", "conformed") for path in (folder / part).glob(f"{_BUILDING}*")]
        orphans += [*folder.glob("*.new"), *folder.glob(f"landing/{_ARRIVING}*")]
        for path in orphans:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        return [path.name for path in orphans]

    def publish(self, tenant_id: int, draft: Draft, write: Write) -> Snapshot:
        """Build, verify and serve a new snapshot. Call under the lock.

        Raises:
            QualityError: the file written does not hold what it should; the old snapshot stays.
        """
        snapshots = self.folder(tenant_id) / "snapshots"
        number = max(self._numbers(tenant_id), default=0) + 1
        building = snapshots / f"{_BUILDING}{number}"
        building.mkdir(parents=True)
        file = building / "warehouse.duckdb"
        counts = write(file)
        verify(file, counts)
        draft.reached("snapshot written")
        manifest = to_manifest(number, tenant_id, draft, file_checksum(file), counts)
        (building / "snapshot.json").write_text(json.dumps(manifest, indent=1))
        sync_tree(building)
        building.rename(snapshots / str(number))
        sync_folder(snapshots)
        draft.reached("snapshot renamed")
        self._point(tenant_id, number)
        draft.reached("pointer moved")
        self._prune(tenant_id, number)
        return self.snapshot(tenant_id, number)

    def _prune(self, tenant_id: int, current: int) -> None:
        """Delete all but the newest `keep`. Readers that have an old file open keep it until they close it."""
        for number in self._numbers(tenant_id)[self.keep :]:
            if number != current:
                shutil.rmtree(self.folder(tenant_id) / "snapshots" / str(number))

    def _point(self, tenant_id: int, number: int) -> None:
        replace_text(self.folder(tenant_id) / "current.json", json.dumps({"snapshot": number}))

    def pointed(self, tenant_id: int) -> int | None:
        """The number of the snapshot that should be served, without a look at it; None before the first."""
        try:
            return int(json.loads((self.folder(tenant_id) / "current.json").read_text())["snapshot"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _numbers(self, tenant_id: int) -> list[int]:
        folder = self.folder(tenant_id) / "snapshots"
        names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
        return sorted((int(name) for name in names if name.isdigit()), reverse=True)

    def _manifest(self, tenant_id: int, number: int) -> Snapshot | None:
        path = self.folder(tenant_id) / "snapshots" / str(number) / "snapshot.json"
        try:
            return _read_manifest(path, path.stat().st_mtime_ns)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def _intact(self, tenant_id: int, number: int) -> Snapshot | None:
        snapshot = self._manifest(tenant_id, number)
        return snapshot if snapshot is not None and is_intact(snapshot) else None


def file_checksum(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def is_intact(snapshot: Snapshot) -> bool:
    """Whether the file is, byte for byte, the one that was published; read in full once per process and change."""
    try:
        state = snapshot.path.stat()
    except OSError:
        return False
    return _checksum_of(snapshot.path, state.st_ino, state.st_mtime_ns, state.st_size) == snapshot.checksum


@lru_cache(maxsize=256)
def _read_manifest(path: Path, _modified: int) -> Snapshot:
    return from_manifest(json.loads(path.read_text()), path.parent / "warehouse.duckdb")


@lru_cache(maxsize=256)
def _checksum_of(path: Path, _inode: int, _modified: int, _size: int) -> str:
    return file_checksum(path)


def verify(path: Path, counts: dict[str, int]) -> None:
    """Open the file read-only as a reader would and count the rows of every table.

    Raises:
        QualityError: a table is missing or holds another number of rows than were written.
    """
    with duckdb.connect(str(path), read_only=True) as connection:
        for table, expected in counts.items():
            row = connection.execute(f'select count(*) from "{table}"').fetchone()  # noqa: S608 - our own table names
            found = row[0] if row else None
            if found != expected:
                raise QualityError(
                    f"The new snapshot holds {found} rows in {table} instead of {expected}; it was not published."
                )
