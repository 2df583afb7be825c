"""Which sync runs when, and who runs it: slots are claimed once, with a lease.

Any number of workers may claim at the same time. A slot is a row that is unique for its source, so it is run by one
of them. Whoever runs it renews the lease; when it is killed, the lease ends and the next worker takes the same slot
over. One tenant is synced by one worker at a time, as its warehouse has one writer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import CursorResult, Select, Update, delete, select, update
from sqlalchemy.orm import Session

from portal.errors import ConflictError
from portal.freshness import not_before
from portal.models import DataSource, SyncRun, Tenant
from portal.schedule import Slot, parse_schedule
from portal.upload_tables import UploadFile

LEASE = timedelta(seconds=45)
MOST_ATTEMPTS = 3
_KEPT = timedelta(days=14)
_STOPPED = (
    f"The sync was stopped {MOST_ATTEMPTS} times before it finished, perhaps for want of memory. Nothing was lost. "
    "See the log, then sync again."
)


@dataclass(frozen=True)
class Claim:
    """A slot this process may run: the run, its source and tenant, and the word that proves it is ours."""

    run_id: int
    source_id: int
    tenant_id: int
    slot: str
    holder: str


@dataclass(frozen=True)
class Ending:
    """How a sync ended.

    Attributes:
        status: published, unchanged or failed.
        message: what a person should know, required when it failed.
        fingerprint, watermark: what was seen and how far an API was read; None leaves what was noted before.
        data_until: latest business date this kind of source brought.
    """

    status: str
    message: str = ""
    load_number: int | None = None
    rows_read: int = 0
    fingerprint: str | None = None
    watermark: str | None = None
    data_until: date | None = None


def claim_next(session: Session, holder: str, now: datetime) -> Claim | None:
    """Claim one run that is asked for, abandoned or due; None when there is none. Open with `portal.db.writing`.

    What people asked for goes first, then what has waited longest.
    """
    rows = session.execute(
        select(DataSource, Tenant.timezone).join(Tenant, Tenant.id == DataSource.tenant_id)
        .where(Tenant.is_active).order_by(DataSource.last_run_at.asc().nulls_first(), DataSource.id)
        .with_for_update(of=DataSource)  # one claim after the other where SQLite's write lock does not see to it
    ).all()  # fmt: skip
    busy = busy_tenants(session, now)
    free = [(source, zone) for source, zone in rows if source.tenant_id not in busy]
    by_id = {source.id: source for source, _ in free}
    for run in session.scalars(_open_runs(now)).all():
        if run.source_id in by_id and (claim := _take(session, run, holder, now)):
            return claim
    for source, zone in free:
        if source.is_active and (slot := _due_slot(session, source, zone, now)):
            return _start(session, source, slot, holder, now)
    return None


def claim_now(session: Session, source: DataSource, holder: str, now: datetime) -> Claim:
    """Claim a run of its own for somebody at the console. Open with `portal.db.writing`.

    Raises:
        ConflictError: the source is being synced at the moment.
    """
    held = select(SyncRun.id).where(
        SyncRun.source_id == source.id, SyncRun.status == "running", SyncRun.lease_until > now
    )
    if session.scalars(held).first() is not None:
        raise ConflictError(f"{source.name} is being synced at the moment. Try again when that has finished.")
    return _start(session, source, Slot(f"asked {now:%Y-%m-%dT%H:%M:%S.%f}Z", now), holder, now)


def ask(session: Session, source: DataSource, asked_by: str, now: datetime) -> bool:
    """Ask the workers to sync `source` as soon as one is free; False when that was asked already."""
    waiting = select(SyncRun.id).where(SyncRun.source_id == source.id, SyncRun.status == "waiting")
    if session.scalars(waiting).first() is not None:
        return False
    session.add(
        SyncRun(tenant_id=source.tenant_id, source_id=source.id, slot=f"asked {now:%Y-%m-%dT%H:%M:%S.%f}Z",
                status="waiting", asked_by=asked_by, due_at=now)
    )  # fmt: skip
    return True


def renew(session: Session, claim: Claim, now: datetime) -> bool:
    """Hold the run for another while; False when somebody else has taken it over."""
    return _change(session, _ours(claim).values(lease_until=now + LEASE)) == 1


def release(session: Session, claim: Claim, now: datetime) -> None:
    """Give an unfinished run back at once: whoever ran it has been stopped."""
    _change(session, _ours(claim).values(lease_until=now))


def finish(session: Session, claim: Claim, ending: Ending, now: datetime) -> bool:
    """Write down how the run ended, on the run and its source; False when somebody else has taken it over."""
    values = {"status": ending.status, "message": ending.message[:2000], "load_number": ending.load_number,
              "rows_read": ending.rows_read, "finished_at": now, "lease_until": None}  # fmt: skip
    if _change(session, _ours(claim).values(**values)) != 1:
        return False
    _note(session.get_one(DataSource, claim.source_id), ending, now)
    _forget_old(session, claim.source_id, now)
    return True


def busy_tenants(session: Session, now: datetime) -> set[int]:
    """Tenants that are being synced, or an upload of which is being loaded."""
    synced = select(SyncRun.tenant_id).where(SyncRun.status == "running", SyncRun.lease_until > now)
    loaded = select(UploadFile.tenant_id).where(UploadFile.state == "loading", UploadFile.lease_until > now)
    return {*session.scalars(synced), *session.scalars(loaded)}


def _open_runs(now: datetime) -> Select[SyncRun]:
    abandoned = (SyncRun.status == "running") & (SyncRun.lease_until <= now)
    return select(SyncRun).where((SyncRun.status == "waiting") | abandoned).order_by(SyncRun.due_at, SyncRun.id)


def _take(session: Session, run: SyncRun, holder: str, now: datetime) -> Claim | None:
    """Take over a run that waits or was abandoned, unless it was stopped too often or somebody was faster."""
    claim = Claim(run.id, run.source_id, run.tenant_id, run.slot, holder)
    seen = update(SyncRun).where(SyncRun.id == run.id, SyncRun.attempts == run.attempts, SyncRun.status == run.status)
    values = {"status": "running", "holder": holder, "attempts": run.attempts + 1, "started_at": now,
              "lease_until": now + LEASE, "step": "", "rows_read": 0, "bytes_read": 0, "bytes_whole": 0}  # fmt: skip
    stopped_often = run.attempts >= MOST_ATTEMPTS
    if _change(session, seen.values(**values)) != 1:
        return None
    if stopped_often:
        finish(session, claim, Ending("failed", _STOPPED), now)
        return None
    return claim


def _note(source: DataSource, ending: Ending, now: datetime) -> None:
    """What the source knows of its last sync."""
    source.last_run_at = now
    if ending.status == "failed":
        source.failures, source.last_error = source.failures + 1, ending.message[:2000]
        return
    source.failures, source.last_error, source.last_success_at = 0, "", now
    source.last_load = ending.load_number or source.last_load
    source.data_until = ending.data_until or source.data_until
    source.fingerprint = source.fingerprint if ending.fingerprint is None else ending.fingerprint
    source.watermark = source.watermark if ending.watermark is None else ending.watermark


def _due_slot(session: Session, source: DataSource, zone: str, now: datetime) -> Slot | None:
    """The newest slot of the source's schedule, unless it was run or the source is held back after failures."""
    slot = parse_schedule(source.schedule).latest(now, zone)
    ran = select(SyncRun.id).where(SyncRun.source_id == source.id, SyncRun.slot == slot.key)
    if session.scalars(ran).first() is not None or now < not_before(source):
        return None
    return slot


def _start(session: Session, source: DataSource, slot: Slot, holder: str, now: datetime) -> Claim:
    run = SyncRun(
        tenant_id=source.tenant_id, source_id=source.id, slot=slot.key, status="running", holder=holder, attempts=1,
        due_at=slot.due_at, started_at=now, lease_until=now + LEASE,
    )  # fmt: skip
    session.add(run)
    session.flush()
    return Claim(run.id, source.id, source.tenant_id, slot.key, holder)


def _ours(claim: Claim) -> Update:
    return update(SyncRun).where(
        SyncRun.id == claim.run_id, SyncRun.holder == claim.holder, SyncRun.status == "running"
    )


def _change(session: Session, statement: Update) -> int:
    result = session.execute(statement)
    assert isinstance(result, CursorResult)
    return result.rowcount


def _forget_old(session: Session, source_id: int, now: datetime) -> None:
    """Runs that ended long ago go; their loads stay."""
    session.execute(delete(SyncRun).where(SyncRun.source_id == source_id, SyncRun.finished_at < now - _KEPT))
