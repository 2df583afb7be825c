"""Loads in the application database: one row each, from its start to how it ended."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.clock import utc_now
from portal.db import Sessions, writing
from portal.models import Load

if TYPE_CHECKING:
    from pathlib import Path

    from portal.viewer import TenantRef

_KILLED = "The load was stopped before it finished. Nothing was published; load again."


class _Request(Protocol):
    """The parts of `etl.request.LoadRequest` that are written down."""

    @property
    def tenant(self) -> TenantRef: ...
    @property
    def source(self) -> str: ...
    @property
    def path(self) -> Path: ...


class _Known(Protocol):
    """`etl.request.KnownLoads`."""

    @property
    def highest(self) -> int: ...
    @property
    def served(self) -> dict[int, int]: ...


class _Report(Protocol):
    """The parts of `etl.report.LoadReport` that are written down."""

    @property
    def status(self) -> str: ...
    @property
    def snapshot(self) -> int: ...
    @property
    def rows_read(self) -> int: ...
    @property
    def rows_rejected(self) -> int: ...
    def to_json(self) -> dict[str, Any]: ...


class LoadLedger:
    """Notes loads; `etl.request.Ledger` says what each step means."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def begin(self, request: _Request, now: datetime, known: _Known) -> int:
        """A new row, running; rows of killed loads get their true end."""
        tenant_id = request.tenant.id
        with writing(self._sessions) as session:
            _close_killed(session, tenant_id, now, known.served)
            last = session.scalar(select(func.max(Load.number)).where(Load.tenant_id == tenant_id)) or 0
            number = max(last, known.highest) + 1
            session.add(
                Load(tenant_id=tenant_id, number=number, source=request.source, path=str(request.path)[:1000],
                     status="running", started_at=now, finished_at=None, snapshot=None)
            )  # fmt: skip
        return number

    def finish(self, tenant_id: int, number: int, report: _Report) -> None:
        """The load succeeded: published or unchanged."""
        with writing(self._sessions) as session:
            load = _load(session, tenant_id, number)
            load.status, load.snapshot, load.finished_at = report.status, report.snapshot, utc_now()
            load.rows_read, load.rows_rejected, load.report = report.rows_read, report.rows_rejected, report.to_json()

    def fail(self, tenant_id: int, number: int, message: str) -> None:
        """The load failed; the message is what the person was told."""
        with writing(self._sessions) as session:
            load = _load(session, tenant_id, number)
            load.status, load.message, load.finished_at = "failed", message[:2000], utc_now()


def list_loads(session: Session, tenant_id: int) -> list[Load]:
    """All loads of a tenant, newest first."""
    return list(session.scalars(select(Load).where(Load.tenant_id == tenant_id).order_by(Load.number.desc())))


def _load(session: Session, tenant_id: int, number: int) -> Load:
    return session.scalars(select(Load).where(Load.tenant_id == tenant_id, Load.number == number)).one()


def _close_killed(session: Session, tenant_id: int, now: datetime, served: dict[int, int]) -> None:
    running = select(Load).where(Load.tenant_id == tenant_id, Load.status == "running")
    for load in session.scalars(running):
        load.finished_at, load.snapshot = now, served.get(load.number)
        if load.snapshot is None:
            load.status, load.message = "failed", _KILLED
        else:
            load.status, load.message = "published", "The load was stopped after its snapshot was published."
