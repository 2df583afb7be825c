"""Sources: the list with its buttons, the last loads, the rows kept out."""

from __future__ import annotations

from typing import Any

from dash import ALL, Input, Output, ctx, no_update

from callbacks.source_lines import load_lines, load_options, own_source, source_lines
from layouts.source_form import Ids as FormIds
from layouts.source_form import address_note
from layouts.source_runs import Ids as RunIds
from layouts.sources import Ids, load_list, source_list
from portal import auth
from portal.clock import utc_now
from portal.db import writing
from portal.source_changes import change_source, give_hook
from portal.viewer import Permission, Viewer
from portal.wiring import Wiring, parts


def show_sources(_tick: int | None, _done: str | None, _saved: str | None, _ran: str | None) -> dict[str, Any]:
    """Paint the list of sources and of loads."""
    viewer, now = auth.viewer(Permission.MANAGE_SOURCES), utc_now()
    with parts().sessions() as session:
        lines = source_lines(session, viewer, now)
        loads = load_lines(session, viewer)
        options = load_options(session, viewer)
    waiting = sum(line.state in {"failing", "stale"} for line in lines)
    trouble = f", {waiting} {'needs' if waiting == 1 else 'need'} somebody" if waiting else ""
    count = f"{len(lines)} source{'' if len(lines) == 1 else 's'}{trouble}"
    return {"count": count, "list": source_list(lines), "loads": load_list(loads), "options": options}


def do_with_source(clicks: list[int | None]) -> tuple[Any, Any]:
    """Do what a button of the list says; gives a sentence, and makes the list paint itself again."""
    viewer, cause = auth.viewer(Permission.MANAGE_SOURCES), ctx.triggered_id
    if not any(clicks) or not isinstance(cause, dict):
        return no_update, no_update
    return do_one(viewer, str(cause.get("do")), str(cause.get("source"))), str(utc_now())


def do_one(viewer: Viewer, do: str, source_id: str) -> Any:
    """Sync, pause, resume or remove one of the viewer's sources, or give it a webhook; says what happens now.

    Raises:
        UnknownNameError: the viewer has no such source, or there is no such thing to do.
    """
    by, settings = (viewer.email, utc_now()), parts().settings
    with writing(parts().sessions) as session:
        tenant, source = own_source(session, viewer, source_id)
        if do == "hook":
            words = (
                f"The webhook of {source.name} has a new address. It is shown this once; enter it in Bosta's portal."
            )
            return address_note(words, give_hook(session, tenant, source, settings, by))
        return change_source(session, tenant, source, do, by)


def register(app: Wiring) -> None:
    """Wire the screen."""
    app.callback(
        output={"count": Output(Ids.PERIOD, "children"), "list": Output(f"{Ids.LIST}-body", "children"),
                "loads": Output(f"{Ids.LOADS}-body", "children"), "options": Output(Ids.LOAD, "options")},
        inputs=[Input(Ids.TICK, "n_intervals"), Input(Ids.DONE, "data"), Input(FormIds.SAVED, "data"),
                Input(RunIds.RAN, "data")],
        permission=Permission.MANAGE_SOURCES, with_page=True,
    )(show_sources)  # fmt: skip
    app.callback(
        Output(Ids.NOTICE, "children"), Output(Ids.DONE, "data"),
        Input({"type": Ids.DO, "do": ALL, "source": ALL}, "n_clicks"),
        permission=Permission.MANAGE_SOURCES, prevent_initial_call=True,
    )(do_with_source)  # fmt: skip
