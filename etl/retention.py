"""Conformed rows that no kept snapshot needs any more are deleted, so that syncs do not fill the disk.

Of a load whose rows newer ones replaced, what it kept out stays readable for a while: people look at the rejects of the
last loads. A mark is written before the first file goes, so that whoever still looks for a table there is told that it
is gone, and never takes it for empty. Killed at any moment it leaves what is needed untouched, and is repeated.
"""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

from etl.stored_tables import EMPTIED
from portal.warehouse.store import SnapshotStore

KEPT_LOADS = 50
"""As many of the newest loads keep their report, their rejects and the raw rows behind these."""
_STAYS = {"load.json", "rejects.parquet", "raw_rows.parquet", EMPTIED}
_GOING = ".building-gone-"
"""Begins like what a killed load leaves, and is cleared with it."""
_LOG = logging.getLogger(__name__)


def clear_replaced(store: SnapshotStore, tenant_id: int) -> list[int]:
    """Delete what no kept snapshot needs; numbers of the loads of which something was deleted. Call under the lock.

    Nothing is deleted while the needs of a kept snapshot cannot be read. A disk that refuses is logged: a load does not
    fail for it.
    """
    folder = store.folder(tenant_id) / "conformed"
    needed = _needed(store, tenant_id)
    if needed is None or not folder.is_dir():
        return []
    numbers = sorted((int(path.name) for path in folder.glob("[0-9]*")), reverse=True)
    try:
        return [
            number for place, number in enumerate(numbers)
            if number not in needed and _clear(folder / str(number), is_old=place >= KEPT_LOADS)
        ]  # fmt: skip
    except OSError as problem:
        _LOG.warning("tenant %s: replaced rows could not be deleted: %s", tenant_id, problem)
        return []


def _needed(store: SnapshotStore, tenant_id: int) -> set[int] | None:
    """Loads that hold rows of a kept snapshot; None where one of them cannot be read."""
    kept = store.snapshots(tenant_id)
    folders = [path for path in (store.folder(tenant_id) / "snapshots").glob("[0-9]*") if path.name.isdigit()]
    if not kept or len(kept) != len(folders):
        return None
    return {snapshot.load_number for snapshot in kept} | {
        partition.load_number for snapshot in kept for partition in snapshot.partitions
    }


def _clear(folder: Path, *, is_old: bool) -> bool:
    """Whether anything was deleted."""
    if is_old:
        going = folder.with_name(f"{_GOING}{folder.name}")
        folder.rename(going)
        shutil.rmtree(going)
        return True
    tables = [path for path in folder.iterdir() if path.name not in _STAYS and path.suffix == ".parquet"]
    if not tables:
        return False
    (folder / EMPTIED).touch(mode=0o600)
    for path in tables:
        path.unlink()
    return True
