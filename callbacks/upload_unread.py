"""A file whose first reading fails: people say right there how it is written."""

from __future__ import annotations

import tomllib
from typing import Any

from dash import html

from callbacks.upload_case import Case
from callbacks.upload_more import written_as
from layouts import upload as frame
from layouts.upload_unread import TITLE, written_picks
from portal.uploads import kept
from portal.uploads.drafts import OPEN
from portal.uploads.layout import stated


def unread_step(case: Case, problem: str) -> Any:
    """Why the file cannot be read, and how it may be written; None where saying that is no help or comes too late."""
    folder = kept.upload_folder(case.parts.settings, case.tenant.id, case.upload.id)
    if case.upload.state not in OPEN or not kept.has_text(kept.kept_files(folder)):
        return None
    told = stated(tomllib.loads((case.draft.mapping if case.draft else "") or ""), {})
    back = frame.go("Back to files", frame.Place(client=case.place.client), "file")
    return html.Div(
        [frame.notice(TITLE, problem, []), written_picks(written_as("", told)), frame.foot(back, [])],
    )
