"""What people do with alerts: each for themselves or for all, on what they saw, within their own company."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import alerts
from portal.alert_tables import Alert, AlertRule, AlertSnooze
from portal.alerts import Chosen
from portal.db import Sessions, writing
from portal.errors import AccessError, ConflictError, InputError, PortalError, UnknownNameError
from portal.models import AuditEvent
from portal.tenants import list_tenants
from portal.viewer import ROLES, TenantRef, Viewer

NOW = datetime(2026, 4, 17, 9)
LATER = NOW + timedelta(days=1)
Change = Callable[[Session, TenantRef, Chosen, Viewer], None]


def person(sessions: Sessions, role: str = "manager", tenant: int = 0, user_id: int = 1) -> Viewer:
    with sessions() as session:
        own = list_tenants(session)[tenant]
    return Viewer(user_id, f"{role}@example.org", role, ROLES[role], (own,))


@pytest.fixture
def alert(sessions: Sessions) -> Chosen:
    """An open alert of the first tenant."""
    return add_alert(sessions, 12.5, "Net sales fall")


def add_alert(sessions: Sessions, money: float | None, name: str) -> Chosen:
    day = date(2026, 4, 15)
    with writing(sessions) as session:
        rule = AlertRule(tenant_id=1, name=name, metric="net_sales", comparison="baseline", direction="fall",
                         changed_by="ann", changed_at=NOW)  # fmt: skip
        session.add(rule)
        session.flush()
        row = Alert(tenant_id=1, rule_id=rule.id, metric="net_sales", comparison="baseline", kind="value", day=day,
                    last_day=day, days=1, found=50, expected=62.5, money=money, state="open", snapshot=1,
                    opened_at=NOW, changed_at=NOW, changed_by="alerts")  # fmt: skip
        session.add(row)
        session.flush()
        return Chosen(row.id, 1)


def do(sessions: Sessions, viewer: Viewer, change: str, chosen: Chosen) -> None:
    changes: dict[str, Change] = {
        "acknowledge": partial(alerts.acknowledge, now=NOW),
        "reopen": partial(alerts.reopen, now=NOW),
        "resolve": partial(alerts.resolve, how=(" It was a holiday. ", NOW)),
        "snooze": partial(alerts.snooze, when=(LATER, NOW)),
    }
    with writing(sessions) as session:
        changes[change](session, viewer.tenants[0], chosen, viewer)


def ids(sessions: Sessions, viewer: Viewer, state: str = "open", now: datetime = NOW) -> list[int]:
    with sessions() as session:
        return [each.alert_id for each in alerts.find_alerts(session, viewer.tenants[0], viewer, state, now)]


def untouched(sessions: Sessions) -> bool:
    with sessions() as session:
        rows = session.execute(select(Alert.state, Alert.version)).all()
        more = [*session.scalars(select(AlertSnooze.id)), *session.scalars(select(AuditEvent.id))]
    return (rows, more) == ([("open", 1)], [])


def test_most_money_comes_first_and_what_is_not_known_last(sessions: Sessions, alert: Chosen) -> None:
    unknown, large = add_alert(sessions, None, "Leads"), add_alert(sessions, 90, "Units")
    assert ids(sessions, person(sessions)) == [large.alert_id, alert.alert_id, unknown.alert_id]


@pytest.mark.parametrize(("change", "state"), [("acknowledge", "acknowledged"), ("resolve", "resolved")])
def test_a_change_is_for_everybody_and_audited(sessions: Sessions, alert: Chosen, change: str, state: str) -> None:
    do(sessions, person(sessions), change, alert)
    other = person(sessions, "viewer", user_id=2)
    assert (ids(sessions, other), ids(sessions, other, state)) == ([], [alert.alert_id])
    with sessions() as session:
        (event,) = session.scalars(select(AuditEvent)).all()
    assert (event.actor, event.action, event.details["after"]) == ("manager@example.org", f"alert {state}", state)


def test_a_note_is_kept_with_what_was_resolved(sessions: Sessions, alert: Chosen) -> None:
    do(sessions, person(sessions), "resolve", alert)
    with sessions() as session:
        (seen,) = alerts.find_alerts(session, person(sessions).tenants[0], person(sessions), "resolved", NOW)
    assert (seen.note, seen.changed_by) == ("It was a holiday.", "manager@example.org")


def test_snoozing_is_for_oneself_and_ends(sessions: Sessions, alert: Chosen) -> None:
    me, other = person(sessions, "viewer"), person(sessions, "manager", user_id=2)
    do(sessions, me, "snooze", alert)
    assert (ids(sessions, me), ids(sessions, me, "snoozed")) == ([], [alert.alert_id])
    assert ids(sessions, other) == [alert.alert_id]
    assert ids(sessions, me, now=LATER) == [alert.alert_id]


@pytest.mark.parametrize("change", ["acknowledge", "resolve"])
@pytest.mark.parametrize("role", ["viewer"])
def test_who_may_only_look_changes_nothing(sessions: Sessions, alert: Chosen, change: str, role: str) -> None:
    with pytest.raises(AccessError):
        do(sessions, person(sessions, role), change, alert)
    assert untouched(sessions)


@pytest.mark.parametrize("change", ["acknowledge", "resolve", "snooze"])
def test_the_alert_of_another_company_reads_like_none(sessions: Sessions, alert: Chosen, change: str) -> None:
    said = []
    for chosen in (alert, Chosen(alert.alert_id + 10_000, 1)):
        with pytest.raises(UnknownNameError) as refused:
            do(sessions, person(sessions, "admin", tenant=1), change, chosen)
        said.append(str(refused.value).replace(str(chosen.alert_id), "N"))
    assert said[0] == said[1]
    assert untouched(sessions)


def test_a_tenant_that_is_not_the_viewers_is_refused(sessions: Sessions, alert: Chosen) -> None:
    stranger, own = person(sessions, "admin", tenant=1), person(sessions).tenants[0]
    with sessions() as session, pytest.raises(UnknownNameError):
        alerts.open_alerts(session, own, stranger, NOW)
    with writing(sessions) as session, pytest.raises(UnknownNameError):
        alerts.acknowledge(session, own, alert, stranger, NOW)


def test_what_somebody_else_changed_is_a_conflict(sessions: Sessions, alert: Chosen) -> None:
    do(sessions, person(sessions), "acknowledge", alert)
    with pytest.raises(ConflictError):
        do(sessions, person(sessions, "admin", user_id=2), "resolve", alert)
    with pytest.raises(ConflictError):
        do(sessions, person(sessions), "acknowledge", Chosen(alert.alert_id, 2))


@pytest.mark.parametrize("until", [NOW - timedelta(minutes=1), NOW + timedelta(days=400)])
def test_a_snooze_is_within_a_year(sessions: Sessions, alert: Chosen, until: datetime) -> None:
    viewer = person(sessions)
    with writing(sessions) as session, pytest.raises(InputError):
        alerts.snooze(session, viewer.tenants[0], alert, viewer, (until, NOW))
    assert untouched(sessions)


def test_a_resolved_alert_is_not_snoozed_and_may_be_opened_again(sessions: Sessions, alert: Chosen) -> None:
    do(sessions, person(sessions), "resolve", alert)
    with pytest.raises(PortalError):
        do(sessions, person(sessions), "snooze", alert)
    do(sessions, person(sessions), "reopen", Chosen(alert.alert_id, 2))
    assert ids(sessions, person(sessions)) == [alert.alert_id]
