"""The panel of the Sources screen in which a source is added or changed. What is typed as a secret never comes back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from layouts.attributes import aria
from layouts.parts import QUIET, icon_button, table

SCHEDULES: dict[str, str] = {
    "every 2 minutes": "Every 2 minutes", "every 15 minutes": "Every 15 minutes", "every 60 minutes": "Every hour",
    "every 360 minutes": "Every 6 hours", "at 06:00": "Daily at 06:00", "at 06:00, 13:30": "Daily at 06:00 and 13:30",
    "other": "Other …",
}  # fmt: skip
"""Schedule to its name; "other" is written out."""


class Ids:
    """Ids of the panel's own parts."""

    OPEN = "source-add"
    PANEL = "source-form"
    TITLE = "source-form-title"
    NOTE = "source-form-note"
    EDITED = "source-form-edited"
    SAVED = "source-form-saved"
    CLOSE = "source-form-close"
    CLIENT, TYPE, SYSTEM, NAME = "source-client", "source-type", "source-system", "source-name"
    ADDRESS, SECRET, SCHEDULE, WHEN = "source-address", "source-secret", "source-schedule", "source-when"
    NEXT = "source-next"
    TEST, SAVE = "source-test", "source-save"
    RESULT = "source-form-result"
    EDIT = "source-edit"


def form_panel() -> Component:
    """The panel, closed."""
    head = html.Div(
        [
            html.Div([html.H2("Add a source", id=Ids.TITLE, className="card-title"),
                      html.P(id=Ids.NOTE, className="card-note")], className="card-titles"),
            icon_button("x-lg", "Close without saving", look=QUIET, element_id=Ids.CLOSE),
        ],
        className="card-head",
    )  # fmt: skip
    buttons = html.Div(
        [html.Button("Test", id=Ids.TEST, type="button", className="button"),
         html.Button("Add", id=Ids.SAVE, type="button", className="button button-primary"),
         html.Span("A test reads a first look and stores nothing. It may take up to a minute.", className="caption")],
        className="form-buttons",
    )  # fmt: skip
    result = html.Div(id=Ids.RESULT, className="form-result", role="status", **aria(live="polite"))
    body = html.Div([_fields(), buttons, result], className="card-body")
    card = html.Section([head, body], className="card", **aria(labelledby=Ids.TITLE))
    stores = [dcc.Store(id=Ids.EDITED), dcc.Store(id=Ids.SAVED)]
    return html.Div([*stores, html.Div(card, className="source-form", id=Ids.PANEL, hidden=True)])


def _fields() -> Component:
    secret = dbc.Input(id=Ids.SECRET, type="password", maxLength=20_000, className="field-input",
                       autoComplete="new-password")  # fmt: skip
    return html.Div(
        [
            _field(Ids.CLIENT, "Client", _choice(Ids.CLIENT)),
            _field(Ids.TYPE, "What it is", _choice(Ids.TYPE)),
            _field(Ids.SYSTEM, "Source system", _choice(Ids.SYSTEM)),
            _field(Ids.NAME, "Name", _text(Ids.NAME, "Order sheet", 60)),
            _field(Ids.ADDRESS, "Address", _text(Ids.ADDRESS, "", 1000), "field-wide"),
            _field(Ids.SECRET, "Credentials", secret, "field-wide",
                   "Stored encrypted, never shown again."),
            _field(Ids.SCHEDULE, "Synced", _choice(Ids.SCHEDULE, SCHEDULES)),
            _field(Ids.WHEN, "When", _text(Ids.WHEN, "every 30 minutes, or at 07:00, 19:00", 200)),
            html.P(id=Ids.NEXT, className="caption field-wide"),
        ],
        className="form-fields",
    )  # fmt: skip


def _field(element_id: str, label: str, control: Component, look: str = "", hint: str = "") -> Component:
    """A labelled control; the whole can be hidden by `<id>-field`, the label is `<id>-label`."""
    words = [html.Span(hint, className="field-hint")] if hint else []
    return html.Div(
        [html.Label(label, id=f"{element_id}-label", htmlFor=element_id, className="field-label"), control, *words],
        id=f"{element_id}-field", className=f"field {look}".rstrip(),
    )  # fmt: skip


def _text(element_id: str, example: str, longest: int) -> Component:
    return dbc.Input(id=element_id, type="text", value="", placeholder=example, maxLength=longest,
                     className="field-input", autoComplete="off")  # fmt: skip


def _choice(element_id: str, choices: dict[str, str] | None = None) -> Component:
    options: Any = [{"label": label, "value": value} for value, label in (choices or {}).items()]
    return dbc.Select(id=element_id, options=options, value=next(iter(choices or {}), ""), className="field-input")


def problem_note(text: str) -> Component:
    """What is wrong, beside the form that caused it."""
    return html.Div([html.Span("Not yet", className="chip chip-warn"), html.P(text)], className="form-answer")


def trial_note(sentence: str, counts: Sequence[Sequence[str]], columns: Sequence[str],
               rows: Sequence[Sequence[str]]) -> Component:  # fmt: skip
    """What a test found: a sentence, rows by table, and some rows as they were read."""
    parts: list[Component] = [
        html.Div([html.Span("It works", className="chip chip-good"), html.P(sentence)], className="form-answer")
    ]
    if counts:
        head = [("Table", False), ("Rows read", True), ("Kept out", True)][: len(counts[0])]
        parts.append(html.Div(table(head, [list(line) for line in counts], "Rows by table"), className="form-counts"))
    if rows:
        parts.append(html.H3("First rows, as they were read", className="form-sample"))
        parts.append(table([(name, False) for name in columns], [list(row) for row in rows], "First rows"))
    return html.Div(parts, className="form-trial")


def address_note(sentence: str, address: str) -> Component:
    """An address that is shown once."""
    return html.Span(
        [html.Span(sentence), html.Code(address, className="secret-address", tabIndex=0)], className="form-answer-once"
    )
