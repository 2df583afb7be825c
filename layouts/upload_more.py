"""What few files need, behind "More choices": how the file is written, rows left out, fields of several columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash import dcc, html
from dash.development.base_component import Component

from layouts.attributes import aria
from layouts.parts import icon
from layouts.upload_pick import Pick, labelled

PART = "upload-more"
"""Type of the parts of a form; `part` names each."""
DO = "upload-do"
"""Type of the buttons; `what` and `at` say what is done where, `value` what is taken back."""


@dataclass(frozen=True)
class Done:
    """Something that was chosen, in words; `undo` is what takes it back: the kind of change and its value."""

    words: str
    undo: tuple[str, str]


@dataclass(frozen=True)
class More:
    """What few files need: how the file is written, rows that are left out, fields that several columns make.

    at: number of the table. headers, fields: (value, label). tests, ways: how a cell is compared, how a field is made.
    """

    at: str
    written: tuple[Pick, ...]
    rules: tuple[Done, ...]
    made: tuple[Done, ...]
    headers: tuple[tuple[str, str], ...]
    fields: tuple[tuple[str, str], ...]
    tests: tuple[tuple[str, str], ...]
    ways: tuple[tuple[str, str], ...]

    @property
    def count(self) -> int:
        """How much was chosen here."""
        return len(self.rules) + len(self.made) + sum(bool(one.value) for one in self.written)


def more_choices(more: More) -> Component:
    """Closed until somebody asks; open where something in it was chosen."""
    parts: list[Component] = [
        *([html.P("How the file is written", className="side-title"), _row([labelled(one) for one in more.written]),
           html.P("The file is read again, and its columns are proposed again.", className="card-note")]
          if more.written else []),
    ]  # fmt: skip
    if more.fields:
        parts += [
            html.P("Rows that are left out", className="side-title"), _done(more.rules, more.at),
            _rule_form(more),
            html.P("Fields made of two columns, or the same in every row", className="side-title"),
            _done(more.made, more.at), _field_form(more),
        ]  # fmt: skip
    said = f"{more.count:,} chosen" if more.count else "Header row, rows to leave out, calculated fields"
    summary = html.Summary([html.Span("More choices"), html.Span(said, className="muted"), icon("chevron-down")])
    return html.Details([summary, html.Div(parts, className="more-inside")], open=bool(more.count),
                        className="fix-meaning fix-more")  # fmt: skip


def _rule_form(more: More) -> Component:
    parts = [
        _list(more.at, "rule-column", "Rows where the column", more.headers),
        _list(more.at, "rule-test", "Its cell", more.tests),
        _text(more.at, "rule-text", "This text"),
        _button(more.at, "exclude", "Leave these rows out"),
    ]
    return _row(parts)


def _field_form(more: More) -> Component:
    parts = [
        _list(more.at, "field-name", "The field", more.fields),
        _list(more.at, "field-way", "Is made by two columns", more.ways),
        _list(more.at, "field-first", "First column", more.headers),
        _list(more.at, "field-second", "Second column", more.headers),
        _text(more.at, "field-text", "Or this in every row"),
        _button(more.at, "compute", "Add the field"),
    ]
    return _row(parts)


def _row(parts: Sequence[Component]) -> Component:
    return html.Div(list(parts), className="fix-general")


def _done(made: Sequence[Done], at: str) -> Component:
    """What was made, each with a way back."""
    lines = [
        html.Li([
            html.Span(one.words),
            html.Button("Remove", id={"type": DO, "what": one.undo[0], "at": at, "value": one.undo[1]},
                        className="button button-small", **aria(label=f"Remove {one.words}")),
        ])
        for one in made
    ]  # fmt: skip
    return html.Ul(lines, className="more-done") if lines else html.Div(hidden=True)


def _id(at: str, part: str) -> dict[str, str]:
    return {"type": PART, "part": part, "at": at}


def _list(at: str, part: str, label: str, options: Sequence[tuple[str, str]]) -> Component:
    control = dcc.Dropdown(id=_id(at, part), options=dict(options), placeholder="Choose", clearable=True,
                           searchable=len(options) > 7)  # fmt: skip
    return _named(label, html.Div(control, role="group", className="fix-control", **aria(label=label)))


def _text(at: str, part: str, label: str) -> Component:
    field = dcc.Input(id=_id(at, part), type="text", maxLength=200, className="field-input", autoComplete="off")
    return html.Label([html.Span(label, className="field-label"), field], className="fix-pick")


def _button(at: str, what: str, label: str) -> Component:
    return html.Button(label, id={"type": DO, "what": what, "at": at, "value": ""}, className="button more-button")


def _named(label: str, control: Component) -> Component:
    return html.Div([html.Span(label, className="field-label", **aria(hidden="true")), control], className="fix-pick")
