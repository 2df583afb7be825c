"""What is chosen for an upload before its load, kept with it: a reload or a colleague's link goes on from there."""

from __future__ import annotations

from sqlalchemy import update

from portal.db import Sessions, writing
from portal.errors import ConflictError
from portal.upload_tables import UploadFile
from portal.uploads import records
from portal.uploads.model import Choice
from portal.viewer import TenantRef

OPEN = ("checked", "failed", "cancelled")
"""States in which something can be chosen."""


def draft(sessions: Sessions, tenant: TenantRef, upload_id: str) -> Choice | None:
    """What was chosen for the tenant's upload; None: nothing yet.

    Raises:
        UnknownNameError: the tenant has no such upload.
    """
    with sessions() as session:
        row = records.find(session, tenant, upload_id)
        return Choice(row.source, row.mapping or None) if row.source else None


def keep_draft(sessions: Sessions, tenant: TenantRef, upload_id: str, choice: Choice) -> None:
    """Keep what is chosen for the tenant's upload.

    Raises:
        UnknownNameError: the tenant has no such upload.
        ConflictError: its load was asked for meanwhile.
    """
    with writing(sessions) as session:
        records.find(session, tenant, upload_id)
        open_one = (
            UploadFile.tenant_id == tenant.id,
            UploadFile.token == upload_id,
            UploadFile.state.in_(OPEN),
        )
        values = {"source": choice.source, "mapping": choice.mapping or ""}
        if not records.change(session, update(UploadFile).where(*open_one).values(**values)):
            raise ConflictError("Somebody has asked for the load of this file. Look at step Load, then add it again.")
