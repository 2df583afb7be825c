"""The worker: claims what is due and starts a process for each sync that has work to do.

Any number of workers may run, on any number of machines that share PORTAL_HOME and the application database: slots are
claimed in the database. A worker keeps nothing of its own, so it may be killed at any time.
"""

from __future__ import annotations

import logging
import os
import secrets
import signal
import socket
import subprocess
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from portal.clock import utc_now
from portal.config import Settings
from portal.db import Sessions, writing
from portal.jobs import upload
from portal.jobs.alerts import Alerting
from portal.jobs.child import command
from portal.jobs.studies import Studying
from portal.jobs.sync import look, task_of
from portal.sync_runs import Claim, busy_tenants, claim_next, finish, release
from portal.uploads.queue import UploadClaim, claim_upload, release_upload
from portal.uploads.sweep import sweep

AT_ONCE = 2
_PAUSE_SECONDS = 1.0
_STOP_SECONDS = 10
_SWEEP_EVERY = timedelta(hours=1)
_LOG = logging.getLogger(__name__)

Start = Callable[[Claim | UploadClaim], "subprocess.Popen[bytes]"]


class Worker:
    """One worker. `start` starts the process of a claimed run."""

    def __init__(self, settings: Settings, sessions: Sessions, start: Start | None = None) -> None:
        self.settings = settings
        self.sessions = sessions
        self.stopping = Event()
        self._start = start or _start_process
        self._studying = Studying(settings, sessions)
        self._alerting = Alerting(settings, sessions)
        self._swept_at: datetime | None = None
        self._running: list[tuple[Claim | UploadClaim, subprocess.Popen[bytes]]] = []

    def run(self, parent: int | None = None) -> None:
        """Work until stopped, or until the process `parent` that started this one is gone."""
        while not self.stopping.wait(_PAUSE_SECONDS):
            if parent is not None and os.getppid() != parent:
                break
            try:
                self._sweep()
                self.step()
                self._studying.step()
                self._alerting.step()
            except SQLAlchemyError as problem:
                # The database is busy or away, a source was removed, or another worker was faster: look again.
                _LOG.warning("the worker tries again: %s", type(problem).__name__)
        self._stop()

    def _sweep(self) -> None:
        """Delete uploads nobody loaded, once in a while."""
        now = utc_now()
        if self._swept_at is None or now - self._swept_at > _SWEEP_EVERY:
            self._swept_at = now
            sweep(self.settings, self.sessions, now)

    def step(self) -> int:
        """Take leave of processes that ended, then claim and start until enough run; the number of runs claimed."""
        self._running = [(claim, process) for claim, process in self._running if self._is_alive(claim, process)]
        claimed = 0
        while len(self._running) < AT_ONCE and not self.stopping.is_set() and (claim := self._claim()):
            claimed += 1
            self._begin(claim)
        return claimed

    def _claim(self) -> Claim | UploadClaim | None:
        """Uploads first: somebody looks at their progress."""
        with writing(self.sessions) as session:
            holder, now = new_holder(), utc_now()
            asked = claim_upload(session, holder, busy_tenants(session, now), now)
            return asked or claim_next(session, holder, now)

    def _begin(self, claim: Claim | UploadClaim) -> None:
        """A sync without anything to do ends here, without a process of its own."""
        if isinstance(claim, UploadClaim):
            self._running.append((claim, self._start(claim)))
            return
        ending = look(task_of(self.settings, self.sessions, claim.source_id))
        if ending is None:
            self._running.append((claim, self._start(claim)))
            return
        with writing(self.sessions) as session:
            finish(session, claim, ending, utc_now())

    def _is_alive(self, claim: Claim | UploadClaim, process: subprocess.Popen[bytes]) -> bool:
        """Whether it still runs; a run whose process was killed is free again at once."""
        code = process.poll()
        if code is None:
            return True
        if code != 0:
            _LOG.warning("the process of %s ended with %s", claim, code)
            self._release(claim)
        return False

    def _release(self, claim: Claim | UploadClaim) -> None:
        with writing(self.sessions) as session:
            if isinstance(claim, UploadClaim):
                release_upload(session, claim, utc_now())
            else:
                release(session, claim, utc_now())

    def _stop(self) -> None:
        self._studying.stop()
        self._alerting.stop()
        for _claim, process in self._running:
            process.terminate()
        for claim, process in self._running:
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            self._release(claim)


def new_holder() -> str:
    """A word nobody else has, with the machine in it for whoever looks."""
    return f"{socket.gethostname()[:40]} {secrets.token_hex(8)}"


def run_worker(settings: Settings, sessions: Sessions, parent: int | None = None) -> None:
    """Work in this process until SIGTERM or Ctrl+C."""
    worker = Worker(settings, sessions)

    def stop(_signal: int, _frame: Any) -> None:
        worker.stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    worker.run(parent)


def _start_process(claim: Claim | UploadClaim) -> subprocess.Popen[bytes]:
    """In a session of its own: Ctrl+C at the console is the worker's to handle."""
    line = upload.command(claim) if isinstance(claim, UploadClaim) else command(claim)
    return subprocess.Popen(line, stdin=subprocess.DEVNULL, start_new_session=True)  # noqa: S603 - our own
