"""The golden shop with a ledger, checks and stock, seen through a desk as callbacks see it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from callbacks.desk import Desk
from layouts.state import read_state
from portal.app import create_app
from portal.clock import utc_now
from portal.models import Load
from portal.parts import open_parts
from portal.viewer import ROLES, TenantRef, Viewer
from portal.warehouse.store import Draft, SnapshotStore
from tests.installation import Installation, settings_for
from tests.metrics.golden import MAR31, SHOP, write_warehouse

AMBER = TenantRef(1, "Amber Shop", "GBP", "Europe/London", "GB")
BIRCH = TenantRef(2, "Birch Shop", "GBP", "Europe/London", "GB")
MARCH = {"period": "custom", "start": "2026-03-01", "end": "2026-03-31"}
QUARTER = {"period": "custom", "start": "2026-01-01", "end": "2026-03-31"}
LEDGER: dict[str, Any] = {
    "row_account": [
        {"origin_key": 1, "staging_table": "order_line", "outcome": "loaded", "row_count": 8},
        {"origin_key": 1, "staging_table": "order_line", "outcome": "duplicate", "row_count": 2},
        {"origin_key": 1, "staging_table": "order_line", "outcome": "rejected", "rule": "missing quantity",
         "row_count": 1},
    ],
    "data_check": [
        {"check_name": "missing_cost", "severity": "warning", "sentence": "Goods were sold whose cost is not known.",
         "wrong_rows": 1, "affected_amount": 5},
        {"check_name": "estimated_cost", "severity": "info", "sentence": "Costs are estimated.", "wrong_rows": 3,
         "affected_amount": 77},
        {"check_name": "old_dates", "severity": "warning", "sentence": "Orders are old.", "wrong_rows": 0},
    ],
}  # fmt: skip


def stock_golden_shops(home: Path, other: dict[str, Any] | None = None) -> None:
    """Publish the golden shop, with `other` rows in some tables, for both tenants, the second without ledger."""
    for tenant, more in ((AMBER, LEDGER), (BIRCH, {})):
        store = SnapshotStore(home, 2)
        draft = Draft(1, datetime(2026, 4, 1, 6, 0), MAR31, "GBP")
        with store.lock(tenant.id, "a test", 0):
            store.publish(
                tenant.id, draft, lambda path, more=more: write_warehouse(path, {**SHOP, **more, **(other or {})})
            )


@pytest.fixture(scope="session")
def installation(_template_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    home = tmp_path_factory.mktemp("desk") / "home"
    shutil.copytree(_template_home, home)
    stock_golden_shops(home)
    settings = settings_for(home)
    parts = open_parts(settings)
    with parts.sessions.begin() as session:
        session.add(Load(tenant_id=1, number=1, source="table", path="orders.csv", status="published", snapshot=1,
                         started_at=utc_now(), finished_at=datetime(2026, 4, 1, 6, 0)))  # fmt: skip
    return Installation(settings, parts.sessions, create_app(settings, parts))


@pytest.fixture
def desk(installation: Installation) -> Callable[..., Desk]:
    """Makes a desk over Amber Shop (or the tenants given) in the state given; today is 1 April 2026."""

    def make(tenants: tuple[TenantRef, ...] = (AMBER,), role: str = "manager", **state: Any) -> Desk:
        viewer = Viewer(1, "ann@amber.example", role, ROLES[role], tenants)
        parts = installation.server.extensions["portal"]
        return Desk(viewer, tenants, read_state(state), MAR31, date(2026, 4, 1), parts)

    return make
