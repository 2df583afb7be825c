"""Alert rules are looked at right after each load, and when another day is complete.

One process at a time, of low priority, started as `python -m portal.jobs alerts TENANT`. Killing it loses nothing: what
was looked at is noted with what it changed, and the rest is looked at by the next one.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import timedelta
from time import monotonic

from sqlalchemy import select

from portal.alert_tables import AlertRule
from portal.clock import utc_now
from portal.config import Settings, load_settings
from portal.db import Sessions
from portal.log import start_logging, tenant_name
from portal.models import DataSource
from portal.tenants import list_tenants
from portal.viewer import TenantRef, operator_viewer
from portal.warehouse.store import SnapshotStore

_LOW_PRIORITY = 10
_PAUSE = timedelta(seconds=5).total_seconds()
_LOG = logging.getLogger(__name__)

Start = Callable[[int], "subprocess.Popen[bytes]"]


class Alerting:
    """Starts the process of each tenant with something new to look at. `start` starts that of a tenant id."""

    def __init__(
        self, settings: Settings, sessions: Sessions, start: Start | None = None, pause: float = _PAUSE
    ) -> None:
        self._store = SnapshotStore(settings.home, settings.keep_snapshots)
        self._sessions = sessions
        self._start = start or _start_process
        self._pause = pause
        self._looked_at = float("-inf")
        self._done: dict[int, str] = {}
        self._process: subprocess.Popen[bytes] | None = None

    def step(self) -> bool:
        """Start the next process when none is running; whether one was started."""
        is_running = self._process is not None and self._process.poll() is None
        if is_running or monotonic() - self._looked_at < self._pause:
            return False
        self._process, self._looked_at = None, monotonic()
        with self._sessions() as session:
            tenants = list_tenants(session)
        for tenant in tenants:
            state = self._state(tenant)
            if state and self._done.get(tenant.id) != state:
                self._done[tenant.id] = state
                self._process = self._start(tenant.id)
                return True
        return False

    def _state(self, tenant: TenantRef) -> str:
        """Changes when there is something to look at; "" without data."""
        from portal.alerts.days import complete_until

        snapshot = self._store.current(tenant.id)
        if snapshot is None:
            return ""
        rules = select(AlertRule.id, AlertRule.version).where(AlertRule.tenant_id == tenant.id)
        with self._sessions() as session:
            sources: Sequence[DataSource] = session.scalars(
                select(DataSource).where(DataSource.tenant_id == tenant.id)
            ).all()
            versions = [tuple(row) for row in session.execute(rules.order_by(AlertRule.id))]
        # Rules made by the first look are looked at by that very look.
        own = [row for row in versions if row[1] > 1]
        return f"{snapshot.checksum} {complete_until(snapshot, sources, tenant.timezone)} {own} {len(versions) > 0}"

    def stop(self) -> None:
        """End the process that is running, if any."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()


def main(arguments: list[str]) -> int:
    """Look at every rule of the tenant whose id is given."""
    from portal.alerts.days import Desk
    from portal.alerts.rounds import look_at_all
    from portal.parts import open_parts

    os.nice(_LOW_PRIORITY)
    settings = load_settings()
    start_logging(settings.log_level)
    parts = open_parts(settings)
    with parts.sessions() as session:
        tenants = tuple(tenant for tenant in list_tenants(session) if tenant.id == int(arguments[0]))
    for tenant in tenants:
        tenant_name.set(tenant.name)
        done = look_at_all(parts.sessions, Desk(operator_viewer(tenants), tenant, parts.warehouses), utc_now())
        _LOG.info("alert rules looked at: %s", done)
    return 0


def _start_process(tenant_id: int) -> subprocess.Popen[bytes]:
    line = [sys.executable, "-m", "portal.jobs", "alerts", str(tenant_id)]
    return subprocess.Popen(line, stdin=subprocess.DEVNULL, start_new_session=True)  # noqa: S603 - our own
