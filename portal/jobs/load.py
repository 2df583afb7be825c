"""One load as of now, with the tenant's policies, noted in the application database."""

from __future__ import annotations

from etl.pipeline import Hooks, LoadReport, LoadRequest, Moment, run
from portal.clock import utc_now
from portal.config import Settings
from portal.db import Sessions
from portal.loads import LoadLedger
from portal.policies import load_policies
from portal.viewer import TenantRef
from portal.warehouse.store import SnapshotStore


def run_load(settings: Settings, sessions: Sessions, request: LoadRequest, hooks: Hooks | None = None) -> LoadReport:
    """Run the load `request`; see `etl.pipeline.run` for what it raises."""
    store = SnapshotStore(settings.home, settings.keep_snapshots)
    return run(request, store, LoadLedger(sessions), moment_of(sessions, request.tenant), hooks)


def moment_of(sessions: Sessions, tenant: TenantRef) -> Moment:
    """Now, and every policy value of the tenant."""
    with sessions() as session:
        return Moment(utc_now(), load_policies(session, tenant.id))
