"""Build a tenant's warehouse anew from the rows that are there, because something else than a file has changed."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import sync_runs
from portal.models import DataSource
from portal.source_changes import By
from portal.viewer import TenantRef


def ask_rebuild(session: Session, tenant: TenantRef, by: By) -> bool:
    """Ask a worker to look at one source of the tenant again: with other policies the whole warehouse is built anew.

    A source whose files are at hand is asked rather than one that has to be reached.

    Returns:
        False when the tenant has no source that is kept in sync; then the next load does it.
    """
    rows = session.scalars(select(DataSource).where(DataSource.tenant_id == tenant.id, DataSource.is_active)).all()
    asked = min(
        rows, key=lambda row: (row.last_load is None, row.failures, "://" in row.location, row.id), default=None
    )
    if asked is None or asked.last_load is None:
        return False
    sync_runs.ask(session, asked, *by)
    return True
