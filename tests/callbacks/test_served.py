from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from portal.app import create_app
from portal.parts import open_parts
from tests.callbacks.conftest import stock_golden_shops
from tests.installation import Installation, settings_for


@pytest.fixture
def own(_template_home: Path, tmp_path: Path) -> Installation:
    """An installation that may be changed: each shop has a snapshot."""
    home = tmp_path / "home"
    shutil.copytree(_template_home, home)
    stock_golden_shops(home)
    settings = settings_for(home)
    parts = open_parts(settings)
    return Installation(settings, parts.sessions, create_app(settings, parts))


def test_the_mark_changes_with_the_snapshot_that_is_served(own: Installation) -> None:
    browser = own.browser("manager")
    first, again = (browser.get("/served").json["mark"] for _ in range(2))
    stock_golden_shops(own.settings.home)
    assert first == again
    assert browser.get("/served").json["mark"] != first


def test_the_mark_tells_nothing_of_other_tenants(own: Installation) -> None:
    marks = {name: own.browser("manager", name).get("/served").json["mark"] for name in ("Amber Shop", "Birch Shop")}
    assert len(set(marks.values())) == 2
