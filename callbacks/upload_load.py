"""The load of an upload: asked for, followed while it runs, cancelled, and how it ended."""

from __future__ import annotations

from typing import Any

from dash import Input, Output, State, no_update
from sqlalchemy import select

from callbacks.upload_case import Case, open_case
from callbacks.upload_review import sentence
from layouts import upload as frame
from layouts.upload_check import ACCOUNT, AccountLine, account
from layouts.upload_load import Ending, Ids, ended, phases, running
from portal import uploads
from portal.clock import utc_now
from portal.load_steps import PHASES, read_words, time_words
from portal.models import Load
from portal.uploads.labels import entity_label
from portal.uploads.outcome import Progress
from portal.viewer import Permission
from portal.wiring import Wiring

PATIENCE_TICKS = 20


def load_step(case: Case) -> Any:
    """The progress of the load, or how it ended."""
    state = case.upload.state
    if state == "loading":
        return running()
    if state == "loaded":
        return ended(_loaded(case), _account(case))
    if state == "failed":
        links = (("Correct something", case.place.address("fix")), ("Check it again", case.place.address("check")))
        return ended(Ending("bad", "The load failed. Nothing was published", case.upload.message, links))
    if state == "cancelled":
        links = (("Check it again", case.place.address("check")), ("Add another file", case.place.address("file")))
        return ended(
            Ending("", "The load was cancelled", "Nothing was published; your numbers are as they were.", links)
        )
    actions = [frame.go("Check it", case.place, "check", True)]
    return frame.notice("Nothing has been loaded yet", "Look first at what would happen.", actions, "")


def _loaded(case: Case) -> Ending:
    upload = case.upload
    load = f"{upload.load_number}" if upload.load_number is not None else ""
    kept_out = f"/admin/sources?load={case.tenant.id}-{load}" if load else "/admin/sources"
    links = (("See the sales", "/sales"), ("Rows kept out", kept_out), ("Sources and loads", "/admin/sources"),
             ("Add another file", case.place.address("file")))  # fmt: skip
    what = f"Load {load} of {case.tenant.name}" if load else "It"
    recovered = "" if upload.retry_of is None else f" {upload.message}"
    return Ending("good", f"{upload.file_name} is loaded", f"{what} is on every screen now.{recovered}", links)


def _account(case: Case) -> Any:
    """What the load's report says of its rows; None without one."""
    wanted = select(Load).where(Load.tenant_id == case.tenant.id, Load.number == case.upload.load_number)
    with case.parts.sessions() as session:
        load = session.scalars(wanted).first()
    tables = load.report.get("tables", []) if load else []
    lines = [
        AccountLine(entity_label(str(table["table"])), int(table["read"]),
                    {name: int(table.get(name, 0)) for name, _ in ACCOUNT})
        for table in tables if int(table.get("read", 0))
    ]  # fmt: skip
    return account(lines, is_done=True) if lines else None


def start_load(clicks: int | None, at: dict[str, str]) -> Any:
    """Ask for the load of what is chosen, and go to the step that follows it."""
    if not clicks:
        return no_update
    case = open_case(at)
    uploads.start(case.parts, case.tenant, case.upload.id, case.choice, case.viewer.email)
    return f"{utc_now()}"


def show_progress(tick: int | None, at: dict[str, str]) -> dict[str, Any]:
    """How far the load is; when it has ended, the step is painted anew."""
    case = open_case(at)
    found = uploads.progress(case.parts.sessions, case.tenant, case.upload.id)
    share, is_known = round(found.share * 100, 1), found.step in PHASES
    return {
        "words": found.step or "Finishing",
        "width": {"width": f"{share}%"},
        "share": f"{share:.0f}",
        "numbers": f"{_so_far(found)} {found.message or _patience(found.step, tick) or found.about}".strip(),
        "phases": phases(PHASES, PHASES.index(found.step)) if is_known else no_update,
        "stop": found.state != "loading",
        "ended": no_update if found.state == "loading" else f"{utc_now()}",
    }


def _so_far(found: Progress) -> str:
    """How much is read and how long it has taken; time goes on while one long step stands still."""
    read = read_words(found.rows, found.size, found.whole)
    said = [*([read] if read else []), *([f"{time_words(found.seconds)} so far"] if found.seconds else [])]
    return sentence(f"{', '.join(said)}.") if said else ""


def _patience(step: str, tick: int | None) -> str:
    """What to do when nobody begins."""
    if step != PHASES[0] or (tick or 0) < PATIENCE_TICKS:
        return ""
    return "Nobody has begun yet. Other loads may go first; if it stays so, ask the operator whether the worker runs."


def cancel_load(clicks: int | None, at: dict[str, str]) -> tuple[Any, Any]:
    """Ask for the load to stop before it is published."""
    if not clicks:
        return no_update, no_update
    case = open_case(at)
    uploads.cancel(case.parts.sessions, case.tenant, case.upload.id)
    return "The load stops before it is published.", True


def register(app: Wiring) -> None:
    """Wire the step."""
    app.callback(
        Output(frame.Ids.STARTED, "data"), Input(Ids.START, "n_clicks"), State(frame.Ids.AT, "data"),
        permission=Permission.MANAGE_SOURCES, prevent_initial_call=True,
        running=[(Output(Ids.START, "disabled"), True, False)],
    )(start_load)  # fmt: skip
    app.callback(
        output={"words": Output(Ids.WORDS, "children"), "width": Output(Ids.BAR, "style"),
                "share": Output(Ids.SHARE, "aria-valuenow"), "numbers": Output(Ids.NUMBERS, "children"),
                "phases": Output(Ids.PHASES, "children"), "stop": Output(Ids.TICK, "disabled"),
                "ended": Output(frame.Ids.ENDED, "data")},
        inputs=[Input(Ids.TICK, "n_intervals"), State(frame.Ids.AT, "data")],
        permission=Permission.MANAGE_SOURCES,
    )(show_progress)  # fmt: skip
    app.callback(
        Output(Ids.CANCELLED, "children"), Output(Ids.CANCEL, "disabled"),
        Input(Ids.CANCEL, "n_clicks"), State(frame.Ids.AT, "data"),
        permission=Permission.MANAGE_SOURCES, prevent_initial_call=True,
    )(cancel_load)  # fmt: skip
