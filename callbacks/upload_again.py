"""Rejected rows of a load are tried again: they become an upload of their own, to be corrected like any other."""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Input, Output, State, no_update

from callbacks.source_lines import load_of
from layouts.sources import Ids
from layouts.upload import Place
from portal import auth, uploads
from portal.viewer import Permission
from portal.wiring import Wiring, parts


def try_again(clicks: int | None, load: str | None) -> Any:
    """Make the rejected rows of the load "tenant-number" an upload; gives the address where it is corrected."""
    viewer = auth.viewer(Permission.MANAGE_SOURCES)
    found = load_of(viewer, load)
    if not clicks or found is None:
        return no_update
    tenant, number = found
    return Place(uploads.again(parts(), tenant, number, viewer.email).id).address("fix")


def register(app: Wiring) -> None:
    """Wire the button of the Sources screen."""
    app.callback(
        Output(Ids.AGAIN_AT, "data"), Input(Ids.AGAIN, "n_clicks"), State(Ids.LOAD, "value"),
        permission=Permission.MANAGE_SOURCES, prevent_initial_call=True,
        running=[(Output(Ids.AGAIN, "disabled"), True, False)],
    )(try_again)  # fmt: skip
    app.clientside_callback(
        ClientsideFunction("upload", "open"), Output(Ids.AGAIN_GONE, "data"), Input(Ids.AGAIN_AT, "data"),
        prevent_initial_call=True,
    )  # fmt: skip
