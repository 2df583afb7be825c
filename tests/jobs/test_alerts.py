"""Rules are looked at after each load, one tenant at a time, and only when there is something new."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from portal.alert_tables import Alert, AlertRule
from portal.alerts.kept_rules import add_rule, change_rule
from portal.alerts.rules import NewRule
from portal.clock import utc_now
from portal.db import Sessions, writing
from portal.jobs.alerts import Alerting
from tests.alerts.shop import BEFORE, SHOCK, Stall
from tests.installation import settings_for


@pytest.fixture
def stall(home: Path, sessions: Sessions, stall_file: Path) -> Stall:
    return Stall(home, sessions, stall_file)


def started(stall: Stall) -> tuple[Alerting, list[int]]:
    tenants: list[int] = []

    def start(tenant_id: int) -> subprocess.Popen[bytes]:
        tenants.append(tenant_id)
        process = subprocess.Popen([sys.executable, "-c", "pass"])
        process.wait(30)
        return process

    return Alerting(settings_for(stall.home), stall.sessions, start, pause=0), tenants


def test_a_snapshot_is_looked_at_once_and_the_next_again(stall: Stall) -> None:
    alerting, tenants = started(stall)
    assert not alerting.step()
    for day in (BEFORE, SHOCK):
        stall.publish(day)
        for _ in range(3):
            alerting.step()
    assert tenants == [1, 1]


def test_a_changed_rule_is_looked_at_again(stall: Stall) -> None:
    stall.publish(SHOCK)
    with writing(stall.sessions) as session:
        rule = add_rule(session, stall.tenant, NewRule("Few", "orders"), ("ann", utc_now()))
    alerting, tenants = started(stall)
    alerting.step()
    with writing(stall.sessions) as session:
        change_rule(session, stall.tenant, (rule.id, 1), NewRule("Less", "orders"), ("ann", utc_now()))
    assert (alerting.step(), alerting.step(), tenants) == (True, False, [1, 1])


def test_only_one_process_runs_and_it_ends_with_the_worker(stall: Stall) -> None:
    stall.publish(SHOCK)
    sleeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    alerting = Alerting(settings_for(stall.home), stall.sessions, lambda _: sleeper, pause=0)
    assert (alerting.step(), alerting.step()) == (True, False)
    alerting.stop()
    assert sleeper.returncode == -9


def test_the_process_makes_the_rules_and_finds_what_is_off(stall: Stall, monkeypatch: pytest.MonkeyPatch) -> None:
    stall.publish(SHOCK)
    monkeypatch.setenv("PORTAL_HOME", str(stall.home))
    line = [sys.executable, "-m", "portal.jobs", "alerts", "1"]
    subprocess.run(line, check=True, capture_output=True, timeout=120)
    with stall.sessions() as session:
        assert session.scalars(select(AlertRule.metric)).all() == ["net_sales", "orders", "units", "aov"]
        assert "orders" in session.scalars(select(Alert.metric)).all()
