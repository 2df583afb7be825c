"""Fixtures every part may use."""

from __future__ import annotations

import shutil
from pathlib import Path

import hypothesis
import pytest

from portal.db import Sessions
from tests.installation import Installation, make_database, settings_for, stock_shops

# A busy machine must not fail a property; timings belong in bench.
hypothesis.settings.register_profile("souk", deadline=None, derandomize=True)
hypothesis.settings.load_profile("souk")


@pytest.fixture(scope="session")
def _template_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("template")
    sessions = make_database(settings_for(home))
    sessions.kw["bind"].dispose()
    return home


@pytest.fixture(scope="session")
def stocked_home(_template_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A PORTAL_HOME whose two tenants have a snapshot each; copy it before changing anything."""
    target = tmp_path_factory.mktemp("stocked") / "home"
    shutil.copytree(_template_home, target)
    stock_shops(target)
    return target


@pytest.fixture(scope="session")
def stall_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The warehouse of the shop of `tests.alerts.shop`, to be published again and again."""
    from tests.alerts.shop import write_file

    return write_file(tmp_path_factory.mktemp("stall") / "shop.duckdb")


@pytest.fixture
def home(_template_home: Path, tmp_path: Path) -> Path:
    """A PORTAL_HOME of its own with two tenants and all their people."""
    target = tmp_path / "home"
    shutil.copytree(_template_home, target)
    return target


@pytest.fixture
def sessions(home: Path) -> Sessions:
    """The sessions of that home's database."""
    from portal.db import open_sessions

    return open_sessions(settings_for(home).database_url)


@pytest.fixture
def installation(home: Path) -> Installation:
    """That home with a running app."""
    from portal.app import create_app
    from portal.parts import open_parts

    settings = settings_for(home)
    parts = open_parts(settings)
    return Installation(settings, parts.sessions, create_app(settings, parts))
