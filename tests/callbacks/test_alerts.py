"""The screen of alerts as a browser uses it: shown, taken on, put off, resolved; forged requests change nothing."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from layouts.alert_rules import FIELDS, field_id
from portal.alert_tables import Alert, AlertNotice, AlertRule, AlertSnooze
from portal.alerts.kept_rules import add_rule
from portal.alerts.rules import NewRule
from portal.app import create_app
from portal.clock import utc_now
from portal.db import writing
from portal.models import AuditEvent
from portal.parts import open_parts
from portal.tenants import list_tenants
from tests.alerts.shop import SHOCK, Stall
from tests.alerts.test_states import add_alert
from tests.callbacks.calls import CALLBACK, call
from tests.installation import Browser, Installation, settings_for


@pytest.fixture(scope="module")
def shared(_template_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Two tenants without data, and one app for all tests."""
    home = tmp_path_factory.mktemp("alerts") / "home"
    shutil.copytree(_template_home, home)
    parts = open_parts(settings_for(home))
    return Installation(parts.settings, parts.sessions, create_app(parts.settings, parts))


@pytest.fixture
def portal(shared: Installation) -> Installation:
    """That app, with nothing of an earlier test in its database."""
    with writing(shared.sessions) as session:
        for table in (AlertNotice, AlertSnooze, Alert, AlertRule, AuditEvent):
            session.execute(delete(table))
    return shared


def look(browser: Browser, state: str = "open") -> str:
    answer = call(browser, "alerts-state", {"alerts-state": state, "alerts-client": "1"})
    return json.dumps(json.loads(answer), ensure_ascii=False)


def press(browser: Browser, do: str, alert: int, version: int = 1, **typed: Any) -> str:
    """Click a button of the list; typed: note, until, and client."""
    button = {"type": "alert-do", "do": do, "alert": alert, "version": version}
    fields = [[{"id": {"type": f"alert-{name}", "alert": alert}, "property": "value", "value": typed[name]}]
              if name in typed else [] for name in ("note", "until")]  # fmt: skip
    body = {
        "output": "..alerts-notice.children...alerts-done.data..",
        "outputs": [{"id": "alerts-notice", "property": "children"}, {"id": "alerts-done", "property": "data"}],
        "inputs": [[{"id": button, "property": "n_clicks", "value": 1}]],
        "state": [*fields, {"id": "alerts-client", "property": "value", "value": typed.get("client", "1")}],
        "changedPropIds": [f"{json.dumps(button, separators=(',', ':'), sort_keys=True)}.n_clicks"],
    }  # fmt: skip
    return browser.post(CALLBACK, json=body).text


def states(portal: Installation) -> list[tuple[str, int]]:
    with portal.sessions() as session:
        rows = session.scalars(select(Alert).order_by(Alert.id))
        return [(row.state, row.version) for row in rows]


def events(portal: Installation) -> list[str]:
    with portal.sessions() as session:
        return list(session.scalars(select(AuditEvent.action)))


def test_a_whole_alert_is_painted(portal: Installation, stall_file: Path) -> None:
    stall = Stall(portal.settings.home, portal.sessions, stall_file)
    stall.look(SHOCK)
    painted = look(portal.browser("manager"))
    for words in ("Orders 66", "Costs", "15 Apr 2026 · Orders fall", "by channel", "Web", " open, the largest costs £",
                  "/sales?period=custom&start=2026-04-09&end=2026-04-15&metric=orders&grain=day"):  # fmt: skip
        assert words in painted, words
    assert "Orders 66" not in call(portal.browser("manager", "Birch Shop"), "alerts-state", {"alerts-client": "1"})


def test_an_alert_is_acknowledged_and_resolved_with_its_note(portal: Installation) -> None:
    alert, browser = add_alert(portal.sessions, 12.5, "Sales fall"), portal.browser("manager")
    assert "left the open list" in press(browser, "acknowledge", alert.alert_id)
    assert "manager@amber.example is looking into it" in look(browser, "acknowledged")
    assert "Resolved for everybody" in press(browser, "resolve", alert.alert_id, 2, note="A holiday")
    assert "A holiday" in look(browser, "resolved")
    assert events(portal) == ["alert acknowledged", "alert resolved"]


@pytest.mark.parametrize(("do", "days"), [("day", 0), ("week", 0), ("until", 30)])
def test_an_alert_is_put_off_for_oneself(portal: Installation, do: str, days: int) -> None:
    alert, browser = add_alert(portal.sessions, 12.5, "Sales fall"), portal.browser("viewer")
    day = (utc_now().date() + timedelta(days=days)).isoformat()
    assert "You do not see it until then" in press(browser, do, alert.alert_id, until=day)
    assert ("Sales fall" in look(browser), "Sales fall" in look(browser, "snoozed")) == (False, True)
    assert "Sales fall" in look(portal.browser("manager"))
    press(browser, "wake", alert.alert_id)
    assert "Sales fall" in look(browser)


@pytest.mark.parametrize("day", ["2999-01-01", "2020-01-01", "soon", ""])
def test_a_day_that_cannot_be_is_refused(portal: Installation, day: str) -> None:
    alert, browser = add_alert(portal.sessions, 12.5, "Sales fall"), portal.browser("viewer")
    assert "Choose" in press(browser, "until", alert.alert_id, until=day)
    assert "Sales fall" in look(browser)


