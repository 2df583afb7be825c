"""What the panel of a source says while it is filled in: labels that fit, and when the source would be synced."""

from __future__ import annotations

from typing import Any

from dash import Input, Output

from layouts.source_form import Ids
from portal import auth
from portal.clock import utc_now
from portal.errors import InputError
from portal.freshness import run_words
from portal.schedule import parse_schedule
from portal.source_types import BOSTA, FILES, SYSTEMS, TYPES, import_note
from portal.viewer import Permission
from portal.wiring import Wiring, parts


def show_hints(type_name: str | None, edited: dict[str, int | None] | None, client: str | None) -> dict[str, Any]:
    """Fit labels and fields to what the source is; of one that is there neither place nor system can change."""
    viewer = auth.viewer(Permission.MANAGE_SOURCES)
    is_new = not (edited and edited.get("source"))
    chosen = TYPES.get(type_name or "", TYPES[BOSTA])
    systems = [{"label": SYSTEMS[name], "value": name} for name in chosen.systems]
    note = chosen.note
    if chosen.name == FILES:
        tenant = next((each for each in viewer.tenants if str(each.id) == client), None)
        note = import_note(parts().settings, tenant) if tenant else ""
    return {
        "note": note if is_new else "Place and system stay as they are. Add another source for another place.",
        "hidden": [not is_new or len(viewer.tenants) < 2, not is_new, not is_new or len(systems) < 2,
                   not is_new or not chosen.address, not chosen.secret],
        "systems": systems, "system": chosen.systems[0], "address_label": chosen.address, "example": chosen.example,
        "address": chosen.example if chosen.name == BOSTA and is_new else "", "secret_label": chosen.secret,
        "secret_example": "" if is_new else "Stored. Leave empty to keep it.",
    }  # fmt: skip


def show_runs(preset: str | None, when: str | None, client: str | None) -> tuple[str, bool]:
    """The next three runs in the tenant's zone, and whether the schedule is one of the list."""
    viewer, now = auth.viewer(Permission.MANAGE_SOURCES), utc_now()
    tenant = next((each for each in viewer.tenants if str(each.id) == client), None)
    if tenant is None:
        return "", preset != "other"
    if preset == "other" and not (when or "").strip():
        return "Write 'every 30 minutes', or daily times such as 'at 07:00, 19:00'.", False
    try:
        schedule = parse_schedule((when if preset == "other" else preset) or "")
    except InputError as problem:
        return str(problem), preset != "other"
    runs = run_words(schedule.coming(now, tenant.timezone, 3), tenant.timezone, now)
    return f"The next three times: {runs} ({tenant.timezone}).", preset != "other"


def register(app: Wiring) -> None:
    """Wire the hints."""
    wanted = Permission.MANAGE_SOURCES
    hidden = [Output(f"{name}-field", "hidden") for name in (Ids.CLIENT, Ids.TYPE, Ids.SYSTEM, Ids.ADDRESS, Ids.SECRET)]
    app.callback(
        output={"note": Output(Ids.NOTE, "children"), "hidden": hidden, "systems": Output(Ids.SYSTEM, "options"),
                "system": Output(Ids.SYSTEM, "value"), "address_label": Output(f"{Ids.ADDRESS}-label", "children"),
                "example": Output(Ids.ADDRESS, "placeholder"), "address": Output(Ids.ADDRESS, "value"),
                "secret_label": Output(f"{Ids.SECRET}-label", "children"),
                "secret_example": Output(Ids.SECRET, "placeholder")},
        inputs=[Input(Ids.TYPE, "value"), Input(Ids.EDITED, "data"), Input(Ids.CLIENT, "value")],
        permission=wanted, prevent_initial_call=True,
    )(show_hints)  # fmt: skip
    app.callback(
        Output(Ids.NEXT, "children"), Output(f"{Ids.WHEN}-field", "hidden"), Input(Ids.SCHEDULE, "value"),
        Input(Ids.WHEN, "value"), Input(Ids.CLIENT, "value"), permission=wanted, prevent_initial_call=True,
    )(show_runs)  # fmt: skip
