"""What people do with alerts: look at them, take them on, put them off for themselves, close them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from portal import audit
from portal.alert_tables import Alert, AlertSnooze
from portal.alerts.seen import ACKNOWLEDGED, OPEN, RESOLVED, own_tenant
from portal.errors import ConflictError, InputError, UnknownNameError
from portal.viewer import Permission, TenantRef, Viewer

LONGEST_SNOOZE = timedelta(days=366)
MAY_HANDLE = Permission.EDIT_ORDERS
"""What it takes to change an alert for everybody; putting it off for oneself takes no more than seeing it."""

_NOTE = 500


@dataclass(frozen=True)
class Chosen:
    """An alert as somebody saw it: its id, and the version it had."""

    alert_id: int
    version: int


def acknowledge(session: Session, tenant: TenantRef, chosen: Chosen, viewer: Viewer, now: datetime) -> None:
    """Say that somebody is on it: it leaves everybody's open list until it is resolved. Errors as for `resolve`."""
    _change(session, tenant, chosen, viewer, (ACKNOWLEDGED, "", now))


def resolve(session: Session, tenant: TenantRef, chosen: Chosen, viewer: Viewer, how: tuple[str, datetime]) -> None:
    """Close an alert with a note (may be empty). Open with `portal.db.writing`; how: (note, now).

    Raises:
        AccessError: the role does not allow it.
        UnknownNameError: there is no such alert for this person.
        ConflictError: somebody else changed it since it was seen, or it is in that state already.
        InputError: the note is too long.
    """
    _change(session, tenant, chosen, viewer, (RESOLVED, _checked(how[0]), how[1]))


def reopen(session: Session, tenant: TenantRef, chosen: Chosen, viewer: Viewer, now: datetime) -> None:
    """Take acknowledging or resolving back. Errors as for `resolve`."""
    _change(session, tenant, chosen, viewer, (OPEN, "", now))


def snooze(
    session: Session, tenant: TenantRef, chosen: Chosen, viewer: Viewer, when: tuple[datetime, datetime]
) -> None:
    """Put an alert off for this person alone; when: (until, now), UTC without zone. Until now ends it.

    Raises:
        UnknownNameError: there is no such alert for this person.
        ConflictError: it was resolved meanwhile.
        InputError: it is in the past or more than a year away, or nobody is signed in (the console has no list).
    """
    alert, (until, now) = _alert(session, tenant, chosen, viewer), when
    if viewer.user_id is None:
        raise InputError("Only somebody who is signed in can snooze an alert.", field="until")
    if not now <= until <= now + LONGEST_SNOOZE:
        raise InputError("Choose a day after today and within a year.", field="until")
    if alert.state == RESOLVED:
        raise ConflictError("This alert is resolved. Look at the list again.")
    mine = (AlertSnooze.alert_id == alert.id, AlertSnooze.user_id == viewer.user_id)
    row = session.scalars(select(AlertSnooze).where(*mine)).first()
    if row is None:
        session.add(AlertSnooze(alert_id=alert.id, user_id=viewer.user_id, until=until))
    else:
        row.until = until
    details = {"alert": alert.id, "until": until.isoformat()}
    audit.record(session, audit.Happening(viewer.email, "alert snoozed", _target(alert), tenant.id, details), now)


def _change(session: Session, tenant: TenantRef, chosen: Chosen, viewer: Viewer, to: tuple[str, str, datetime]) -> None:
    """Move an alert to another state, if it still is as it was seen; to: (state, note, now)."""
    viewer.require(MAY_HANDLE)
    alert, (state, note, now) = _alert(session, tenant, chosen, viewer), to
    before = alert.state
    seen = (Alert.id == alert.id, Alert.tenant_id == tenant.id, Alert.version == chosen.version)
    values = {"state": state, "note": note, "version": Alert.version + 1, "changed_by": viewer.email, "changed_at": now}
    changed = session.execute(update(Alert).where(*seen, Alert.state != state).values(**values))
    if not isinstance(changed, CursorResult) or changed.rowcount != 1:
        raise ConflictError("This alert was changed meanwhile. Look at it again, then decide.")
    details = {"alert": alert.id, "before": before, "after": state, "note": note}
    audit.record(
        session, audit.Happening(viewer.email, f"alert {_DONE[state]}", _target(alert), tenant.id, details), now
    )


_DONE = {ACKNOWLEDGED: "acknowledged", RESOLVED: "resolved", OPEN: "reopened"}


def _alert(session: Session, tenant: TenantRef, chosen: Chosen, viewer: Viewer) -> Alert:
    mine = (Alert.id == chosen.alert_id, Alert.tenant_id == own_tenant(viewer, tenant).id)
    found = session.scalars(select(Alert).where(*mine)).first()
    if found is None:
        raise UnknownNameError("alert", str(chosen.alert_id), [])
    return found


def _checked(note: str) -> str:
    if len(note) > _NOTE:
        raise InputError(f"The note is too long: {len(note)} characters, at most {_NOTE}.", field="note")
    return note.strip()


def _target(alert: Alert) -> str:
    return f"{alert.metric} {alert.label}".strip()
