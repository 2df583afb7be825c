"""Three shops on disk: the golden one, another one with canaries in every text, and one in another currency."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from portal.metrics.model import Filter, Period, Query
from portal.metrics.query import Answer, run
from portal.studies.shelf import StudyShelf
from portal.viewer import ROLES, TenantRef, Viewer
from portal.warehouse.duckdb import Warehouses
from portal.warehouse.snapshot import Snapshot
from portal.warehouse.store import SnapshotStore
from tests.metrics.golden import MAR31, OTHER_SHOP, SHOP, write_warehouse

GOLDEN = TenantRef(1, "Golden", "GBP", "Europe/London", "GB")
OTHER = TenantRef(2, "Other", "GBP", "Europe/London", "GB")
EURO = TenantRef(3, "Euro", "EUR", "Europe/Paris", "FR")
EMPTY = TenantRef(4, "Empty", "GBP", "Europe/London", "GB")


class Shelf:
    """Snapshots in memory: what a store says is current."""

    def __init__(self, snapshots: dict[int, Snapshot]) -> None:
        self.snapshots = snapshots

    def current(self, tenant_id: int) -> Snapshot | None:
        return self.snapshots.get(tenant_id)


class StudyStore(SnapshotStore):
    """Where studies of the snapshots of a shelf are kept."""

    def __init__(self, home: Path, shelf: Shelf) -> None:
        super().__init__(home, keep=3)
        self._shelf = shelf

    def snapshots(self, tenant_id: int) -> list[Snapshot]:
        return [one for number, one in self._shelf.snapshots.items() if number == tenant_id]


def make_snapshot(folder: Path, tenant: TenantRef, tables: Any, number: int = 1) -> Snapshot:
    path = folder / f"{tenant.name}-{number}.duckdb"
    counts = write_warehouse(path, tables)
    built = datetime(2026, 4, 1, 6, 0)
    return Snapshot(
        tenant.id, number, path, built, number, MAR31, f"{tenant.name}{number}", tenant.currency, counts=counts
    )


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    folder = tmp_path_factory.mktemp("snapshots")
    shops = {GOLDEN: SHOP, OTHER: OTHER_SHOP, EURO: OTHER_SHOP}
    return Shelf({tenant.id: make_snapshot(folder, tenant, tables) for tenant, tables in shops.items()})


@pytest.fixture(scope="session")
def warehouses(shelf: Shelf, tmp_path_factory: pytest.TempPathFactory) -> Warehouses:
    return Warehouses(shelf, None, shelf=StudyShelf(StudyStore(tmp_path_factory.mktemp("home"), shelf)))


@pytest.fixture(scope="session")
def viewer() -> Viewer:
    return Viewer(1, "ann@example.org", "superadmin", ROLES["superadmin"], (GOLDEN, OTHER, EURO, EMPTY))


Ask = Callable[..., Answer]


@pytest.fixture(scope="session")
def ask(warehouses: Warehouses, viewer: Viewer) -> Ask:
    """Ask the golden shop: ask("net_sales,orders", by="month", period=…, where={"channel": "web"})."""

    def asked(
        metrics: str, by: str = "", period: Period | None = None, where: dict[str, str] | None = None, **more: Any
    ) -> Answer:
        filters = tuple(Filter(name, tuple(values.split(","))) for name, values in (where or {}).items())
        query = Query(tuple(metrics.split(",")), tuple(by.split(",")) if by else (), period, filters)
        return run(query, viewer, more.pop("tenants", (GOLDEN,)), warehouses, **more)

    return asked
