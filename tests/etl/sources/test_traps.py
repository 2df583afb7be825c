"""Every trap of the source systems has its test (tests/golden/TRAPS.md), and one that spans database and numbers."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from portal.cli import portal
from tests.etl.sources.conformed import GOLDEN

TESTS = Path(__file__).resolve().parents[2]
NAMED = re.findall(r"`([\w/]+\.py)::(\w+)`", (GOLDEN / "TRAPS.md").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("file", "test"), NAMED)
def test_the_test_of_a_trap_exists(file: str, test: str) -> None:
    assert f"\ndef {test}(" in (TESTS / file).read_text(encoding="utf-8")


def test_every_trap_names_a_test() -> None:
    rows = [line for line in (GOLDEN / "TRAPS.md").read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    assert len([row for row in rows if row != "| trap | test |"]) == len(NAMED)


def say(*words: object) -> str:
    found = CliRunner().invoke(portal, [str(word) for word in words], catch_exceptions=False)
    assert found.exit_code == 0, found.output
    return found.stdout


def test_a_partial_return_of_the_database_lowers_sales_by_the_price_paid(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTAL_HOME", str(home))
    say("tenant", "add", "Acme Goods", "--currency", "USD", "--timezone", "America/New_York", "--country", "US")
    say("load", "--tenant", "Acme Goods", "--source", "easy_ecom", GOLDEN / "easy_ecom_database")
    told = say("query", "returns_value,units_returned,refunds", "--tenant", "Acme Goods", "--json")
    # SO-11: one of 15.00 less its part of the order's discount of 1.00 on 25.00; refunded were 15.00
    assert json.loads(told)["rows"] == [{"returns_value": 14.4, "units_returned": 1, "refunds": 15}]
    assert "every control total is tied" in say("check", "--tenant", "Acme Goods")
