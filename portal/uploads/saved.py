"""Mappings that a tenant approved, by the shape of the file they were approved for."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db import Sessions
from portal.upload_tables import SavedMapping, UploadFile


def saved_mapping(sessions: Sessions, tenant_id: int, shape: str) -> SavedMapping | None:
    """What the tenant approved for files of that shape, None without any."""
    if not shape:
        return None
    wanted = select(SavedMapping).where(SavedMapping.tenant_id == tenant_id, SavedMapping.shape == shape)
    with sessions() as session:
        return session.scalars(wanted).first()


def save_mapping(session: Session, row: UploadFile, shape: str, now: datetime) -> None:
    """Keep what an upload was loaded with for the next file of its shape."""
    if not shape:
        return
    wanted = select(SavedMapping).where(SavedMapping.tenant_id == row.tenant_id, SavedMapping.shape == shape)
    saved = session.scalars(wanted).first()
    if saved is None:
        saved = SavedMapping(tenant_id=row.tenant_id, shape=shape)
        session.add(saved)
    saved.source, saved.mapping, saved.file_name = row.source, row.mapping, row.file_name
    saved.saved_by, saved.saved_at = row.asked_by, now
