"""A shop of six orders a day for 108 days: on Wednesday 15 and Thursday 16 April 2026 nobody orders on the web (four of
six orders), and on Monday 20 April there is nothing at all."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from portal.alerts.days import Desk
from portal.alerts.rounds import Round, look_at_all
from portal.clock import utc_now
from portal.db import Sessions
from portal.parts import open_parts
from portal.tenants import list_tenants
from portal.viewer import ROLES, TenantRef, Viewer, operator_viewer
from portal.warehouse.store import Draft, SnapshotStore
from tests.installation import settings_for
from tests.metrics.golden import write_warehouse

FIRST = date(2026, 1, 5)
DAYS = 108
BEFORE, SHOCK, AFTER_SHOCK, MISSING = date(2026, 4, 14), date(2026, 4, 15), date(2026, 4, 16), date(2026, 4, 20)
BACK = date(2026, 4, 17)
DIMENSIONS: dict[str, Any] = {
    "dim_channel": [{"channel_key": 1, "channel": "web"}, {"channel_key": 2, "channel": "phone"}],
    "dim_product": [{"product_key": 1, "product_id": "P1", "product": "Mug", "is_merchandise": True}],
}


def tables() -> dict[str, Any]:
    """Orders of 10 to 12, two of three on the web."""
    orders: list[dict[str, Any]] = []
    lines: list[dict[str, Any]] = []
    for day in (FIRST + timedelta(days=place) for place in range(DAYS)):
        for place in range(6):
            channel = 2 if place % 3 == 2 else 1
            if day == MISSING or (day in (SHOCK, AFTER_SHOCK) and channel == 1):
                continue
            key, amount = len(orders) + 1, 10 + (day.toordinal() * 7 + place) % 3
            shared = {"order_key": key, "order_date": day, "source": "table", "is_booked": True, "is_realised": True,
                      "order_status": "delivered", "channel_key": channel}  # fmt: skip
            orders.append({**shared, "order_id": f"O{key}", "document_type": "order", "total_amount": amount})
            lines.append({**shared, "line_key": key, "line_type": "sale", "product_key": 1, "quantity": 1,
                          "gross_amount": amount, "discount_amount": 0, "net_amount": amount})  # fmt: skip
    stock = [{"stock_level_key": 1, "product_key": 1, "on_hand_quantity": 0, "unit_cost": 4, "stock_amount": 0}]
    return {**DIMENSIONS, "fact_order": orders, "fact_order_line": lines, "fact_stock_level": stock}


@dataclass
class Stall:
    """The shop in the home of an installation; `file` is its warehouse as it is published again and again."""

    home: Path
    sessions: Sessions
    file: Path
    number: int = 0

    @property
    def tenant(self) -> TenantRef:
        with self.sessions() as session:
            return list_tenants(session)[0]

    def viewer(self, role: str = "manager", user_id: int = 1) -> Viewer:
        return Viewer(user_id, f"{role}@amber.example", role, ROLES[role], (self.tenant,))

    def publish(self, as_of: date, tenant_id: int = 1) -> None:
        """A snapshot as of a day, built early on the next."""
        self.number += 1
        built = datetime.combine(as_of + timedelta(days=1), datetime.min.time()) + timedelta(hours=6)
        store = SnapshotStore(self.home, 2)

        def copy(path: Path) -> dict[str, int]:
            shutil.copyfile(self.file, path)
            return {}

        with store.lock(tenant_id, "a test", 0):
            store.publish(tenant_id, Draft(self.number, built, as_of, "GBP"), copy)

    @cached_property
    def desk(self) -> Desk:
        return Desk(operator_viewer((self.tenant,)), self.tenant, open_parts(settings_for(self.home)).warehouses)

    def look(self, as_of: date | None = None, again: bool = False) -> Round:
        """Publish as of a day, and look at all rules."""
        if as_of is not None:
            self.publish(as_of)
        return look_at_all(self.sessions, self.desk, utc_now(), again)


def write_file(path: Path) -> Path:
    """The warehouse of the shop as a file."""
    write_warehouse(path, tables())
    return path
