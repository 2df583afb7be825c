"""Days people mark: promotions, holidays, closures, remarks. Shown on charts; forecasts know all but remarks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit
from portal.errors import ConflictError, InputError, UnknownNameError
from portal.plan_tables import CalendarEvent
from portal.viewer import TenantRef

KINDS = {"promotion": "Promotion", "holiday": "Holiday", "closure": "Closed", "remark": "Remark"}
CALENDAR_EVENTS = "calendar_events"
"""Name under which warehouses have what forecasts know of events, beside the policies: [first day, last day, title]."""
MARKED_DAYS = "marked_days"
"""Name under which warehouses have all events, remarks too: [first day, last day, kind, title, note]."""
_MOST_DAYS = 400
_MOST_EVENTS = 2_000
_LONGEST_TITLE, _LONGEST_NOTE = 80, 500


@dataclass(frozen=True)
class Event:
    """Marked days; both days included."""

    id: int
    first_day: date
    last_day: date
    kind: str
    title: str
    note: str
    version: int
    changed_by: str
    changed_at: datetime

    @property
    def counts(self) -> bool:
        """Whether forecasts know it."""
        return self.kind != "remark"


@dataclass(frozen=True)
class Marking:
    """What somebody enters of an event."""

    first_day: date
    last_day: date
    kind: str
    title: str
    note: str = ""


def events_of(session: Session, tenant_id: int, first: date = date.min, last: date = date.max) -> list[Event]:
    """Events that touch the days from `first` to `last`, by day."""
    table = CalendarEvent
    rows = session.scalars(
        select(table)
        .where(table.tenant_id == tenant_id, ~table.is_removed, table.first_day <= last, table.last_day >= first)
        .order_by(table.first_day, table.id)
    )
    return [_event(row) for row in rows]


def told_events(session: Session, tenant_id: int) -> dict[str, list[list[str]]]:
    """What warehouses know of a tenant's events, beside its policies (`CALENDAR_EVENTS`, `MARKED_DAYS`)."""
    events = events_of(session, tenant_id)
    spans = [(event, event.first_day.isoformat(), event.last_day.isoformat()) for event in events]
    return {
        CALENDAR_EVENTS: [[first, last, event.title] for event, first, last in spans if event.counts],
        MARKED_DAYS: [[first, last, event.kind, event.title, event.note] for event, first, last in spans],
    }


def add_event(session: Session, tenant: TenantRef, marking: Marking, by: tuple[str, datetime]) -> Event:
    """Mark days.

    Raises:
        InputError: no title, an unknown kind, or days that cannot be meant.
        ConflictError: the tenant has as many events as may be kept.
    """
    known = _checked(marking)
    if len(events_of(session, tenant.id)) >= _MOST_EVENTS:
        raise ConflictError(f"There are {_MOST_EVENTS:,} events already. Take some back first.")
    row = CalendarEvent(tenant_id=tenant.id, first_day=known.first_day, last_day=known.last_day, kind=known.kind,
                        title=known.title, note=known.note, changed_by=by[0], changed_at=by[1])  # fmt: skip
    session.add(row)
    session.flush()
    _record(session, row, ("event.add", by))
    return _event(row)


def remove_event(session: Session, tenant: TenantRef, which: tuple[int, int], by: tuple[str, datetime]) -> None:
    """Take an event back. `which`: its id, and the version that was shown.

    Raises:
        UnknownNameError: this tenant has no such event.
        ConflictError: somebody changed it meanwhile.
    """
    row = session.get(CalendarEvent, which[0])
    if row is None or row.tenant_id != tenant.id or row.is_removed:
        raise UnknownNameError("event", str(which[0]), [])
    if row.version != which[1]:
        raise ConflictError(f"{row.changed_by} changed this event meanwhile. Look again.")
    row.is_removed, row.version, row.changed_by, row.changed_at = True, row.version + 1, *by
    _record(session, row, ("event.remove", by))


def _checked(marking: Marking) -> Marking:
    title, note = " ".join(marking.title.split()), " ".join(marking.note.split())
    if not title or len(title) > _LONGEST_TITLE or len(note) > _LONGEST_NOTE:
        raise InputError(f"Give the event a name of up to {_LONGEST_TITLE} letters.", field="title")
    if marking.kind not in KINDS:
        raise InputError(f"An event is one of {', '.join(KINDS.values()).lower()}.", field="kind")
    if not 0 <= (marking.last_day - marking.first_day).days < _MOST_DAYS:
        raise InputError(f"The last day is not before the first, and at most {_MOST_DAYS} days long.", field="last_day")
    return Marking(marking.first_day, marking.last_day, marking.kind, title, note)


def _event(row: CalendarEvent) -> Event:
    return Event(row.id, row.first_day, row.last_day, row.kind, row.title, row.note, row.version, row.changed_by,
                 row.changed_at)  # fmt: skip


def _record(session: Session, row: CalendarEvent, what: tuple[str, tuple[str, datetime]]) -> None:
    action, by = what
    details = {"first_day": row.first_day.isoformat(), "last_day": row.last_day.isoformat(), "kind": row.kind}
    audit.record(session, audit.Happening(by[0], action, row.title, row.tenant_id, details), by[1])
