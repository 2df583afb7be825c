"""Rows a load kept out: shown page by page with the raw row behind each, filtered, downloaded, tried again."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from dash import ALL, Input, Output, State, ctx, html, no_update
from flask import Response

from callbacks.source_lines import load_of
from layouts.kept_out import FILTERS, HEAD, Ids, kept_rows
from layouts.sources import Ids as ScreenIds
from layouts.upload import Place
from portal import auth, uploads
from portal.errors import InputError
from portal.exports import ExportColumn, ExportTable, csv_chunks
from portal.jobs.kept_out import PAGE_ROWS, KeptOut, Wanted, kept_out, kept_out_lines
from portal.load_steps import read_words
from portal.table_names import table_name
from portal.uploads.drafts import draft
from portal.viewer import Permission
from portal.wiring import Wiring, parts


def show_kept_out(
    load: str | None, wanted: dict[str, str | None], turns: list[int | None], read: int | None
) -> dict[str, Any]:
    """Paint one page of the rows a load kept out; a new filter begins at the first."""
    found, cause = load_of(auth.viewer(Permission.MANAGE_SOURCES), load), ctx.triggered_id
    page = _page(cause) if isinstance(cause, dict) and any(turns) else 0
    chosen = Wanted(**{name: value or "" for name, value in wanted.items()})
    is_asked = cause == Ids.READ and bool(read)
    kept = kept_out(parts(), found, chosen, page, read_large=is_asked) if found else KeptOut(0, {}, [])
    pages = -(-kept.total // PAGE_ROWS)
    rows = [{**row, "table": table_name(str(row["table"])).capitalize(), "outcome": str(row["outcome"]).capitalize()}
            for row in kept.rows]  # fmt: skip
    outcomes = dict(kept.choices.get("outcome", []))
    return {
        "body": kept_rows(rows, (min(page, max(pages - 1, 0)), pages), kept.note) if rows else [],
        "note": _note(found is not None, kept.total),
        "options": [_options(name, kept.choices.get(name, [])) for name in FILTERS],
        "address": f"/export/rejects/{load}.csv?{urlencode(_told(chosen))}".rstrip("?") if found else "",
        "hidden": [not rows, "rejected" not in outcomes, "rejected" not in outcomes, not kept.can_ask],
    }


def send_kept_out(load: str, rule: str = "", table: str = "", outcome: str = "", place: str = "") -> Response:
    """The wanted rows a load kept out as CSV, each with its raw row."""
    found = load_of(auth.viewer(Permission.MANAGE_SOURCES), load)
    lines: Any = ()
    names: list[str] = []
    if found is not None:
        names, lines = kept_out_lines(parts(), found, Wanted(rule, table, outcome, place))
    columns = tuple(ExportColumn(label) for label in (*HEAD.values(), *names))
    table_of_all = ExportTable("Rows kept out", columns, lines)
    disposition = "attachment; filename=rows-kept-out.csv"
    return Response(csv_chunks(table_of_all), headers={"Content-Disposition": disposition}, content_type="text/csv")


def try_again(clicks: int | None, load: str | None) -> Any:
    """Load the files of a load once more, as they are read now; gives what is to be followed, or what is in the way."""
    viewer = auth.viewer(Permission.MANAGE_SOURCES)
    found = load_of(viewer, load)
    if not clicks or found is None:
        return no_update
    tenant, number = found
    upload = uploads.again(parts(), tenant, number, viewer.email)
    choice = draft(parts().sessions, tenant, upload.id)
    try:
        if choice is None:
            raise InputError("How these files were read is not known any more.")
        uploads.start(parts(), tenant, upload.id, choice, viewer.email)
    except InputError as problem:
        return {"load": load, "upload": upload.id, "problem": str(problem)}
    return {"load": load, "upload": upload.id, "problem": ""}


def show_retry(_ticks: int | None, retry: dict[str, str | None] | None) -> tuple[Any, bool]:
    """How far the load that tries again is; when it has ended, how many rows are loaded now."""
    viewer, told = auth.viewer(Permission.MANAGE_SOURCES), retry or {}
    found, upload = load_of(viewer, told.get("load")), told.get("upload")
    if found is None or not upload:
        return no_update, True
    if told.get("problem"):
        return [f"{told['problem']} ", html.A("Correct how they are read", href=Place(upload).address("fix"))], True
    progress = uploads.progress(parts().sessions, found[0], upload)
    if progress.state != "loading":
        return progress.message, True
    read = read_words(progress.rows, progress.size, progress.whole)
    step = progress.step[:1].lower() + progress.step[1:]
    return f"Load {found[1]} is tried again: {', '.join([step, *([read] if read else [])])}.", False


def _page(cause: dict[str, Any]) -> int:
    page = cause.get("page")
    return page if isinstance(page, int) and not isinstance(page, bool) and 0 <= page < 1_000_000 else 0


def _told(wanted: Wanted) -> dict[str, str]:
    """The fields that are wanted, for an address."""
    return {name: value for name in FILTERS if (value := getattr(wanted, name))}


def _options(name: str, values: list[tuple[str, int]]) -> list[dict[str, str]]:
    def words(value: str) -> str:
        if name == "table":
            return table_name(value).capitalize()
        return value.capitalize() if name == "outcome" else value

    return [{"label": f"{words(value)} ({count:,})", "value": value} for value, count in values]


def _note(is_chosen: bool, count: int) -> str:
    if not is_chosen:
        return "Choose a load"
    return f"{count:,} row{'' if count == 1 else 's'}" if count else "This load kept no such rows out"


def register(app: Wiring) -> None:
    """Wire the card."""
    wanted = Permission.MANAGE_SOURCES
    app.callback(
        output={"body": Output(f"{Ids.CARD}-body", "children"), "note": Output(f"{Ids.CARD}-note", "children"),
                "options": [Output(element, "options") for element, _ in FILTERS.values()],
                "address": Output(Ids.CSV, "href"),
                "hidden": [Output(Ids.CSV, "hidden"), Output(Ids.AGAIN, "hidden"), Output(ScreenIds.AGAIN, "hidden"),
                           Output(Ids.READ, "hidden")]},
        inputs={"load": Input(Ids.LOAD, "value"),
                "wanted": {name: Input(element, "value") for name, (element, _) in FILTERS.items()},
                "turns": Input({"type": Ids.PAGE, "to": ALL, "page": ALL}, "n_clicks"),
                "read": Input(Ids.READ, "n_clicks")},
        running=[(Output(Ids.READ, "disabled"), True, False)],
        permission=wanted,
    )(show_kept_out)  # fmt: skip
    app.callback(
        Output(Ids.RETRY, "data"), Input(Ids.AGAIN, "n_clicks"), State(Ids.LOAD, "value"),
        running=[(Output(Ids.AGAIN, "disabled"), True, False)], permission=wanted, prevent_initial_call=True,
    )(try_again)  # fmt: skip
    app.callback(
        Output(Ids.RETRY_SAID, "children"), Output(Ids.RETRY_TICK, "disabled"), Input(Ids.RETRY_TICK, "n_intervals"),
        Input(Ids.RETRY, "data"), permission=wanted, prevent_initial_call=True,
    )(show_retry)  # fmt: skip
    app.route("/export/rejects/<load>.csv", permission=Permission.EXPORT)(send_kept_out)
