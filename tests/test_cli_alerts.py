"""portal alerts: what is off, the rules, looking now; for people and for machines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from portal.cli import portal
from portal.db import Sessions
from portal.errors import PortalError
from tests.alerts.shop import SHOCK, Stall

OURS = ("--tenant", "Amber Shop")


@pytest.fixture
def stall(home: Path, sessions: Sessions, stall_file: Path, monkeypatch: pytest.MonkeyPatch) -> Stall:
    monkeypatch.setenv("PORTAL_HOME", str(home))
    stall = Stall(home, sessions, stall_file)
    stall.publish(SHOCK)
    return stall


def say(*line: str) -> str:
    """What a verb prints; its failure is raised."""
    done = CliRunner().invoke(portal, ["alerts", *line, *OURS])
    if isinstance(done.exception, PortalError):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output


def facts(*line: str) -> Any:
    return json.loads(say(*line, "--json"))


def test_checking_makes_rules_and_alerts_and_again_changes_nothing(stall: Stall) -> None:
    assert say("rules").startswith("There is no rule yet")
    first, again = facts("check"), facts("check")
    assert (first["last_day"], first["rules"], again["opened"]) == ("2026-04-15", 4, 0)
    assert first["opened"] == len(facts("list")["alerts"]) > 0
    assert "Orders 66" in say("list")
    assert "Net sales: at least 20% below what is usual" in say("rules")


def test_a_rule_is_added_and_removed(stall: Stall) -> None:
    rule = ("add", "Web", "--metric", "orders", "--by", "channel", "--quiet", "22-7", "--percent", "30")
    added = facts(*rule)
    assert (added["least_share"], added["quiet_from"], added["direction"]) == (0.3, 22, "fall")
    say("remove", "Web")
    assert facts("rules")["rules"] == []


@pytest.mark.parametrize(("line", "words"), [
    (("add", "X", "--metric", "order"), "Did you mean"),
    (("add", "X", "--metric", "orders", "--quiet", "late"), "22-7"),
    (("remove", "X"), "no alert rule"), (("list", "--state", "opn"), "Did you mean open"),
])  # fmt: skip
def test_what_cannot_be_is_said(stall: Stall, line: tuple[str, ...], words: str) -> None:
    with pytest.raises(PortalError, match=words):
        say(*line)
