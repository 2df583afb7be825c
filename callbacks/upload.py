"""Add data: which step is shown, what it shows, and what becomes of a step that cannot be shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dash import ClientsideFunction, Input, Output, State, html, no_update

from callbacks.upload_case import Case, about, open_case
from callbacks.upload_check import check_step
from callbacks.upload_fix import fix_step
from callbacks.upload_load import load_step
from callbacks.upload_review import review_step, sample_rows
from callbacks.upload_unread import unread_step
from layouts import upload as frame
from layouts.upload import Ids, Place, read_place
from layouts.upload_file import FORMATS, file_step
from layouts.upload_review import SAMPLES
from portal import auth
from portal.errors import AccessError, PortalError, SourceError
from portal.viewer import Permission
from portal.wiring import Wiring, parts

UPLOAD_ROUTE = f"{frame.PATH}/file"
_SHOWN: dict[str, Callable[[Case], Any]] = {
    "review": review_step, "fix": fix_step, "check": check_step, "load": load_step,
}  # fmt: skip
_BEGUN = {"loading", "loaded", "failed", "cancelled"}
_CLOSED = {"loading": "This file is being loaded", "loaded": "This file is loaded"}


def show_step(at: dict[str, str], _again: str | None, _started: str | None, _ended: str | None) -> dict[str, Any]:
    """Paint the step; a failure that people can read stands in its place."""
    place = read_place(at)
    if not place.upload:
        return _first(place)
    try:
        case = open_case(at)
        return _painted(case)
    except AccessError:
        raise
    except PortalError as problem:  # the reason belongs where the step would be, not into a toast that goes away
        body = unread_step(open_case(at), str(problem)) if isinstance(problem, SourceError) else None
        if body is not None:
            return {"about": about(open_case(at)), "steps": no_update, "body": body, "go": no_update}
        actions = [frame.go("Add another file", Place(client=place.client), "file", True)]
        if place.step not in {"", "review"}:
            actions.append(frame.go("Back to what was recognised", place, "review"))
        body = frame.notice("This cannot be shown", str(problem), actions)
        return {"about": "", "steps": no_update, "body": body, "go": no_update}


def _first(place: Place) -> dict[str, Any]:
    viewer, found = auth.viewer(Permission.MANAGE_SOURCES), parts()
    names = [tenant.name for tenant in viewer.tenants]
    client = names[0] if len(names) == 1 else place.client if place.client in names else ""
    body = file_step(found.settings.upload_mb, names, client, UPLOAD_ROUTE)
    return {"about": FORMATS, "steps": no_update, "body": body, "go": no_update}


def _painted(case: Case) -> dict[str, Any]:
    step = wanted_step(case)
    if step != case.place.step:
        return {"about": about(case), "steps": no_update, "body": no_update, "go": case.place.address(step)}
    reached = len(frame.STEPS) - 1 if case.upload.state in _BEGUN else list(frame.STEPS).index(step)
    body = _closed(case) if step in {"fix", "check"} and case.upload.state in _CLOSED else _SHOWN[step](case)
    return {"about": about(case), "steps": frame.steps(case.place, reached), "body": body, "go": no_update}


def wanted_step(case: Case) -> str:
    """The step of the address; where it names none, the one at which this upload goes on.

    A file of a shape that was approved before needs no look at its columns.
    """
    if case.upload.state == "loading" and case.place.step == "check":
        return "load"
    if case.place.step:
        return case.place.step
    if case.upload.state in _BEGUN:
        return "load"
    is_known = case.upload.state == "checked" and case.recognition.kind == "saved"
    return "check" if is_known and not case.problems else "review"


def _closed(case: Case) -> Any:
    actions = [frame.go("See the load", case.place, "load", True), frame.go("Add another file", case.place, "file")]
    text = "What it becomes cannot be changed any more. Add the file again to load it otherwise."
    return frame.notice(_CLOSED[case.upload.state], text, actions, "")


def show_samples(at: dict[str, str], _changed: str | None, _again: str | None) -> Any:
    """Paint sample rows before and after."""
    case = open_case(at)
    try:
        return sample_rows(case)
    except PortalError as problem:
        return html.P(str(problem), className="notice notice-warn")


def register(app: Wiring) -> None:
    """Wire the screen."""
    app.callback(
        output={"about": Output(Ids.PERIOD, "children"), "steps": Output(Ids.STEPS, "children"),
                "body": Output(Ids.BODY, "children"), "go": Output(Ids.GO, "data")},
        inputs=[Input(Ids.AT, "data"), Input(Ids.AGAIN, "data"), Input(Ids.STARTED, "data"),
                Input(Ids.ENDED, "data")],
        permission=Permission.MANAGE_SOURCES,
    )(show_step)  # fmt: skip
    app.callback(
        Output(SAMPLES, "children"),
        Input(Ids.AT, "data"), Input(Ids.CHANGED, "data"), State(Ids.AGAIN, "data"),
        permission=Permission.MANAGE_SOURCES,
        running=[(Output(SAMPLES, "className"), "upload-samples is-loading", "upload-samples")],
    )(show_samples)  # fmt: skip
    app.clientside_callback(ClientsideFunction("upload", "arrive"), Output(Ids.ARRIVED, "data"), Input(Ids.AT, "data"))
    app.clientside_callback(
        ClientsideFunction("upload", "refocus"), Output(Ids.FOCUSED, "data"), Input(Ids.BODY, "children")
    )
    app.clientside_callback(
        ClientsideFunction("upload", "follow"), Output(Ids.GONE, "data"), Input(Ids.GO, "data"),
        prevent_initial_call=True,
    )  # fmt: skip
