"""Codes on the Loyalty screen and at the console: issued, checked, redeemed, voided, by who may and for one client."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from callbacks.desk import Desk
from callbacks.loyalty import roll_forward
from callbacks.loyalty_codes import codes_card
from layouts.state import read_state
from portal.app import create_app
from portal.cli import portal as verbs
from portal.errors import PortalError
from portal.loyalty_codes import REFUSED
from portal.models import AuditEvent
from portal.parts import open_parts
from portal.viewer import ROLES, Viewer
from tests.callbacks.calls import call
from tests.callbacks.conftest import AMBER, BIRCH, QUARTER, stock_golden_shops
from tests.callbacks.test_finance_parts import said as plain
from tests.installation import Browser, Installation, settings_for
from tests.studies.test_loyalty import ENTRIES, PEOPLE

Make = Callable[..., Desk]
WISH = {"code-customer": "C1", "code-kind": "reward", "code-reward": "Free tea", "code-points": 40}


@pytest.fixture(scope="module")
def home(_template_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home: Path = tmp_path_factory.mktemp("codes") / "home"
    shutil.copytree(_template_home, home)
    stock_golden_shops(home, {"fact_loyalty": ENTRIES, "customer_identity": PEOPLE})
    return home


@pytest.fixture
def portal(home: Path, tmp_path: Path) -> Installation:
    shutil.copytree(home, tmp_path / "home")
    settings = settings_for(tmp_path / "home")
    parts = open_parts(settings)
    return Installation(settings, parts.sessions, create_app(settings, parts))


def said(browser: Browser, button: str, **values: Any) -> str:
    """What a press of a button answers; a callback of several buttons is told which."""
    return call(browser, button, {button: 1, "filters": {}, **{f"code-{name}": one for name, one in values.items()}})


def issued(browser: Browser) -> str:
    answer = call(browser, "code-issue", {"code-issue": 1, "filters": {}, **WISH})
    shown = json.loads(answer)["response"]["code-issued"]["children"]["props"]["children"]
    return str(shown[1]["props"]["children"])


def test_a_code_is_issued_checked_and_redeemed_once(portal: Installation) -> None:
    manager = portal.browser("manager")
    code = issued(manager)
    assert "The code works: Free tea for 40 points" in said(manager, "code-check", typed=code.lower())
    assert "Redeemed: Free tea for 40 points" in said(manager, "code-redeem", typed=code)
    assert REFUSED in said(manager, "code-redeem", typed=code)
    with portal.sessions() as session:
        told = session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()
    assert told == ["loyalty code issued", "loyalty code redeemed", "loyalty code refused"]


def test_a_foreign_code_reads_like_a_wrong_one(portal: Installation) -> None:
    code = issued(portal.browser("manager"))
    other = portal.browser("manager", "Birch Shop")
    assert said(other, "code-check", typed=code) == said(other, "code-check", typed="nothing at all")


@pytest.mark.parametrize(("change", "words"), [
    ({"code-customer": "nobody"}, "No single customer"), ({"code-points": 61}, "the customer has 60 left"),
    ({"code-points": 1.5}, "how many points it takes"), ({"code-reward": ""}, "Say what the reward is"),
])  # fmt: skip
def test_what_cannot_be_issued_is_said(portal: Installation, change: dict[str, Any], words: str) -> None:
    assert words in call(portal.browser("admin"), "code-issue", {"code-issue": 1, "filters": {}, **WISH, **change})


def test_the_list_names_codes_without_telling_them(portal: Installation) -> None:
    manager = portal.browser("manager")
    code = issued(manager)
    painted = call(manager, "code-issued", {"filters": {}})
    assert "SOUK-1" in painted
    assert code not in painted


def test_the_ledger_has_it_with_the_next_load(portal: Installation) -> None:
    manager = portal.browser("manager")
    said(manager, "code-redeem", typed=issued(manager))
    parts = portal.server.extensions["portal"]
    warehouse = parts.warehouses.open(Viewer(1, "a@b.example", "manager", ROLES["manager"], (AMBER,)), AMBER)
    moved = warehouse.shelf.points_moved(1)
    assert moved["points"].to_list() == [-40]
    assert moved["moved_at"][0] > warehouse.snapshot.built_at


def test_the_roll_forward_ends_in_the_liability(portal: Installation) -> None:
    parts = portal.server.extensions["portal"]
    viewer = Viewer(1, "a@b.example", "manager", ROLES["manager"], (AMBER,))
    desk = Desk(viewer, (AMBER,), read_state(QUARTER), date(2026, 3, 31), date(2026, 4, 1), parts)
    assert roll_forward(desk)["closing"].iloc[-1] == desk.exact(["points_liability"]).iloc[0, 0]


@pytest.mark.parametrize(("role", "tenants", "words"), [
    ("viewer", (AMBER,), "handled by managers"), ("manager", (AMBER, BIRCH), "Choose one client"),
    ("manager", (), "Load customers"), ("manager", (AMBER,), "At the counter"),
])  # fmt: skip
def test_the_card_is_for_who_may_and_one_client(desk: Make, role: str, tenants: Any, words: str) -> None:
    assert words in plain(codes_card(desk(tenants, role=role)))


def test_the_console_does_the_same(portal: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_HOME", str(portal.settings.home))

    def run(*words: str) -> Any:
        asked = ["loyalty", "code", *words, "--tenant", "Amber Shop", "--json"]
        result = CliRunner().invoke(verbs, asked)
        if isinstance(result.exception, PortalError):
            raise result.exception
        return json.loads(result.stdout)

    code = run("issue", "--customer", "C1", "--reward", "Free tea", "--points", "5")["code"]
    assert run("check", code)["points"] == 5
    number = run("redeem", code)["number"]
    for words in (("redeem", code), ("check", code), ("void", str(number))):
        with pytest.raises(PortalError):
            run(*words)
    again = run("issue", "--customer", "C1")
    assert (again["kind"], again["friend_points"], run("void", str(again["number"]))["kind"]) == (
        "referral", 50, "referral",
    )  # fmt: skip


def test_a_shop_nobody_has_is_not_taken(portal: Installation) -> None:
    shop = {"code-shop": "forged"}
    answer = call(portal.browser("admin"), "code-issue", {"code-issue": 1, "filters": {}, **WISH, **shop})
    assert (
        "There is no shop called 'forged'"
        in json.loads(answer)["response"]["code-issued"]["children"]["props"]["children"]
    )
