"""The event calendar: painted for everybody; days are marked and taken back by those who may edit."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from dash import ALL, Input, Output, State, ctx, no_update

from callbacks.alerts import tenant_of, whole
from callbacks.desk import open_desk
from callbacks.marks import Mark, marks_of
from layouts.events import EventLine, Ids, event_list
from layouts.source_form import problem_note
from portal import auth
from portal.clock import utc_now
from portal.db import writing
from portal.errors import InputError, PortalError
from portal.events import KINDS, Event, Marking, add_event, events_of, remove_event
from portal.metrics.format import format_day
from portal.metrics.model import Period
from portal.viewer import Permission, TenantRef, Viewer
from portal.wiring import Wiring, parts

MAY_CHANGE = Permission.EDIT_ORDERS
_SELF_MADE = {"policy": "Policy", "price": "Price"}
_BACK_DAYS, _MOST_LINES = 761, 100


def show_events(client: str | None, _saved: str | None, _done: str | None) -> dict[str, Any]:
    """Paint the calendar of one client."""
    viewer = auth.viewer(Permission.VIEW)
    tenant = tenant_of(viewer, client)
    options = [{"label": each.name, "value": str(each.id)} for each in viewer.tenants]
    may_change = MAY_CHANGE in viewer.permissions and tenant is not None
    known = {"options": options, "client": str(tenant.id) if tenant else "", "hidden": len(options) < 2,
             "form": not may_change}  # fmt: skip
    lines = lines_of(tenant) if tenant else []
    told = f"{len(lines):,} marked" if lines else "Nothing is marked yet"
    return {**known, "body": event_list(lines, may_change), "period": told}


def lines_of(tenant: TenantRef) -> list[EventLine]:
    """Events of people, and marks that made themselves, newest first."""
    with parts().sessions() as session:
        own = events_of(session, tenant.id)
    desk = open_desk({"client": tenant.name})
    self_made: list[Mark] = []
    if tenant in desk.tenants:
        period = Period(desk.last_day - timedelta(days=_BACK_DAYS), desk.last_day + timedelta(days=1))
        self_made = [mark for mark in marks_of(desk, period) if mark.kind in _SELF_MADE]
    told = [(event.first_day, _own_line(event)) for event in own]
    told += [(mark.first_day, _made_line(mark)) for mark in self_made]
    return [line for _, line in sorted(told, key=lambda each: each[0], reverse=True)][:_MOST_LINES]


def _own_line(event: Event) -> EventLine:
    return EventLine(event.id, event.version, _when(event.first_day, event.last_day), KINDS[event.kind], event.title,
                     event.note, event.changed_by)  # fmt: skip


def _made_line(mark: Mark) -> EventLine:
    when = _when(mark.first_day, mark.last_day)
    return EventLine(0, 0, when, _SELF_MADE[mark.kind], mark.title, mark.note, "By itself")


def _when(first: date, last: date) -> str:
    return format_day(first) if first == last else f"{format_day(first)} to {format_day(last)}"


def save_event(clicks: int | None, first: Any, last: Any, told: list[Any], client: str | None) -> tuple[Any, Any]:
    """Mark the days that were typed; a problem is told in the form, and what was typed stays."""
    viewer = auth.viewer(MAY_CHANGE)
    tenant = tenant_of(viewer, client)
    if not clicks or tenant is None:
        return no_update, no_update
    try:
        keep(viewer, tenant, _marking(first, last, told))
    except PortalError as problem:
        return problem_note(str(problem)), no_update
    return "Marked. Charts show it now; forecasts follow in a moment.", str(utc_now())


def keep(viewer: Viewer, tenant: TenantRef, marking: Marking) -> None:
    """Mark days of a tenant.

    Raises:
        AccessError: the role may not.
        InputError, ConflictError: it cannot be kept.
    """
    viewer.require(MAY_CHANGE)
    with writing(parts().sessions) as session:
        add_event(session, tenant, marking, (viewer.email, utc_now()))


def _marking(first: Any, last: Any, told: list[Any]) -> Marking:
    kind, title, note = (text if isinstance(text, str) else "" for text in told)
    start = _day(first, "first day")
    return Marking(start, _day(last, "last day") if last else start, kind, title, note)


def _day(text: Any, what: str) -> date:
    try:
        return date.fromisoformat(str(text or ""))
    except ValueError as error:
        raise InputError(f"Choose the {what}.", field=what.replace(" ", "_")) from error


def take_back(clicks: list[int | None], client: str | None) -> Any:
    """Take an event back, and make the list paint itself again."""
    viewer, cause = auth.viewer(MAY_CHANGE), ctx.triggered_id
    tenant = tenant_of(viewer, client)
    if not any(clicks) or not isinstance(cause, dict) or tenant is None:
        return no_update
    with writing(parts().sessions) as session:
        seen = (whole(cause.get("event")), whole(cause.get("version")))
        remove_event(session, tenant, seen, (viewer.email, utc_now()))
    return str(utc_now())


def register(app: Wiring) -> None:
    """Wire the screen."""
    app.callback(
        output={
            "options": Output(Ids.CLIENT, "options"), "client": Output(Ids.CLIENT, "value"),
            "hidden": Output(f"{Ids.CLIENT}-field", "hidden"), "form": Output(Ids.FORM, "hidden"),
            "body": Output(f"{Ids.LIST}-body", "children"), "period": Output(Ids.PERIOD, "children"),
        },
        inputs=[Input(Ids.CLIENT, "value"), Input(Ids.SAVED, "data"), Input(Ids.DONE, "data")],
        permission=Permission.VIEW,
    )(show_events)  # fmt: skip
    app.callback(
        output=(Output(Ids.RESULT, "children"), Output(Ids.SAVED, "data")),
        inputs=[
            Input(Ids.SAVE, "n_clicks"), State(Ids.FIRST, "value"), State(Ids.LAST, "value"),
            [State(Ids.KIND, "value"), State(Ids.TITLE, "value"), State(Ids.NOTE, "value")],
            State(Ids.CLIENT, "value"),
        ],
        permission=MAY_CHANGE,
        prevent_initial_call=True,
    )(save_event)  # fmt: skip
    app.callback(
        output=Output(Ids.DONE, "data"),
        inputs=[Input({"type": Ids.REMOVE, "event": ALL, "version": ALL}, "n_clicks"), State(Ids.CLIENT, "value")],
        permission=MAY_CHANGE,
        prevent_initial_call=True,
    )(take_back)
