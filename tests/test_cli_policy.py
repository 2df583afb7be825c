"""Settings of a tenant, as somebody types them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from portal.cli import portal
from portal.cli.context import open_context
from portal.errors import InputError, PortalError, UnknownNameError
from portal.models import AuditEvent
from portal.policies import load_policies, policy

SHOP = ("--tenant", "Corner Shop")


def run(*words: str) -> Result:
    result = CliRunner().invoke(portal, words)
    if isinstance(result.exception, PortalError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result


@pytest.fixture(autouse=True)
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_HOME", str(tmp_path))
    run("init")
    run("tenant", "add", "Corner Shop", "--currency", "GBP", "--timezone", "Europe/London")


def limit_on(day: date) -> object:
    with open_context().sessions() as session:
        return policy(load_policies(session, 1), "low_stock_limit", day)


def test_a_value_holds_from_its_day_on_and_is_audited() -> None:
    run("policy", "set", "low_stock_limit", "8", *SHOP, "--from", "2026-02-01")
    run("policy", "set", "low_stock_limit", "9", *SHOP, "--from", "2026-02-01")
    assert (limit_on(date(2026, 1, 31)), limit_on(date(2026, 2, 1))) == (5, 9)
    with open_context().sessions() as session:
        told = session.scalars(select(AuditEvent).where(AuditEvent.action == "policy set")).all()
        assert [event.details["before"] for event in told] == [5, 8]


def test_a_wrong_merge_is_undone_by_a_pair() -> None:
    pairs = [["imiq:C-12", "onesoko:77"]]
    run("policy", "set", "separate_customers", json.dumps(pairs), *SHOP)
    assert json.loads(run("policy", "list", *SHOP, "--json").stdout)["policies"]["separate_customers"] == pairs


def test_the_list_says_unit_and_meaning() -> None:
    assert "low_stock_limit = 5  (units)" in run("policy", "list", *SHOP).stdout


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("low_stock_limt", "5", UnknownNameError), ("low_stock_limit", '"5"', InputError),
        ("separate_customers", '[["imiq:C-12"]]', InputError), ("separate_customers", '[["C-12", "D"]]', InputError),
        ("separate_customers", '[["imiq:1", "imiq:1"]]', InputError), ("status_when_missing", "new", InputError),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_changes_nothing(name: str, value: str, error: type[PortalError]) -> None:
    with pytest.raises(error):
        run("policy", "set", name, value, *SHOP)
    with open_context().sessions() as session:
        assert load_policies(session, 1) == ()
