"""Saved views: a name for the state a screen is in."""

from __future__ import annotations

from typing import Any

from dash import ALL, Input, Output, ctx, html, no_update
from dash import State as Given
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from callbacks.desk import State
from layouts.filters import Ids, saved_view
from layouts.overview import PAGE as OVERVIEW
from layouts.screens import NUMBERS
from layouts.state import address_of, read_state
from portal import auth
from portal.clock import utc_now
from portal.db import writing
from portal.errors import ConflictError, InputError
from portal.models import SavedView
from portal.viewer import Permission, Viewer
from portal.wiring import Wiring, parts

PATHS = {page.name: page.path for page in NUMBERS}
MOST_VIEWS = 50
_LONGEST_NAME, _LONGEST_QUERY = 80, 2000


def show_views(
    _opened: int | None, _saves: int | None, deletes: list[int | None], name: str | None, state: State
) -> tuple[list[Any], Any]:
    """Do what was asked (save, delete, or only list) and list the person's views.

    Clicks that come close together are one call, so every cause counts. The name is written only when it was saved:
    the answer to opening the menu may arrive while somebody types.
    """
    viewer, causes = auth.viewer(Permission.VIEW), list(ctx.triggered_prop_ids.values())
    is_saved = Ids.VIEW_SAVE in causes
    with writing(parts().sessions) as session:
        if is_saved:
            save_view(session, viewer, (str(state.get("screen", "")), name or ""), state)
        if any(deletes):
            for cause in causes:
                if isinstance(cause, dict):
                    delete_view(session, viewer, int(cause["view"]))
        return _listed(session, viewer), "" if is_saved else no_update


def save_view(session: Session, viewer: Viewer, target: tuple[str, str], state: State) -> None:
    """Keep a state under (screen, name); the same name again replaces it.

    Raises:
        InputError: no name, or the state is too long to keep.
        ConflictError: the person has as many views as may be kept.
    """
    screen = target[0] if target[0] in PATHS else OVERVIEW.name
    name = " ".join(target[1].split())[:_LONGEST_NAME]
    query = address_of("", read_state(state)).removeprefix("?")
    if not name:
        raise InputError("Give the view a name, then save it.", field="name")
    if len(query) > _LONGEST_QUERY or viewer.user_id is None:
        raise InputError("This view has too many filter values to be kept. Choose fewer.", field="state")
    own = SavedView.user_id == viewer.user_id
    found = session.scalar(select(SavedView).where(own, SavedView.screen == screen, SavedView.name == name))
    if found is not None:
        found.query = query
        return
    if (session.scalar(select(func.count()).select_from(SavedView).where(own)) or 0) >= MOST_VIEWS:
        raise ConflictError(f"You have {MOST_VIEWS} saved views. Delete one before you save another.")
    tenant_id = viewer.tenants[0].id if len(viewer.tenants) == 1 else None
    session.add(SavedView(tenant_id=tenant_id, user_id=viewer.user_id, screen=screen, name=name, query=query,
                          created_at=utc_now()))  # fmt: skip


def delete_view(session: Session, viewer: Viewer, view_id: int) -> None:
    """Forget one of the person's own views; somebody else's is left alone."""
    session.execute(delete(SavedView).where(SavedView.id == view_id, SavedView.user_id == viewer.user_id))


def _listed(session: Session, viewer: Viewer) -> list[Any]:
    session.flush()
    query = select(SavedView).where(SavedView.user_id == viewer.user_id).order_by(SavedView.screen, SavedView.name)
    views = [view for view in session.scalars(query) if view.screen in PATHS]
    lines = [saved_view(view.id, view.name, f"{PATHS[view.screen]}?{view.query}".rstrip("?")) for view in views]
    return lines or [html.P("Name what you see now, and find it here again.", className="menu-note")]


def register(app: Wiring) -> None:
    """Wire the menu."""
    app.callback(
        Output(Ids.VIEWS, "children"), Output(Ids.VIEW_NAME, "value"), Input(Ids.VIEWS_OPENED, "n_clicks"),
        Input(Ids.VIEW_SAVE, "n_clicks"), Input({"type": Ids.VIEW_DELETE, "view": ALL}, "n_clicks"),
        Given(Ids.VIEW_NAME, "value"), Given(Ids.STATE, "data"),
        permission=Permission.VIEW, prevent_initial_call=True,
    )(show_views)  # fmt: skip
