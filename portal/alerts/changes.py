"""What a look at a rule changes: alerts are opened, go on, are resolved by themselves or come back; each audited."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit
from portal.alert_tables import Alert, AlertRule
from portal.alerts.findings import Finding, is_same
from portal.alerts.notices import CLOSED, OPENED, add_notice, not_in_quiet_hours
from portal.alerts.seen import OPEN, RESOLVED
from portal.viewer import TenantRef

ACTOR = "alerts"
"""Who does it, in the audit trail; an alert resolved by it may come back."""

IS_BACK, WAS_CORRECTED = "Back to what was expected.", "Later data changed these days."
About = tuple[TenantRef, AlertRule, int]
"""Whose, by which rule, found in which snapshot."""


def apply(session: Session, about: About, found: Sequence[Finding], when: tuple[date, datetime]) -> tuple[int, int]:
    """Bring the alerts of a rule in line with what it finds; when: (last day judged, now).

    Returns:
        How many were opened and how many were resolved.
    """
    known = list(session.scalars(select(Alert).where(Alert.rule_id == about[1].id).order_by(Alert.id)))
    opened = resolved = 0
    matched: set[int] = set()
    for finding in found:
        alert = _match(known, finding)
        if alert is None:
            alert = _open(session, about, finding, when[1])
            opened, resolved = opened + 1, resolved + int(alert.state == RESOLVED)
        else:
            opened_again, closed = _go_on(session, about, alert, finding, when[1])
            opened, resolved = opened + opened_again, resolved + closed
        matched.add(alert.id)
    for alert in known:
        if alert.id not in matched and alert.state != RESOLVED:
            note = IS_BACK if alert.last_day < when[0] else WAS_CORRECTED
            _close(session, about, alert, note, when[1])
            resolved += 1
    return opened, resolved


def _match(known: Sequence[Alert], finding: Finding) -> Alert | None:
    """The newest alert of the same value whose days this stretch goes on with."""
    same = (each for each in known if each.label == finding.label[:200])
    fits = [each for each in same if is_same(finding.stretch, each.day, each.last_day)]
    return max(fits, key=lambda each: (each.state != RESOLVED, each.last_day, each.id), default=None)


def _open(session: Session, about: About, finding: Finding, now: datetime) -> Alert:
    tenant, rule, _ = about
    alert = Alert(
        tenant_id=tenant.id, rule_id=rule.id, label=finding.label[:200], metric=rule.metric, dimension=rule.dimension,
        comparison=rule.comparison, day=finding.stretch.first, state=OPEN, opened_at=now, changed_at=now,
        changed_by=ACTOR, **_values(about, finding),
    )  # fmt: skip
    session.add(alert)
    session.flush()
    _tell(session, alert, "alert opened", now)
    if finding.stretch.is_over:
        _close(session, about, alert, IS_BACK, now)
    else:
        add_notice(session, alert, OPENED, not_in_quiet_hours(rule, tenant.timezone, now))
    return alert


def _go_on(session: Session, about: About, alert: Alert, finding: Finding, now: datetime) -> tuple[int, int]:
    """The same alert with more days or other numbers; (1 if it came back, 1 if it was resolved)."""
    values = _values(about, finding)
    if finding.stretch.first > alert.day:  # it began before the days that are looked at
        values["days"] = (finding.stretch.last - alert.day).days + 1
    has_more = values["last_day"] > alert.last_day
    if any(_differs(getattr(alert, name), value) for name, value in values.items() if name not in {"snapshot", "why"}):
        for name, value in values.items():
            setattr(alert, name, value)
        alert.changed_at = now
        alert.version += 1
        _tell(session, alert, "alert went on" if has_more else "alert corrected", now)
    if finding.stretch.is_over and alert.state != RESOLVED:
        _close(session, about, alert, IS_BACK, now)
        return 0, 1
    is_by_itself = alert.state == RESOLVED and alert.changed_by == ACTOR
    if not finding.stretch.is_over and is_by_itself:
        alert.state, alert.note = OPEN, ""
        alert.version += 1
        _tell(session, alert, "alert came back", now)
        add_notice(session, alert, OPENED, not_in_quiet_hours(about[1], about[0].timezone, now))
        return 1, 0
    return 0, 0


def _close(session: Session, about: About, alert: Alert, note: str, now: datetime) -> None:
    alert.state, alert.note, alert.changed_by, alert.changed_at = RESOLVED, note, ACTOR, now
    alert.version = (alert.version or 1) + 1
    session.flush()
    _tell(session, alert, "alert resolved", now)
    add_notice(session, alert, CLOSED, not_in_quiet_hours(about[1], about[0].timezone, now))


def _values(about: About, finding: Finding) -> dict[str, Any]:
    stretch = finding.stretch
    return {
        "kind": stretch.kind, "last_day": stretch.last, "days": stretch.days, "found": stretch.found,
        "expected": stretch.expected, "low": stretch.low, "high": stretch.high, "money": stretch.money,
        "why": finding.why, "snapshot": about[2],
    }  # fmt: skip


def _differs(before: Any, after: Any) -> bool:
    """Whether a value is another; amounts that moved by less than one in two hundred are no news."""
    if isinstance(before, float) and isinstance(after, float):
        return not math.isclose(before, after, rel_tol=0.005, abs_tol=1e-9)
    return bool(before != after)


def _tell(session: Session, alert: Alert, action: str, now: datetime) -> None:
    details = {"alert": alert.id, "rule": alert.rule_id, "days": [alert.day.isoformat(), alert.last_day.isoformat()],
               "found": alert.found, "expected": alert.expected, "money": alert.money, "note": alert.note}  # fmt: skip
    target = f"{alert.metric} {alert.label}".strip()
    audit.record(session, audit.Happening(ACTOR, action, target, alert.tenant_id, details), now)
