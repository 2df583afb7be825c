"""Customer matches: shown the least sure first, searched, parted where they were wrong, and that undone."""

from __future__ import annotations

from typing import Any

from dash import ALL, Input, Output, State, ctx, no_update

from layouts.matches import Ids, MatchLine, match_list
from portal import auth
from portal.clock import utc_now
from portal.db import writing
from portal.errors import ConflictError, InputError
from portal.matches import (
    PAGE_ROWS,
    Match,
    Record,
    find_matches,
    mark_of,
    match_of,
    pair_of,
    separate,
    separations,
    undo_separation,
)
from portal.rebuild import ask_rebuild
from portal.source_types import SYSTEMS
from portal.viewer import Permission, TenantRef, Viewer
from portal.warehouse.duckdb import Warehouse
from portal.wiring import Wiring, parts


def show_matches(
    search: str | None, client: str | None, turns: list[int | None], _changed: str | None
) -> dict[str, Any]:
    """Paint one page of the matches of one client, and what was parted."""
    viewer, cause = _viewer(), ctx.triggered_id
    tenant = _tenant(viewer, client)
    options = [{"label": each.name, "value": str(each.id)} for each in viewer.tenants]
    known = {"options": options, "client": str(tenant.id) if tenant else "", "hidden": len(options) < 2}
    page = _page(cause) if isinstance(cause, dict) and any(turns) else 0
    if tenant is None or not parts().warehouses.has_data(viewer, tenant):
        return {**known, "body": match_list([], (0, 0), []), "note": "Nothing has been loaded yet"}
    warehouse = parts().warehouses.open(viewer, tenant)
    count, found = find_matches(warehouse, (search or "")[:200], page)
    with parts().sessions() as session:
        parted = separations(session, tenant, (viewer.email, utc_now()))
    lines = [_line(warehouse, match, {frozenset(pair) for pair in parted}) for match in found]
    by_hand = [(mark_of(pair), _said(pair[0]), _said(pair[1])) for pair in parted]
    body = match_list(lines, (page, -(-count // PAGE_ROWS)), by_hand)
    note = f"{count:,} record{'' if count == 1 else 's'} joined to another, the least sure first"
    return {**known, "body": body, "note": note}


def change_match(parts_clicked: list[int | None], undone: list[int | None], client: str | None) -> tuple[Any, Any]:
    """Part two records, or take that back; gives a sentence, and makes the list paint itself again."""
    viewer, cause = _viewer(), ctx.triggered_id
    tenant = _tenant(viewer, client)
    if not any([*parts_clicked, *undone]) or not isinstance(cause, dict) or tenant is None:
        return no_update, no_update
    if cause.get("type") == Ids.UNDO:
        said = take_back(viewer, tenant, str(cause.get("mark")))
    else:
        said = part(viewer, tenant, _whole(cause.get("identity")), _whole(cause.get("snapshot")))
    return said, str(utc_now())


def part(viewer: Viewer, tenant: TenantRef, identity_key: int, snapshot: int) -> str:
    """Say that the two records of a match are two people.

    Raises:
        ConflictError: the data was loaded anew since the match was shown, or they are parted already.
        UnknownNameError: there is no such match.
        InputError: nothing tells the two records apart.
    """
    warehouse, by = parts().warehouses.open(viewer, tenant), (viewer.email, utc_now())
    if warehouse.snapshot.number != snapshot:
        raise ConflictError("The data was loaded anew meanwhile. Look at the match again, then part it.")
    pair = pair_of(match_of(warehouse, identity_key))
    with writing(parts().sessions) as session:
        separate(session, tenant, pair, by)
        is_asked = ask_rebuild(session, tenant, by)
    return f"{_said(pair[0])} and {_said(pair[1])} are two people. {_when(is_asked)}"


def take_back(viewer: Viewer, tenant: TenantRef, mark: str) -> str:
    """Let a parted pair be matched again.

    Raises:
        UnknownNameError: there is no such pair.
    """
    by = (viewer.email, utc_now())
    with writing(parts().sessions) as session:
        pair = undo_separation(session, tenant, mark, by)
        is_asked = ask_rebuild(session, tenant, by)
    return f"{_said(pair[0])} and {_said(pair[1])} may be one person again. {_when(is_asked)}"


def _viewer() -> Viewer:
    viewer = auth.viewer(Permission.MANAGE_SOURCES)
    viewer.require(Permission.SEE_PERSONAL_DATA)
    return viewer


def _tenant(viewer: Viewer, client: str | None) -> TenantRef | None:
    """The client that is chosen, else the first one that has data."""
    chosen = next((each for each in viewer.tenants if str(each.id) == client), None)
    full = (each for each in viewer.tenants if parts().warehouses.has_data(viewer, each))
    return chosen or next(full, None) or next(iter(viewer.tenants), None)


def _line(warehouse: Warehouse, match: Match, parted: set[frozenset[str]]) -> MatchLine:
    name = match.customer or "–"
    return MatchLine(match.identity_key, warehouse.snapshot.number, name, _told(match.record), _told(match.first),
                     match.rule, match.confidence, _is_parted(match, parted))  # fmt: skip


def _is_parted(match: Match, parted: set[frozenset[str]]) -> bool:
    """Whether somebody parted it since the data was built."""
    try:
        return frozenset(pair_of(match)) in parted
    except InputError:
        return False


def _told(record: Record) -> tuple[str, str]:
    """Source, and its number, phone and e-mail as they stand there."""
    known = [text for text in (record.customer_id, record.phone, record.email) if text]
    return SYSTEMS.get(record.source, record.source), " · ".join(known)


def _said(reference: str) -> str:
    source, _, key = reference.partition(":")
    return f"{key} ({SYSTEMS.get(source, source)})"


def _when(is_asked: bool) -> str:
    return "The numbers follow in a moment." if is_asked else "The numbers follow with the next load."


def _page(cause: dict[str, Any]) -> int:
    return min(_whole(cause.get("page")), 1_000_000)


def _whole(value: object) -> int:
    """A whole number from the browser; 0 for anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**60 else 0


def register(app: Wiring) -> None:
    """Wire the card."""
    wanted = Permission.MANAGE_SOURCES
    app.callback(
        output={"body": Output(f"{Ids.CARD}-body", "children"), "note": Output(f"{Ids.CARD}-note", "children"),
                "options": Output(Ids.CLIENT, "options"), "client": Output(Ids.CLIENT, "value"),
                "hidden": Output(f"{Ids.CLIENT}-field", "hidden")},
        inputs=[Input(Ids.SEARCH, "value"), Input(Ids.CLIENT, "value"),
                Input({"type": Ids.PAGE, "to": ALL, "page": ALL}, "n_clicks"), Input(Ids.CHANGED, "data")],
        permission=wanted,
    )(show_matches)  # fmt: skip
    app.callback(
        Output(Ids.SAID, "children"), Output(Ids.CHANGED, "data"),
        Input({"type": Ids.PART, "identity": ALL, "snapshot": ALL}, "n_clicks"),
        Input({"type": Ids.UNDO, "mark": ALL}, "n_clicks"), State(Ids.CLIENT, "value"),
        permission=wanted, prevent_initial_call=True,
    )(change_match)  # fmt: skip
