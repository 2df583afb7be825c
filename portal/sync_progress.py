"""How far the syncs are that run or wait: told by whoever runs them, shown to people."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.load_steps import WAITING, phase_after, read_words, share_done, time_words
from portal.models import SyncRun
from portal.sync_runs import Claim


@dataclass(frozen=True)
class Running:
    """One sync that runs, or waits for a worker.

    Attributes:
        sentence: what it is doing and how far it is.
        share: 0 to 1, about what is done of it.
        is_waiting: nobody has begun.
    """

    sentence: str
    share: float
    is_waiting: bool = False


def note(session: Session, claim: Claim, values: dict[str, Any]) -> None:
    """Note step, rows_read, bytes_read or bytes_whole of a run while it is ours."""
    mine = update(SyncRun).where(
        SyncRun.id == claim.run_id, SyncRun.holder == claim.holder, SyncRun.status == "running"
    )
    session.execute(mine.values(**values))


def running(session: Session, tenant_ids: Collection[int], now: datetime) -> dict[int, Running]:
    """Source to the sync of it that runs or else waits; a run nobody holds any more waits to be taken over."""
    wanted = select(SyncRun).where(SyncRun.tenant_id.in_(tenant_ids), SyncRun.status.in_(("running", "waiting")))
    found: dict[int, Running] = {}
    for run in session.scalars(wanted.order_by(SyncRun.id.desc())):
        is_held = run.status == "running" and run.lease_until is not None and run.lease_until > now
        if is_held or run.source_id not in found:
            found[run.source_id] = _running(run, now) if is_held else Running(_waits(), 0.0, True)
    return found


def _waits() -> str:
    return f"{phase_after(WAITING).name}."


def _running(run: SyncRun, now: datetime) -> Running:
    phase = phase_after(run.step)
    read = read_words(run.rows_read, run.bytes_read, run.bytes_whole)
    seconds = max(int((now - (run.started_at or now)).total_seconds()), 0)
    said = [phase.name, *([read] if read else []), f"{time_words(seconds)} so far"]
    return Running(f"{', '.join(said)}.", share_done(run.step, run.bytes_read, run.bytes_whole))
