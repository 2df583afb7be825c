"""`portal demo`, as a newcomer runs it."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from portal import users
from portal.cli import portal
from portal.cli.context import Context, open_context
from portal.db import writing

NOW = datetime(2026, 7, 1, 20, 0)
"""In India the second of July has begun, in New York it is the first."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("demo") / "home"
    return folder


@pytest.fixture(scope="module")
def first(home: Path) -> dict[str, Any]:
    return make_demo(home)


def make_demo(home: Path, *words: str) -> dict[str, Any]:
    asked = ("demo", "--no-completejourney", "--scale", "0.02", "--json", *words)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("portal.cli.demo.utc_now", lambda: NOW)
        result = CliRunner().invoke(portal, asked, env={"PORTAL_HOME": str(home)}, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return dict(json.loads(result.stdout))


@pytest.fixture
def opened(first: dict[str, Any], home: Path, monkeypatch: pytest.MonkeyPatch) -> Context:
    monkeypatch.setenv("PORTAL_HOME", str(home))
    return open_context()


def test_all_merchants_are_loaded(first: dict[str, Any], opened: Context) -> None:
    assert [(one["name"], one["is_new"]) for one in first["merchants"]] == [
        ("Kaveri Home", True), ("Maple & Pine Supply", True), ("Soko Huru", True),
        ("Nile Kitchen", True), ("Lotus Story House", True),
    ]  # fmt: skip
    assert all(opened.store.current(tenant.id) for tenant in opened.tenants())


def test_the_data_end_on_the_merchants_yesterday(opened: Context) -> None:
    snapshots = [opened.store.current(tenant.id) for tenant in opened.tenants()]
    assert [one.as_of for one in snapshots if one] == [*[date(2026, 7, 1)] * 2, *[date(2026, 6, 30)] * 3]


def test_a_second_run_loads_nothing(first: dict[str, Any], home: Path, opened: Context) -> None:
    before = [opened.store.current(tenant.id) for tenant in opened.tenants()]
    assert [one["is_new"] for one in make_demo(home)["merchants"]] == [False] * 5
    assert [opened.store.current(tenant.id) for tenant in opened.tenants()] == before


def test_each_link_belongs_to_its_user_and_the_older_one_ends(home: Path, opened: Context) -> None:
    older, newer = (make_demo(home)["links"] for _ in range(2))
    with opened.sessions() as session:
        for old, new in zip(older, newer, strict=True):
            found = users.user_of_link(session, new["link"].rpartition("/")[2], NOW)
            assert found is not None
            assert (found.email, found.role, found.password_hash) == (new["email"], new["role"], None)
            assert users.user_of_link(session, old["link"].rpartition("/")[2], NOW) is None


def test_who_has_a_password_gets_no_link(home: Path, opened: Context) -> None:
    with writing(opened.sessions) as session:
        manager = users.find_user(session, "manager@kaveri.example")
        users.set_password(session, manager, "long enough and never used", NOW)
    links = {each["email"]: each["link"] for each in make_demo(home)["links"]}
    assert links["manager@kaveri.example"] == ""
    assert links["superadmin@souk.example"].startswith("http://127.0.0.1:8050/link/")
