"""The strip above the list of sources: how far the syncs are that run."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from dash import Input, Output, State, no_update
from sqlalchemy.orm import Session

from callbacks.source_lines import client_name
from layouts.source_runs import LOOK_MILLISECONDS, Ids, RunLine, run_list
from layouts.sources import Ids as ScreenIds
from portal import auth, sources
from portal.clock import utc_now
from portal.sync_progress import running
from portal.viewer import Permission, Viewer
from portal.wiring import Wiring, parts


def show_running(_tick: int | None, _done: str | None, ran: str | None) -> tuple[Any, int, Any]:
    """Paint how far each sync is that runs; when another set of them runs, the lists are painted anew."""
    viewer = auth.viewer(Permission.MANAGE_SOURCES)
    with parts().sessions() as session:
        lines = run_lines(session, viewer, utc_now())
    now = ", ".join(line.name for line in lines)
    return run_list(lines), LOOK_MILLISECONDS[bool(lines)], now if now != (ran or "") else no_update


def run_lines(session: Session, viewer: Viewer, now: datetime) -> list[RunLine]:
    """The syncs that run or wait, of the viewer's tenants, those that run first."""
    found = running(session, [tenant.id for tenant in viewer.tenants], now)
    lines = []
    for tenant in viewer.tenants:
        for row in sources.list_sources(session, tenant):
            if one := found.get(row.id):
                client = client_name(viewer, tenant)
                line = RunLine(f"{client}: {row.name}" if client else row.name, one.sentence, one.share)
                lines.append((one.is_waiting, line))
    return [line for _, line in sorted(lines, key=lambda pair: (pair[0], pair[1].name.casefold()))]


def register(app: Wiring) -> None:
    """Wire the strip."""
    app.callback(
        Output(Ids.RUNNING, "children"), Output(Ids.TICK, "interval"), Output(Ids.RAN, "data"),
        Input(Ids.TICK, "n_intervals"), Input(ScreenIds.DONE, "data"), State(Ids.RAN, "data"),
        permission=Permission.MANAGE_SOURCES,
    )(show_running)  # fmt: skip
