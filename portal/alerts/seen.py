"""Alerts as one person sees them: in which state, until when they put one off, most money first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from portal.alert_tables import Alert, AlertNotice, AlertRule, AlertSnooze
from portal.errors import UnknownNameError
from portal.viewer import Permission, TenantRef, Viewer

OPEN, ACKNOWLEDGED, SNOOZED, RESOLVED = "open", "acknowledged", "snoozed", "resolved"
STATES: dict[str, str] = {
    OPEN: "Open", ACKNOWLEDGED: "Taken on", SNOOZED: "Snoozed", RESOLVED: "Resolved",
}  # fmt: skip
"""State as one person sees it, and its words."""

_MOST = 500


@dataclass(frozen=True)
class SeenAlert:
    """An alert as one person sees it.

    Attributes:
        alert_id, version: to change it with.
        rule: name of the rule.
        metric, dimension, label: what it is about; dimension and label are empty for the whole.
        comparison: what it was compared with (`portal.alerts.rules.COMPARISONS`).
        kind: "value", or "missing" for days without any rows.
        day, last_day, days: first and last business day off (both included), and how many days were.
        found, expected, low, high: over these days together for what adds up, else their mean; None when not known.
        money: what the difference costs in the reporting currency, positive is a loss; None when not known.
        why: what moved it, as `portal.alerts.reasons` made it.
        state: open, acknowledged, snoozed or resolved.
        until: when it is seen again, UTC without zone, of a snoozed one.
        note: why it was resolved.
        changed_by, changed_at: who did the last thing, and when.
    """

    alert_id: int
    version: int
    rule: str
    metric: str
    dimension: str
    label: str
    comparison: str
    kind: str
    day: date
    last_day: date
    days: int
    found: float | None
    expected: float | None
    low: float | None
    high: float | None
    money: float | None
    why: dict[str, Any]
    state: str
    until: datetime | None
    note: str
    opened_at: datetime
    changed_by: str
    changed_at: datetime


def open_alerts(session: Session, tenant: TenantRef, viewer: Viewer, now: datetime) -> list[SeenAlert]:
    """Open alerts this person has not put off, most money first, those without an amount last.

    Raises:
        AccessError: the person may not look at numbers.
        UnknownNameError: the tenant is not theirs.
    """
    return find_alerts(session, tenant, viewer, OPEN, now)


def find_alerts(session: Session, tenant: TenantRef, viewer: Viewer, state: str, now: datetime) -> list[SeenAlert]:
    """Alerts in one state as this person sees them: by money, resolved ones the latest first (500 at most).

    Raises:
        UnknownNameError: there is no such state, or the tenant is not theirs.
    """
    if state not in STATES:
        raise UnknownNameError("state", state, STATES)
    query = (
        select(Alert, AlertRule.name, AlertSnooze.until)
        .join(AlertRule, AlertRule.id == Alert.rule_id)
        .outerjoin(AlertSnooze, _own_snooze(viewer, now))
        .where(Alert.tenant_id == own_tenant(viewer, tenant).id, *_in_state(state))
        .order_by(Alert.last_day.desc(), Alert.id.desc())
        .limit(_MOST)
    )
    seen = [_seen(*row) for row in session.execute(query).all()]
    return seen if state == RESOLVED else sorted(seen, key=_by_money)


def count_open(session: Session, tenant: TenantRef, viewer: Viewer, now: datetime) -> int:
    """How many `open_alerts` there are, without those whose rule has quiet hours just now."""
    is_quiet = exists().where(AlertNotice.alert_id == Alert.id, AlertNotice.kind == "opened", AlertNotice.due_at > now)
    query = (
        select(func.count(Alert.id))
        .outerjoin(AlertSnooze, _own_snooze(viewer, now))
        .where(Alert.tenant_id == own_tenant(viewer, tenant).id, *_in_state(OPEN), ~is_quiet)
    )
    return session.scalar(query) or 0


def own_tenant(viewer: Viewer, tenant: TenantRef) -> TenantRef:
    """The viewer's own record of the tenant, never the one handed in."""
    viewer.require(Permission.VIEW)
    for known in viewer.tenants:
        if known.id == tenant.id:
            return known
    raise UnknownNameError("tenant", tenant.name, [known.name for known in viewer.tenants])


def _own_snooze(viewer: Viewer, now: datetime) -> ColumnElement[bool]:
    is_mine = (AlertSnooze.alert_id == Alert.id) & (AlertSnooze.user_id == (viewer.user_id or 0))
    return is_mine & (AlertSnooze.until > now)


def _in_state(state: str) -> tuple[ColumnElement[bool], ...]:
    if state == SNOOZED:
        return Alert.state != RESOLVED, AlertSnooze.until.is_not(None)
    if state == RESOLVED:
        return (Alert.state == RESOLVED,)
    return Alert.state == state, AlertSnooze.until.is_(None)


def _seen(alert: Alert, rule: str, until: datetime | None) -> SeenAlert:
    is_snoozed = until is not None and alert.state != RESOLVED
    own = {name: getattr(alert, name) for name in _COPIED}
    return SeenAlert(
        alert_id=alert.id, rule=rule, state=SNOOZED if is_snoozed else alert.state,
        until=until if is_snoozed else None, **own,
    )  # fmt: skip


_COPIED = tuple(name for name in SeenAlert.__dataclass_fields__ if name not in {"alert_id", "rule", "state", "until"})


def _by_money(seen: SeenAlert) -> tuple[bool, float, int, int]:
    return seen.money is None, -(seen.money or 0.0), -seen.last_day.toordinal(), seen.alert_id
