"""What every verb needs: settings, the application database, tenants, snapshots and warehouses."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from portal.config import Settings, load_settings
from portal.db import Sessions, database_file, open_database, open_sessions
from portal.errors import ConfigError, UnknownNameError
from portal.tenants import list_tenants
from portal.viewer import TenantRef, Viewer, operator_viewer

if TYPE_CHECKING:
    from portal.warehouse.duckdb import Warehouses
    from portal.warehouse.store import SnapshotStore


@dataclass
class Context:
    """One run of the command line. `sessions` makes database sessions: `with context.sessions.begin() as session`."""

    settings: Settings
    sessions: Sessions

    def tenants(self) -> tuple[TenantRef, ...]:
        """Every tenant of the installation, by name."""
        with self.sessions() as session:
            return list_tenants(session)

    def tenant_ref(self, name: str) -> TenantRef:
        """The tenant called `name`.

        Raises:
            UnknownNameError: there is none; the message suggests the nearest names.
        """
        tenants = self.tenants()
        for tenant in tenants:
            if tenant.name == name:
                return tenant
        raise UnknownNameError("tenant", name, [tenant.name for tenant in tenants])

    def viewer(self, *tenants: TenantRef) -> Viewer:
        """The person at the console, for the tenants given (none given: all)."""
        return operator_viewer(tenants or self.tenants())

    @cached_property
    def store(self) -> SnapshotStore:
        """The snapshots of this installation."""
        from portal.warehouse.store import SnapshotStore

        return SnapshotStore(self.settings.home, self.settings.keep_snapshots)

    @cached_property
    def warehouses(self) -> Warehouses:
        """The warehouses of this installation, without a result cache: a verb asks once."""
        from portal.parts import policies_from
        from portal.points_events import points_from
        from portal.studies.shelf import StudyShelf
        from portal.warehouse.duckdb import Warehouses

        shelf = StudyShelf(self.store, points_from(self.sessions))
        return Warehouses(self.store, None, policies_from(self.sessions), shelf)


def open_context(settings: Settings | None = None) -> Context:
    """The context of a verb that needs an installation.

    Raises:
        ConfigError: there is no application database yet, or it is older than this version.
    """
    settings = settings or load_settings()
    _require_database(settings)
    return Context(settings, open_sessions(settings.database_url))


def _require_database(settings: Settings) -> None:
    from portal.migrations import is_current

    path = database_file(settings.database_url)
    if path is not None and not path.exists():
        raise ConfigError(f"There is no portal in {settings.home}. Run portal init first.")
    engine = open_database(settings.database_url)
    try:
        if not is_current(engine):
            raise ConfigError("The application database is not up to date. Run portal init first.")
    finally:
        engine.dispose()
