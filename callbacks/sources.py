"""Sources: the list with its buttons, the last loads, the rows kept out."""

from __future__ import annotations

from typing import Any

from dash import ALL, Input, Output, ctx, no_update
from flask import Response

from callbacks.source_lines import load_lines, load_options, own_source, source_lines
from layouts.source_form import Ids as FormIds
from layouts.source_form import address_note
from layouts.sources import Ids, cells, load_list, source_list
from portal import auth
from portal.clock import utc_now
from portal.db import writing
from portal.exports import ExportColumn, ExportTable, csv_chunks
from portal.jobs.kept_out import rows_kept_out
from portal.source_changes import change_source, give_hook
from portal.viewer import Permission, Viewer
from portal.wiring import Wiring, parts

SHOWN_ROWS = 200
_HEAD = {"place": "File", "row": "Row", "table": "Table", "outcome": "Outcome", "rule": "Reason", "column": "Column",
         "value": "Value"}  # fmt: skip


def show_sources(_tick: int | None, _done: str | None, _saved: str | None) -> dict[str, Any]:
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


def show_kept_out(load: str | None, rule: str | None) -> dict[str, Any]:
    """Paint the rows a load kept out."""
    viewer = auth.viewer(Permission.MANAGE_SOURCES)
    rows = kept_out(viewer, load)
    names = sorted({str(row["rule"]) for row in rows})
    chosen = [row for row in rows if rule not in names or row["rule"] == rule]
    lines = [["" if row[name] is None else str(row[name]) for name in _HEAD] for row in chosen[:SHOWN_ROWS]]
    body: Any = cells(list(_HEAD.values()), lines, "Rows kept out", numbers={"Row"}) if lines else []
    address = f"/export/rejects/{load}.csv" + (f"?rule={names.index(rule)}" if rule in names else "")
    return {"body": body, "note": _note(load, len(chosen)), "rules": names, "address": address, "hidden": not lines}


def kept_out(viewer: Viewer, load: str | None) -> list[dict[str, Any]]:
    """The rows the load "tenant-number" kept out; none for anything that is not the viewer's."""
    tenant_id, _, number = (load or "").partition("-")
    tenant = next((each for each in viewer.tenants if str(each.id) == tenant_id), None)
    if tenant is None or not (number.isascii() and number.isdigit() and len(number) < 10):
        return []
    return rows_kept_out(parts().store, tenant.id, int(number))


def send_kept_out(load: str, rule: str = "") -> Response:
    """All rows a load kept out, or those of the rule with this number, as CSV."""
    viewer = auth.viewer(Permission.MANAGE_SOURCES)
    rows = kept_out(viewer, load)
    names = sorted({str(row["rule"]) for row in rows})
    wanted = names[int(rule)] if rule.isascii() and rule.isdigit() and int(rule) < len(names) else None
    lines = [[row[name] for name in _HEAD] for row in rows if wanted is None or row["rule"] == wanted]
    table = ExportTable("Rows kept out", tuple(ExportColumn(label) for label in _HEAD.values()), lines)
    disposition = "attachment; filename=rows-kept-out.csv"
    return Response(csv_chunks(table), headers={"Content-Disposition": disposition}, content_type="text/csv")


def _note(load: str | None, count: int) -> str:
    if not load:
        return "Choose a load"
    if count > SHOWN_ROWS:
        return f"{count:,} rows, the first {SHOWN_ROWS} shown; the CSV has all of them"
    return f"{count:,} row{'' if count == 1 else 's'}" if count else "This load kept no rows out"


def register(app: Wiring) -> None:
    """Wire the screen."""
    app.callback(
        output={"count": Output(Ids.PERIOD, "children"), "list": Output(f"{Ids.LIST}-body", "children"),
                "loads": Output(f"{Ids.LOADS}-body", "children"), "options": Output(Ids.LOAD, "options")},
        inputs=[Input(Ids.TICK, "n_intervals"), Input(Ids.DONE, "data"), Input(FormIds.SAVED, "data")],
        permission=Permission.MANAGE_SOURCES, with_page=True,
    )(show_sources)  # fmt: skip
    app.callback(
        Output(Ids.NOTICE, "children"), Output(Ids.DONE, "data"),
        Input({"type": Ids.DO, "do": ALL, "source": ALL}, "n_clicks"),
        permission=Permission.MANAGE_SOURCES, prevent_initial_call=True,
    )(do_with_source)  # fmt: skip
    app.callback(
        output={"body": Output(f"{Ids.REJECTS}-body", "children"), "note": Output(f"{Ids.REJECTS}-note", "children"),
                "rules": Output(Ids.RULE, "options"), "address": Output(Ids.CSV, "href"),
                "hidden": Output(Ids.CSV, "hidden")},
        inputs=[Input(Ids.LOAD, "value"), Input(Ids.RULE, "value")],
        permission=Permission.MANAGE_SOURCES, prevent_initial_call=True,
    )(show_kept_out)  # fmt: skip
    app.route("/export/rejects/<load>.csv", permission=Permission.EXPORT)(send_kept_out)
