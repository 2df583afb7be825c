"""The audit trail: rows nobody edits, each carrying the hash of the row before it.

A changed, removed or inserted row breaks the chain at a place `first_broken_row` finds. The write lock of the
transaction (see `portal.db.writing`) keeps two writers from continuing the same row.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.log import request_id
from portal.models import AuditEvent

_CHAIN_LOCK = 7_301_988
_START = "0" * 64


@dataclass(frozen=True)
class Happening:
    """Something that must be explainable later. actor: e-mail of who did it; target: what it was done to."""

    actor: str
    action: str
    target: str = ""
    tenant_id: int | None = None
    details: dict[str, Any] = field(default_factory=dict)


def record(session: Session, happening: Happening, now: datetime) -> None:
    """Add `happening` to the trail, in the transaction of what happened (opened with `portal.db.writing`)."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CHAIN_LOCK})
    previous = session.scalar(select(AuditEvent.row_hash).order_by(AuditEvent.id.desc()).limit(1)) or _START
    row = AuditEvent(
        tenant_id=happening.tenant_id,
        actor=happening.actor[:254],
        action=happening.action[:60],
        target=happening.target[:200],
        details=happening.details,
        request_id=request_id.get(),
        happened_at=now,
        previous_hash=previous,
    )
    row.row_hash = _hash(row)
    session.add(row)
    session.flush()


def first_broken_row(session: Session) -> int | None:
    """The id of the first row whose hash or predecessor is not what it says; None when the chain holds."""
    previous = _START
    for row in session.scalars(select(AuditEvent).order_by(AuditEvent.id)):
        if row.previous_hash != previous or row.row_hash != _hash(row):
            return row.id
        previous = row.row_hash
    return None


def _hash(row: AuditEvent) -> str:
    content = [
        row.tenant_id,
        row.actor,
        row.action,
        row.target,
        row.details,
        row.request_id,
        row.happened_at.isoformat(),
        row.previous_hash,
    ]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
