"""The process that loads one upload. It holds the lease itself, tells each step, and stops when somebody cancels.

Started as `python -m portal.jobs upload ID HOLDER`. Cancelling raises an error where the load is at that moment, which
ends it as any error would: nothing is published and nothing is left. Once the new snapshot is about to get its name
there is no cancelling any more; that moment is taken in the database, so both sides agree on it.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event, Thread, main_thread
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from portal.clock import utc_now
from portal.config import Settings, load_settings
from portal.db import Sessions, open_sessions, writing
from portal.errors import ConflictError
from portal.log import start_logging, tenant_name
from portal.models import Tenant
from portal.tenants import as_ref
from portal.upload_tables import UploadFile
from portal.uploads import queue
from portal.uploads.queue import UploadClaim, UploadEnding

if TYPE_CHECKING:
    from types import FrameType

    from etl.reading import SoFar

LOOK_SECONDS = 0.5
_LOOKS_PER_RENEWAL = 20
_GONE = 75
_LOG = logging.getLogger(__name__)


class CancelledError(ConflictError):
    """Somebody asked for the load to stop."""

    def __init__(self) -> None:
        super().__init__(queue.CANCELLED)


def main(arguments: list[str]) -> int:
    """Load the claimed upload ID as HOLDER; 0 when how it ended is written down."""
    settings = load_settings()
    start_logging(settings.log_level)
    sessions = open_sessions(settings.database_url)
    claim = _claim_of(sessions, int(arguments[0]), arguments[1])
    if claim is None:
        return _GONE
    with sessions() as session:
        row = session.get_one(UploadFile, claim.upload_id)
        tenant = as_ref(session.get_one(Tenant, claim.tenant_id))
    tenant_name.set(tenant.name)
    from portal.jobs.upload_load import UploadTask, ended

    watch = Watch(settings, sessions, claim)
    with watching(watch):
        ending = ended(UploadTask(settings, sessions, tenant, row), watch)
    with writing(sessions) as session:
        is_ours = queue.finish_upload(session, claim, ending, utc_now())
    _LOG.log(logging.WARNING if ending.state == "failed" else logging.INFO, "upload of %s: %s %s", row.file_name,
             ending.state, ending.message)  # fmt: skip
    return 0 if is_ours else _GONE


def command(claim: UploadClaim) -> list[str]:
    """How the worker starts this process."""
    return [sys.executable, "-m", "portal.jobs", "upload", str(claim.upload_id), claim.holder]


def _claim_of(sessions: Sessions, upload_id: int, holder: str) -> UploadClaim | None:
    mine = select(UploadFile).where(
        UploadFile.id == upload_id, UploadFile.holder == holder, UploadFile.state == "loading"
    )
    with sessions() as session:
        row = session.scalars(mine).first()
        return UploadClaim(row.id, row.tenant_id, holder) if row else None


@dataclass
class Watch:
    """What the load tells the database, and what the database tells the load.

    Attributes:
        is_publishing: it is too late to stop.
        is_interrupted: the load was told to stop where it was.
    """

    settings: Settings
    sessions: Sessions
    claim: UploadClaim
    done: Event = field(default_factory=Event)
    is_publishing: bool = False
    is_interrupted: bool = False

    def reached(self, step: str) -> None:
        """Note a step that was completed.

        Raises:
            CancelledError: the load is to stop.
        """
        try:
            with writing(self.sessions) as session:
                goes_on = queue.note_step(session, self.claim, step)
        except SQLAlchemyError as problem:
            if step == queue.PUBLISHING:
                raise
            _LOG.warning("step %s could not be noted: %s", step, type(problem).__name__)
            return
        if not goes_on and not self.is_publishing:
            self.is_interrupted = True
            raise CancelledError
        self.is_publishing = self.is_publishing or step == queue.PUBLISHING

    def counted(self, rows: int) -> None:
        """Note how many rows were read."""
        with writing(self.sessions) as session:
            queue.note_read(session, self.claim, rows)

    def read_so_far(self, said: SoFar) -> None:
        """Note how much is read; the next time will do where the database has no time now."""
        try:
            with writing(self.sessions) as session:
                queue.note_read(session, self.claim, said.rows, said.size, said.whole)
        except SQLAlchemyError as problem:
            _LOG.warning("how much is read could not be noted: %s", type(problem).__name__)

    def interrupt(self) -> None:
        """End the load where it is, unless it is too late; once, because it may be cleaning up already."""
        if not self.is_publishing and not self.is_interrupted:
            self.is_interrupted = True
            raise CancelledError

    def look(self) -> None:
        """Until done: interrupt the load when it is to stop, renew the lease, leave when it is not ours any more."""
        ends_at = utc_now() + timedelta(seconds=self.settings.sync_seconds)
        looks = 0
        while not self.done.wait(LOOK_SECONDS):
            looks += 1
            try:
                is_ours = self._look(renew=looks % _LOOKS_PER_RENEWAL == 0, is_over=utc_now() >= ends_at)
            except SQLAlchemyError as problem:  # the lease lasts for several of these
                _LOG.warning("the lease could not be renewed: %s", type(problem).__name__)
                continue
            if not is_ours:
                os._exit(_GONE)

    def _look(self, *, renew: bool, is_over: bool) -> bool:
        """Whether the load is still ours to go on with."""
        with self.sessions() as session:
            if queue.is_cancel_asked(session, self.claim) and not self.is_interrupted:
                signal.pthread_kill(main_thread().ident or 0, signal.SIGUSR1)
        if not renew and not is_over:
            return True
        with writing(self.sessions) as session:
            if is_over:
                queue.finish_upload(session, self.claim, too_long(self.settings), utc_now())
                return False
            return queue.renew_upload(session, self.claim, utc_now())


@contextmanager
def watching(watch: Watch) -> Iterator[None]:
    """Hold the claimed load while the block works, and interrupt it when it is cancelled."""

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        watch.interrupt()

    before: Any = signal.signal(signal.SIGUSR1, interrupt)
    looker = Thread(target=watch.look, daemon=True)
    looker.start()
    try:
        yield
    finally:
        watch.is_interrupted = True
        watch.done.set()
        looker.join()
        signal.signal(signal.SIGUSR1, before)


def too_long(settings: Settings) -> UploadEnding:
    """The ending of a load that was stopped for taking too long."""
    return UploadEnding(
        "failed", f"The load took longer than {settings.sync_seconds} seconds and was stopped. Nothing was published. "
        "Ask the operator to allow more time with PORTAL_SYNC_SECONDS.",
    )  # fmt: skip
