"""What stands in the place of a step when a file cannot be read as it is: why, and what can be said about it."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from layouts.upload_pick import Pick, labelled

TITLE = "The file cannot be read as it is"
HOW = (
    "Say how it is written, and it is read again at once. Letters that cannot be read mean another encoding. A row "
    "with too many or too few cells means another separator, or that the names of the columns stand further down."
)


def written_picks(picks: Sequence[Pick]) -> Component:
    """How the file is written, to be said by a person."""
    return html.Div(
        [
            html.Div([html.H3("How is it written?", className="upload-sub"), html.P(HOW, className="card-note")]),
            html.Div([labelled(pick) for pick in picks], className="fix-general"),
        ],
        className="upload-unread",
    )
