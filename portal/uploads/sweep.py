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
MOST_WAITING = 50
"""Uploads of one tenant that are kept without having been loaded; a newer one takes the place of the oldest."""
TIMES_LIMIT = 10
"""How many times the size limit of one file they may take together."""
_ARRIVING = timedelta(days=1)
_WAITING = ("refused", "checked", "failed", "cancelled")


def sweep(settings: Settings, sessions: Sessions, now: datetime) -> int:
    """Delete uploads that were not loaded within `KEPT`, and those that never arrived whole; how many there were.

    What was loaded stays, and so does what is being loaded.
    """
    old = UploadFile.state.in_(_WAITING) & (UploadFile.received_at < now - KEPT)
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


def make_room(settings: Settings, sessions: Sessions, tenant_id: int) -> None:
    """Delete the oldest uploads of a tenant that were not loaded, so that nobody fills the disk with them."""
    mine = select(UploadFile).where(UploadFile.tenant_id == tenant_id, UploadFile.state.in_(_WAITING))
    room = TIMES_LIMIT * settings.upload_mb << 20
    with writing(sessions) as session:
        gone = []
        for place, row in enumerate(session.scalars(mine.order_by(UploadFile.id.desc())), start=1):
            room -= 0 if row.state == "refused" else row.size
            if place >= MOST_WAITING or room < 0:
                gone.append(row.token)
                session.delete(row)
    for token in gone:
        kept.remove(settings, tenant_id, token)


def _strays(settings: Settings, sessions: Sessions, now: datetime) -> list[Path]:
    """Folders in quarantine that no upload names."""
    before = (now - _ARRIVING - datetime(1970, 1, 1)).total_seconds()
    found = [path for path in settings.home.glob("tenants/*/quarantine/*") if path.stat().st_mtime < before]
    with sessions() as session:
        known = set(session.scalars(select(UploadFile.token)))
    return [path for path in found if path.name not in known]
