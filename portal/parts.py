"""What one installation is made of, put together once per process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any

from portal.cache import Cache
from portal.clock import utc_now
from portal.config import Settings
from portal.db import Sessions, open_sessions
from portal.events import told_events
from portal.points_events import points_from
from portal.policies import load_policies, with_steps
from portal.studies.shelf import StudyShelf
from portal.warehouse.duckdb import PolicyValues, Warehouses
from portal.warehouse.store import SnapshotStore

_KEPT_SECONDS = 2.0


@dataclass(frozen=True)
class Parts:
    """Settings, application database, snapshots and warehouses of one installation."""

    settings: Settings
    sessions: Sessions
    store: SnapshotStore
    warehouses: Warehouses


def open_parts(settings: Settings) -> Parts:
    """The parts for a process that answers many questions: results are kept in PORTAL_HOME/cache."""
    sessions = open_sessions(settings.database_url)
    store = SnapshotStore(settings.home, settings.keep_snapshots)
    cache = Cache(settings.home / "cache", settings.cache_mb)
    shelf = StudyShelf(store, points_from(sessions))
    return Parts(settings, sessions, store, Warehouses(store, cache, policies_from(sessions), shelf))


def policies_from(sessions: Sessions) -> PolicyValues:
    """The policies of a tenant in force today (UTC), when they changed, and the events forecasts know.

    They are read again after two seconds, as a screen asks many times.
    """
    kept: dict[int, tuple[float, Mapping[str, Any]]] = {}

    def values(tenant_id: int) -> Mapping[str, Any]:
        read_at, found = kept.get(tenant_id, (float("-inf"), {}))
        if monotonic() - read_at > _KEPT_SECONDS:
            with sessions() as session:
                values = with_steps(load_policies(session, tenant_id), utc_now().date())
                found = {**values, **told_events(session, tenant_id)}
            kept[tenant_id] = (monotonic(), found)
        return found

    return values
