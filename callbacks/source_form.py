"""The panel in which a source is added, tested or changed. Credentials go one way: sealed at once, never sent back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dash import ALL, Input, Output, State, ctx, no_update, set_props
from sqlalchemy.orm import Session

from callbacks.source_answers import trial_answer
from callbacks.source_lines import own_source
from layouts.source_form import SCHEDULES, Ids, address_note, problem_note
from portal import audit, auth, sources, throttle
from portal.clock import utc_now
from portal.db import writing
from portal.errors import ConflictError, InputError, PortalError, UnknownNameError
from portal.jobs.trial import Trial, run_trial
from portal.models import DataSource
from portal.places import HOOK
from portal.schedule import DEFAULT
from portal.source_changes import give_hook
from portal.source_types import BOSTA, HOOKED, Typed, offered_types, type_of, wanted_source
from portal.sources import Edit, NewSource
from portal.viewer import Permission, TenantRef, Viewer
from portal.wiring import Wiring, parts

TESTS = 20
"""Tests one person may make within the window of `portal.throttle`."""

_STAYS = "open"
"""Begins what is told of a save after which the panel has something to show."""

Values = dict[str, str | int | None]
"""The controls of the form by name."""


@dataclass(frozen=True)
class Form:
    """The form as it came: whose, which stored source is changed (None: a new one), what was typed."""

    tenant: TenantRef
    source: DataSource | None
    typed: Typed


def show_form(_opened: int | None, _closed: int | None, saved: str | None, edits: list[int | None]) -> tuple[Any, ...]:
    """Open the panel empty or for one source, or close it. Nothing that was typed before stays in it."""
    viewer, cause = auth.viewer(Permission.MANAGE_SOURCES), ctx.triggered_id
    is_edit = isinstance(cause, dict) and any(edits)
    # The list paints itself again now and then, which is no reason to touch what somebody is typing.
    if not (is_edit or cause in (Ids.OPEN, Ids.CLOSE) or (cause == Ids.SAVED and not str(saved).startswith(_STAYS))):
        return (no_update,) * 12
    clients = [{"label": tenant.name, "value": str(tenant.id)} for tenant in viewer.tenants]
    types = [{"label": each.label, "value": each.name} for each in offered_types(parts().settings)]
    if is_edit and isinstance(cause, dict):
        with parts().sessions() as session:
            tenant, source = own_source(session, viewer, str(cause.get("source")))
        known = type_of(source.kind, source.location)
        shown = known.name if known else BOSTA
        preset = source.schedule if source.schedule in SCHEDULES else "other"
        values = (str(tenant.id), shown, source.name, "", preset, source.schedule if preset == "other" else "")
        head = (False, f"Change {source.name}", "Save", {"source": source.id})
        return *head, clients, types, *values
    is_open = cause == Ids.OPEN
    first = str(viewer.tenants[0].id) if viewer.tenants else ""
    return not is_open, "Add a source", "Add", {"source": None}, clients, types, first, BOSTA, "", "", DEFAULT, ""


def use_form(test: int | None, save: int | None, form: Values, edited: dict[str, int | None] | None) -> tuple[Any, Any]:
    """Test or save what was typed; a problem is told in the panel, and what was typed stays. Nothing is said of what
    was typed before the panel was opened."""
    viewer, cause = auth.viewer(Permission.MANAGE_SOURCES), ctx.triggered_id
    if cause == Ids.EDITED:
        return "", no_update
    if not (test or save):
        return no_update, no_update
    try:
        with parts().sessions() as session:
            read = _read(session, viewer, form, (edited or {}).get("source"))
        if cause == Ids.TEST:
            return trial_answer(test_form(viewer, read)), no_update
        return _saved(viewer, read)
    except PortalError as problem:
        return problem_note(str(problem)), no_update


def test_form(viewer: Viewer, form: Form) -> Trial:
    """Try the source as it was typed, in a process of its own; nothing is stored but that it was tried.

    Raises:
        SourceError, InputError: what is wrong with it.
        ConflictError: too many tests.
    """
    now, row = utc_now(), _drafted(form)
    with writing(parts().sessions) as session:
        wait = throttle.take_turn(session, "source test", str(viewer.user_id), TESTS, now)
        if not wait:
            facts = {"kind": row.kind, "location": row.location}
            audit.record(session, audit.Happening(viewer.email, "source tested", row.name, form.tenant.id, facts), now)
    if wait:
        raise ConflictError(f"That were many tests. Try again in {wait} minute{'' if wait == 1 else 's'}.")
    if row.location == HOOK:
        raise InputError("A webhook is tried from the other side: add it, then send something from Bosta.", "location")
    if row.location.startswith("/") and Permission.MANAGE_TENANTS not in viewer.permissions:
        raise InputError("Only the operator can test files of the server: portal source test.", field="location")
    return run_trial(parts(), row)


def save_form(viewer: Viewer, form: Form) -> tuple[str, str]:
    """Add the source, or change the stored one.

    Returns:
        What happens now, and the address of its webhook, which is told this once.

    Raises:
        InputError, ConflictError: it cannot be kept as it was typed.
    """
    now, settings = utc_now(), parts().settings
    with writing(parts().sessions) as session:
        if form.source is not None:
            return _changed(session, viewer, form), ""
        wanted = wanted_source(settings, form.tenant, form.typed)
        row = sources.add_source(session, form.tenant, wanted, settings.secret_key, now)
        facts = {"kind": row.kind, "location": row.location, "schedule": row.schedule}
        audit.record(session, audit.Happening(viewer.email, "source added", row.name, form.tenant.id, facts), now)
        is_hook = form.typed.type == HOOKED
        address = give_hook(session, form.tenant, row, settings, (viewer.email, now)) if is_hook else ""
    return f"Added {row.name}." if is_hook else f"Added {row.name}. It is synced as soon as a worker is free.", address


def _changed(session: Session, viewer: Viewer, form: Form) -> str:
    tenant, row = own_source(session, viewer, str(form.source.id if form.source else ""))
    typed = Edit(form.typed.name, form.typed.schedule, form.typed.secret.strip())
    before = row.name
    changed = sources.edit_source(session, tenant, row, typed, parts().settings.secret_key)
    if not changed:
        return f"{row.name} is as it was."
    facts = {"changed": changed, "before": before}
    audit.record(session, audit.Happening(viewer.email, "source changed", row.name, tenant.id, facts), utc_now())
    return f"{row.name}: new {', '.join(changed)}."


def _saved(viewer: Viewer, form: Form) -> tuple[Any, Any]:
    sentence, address = save_form(viewer, form)
    set_props("toast", {"data": {"kind": "good", "text": sentence}})
    if address:
        words = f"{sentence} Enter this address in Bosta's business portal. It is shown this once."
        return address_note(words, address), f"{_STAYS} {utc_now()}"
    return "", str(utc_now())


def _drafted(form: Form) -> DataSource:
    """The source to try: as typed, or the stored one, with other credentials where some were typed."""
    key, now, row = parts().settings.secret_key, utc_now(), form.source
    if row is None:
        return sources.draft(form.tenant, wanted_source(parts().settings, form.tenant, form.typed), key, now)
    if not form.typed.secret.strip():
        return row
    wanted = NewSource(row.name, row.kind, row.location, row.mapping_name, row.mapping, row.schedule,
                       form.typed.secret.strip(), row.options)  # fmt: skip
    return sources.draft(form.tenant, wanted, key, now)


def _read(session: Session, viewer: Viewer, form: Values, source_id: int | None) -> Form:
    """The form with its tenant and source looked up among the viewer's own."""
    said = {name: str(value or "") for name, value in form.items()}
    schedule = said["when"] if said["schedule"] == "other" else said["schedule"]
    typed = Typed(said["type"], said["system"], said["name"], said["address"], said["secret"], schedule)
    if source_id is not None:
        return Form(*own_source(session, viewer, str(source_id)), typed)
    tenant = next((each for each in viewer.tenants if str(each.id) == said["client"]), None)
    if tenant is None:
        raise UnknownNameError("client", said["client"], [])
    return Form(tenant, None, typed)


