"""Uploads that nobody loaded are deleted after a while, and so is what a broken-off upload left."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import or_, select

from portal.config import Settings
from portal.db import Sessions, writing
from portal.upload_tables import UploadFile
from portal.uploads import kept

KEPT = timedelta(days=7)
"""How long an upload that was not loaded is kept after it arrived."""
_ARRIVING = timedelta(days=1)


def sweep(settings: Settings, sessions: Sessions, now: datetime) -> int:
    """Delete uploads that were not loaded within `KEPT`, and those that never arrived whole; how many there were.

    What was loaded stays, and so does what is being loaded.
    """
    old = UploadFile.state.in_(("refused", "checked", "failed", "cancelled")) & (UploadFile.received_at < now - KEPT)
    broken = (UploadFile.state == "quarantined") & (UploadFile.received_at < now - _ARRIVING)
    with writing(sessions) as session:
        gone = session.scalars(select(UploadFile).where(or_(old, broken))).all()
        for row in gone:
            session.delete(row)
    for row in gone:
        kept.remove(settings, row.tenant_id, row.token)
    strays = _strays(settings, sessions, now)
    for folder in strays:
        shutil.rmtree(folder, ignore_errors=True)
    return len(gone) + len(strays)


def _strays(settings: Settings, sessions: Sessions, now: datetime) -> list[Path]:
    """Folders in quarantine that no upload names."""
    before = (now - _ARRIVING - datetime(1970, 1, 1)).total_seconds()
    found = [path for path in settings.home.glob("tenants/*/quarantine/*") if path.stat().st_mtime < before]
    with sessions() as session:
        known = set(session.scalars(select(UploadFile.token)))
    return [path for path in found if path.name not in known]