@pytest.mark.parametrize(("role", "tenant", "do", "version"), [
    ("viewer", "Amber Shop", "acknowledge", 1), ("viewer", "Amber Shop", "resolve", 1),
    ("admin", "Birch Shop", "acknowledge", 1), ("admin", "Birch Shop", "resolve", 1), ("admin", "Birch Shop", "day", 1),
    ("manager", "Amber Shop", "resolve", 9), ("manager", "Amber Shop", "delete", 1),
    ("manager", "Amber Shop", "until", 1),
])  # fmt: skip
def test_a_forged_click_changes_nothing(portal: Installation, role: str, tenant: str, do: str, version: int) -> None:
    alert = add_alert(portal.sessions, 12.5, "Sales fall")
    press(portal.browser(role, tenant), do, alert.alert_id, version, until="yesterday", note="x")
    assert (states(portal), events(portal)) == ([("open", 1)], [])
    with portal.sessions() as session:
        assert list(session.scalars(select(AlertSnooze.id))) == []


@pytest.mark.parametrize("alert", ["1", -1, 2.5, True, 10**30])
def test_an_id_that_is_none_is_no_500(portal: Installation, alert: Any) -> None:
    add_alert(portal.sessions, 12.5, "Sales fall")
    assert "Something went wrong" not in press(portal.browser("manager"), "resolve", alert)
    assert states(portal) == [("open", 1)]


RULE = {"name": "Channels", "metric": "net_sales", "dimension": "channel", "comparison": "baseline", "direction": "",
        "level": None, "percent": 25, "money": 50, "volume": 3, "weekdays": ["1", "2"], "quiet_from": "22",
        "quiet_until": "7"}  # fmt: skip


def save(browser: Browser, edited: dict[str, int], client: str = "1", **changed: Any) -> str:
    values = {field_id(name): {**RULE, **changed}[name] for name in FIELDS}
    values |= {"alert-rule-save": 1, "alert-rule-edited": edited, "alerts-client": client}
    return call(browser, "alert-rule-save", values)


def rules(portal: Installation) -> list[tuple[str, float, int]]:
    with portal.sessions() as session:
        return [(row.name, row.least_share, row.version) for row in session.scalars(select(AlertRule))]


def test_a_rule_is_added_and_changed(portal: Installation) -> None:
    admin = portal.browser("admin")
    save(admin, {"rule": 0, "version": 0})
    assert rules(portal) == [("Channels", 0.25, 1)]
    save(admin, {"rule": 1, "version": 1}, percent=30)
    assert rules(portal) == [("Channels", 0.3, 2)]
    assert "Net sales of each channel: at least 30% below" in call(admin, "alert-rule-done", {"alerts-client": "1"})


@pytest.mark.parametrize(("changed", "words"), [
    ({"metric": "net_sale"}, "Did you mean net_sales"), ({"percent": 0}, "least change"), ({"name": ""}, "name"),
    ({"money": -1}, "numbers from 0"), ({"quiet_from": "77"}, "Quiet hours"),
])  # fmt: skip
def test_a_wrong_rule_is_told_in_the_panel(portal: Installation, changed: dict[str, Any], words: str) -> None:
    assert words in save(portal.browser("admin"), {"rule": 0, "version": 0}, **changed)
    assert rules(portal) == []


def test_the_rules_of_others_are_out_of_reach(portal: Installation) -> None:
    with writing(portal.sessions) as session:
        add_rule(session, list_tenants(session)[0], NewRule("Ours", "orders"), ("ann", utc_now()))
    save(portal.browser("admin", "Birch Shop"), {"rule": 1, "version": 1})
    save(portal.browser("admin"), {"rule": 1, "version": 5})
    body = save_as(portal.browser("manager"))
    assert body == 403
    assert rules(portal) == [("Ours", 0.2, 1)]


def save_as(browser: Browser) -> int:
    """The status of a save by somebody whose role does not allow it."""
    try:
        save(browser, {"rule": 0, "version": 0})
    except AssertionError:
        return 403
    return 200


@pytest.mark.parametrize("do", ["pause", "remove", "drop"])
@pytest.mark.parametrize(("role", "tenant"), [("manager", "Amber Shop"), ("admin", "Birch Shop")])
def test_a_forged_switch_of_a_rule_changes_nothing(portal: Installation, do: str, role: str, tenant: str) -> None:
    with writing(portal.sessions) as session:
        add_rule(session, list_tenants(session)[0], NewRule("Ours", "orders"), ("ann", utc_now()))
        session.execute(update(AuditEvent).values(target="seen"))
    button = {"type": "alert-rule-do", "do": do, "rule": 1, "version": 1}
    body = {
        "output": "..alert-rules-notice.children...alert-rule-done.data..",
        "outputs": [{"id": "alert-rules-notice", "property": "children"},
                    {"id": "alert-rule-done", "property": "data"}],
        "inputs": [[{"id": button, "property": "n_clicks", "value": 1}]],
        "state": [{"id": "alerts-client", "property": "value", "value": "1"}],
        "changedPropIds": [f"{json.dumps(button, separators=(',', ':'), sort_keys=True)}.n_clicks"],
    }  # fmt: skip
    assert portal.browser(role, tenant).post(CALLBACK, json=body).status_code in {200, 204, 403}
    assert (rules(portal), len(events(portal))) == ([("Ours", 0.2, 1)], 1)
