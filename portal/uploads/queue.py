"""Loads of uploads: asked for by a person, done by a worker that holds a lease, told as they go, stopped when asked.

A load can be repeated: killed anywhere it leaves the last snapshot serving, and whoever takes it over does the same
work again with the same result. From step PUBLISHING on it cannot be cancelled any more.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Update, case, or_, select, update
from sqlalchemy.orm import Session

from etl.request import STEPS
from portal.audit import Happening, record
from portal.clock import utc_now
from portal.db import Sessions, writing
from portal.errors import ConflictError, InputError
from portal.load_steps import WAITING, phase_after, share_done
from portal.parts import Parts
from portal.upload_tables import UploadFile
from portal.uploads import records
from portal.uploads.model import Choice
from portal.uploads.outcome import Progress
from portal.uploads.questions import questions_of
from portal.uploads.reading import mapping_of, source_of
from portal.viewer import TenantRef

LEASE = timedelta(seconds=45)
MOST_ATTEMPTS = 3
PUBLISHING = "snapshot written"
"""The step with which publishing begins: a load that was told to stop stops there at the latest."""
CANCELLED = "The load was cancelled. Nothing was published."
_STARTABLE = ("checked", "failed", "cancelled")
_STOPPED = (
    f"The load was stopped {MOST_ATTEMPTS} times before it finished, perhaps for want of memory. Nothing was lost. "
    "See the log, then load again."
)


@dataclass(frozen=True)
class UploadClaim:
    """An upload this process may load, and the word that proves it is ours."""

    upload_id: int
    tenant_id: int
    holder: str


@dataclass(frozen=True)
class UploadEnding:
    """How a load ended. state: loaded, failed or cancelled. rows: where they were not counted on the way."""

    state: str
    message: str
    load_number: int | None = None
    rows: int = 0


def start(parts: Parts, tenant: TenantRef, upload_id: str, choice: Choice, email: str) -> None:
    """Ask the workers to load an upload.

    Raises:
        UnknownNameError: no such upload.
        InputError: the choice cannot be used; says why.
        ConflictError: it is being loaded, or was loaded, already.
    """
    takes_mapping = choice.source == "table" or source_of(choice).mapping is not None
    if choice.source == "table":
        questions = questions_of(choice.mapping or "")
        if questions:
            raise InputError(" ".join(questions), field="mapping")
    mapping_of(choice)
    now = utc_now()
    values = {
        "state": "loading", "source": choice.source, "mapping": (choice.mapping or "") if takes_mapping else "",
        "asked_by": email[:254], "asked_at": now,
        "holder": "", "attempts": 0, "lease_until": None, "is_cancel_asked": False, "step": WAITING,
        "rows": 0, "bytes_read": 0, "bytes_whole": 0, "message": "", "finished_at": None, "load_number": None,
    }  # fmt: skip
    with writing(parts.sessions) as session:
        row = records.find(session, tenant, upload_id)
        wanted = update(UploadFile).where(UploadFile.id == row.id, UploadFile.state.in_(_STARTABLE))
        if records.change(session, wanted.values(**values)) != 1:
            raise ConflictError(_why_not(row.state))
        record(session, Happening(email, "upload load asked", row.file_name, tenant.id, {"source": choice.source}), now)


def _why_not(state: str) -> str:
    if state == "loading":
        return "This file is being loaded already."
    if state == "loaded":
        return "This file was loaded already. To load it again, upload it again, or try its rejected rows again."
    return "This file cannot be loaded. Upload it again."


def progress(sessions: Sessions, tenant: TenantRef, upload_id: str) -> Progress:
    """How far the load of an upload is.

    Raises:
        UnknownNameError: no such upload.
    """
    with sessions() as session:
        row = records.find(session, tenant, upload_id)
    if row.state == "loaded":
        return Progress(row.state, "Loaded", 1.0, row.rows, row.message, row.load_number)
    if row.state != "loading":
        return Progress(row.state, "", 0.0, row.rows, row.message, row.load_number)
    phase, now = phase_after(row.step), utc_now()
    words, about = ("Cancelling", "") if row.is_cancel_asked else (phase.name, phase.about)
    seconds = int((now - (row.asked_at or now)).total_seconds())
    return Progress(
        row.state, words, share_done(row.step, row.bytes_read, row.bytes_whole), row.rows, row.message, None,
        max(seconds, 0), about, row.bytes_read, row.bytes_whole,
    )  # fmt: skip


def cancel(sessions: Sessions, tenant: TenantRef, upload_id: str) -> None:
    """Stop the load of an upload: at once while it waits, else before it publishes.

    Raises:
        UnknownNameError: no such upload.
        ConflictError: it is not being loaded, or is being published already.
    """
    now = utc_now()
    with writing(sessions) as session:
        row = records.find(session, tenant, upload_id)
        mine = update(UploadFile).where(UploadFile.id == row.id, UploadFile.state == "loading")
        free = mine.where(_is_free(now))
        stopped = {"state": "cancelled", "message": CANCELLED, "finished_at": now, "holder": "", "lease_until": None}
        if records.change(session, free.values(**stopped)):
            return
        late = STEPS[STEPS.index(PUBLISHING) :]
        if not records.change(session, mine.where(UploadFile.step.not_in(late)).values(is_cancel_asked=True)):
            words = "The load is being published and cannot be cancelled any more."
            raise ConflictError(words if row.state == "loading" else "This file is not being loaded.")


def claim_upload(session: Session, holder: str, busy: Collection[int], now: datetime) -> UploadClaim | None:
    """Claim the load that has waited longest, of a tenant not among `busy`. Open with `portal.db.writing`."""
    waiting = select(UploadFile).where(UploadFile.state == "loading", _is_free(now)).order_by(UploadFile.asked_at)
    for row in session.scalars(waiting).all():
        if row.tenant_id in busy:
            continue
        claim = UploadClaim(row.id, row.tenant_id, holder)
        seen = update(UploadFile).where(
            UploadFile.id == row.id, UploadFile.attempts == row.attempts, UploadFile.state == "loading"
        )
        values = {"holder": holder, "attempts": row.attempts + 1, "lease_until": now + LEASE, "step": "started",
                  "rows": 0, "bytes_read": 0, "bytes_whole": 0}  # fmt: skip
        if records.change(session, seen.values(**values)) != 1:
            continue
        if row.is_cancel_asked or row.attempts >= MOST_ATTEMPTS:
            state, why = ("cancelled", CANCELLED) if row.is_cancel_asked else ("failed", _STOPPED)
            finish_upload(session, claim, UploadEnding(state, why), now)
            continue
        return claim
    return None


def renew_upload(session: Session, claim: UploadClaim, now: datetime) -> bool:
    """Hold the load for another while; False when somebody else has taken it over."""
    return records.change(session, _ours(claim).values(lease_until=now + LEASE)) == 1


def is_cancel_asked(session: Session, claim: UploadClaim) -> bool:
    """Whether somebody wants the load to stop."""
    asked = select(UploadFile.is_cancel_asked).where(UploadFile.id == claim.upload_id)
    return bool(session.scalar(asked))


def note_step(session: Session, claim: UploadClaim, step: str) -> bool:
    """Note a step that was completed; False when the load is to stop, or is not ours any more."""
    going_on = _ours(claim).where(or_(UploadFile.is_cancel_asked.is_(False), UploadFile.step == PUBLISHING))
    return records.change(session, going_on.values(step=step)) == 1


def note_read(session: Session, claim: UploadClaim, rows: int, size: int = 0, whole: int = 0) -> None:
    """Note how many rows, and bytes of the whole, are read; without any bytes the rows alone."""
    sizes = {"bytes_read": size, "bytes_whole": whole} if whole else {}
    records.change(session, _ours(claim).values(rows=rows, **sizes))


def release_upload(session: Session, claim: UploadClaim, now: datetime) -> None:
    """Give an unfinished load back at once: whoever ran it has been stopped."""
    records.change(session, _ours(claim).values(lease_until=now))


def finish_upload(session: Session, claim: UploadClaim, ending: UploadEnding, now: datetime) -> bool:
    """Write down how a load ended; False when somebody else has taken it over."""
    values = {"state": ending.state, "message": ending.message[:2000], "load_number": ending.load_number,
              "finished_at": now, "lease_until": None, "holder": ""}  # fmt: skip
    counted = case((UploadFile.rows == 0, ending.rows), else_=UploadFile.rows)
    return records.change(session, _ours(claim).values(**values, rows=counted)) == 1


def _is_free(now: datetime) -> ColumnElement[bool]:
    """Nobody holds it."""
    return or_(UploadFile.lease_until.is_(None), UploadFile.lease_until <= now)


def _ours(claim: UploadClaim) -> Update:
    return update(UploadFile).where(
        UploadFile.id == claim.upload_id, UploadFile.holder == claim.holder, UploadFile.state == "loading"
    )
