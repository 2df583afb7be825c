"""The process of one sync. It holds the lease of its run itself, so it does not matter what becomes of the worker.

Started as `python -m portal.jobs RUN HOLDER`. When somebody else has taken the run over, or the time for one sync is
up, the process ends at once: a load that stops anywhere leaves the last snapshot serving.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from portal.clock import utc_now
from portal.config import Settings, load_settings
from portal.db import Sessions, open_sessions, writing
from portal.log import start_logging, tenant_name
from portal.models import SyncRun
from portal.sync_progress import note
from portal.sync_runs import Claim, Ending, finish, renew

if TYPE_CHECKING:
    from etl.reading import SoFar

RENEW_SECONDS = 10
_GONE = 75
_LOG = logging.getLogger(__name__)


def main(arguments: list[str]) -> int:
    """Run the claimed run RUN as HOLDER; 0 when how it ended is written down."""
    settings = load_settings()
    start_logging(settings.log_level)
    sessions = open_sessions(settings.database_url)
    claim = _claim_of(sessions, int(arguments[0]), arguments[1])
    if claim is None:
        return _GONE
    with holding(settings, sessions, claim):
        from etl.request import Hooks
        from portal.jobs.sync import sync, task_of

        task = task_of(settings, sessions, claim.source_id)
        tenant_name.set(task.tenant.name)
        teller = Teller(sessions, claim)
        ending = sync(replace(task, hooks=Hooks(reached=teller.reached, reading=teller.read_so_far)))
    with writing(sessions) as session:
        is_ours = finish(session, claim, ending, utc_now())
    _LOG.log(
        logging.WARNING if ending.status == "failed" else logging.INFO,
        "sync of %s: %s %s", task.source.name, ending.status, ending.message,
    )  # fmt: skip
    return 0 if is_ours else _GONE


@dataclass(frozen=True)
class Teller:
    """Notes how far the run is, for those who look; a sync never fails for that."""

    sessions: Sessions
    claim: Claim

    def reached(self, step: str) -> None:
        """A step was completed."""
        self._note({"step": step})

    def read_so_far(self, said: SoFar) -> None:
        """So much is read."""
        self._note({"rows_read": said.rows, "bytes_read": said.size, "bytes_whole": said.whole})

    def _note(self, values: dict[str, Any]) -> None:
        try:
            with writing(self.sessions) as session:
                note(session, self.claim, values)
        except SQLAlchemyError as problem:
            _LOG.warning("how far the sync is could not be noted: %s", type(problem).__name__)


@contextmanager
def holding(settings: Settings, sessions: Sessions, claim: Claim) -> Iterator[None]:
    """Hold the claimed run while the block works; see `hold`."""
    done = Event()
    limit = timedelta(seconds=settings.sync_seconds)
    holder = Thread(target=hold, args=(sessions, claim, limit, done), daemon=True)
    holder.start()
    try:
        yield
    finally:
        done.set()
        holder.join()


def hold(sessions: Sessions, claim: Claim, limit: timedelta, done: Event) -> None:
    """Renew the lease until `done`; end the process when the run is not ours any more or takes too long."""
    ends_at = utc_now() + limit
    while not done.wait(RENEW_SECONDS):
        try:
            is_ours = _held_on(sessions, claim, limit, is_over=utc_now() >= ends_at)
        except SQLAlchemyError as problem:  # the lease lasts for several of these
            _LOG.warning("the lease could not be renewed: %s", type(problem).__name__)
            continue
        if not is_ours:
            os._exit(_GONE)


def _held_on(sessions: Sessions, claim: Claim, limit: timedelta, *, is_over: bool) -> bool:
    """Whether the run is still ours to go on with."""
    with writing(sessions) as session:
        if is_over:
            finish(session, claim, too_long(limit), utc_now())
            return False
        return renew(session, claim, utc_now())


def too_long(limit: timedelta) -> Ending:
    """The ending of a sync that was stopped for taking too long."""
    seconds = int(limit.total_seconds())
    return Ending("failed", f"The sync took longer than {seconds} seconds and was stopped. Nothing was published. "
                            "Allow more time with PORTAL_SYNC_SECONDS.")  # fmt: skip


def _claim_of(sessions: Sessions, run_id: int, holder: str) -> Claim | None:
    with sessions() as session:
        run = session.scalars(select(SyncRun).where(SyncRun.id == run_id, SyncRun.holder == holder)).first()
        if run is None or run.status != "running":
            return None
        return Claim(run.id, run.source_id, run.tenant_id, run.slot, holder)


def command(claim: Claim) -> list[str]:
    """How the worker starts this process."""
    return [sys.executable, "-m", "portal.jobs", str(claim.run_id), claim.holder]
