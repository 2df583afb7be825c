"""Uploads in the application database: found by their tenant, changed by whoever may."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CursorResult, Update, select
from sqlalchemy.orm import Session

from portal.db import Sessions
from portal.errors import UnknownNameError
from portal.upload_tables import UploadFile
from portal.uploads.model import Upload
from portal.viewer import TenantRef


def get(sessions: Sessions, tenant: TenantRef, upload_id: str) -> Upload:
    """The tenant's upload of that id.

    Raises:
        UnknownNameError: it has none; a foreign tenant's upload reads exactly the same.
    """
    with sessions() as session:
        return as_upload(find(session, tenant, upload_id))


def latest(sessions: Sessions, tenant: TenantRef, most: int = 20) -> list[Upload]:
    """The newest uploads of a tenant."""
    rows = select(UploadFile).where(UploadFile.tenant_id == tenant.id).order_by(UploadFile.id.desc()).limit(most)
    with sessions() as session:
        return [as_upload(row) for row in session.scalars(rows)]


def find(session: Session, tenant: TenantRef, upload_id: str) -> UploadFile:
    """The row of the tenant's upload."""
    wanted = select(UploadFile).where(UploadFile.tenant_id == tenant.id, UploadFile.token == upload_id)
    row = session.scalars(wanted).first()
    if row is None:
        raise UnknownNameError("upload", upload_id[:80], [])
    return row


def as_upload(row: UploadFile) -> Upload:
    """The row as others see it."""
    return Upload(
        row.token, row.tenant_id, row.file_name, row.size, row.received_at, row.received_by, row.state, row.message,
        row.load_number, row.retry_of,
    )  # fmt: skip


def add(session: Session, upload: Upload, now: datetime) -> UploadFile:
    """A new row."""
    row = UploadFile(
        token=upload.id, tenant_id=upload.tenant_id, file_name=upload.file_name, size=upload.size, state=upload.state,
        message=upload.message[:2000], received_at=now, received_by=upload.received_by[:254], retry_of=upload.retry_of,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def change(session: Session, statement: Update) -> int:
    """How many rows an update changed."""
    result = session.execute(statement)
    assert isinstance(result, CursorResult)
    return result.rowcount
