"""Studies of a new snapshot are worked out right after the load, so that nobody waits for them on a screen.

Before that, a warehouse that an older version or other policies have built is built anew from the rows that are there.
One process at a time, of low priority, started as `python -m portal.jobs studies TENANT`. Killing it loses nothing: a
study that is not there is worked out when a number needs it.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Callable

from portal.config import Settings, load_settings
from portal.db import Sessions, open_sessions
from portal.errors import PortalError
from portal.log import start_logging, tenant_name
from portal.parts import policies_from
from portal.tenants import list_tenants
from portal.viewer import TenantRef, operator_viewer
from portal.warehouse.store import SnapshotStore

_LOW_PRIORITY = 10
_LOG = logging.getLogger(__name__)

Start = Callable[[int], "subprocess.Popen[bytes]"]


class Studying:
    """Starts the process of each tenant whose snapshot has changed. `start` starts that of a tenant id."""

    def __init__(self, settings: Settings, sessions: Sessions, start: Start | None = None) -> None:
        self._store = SnapshotStore(settings.home, settings.keep_snapshots)
        self._sessions = sessions
        self._start = start or _start_process
        self._policies = policies_from(sessions)
        self._done: dict[int, str] = {}
        self._process: subprocess.Popen[bytes] | None = None

    def step(self) -> bool:
        """Start the next process when none is running; whether one was started."""
        if self._process is not None and self._process.poll() is None:
            return False
        self._process = None
        with self._sessions() as session:
            tenants = list_tenants(session)
        for tenant in tenants:
            snapshot = self._store.current(tenant.id)
            state = f"{snapshot.checksum} {sorted(self._policies(tenant.id).items())}" if snapshot else ""
            if state and self._done.get(tenant.id) != state:
                self._done[tenant.id] = state
                self._process = self._start(tenant.id)
                return True
        return False

    def stop(self) -> None:
        """End the process that is running, if any."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()


def main(arguments: list[str]) -> int:
    """Work out every study of the tenant whose id is given."""
    from portal.forecasts import keep_forecasts
    from portal.points_events import points_from
    from portal.studies.shelf import StudyShelf
    from portal.warehouse.duckdb import Warehouses

    os.nice(_LOW_PRIORITY)
    settings = load_settings()
    start_logging(settings.log_level)
    sessions = open_sessions(settings.database_url)
    with sessions() as session:
        tenants = tuple(tenant for tenant in list_tenants(session) if tenant.id == int(arguments[0]))
    store = SnapshotStore(settings.home, settings.keep_snapshots)
    shelf = StudyShelf(store, points_from(sessions))
    warehouses = Warehouses(store, None, policies_from(sessions), shelf)
    for tenant in tenants:
        tenant_name.set(tenant.name)
        _rebuild(settings, sessions, tenant)
        warehouse = warehouses.open(operator_viewer(tenants), tenant)
        shelf.make_all(warehouse)
        keep_forecasts(store.folder(tenant.id), warehouse)
        _LOG.info("studies are worked out")
    return 0


def _rebuild(settings: Settings, sessions: Sessions, tenant: TenantRef) -> None:
    """Build anew what is outdated; a load that runs at the moment does it too."""
    from portal.jobs.rebuild import is_outdated, rebuild

    if not is_outdated(settings, sessions, tenant):
        return
    try:
        report = rebuild(settings, sessions, tenant)
    except PortalError as problem:
        _LOG.warning("the warehouse could not be built anew: %s", problem)
        return
    if report is not None:
        _LOG.info("the warehouse was built anew: snapshot %s", report.snapshot)


def _start_process(tenant_id: int) -> subprocess.Popen[bytes]:
    line = [sys.executable, "-m", "portal.jobs", "studies", str(tenant_id)]
    return subprocess.Popen(line, stdin=subprocess.DEVNULL, start_new_session=True)  # noqa: S603 - our own
