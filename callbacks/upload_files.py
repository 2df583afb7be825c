"""The route a file is sent to, and the mapping of an upload as a file."""

from __future__ import annotations

from typing import Any, BinaryIO

from dash import ClientsideFunction, Input, Output, State
from flask import Response

from callbacks.upload import UPLOAD_ROUTE
from callbacks.upload_case import open_case
from layouts import upload as frame
from layouts.upload_file import CLIENT
from portal import auth, uploads
from portal.errors import InputError, UnknownNameError
from portal.viewer import Permission
from portal.wiring import Wiring, parts

MB = 1024 * 1024


def take_file(stream: BinaryIO, name: str = "", client: str = "") -> dict[str, str]:
    """Take in the file that is being sent; whose it is follows from who is signed in.

    Raises:
        InputError: an operator has not said whose it is.
        SourceError: it cannot be read; says why.
    """
    viewer = auth.viewer(Permission.MANAGE_SOURCES)
    if client:
        tenant = viewer.tenant(client)
    elif len(viewer.tenants) == 1:
        tenant = viewer.tenants[0]
    else:
        raise InputError("Choose first whose data it is.", field="client")
    return {"upload": uploads.receive(parts(), tenant, viewer.email, name, stream).id}


def send_mapping(upload: str) -> Response:
    """The mapping of an upload as it would be used now, as TOML."""
    case = open_case({"upload": upload, "step": "fix"})
    if case.choice.mapping is None:
        raise UnknownNameError("mapping", case.upload.file_name, [])
    disposition = "attachment; filename=mapping.toml"
    return Response(
        case.choice.mapping,
        headers={"Content-Disposition": disposition},
        content_type="application/toml; charset=utf-8",
    )


def register(app: Wiring) -> None:
    """Wire the routes, and the choice of an operator's client."""
    most: Any = app.server.extensions["portal"].settings.upload_mb
    app.file_route(UPLOAD_ROUTE, permission=Permission.MANAGE_SOURCES, most_bytes=most * MB)(take_file)
    app.route(f"{frame.PATH}/<upload>/mapping.toml", permission=Permission.MANAGE_SOURCES)(send_mapping)
    app.clientside_callback(
        ClientsideFunction("upload", "chooseClient"), Output(frame.Ids.CHOSEN, "data"),
        Input(CLIENT, "value"), State(frame.Ids.AT, "data"), prevent_initial_call=True,
    )  # fmt: skip
