"""What people are to be told of alerts, and when. Nothing is sent from here yet: e-mail takes what is due.

A notice is made in the transaction of what it tells, once for each alert and kind, so it is neither lost nor doubled.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.alert_tables import Alert, AlertNotice, AlertRule

OPENED, CLOSED = "opened", "resolved"


def add_notice(session: Session, alert: Alert, kind: str, due_at: datetime) -> None:
    """Keep what is to be told, unless it is kept already."""
    known = select(AlertNotice.id).where(AlertNotice.alert_id == alert.id, AlertNotice.kind == kind)
    if session.scalar(known) is None:
        session.add(AlertNotice(tenant_id=alert.tenant_id, alert_id=alert.id, kind=kind, due_at=due_at))


def due_notices(session: Session, now: datetime) -> Sequence[AlertNotice]:
    """Notices nobody has sent that are due, the oldest first."""
    waiting = (AlertNotice.sent_at.is_(None), AlertNotice.due_at <= now)
    return session.scalars(select(AlertNotice).where(*waiting).order_by(AlertNotice.due_at, AlertNotice.id)).all()


def not_in_quiet_hours(rule: AlertRule, zone: str, now: datetime) -> datetime:
    """`now` (UTC without zone), or the end of the rule's quiet hours in the tenant's zone if they have begun."""
    start, end = rule.quiet_from, rule.quiet_until
    if start is None or end is None or start == end:
        return now
    local = now.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    is_quiet = start <= local.hour < end if start < end else local.hour >= start or local.hour < end
    if not is_quiet:
        return now
    day = local.date() + timedelta(days=1 if local.hour >= end else 0)
    ends = datetime.combine(day, time(end), tzinfo=ZoneInfo(zone))
    return ends.astimezone(UTC).replace(tzinfo=None)