def register(app: Wiring) -> None:
    """Wire the panel."""
    wanted = Permission.MANAGE_SOURCES
    app.callback(
        Output(Ids.PANEL, "hidden"), Output(Ids.TITLE, "children"), Output(Ids.SAVE, "children"),
        Output(Ids.EDITED, "data"), Output(Ids.CLIENT, "options"), Output(Ids.TYPE, "options"),
        Output(Ids.CLIENT, "value"), Output(Ids.TYPE, "value"), Output(Ids.NAME, "value"), Output(Ids.SECRET, "value"),
        Output(Ids.SCHEDULE, "value"), Output(Ids.WHEN, "value"),
        Input(Ids.OPEN, "n_clicks"), Input(Ids.CLOSE, "n_clicks"), Input(Ids.SAVED, "data"),
        Input({"type": Ids.EDIT, "source": ALL}, "n_clicks"), permission=wanted, prevent_initial_call=True,
    )(show_form)  # fmt: skip
    names = {"client": Ids.CLIENT, "type": Ids.TYPE, "system": Ids.SYSTEM, "name": Ids.NAME, "address": Ids.ADDRESS,
             "secret": Ids.SECRET, "schedule": Ids.SCHEDULE, "when": Ids.WHEN}  # fmt: skip
    app.callback(
        output=[Output(Ids.RESULT, "children"), Output(Ids.SAVED, "data")],
        inputs={"test": Input(Ids.TEST, "n_clicks"), "save": Input(Ids.SAVE, "n_clicks"),
                "form": {name: State(element, "value") for name, element in names.items()},
                "edited": Input(Ids.EDITED, "data")},
        running=[(Output(Ids.TEST, "disabled"), True, False), (Output(Ids.SAVE, "disabled"), True, False)],
        permission=wanted, prevent_initial_call=True,
    )(use_form)  # fmt: skip
