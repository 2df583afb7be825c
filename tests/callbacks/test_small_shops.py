"""Boards over shops that hardly are one: a single order, one day, zero cost, everything returned."""

from __future__ import annotations

import shutil
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from callbacks import customers, inventory, leads, loyalty, marketing
from callbacks.board import above, below
from callbacks.desk import Desk
from layouts.state import read_state
from portal.parts import Parts, open_parts
from portal.viewer import ROLES, TenantRef, Viewer
from portal.warehouse.store import Draft, SnapshotStore
from tests.callbacks.test_finance_parts import said
from tests.installation import settings_for
from tests.metrics.golden import SHOP, write_warehouse

DAY = date(2026, 3, 31)
SCREENS = (inventory, customers, loyalty, leads, marketing)


def only(table: str, count: int) -> list[dict[str, Any]]:
    return list(SHOP[table][:count])


def on_the_day(rows: list[dict[str, Any]], column: str) -> list[dict[str, Any]]:
    return [{**row, column: DAY} for row in rows]


ONE = {**SHOP, "fact_order": only("fact_order", 1), "fact_order_line": only("fact_order_line", 1),
       "fact_stock_level": [], "fact_stock_movement": []}  # fmt: skip
LINE = dict(SHOP["fact_order_line"][0])
BACK = {**LINE, "line_key": 99, "line_type": "return", "quantity": -LINE["quantity"], "price_sign": "negative"} | {
    name: -LINE[name] for name in ("gross_amount", "net_amount", "line_amount") if LINE.get(name) is not None
}
SHOPS: dict[str, dict[str, Any]] = {
    "one order": ONE,
    "one day": {**SHOP, "fact_order": on_the_day(SHOP["fact_order"], "order_date"),
                "fact_order_line": on_the_day(SHOP["fact_order_line"], "order_date")},
    "one product": {**SHOP, "dim_product": only("dim_product", 1),
                    "fact_order_line": [{**row, "product_key": 1} for row in SHOP["fact_order_line"]]},
    "zero cost": {**SHOP, "fact_order_line": [{**row, "cost_amount": 0, "has_cost": True}
                                              for row in SHOP["fact_order_line"]],
                  "fact_stock_level": [{"product_key": 1, "on_hand_quantity": 5, "unit_cost": 0, "stock_amount": 0,
                                        "stock_date": DAY, "origin_key": 1, "source": "table"}]},
    "everything returned": {**ONE, "fact_order_line": [LINE, BACK]},
    "nothing but people": {name: rows for name, rows in SHOP.items() if not name.startswith("fact_")},
}  # fmt: skip


@pytest.fixture(scope="module")
def shops(_template_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Parts:
    home: Path = tmp_path_factory.mktemp("small") / "home"
    shutil.copytree(_template_home, home)
    for number, tables in enumerate(SHOPS.values(), 1):
        store = SnapshotStore(home, 2)
        with store.lock(number, "a test", 0):
            store.publish(number, Draft(1, datetime(2026, 4, 1, 6), DAY, "GBP"),
                          lambda path, tables=tables: write_warehouse(path, tables))  # fmt: skip
    return open_parts(settings_for(home))


@pytest.mark.parametrize("screen", SCREENS, ids=lambda one: one.BOARD.name)
@pytest.mark.parametrize("shop", SHOPS)
def test_every_card_is_painted_and_says_what_it_lacks(shops: Parts, shop: str, screen: Any) -> None:
    number = list(SHOPS).index(shop) + 1
    tenant = TenantRef(number, shop, "GBP", "Europe/London", "GB")
    viewer = Viewer(1, "ann@amber.example", "manager", ROLES["manager"], (tenant,))
    desk = Desk(viewer, (tenant,), read_state({}), DAY, date(2026, 4, 1), shops)
    for painted in (above(desk, screen.BOARD, screen.PAINTERS), below(desk, screen.BOARD, screen.PAINTERS)):
        text = said(painted)
        assert "Not to be told now" not in text
        assert not any(word in text for word in ("'nan'", "nan%", "£nan", "inf%", "£inf", "None%", "NaT", " nan "))
