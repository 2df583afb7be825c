"""Build a tenant's warehouse anew from the rows that are there: after an update, or with other policies."""

from __future__ import annotations

from pathlib import Path

from etl.pipeline import LoadReport, LoadRequest
from portal.config import Settings
from portal.db import Sessions
from portal.jobs.load import run_load
from portal.viewer import TenantRef
from portal.warehouse.store import SnapshotStore

NAME = Path("the rows that are there")
"""What stands for a file in the list of loads."""


def rebuild(settings: Settings, sessions: Sessions, tenant: TenantRef) -> LoadReport | None:
    """Build anew what would come out differently today; None when the tenant has no data.

    Raises: as `etl.pipeline.run`.
    """
    current = SnapshotStore(settings.home, settings.keep_snapshots).current(tenant.id)
    if current is None or not current.partitions:
        return None
    source = current.partitions[0].source
    request = LoadRequest(tenant, source, NAME, None, settings.load_wait_seconds, is_rebuild=True)
    return run_load(settings, sessions, request)


def is_outdated(settings: Settings, sessions: Sessions, tenant: TenantRef) -> bool:
    """Whether the warehouse would come out differently with the policies and the version of today."""
    from etl.job import star_hash
    from portal.jobs.load import moment_of

    current = SnapshotStore(settings.home, settings.keep_snapshots).current(tenant.id)
    if current is None or not current.partitions:
        return False
    return current.rules_hash != star_hash(moment_of(sessions, tenant).rules(tenant))
