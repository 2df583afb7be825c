"""Screens of shops in odd states: everything is painted, no card fails, nothing reads nan or inf."""

from __future__ import annotations

import re
import shutil
from datetime import date, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from plotly.io.json import to_json_plotly  # type: ignore[attr-defined]

from callbacks.board import above, below
from callbacks.desk import Desk
from layouts.state import read_state
from portal.parts import Parts, open_parts
from portal.viewer import ROLES, TenantRef, Viewer
from portal.warehouse.store import Draft, SnapshotStore
from tests.callbacks.states import STATES
from tests.callbacks.test_boards import BOARDS
from tests.installation import settings_for
from tests.metrics.golden import MAR31, write_warehouse

SHOPS = {name: TenantRef(place, name, "GBP", "Europe/London", "GB") for place, name in enumerate(STATES, start=10)}
_WRONG = re.compile(r"\b(nan|NaN|inf|Infinity)\b|^None$|Not to be told now")


@pytest.fixture(scope="module")
def odd(_template_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Parts:
    """An installation with a shop in each state."""
    home = tmp_path_factory.mktemp("odd") / "home"
    shutil.copytree(_template_home, home)
    store = SnapshotStore(home, 2)
    for name, shop in SHOPS.items():
        with store.lock(shop.id, "a test", 0):
            store.publish(shop.id, Draft(1, datetime(2026, 4, 1, 6, 0), MAR31, "GBP"),
                          lambda path, name=name: write_warehouse(path, STATES[name]))  # fmt: skip
    return open_parts(settings_for(home))


def words(node: Any) -> list[str]:
    """Every text and number somebody reads: of components, figures and tables."""
    if isinstance(node, dict):
        return [text for each in node.values() for text in words(each)]
    if isinstance(node, list):
        return [text for each in node for text in words(each)]
    return [node] if isinstance(node, str) else []


@pytest.mark.parametrize("name", ["delivery", "finance", "governance", "service", "staff"])
@pytest.mark.parametrize("shop", SHOPS.values(), ids=SHOPS.keys())
def test_a_board_stands_in_every_state(odd: Parts, shop: TenantRef, name: str) -> None:
    viewer = Viewer(1, "ann@amber.example", "manager", ROLES["manager"], (shop,))
    state = read_state({"period": "custom", "start": "2026-01-01", "end": "2026-03-31"})
    desk, module = Desk(viewer, (shop,), state, MAR31, date(2026, 4, 1), odd), BOARDS[name]
    both = [above(desk, module.BOARD, module.PAINTERS), below(desk, module.BOARD, module.PAINTERS)]
    read = words(orjson.loads(to_json_plotly(both)))  # type: ignore[no-untyped-call]
    assert [text for text in read if _WRONG.search(text)] == []
