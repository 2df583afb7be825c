"""Correcting what was recognised, by choosing: what each table is, what each column becomes, how values are written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from layouts.attributes import aria
from layouts.parts import icon
from layouts.upload_review import chip

CHOOSE = "upload-choose"


class Ids:
    """Ids of what follows a choice."""

    STATE = "upload-state"
    NEXT = "upload-next"
    TEXT = "upload-text"


@dataclass(frozen=True)
class Pick:
    """One choice: what is chosen, where, the options with their labels, and what is chosen now ("" nothing).

    what, at: as `choice_id`. options: (value, label). none: what stands there while nothing is chosen. is_open: it has
    to be chosen.
    """

    what: str
    at: str
    label: str
    options: tuple[tuple[str, str], ...]
    value: str
    none: str = ""
    is_long: bool = False
    is_open: bool = False


@dataclass(frozen=True)
class Line:
    """One column of the file with its choices; words are those of its values that need a meaning."""

    header: str
    samples: str
    field: Pick
    dates: Pick | None
    words: tuple[Pick, ...]
    confidence: str
    why: str


@dataclass(frozen=True)
class Panel:
    """One table of the file: what it is, how it is written, its columns, and values that all its rows have."""

    place: str
    about: str
    picks: tuple[Pick, ...]
    lines: tuple[Line, ...]
    constants: tuple[Pick, ...] = ()


def choice_id(what: str, at: str) -> dict[str, str]:
    """Id of a choice: `at` is "table", "table-column" or "table-column-word" by number."""
    return {"type": CHOOSE, "what": what, "at": at}


def general(picks: Sequence[Pick]) -> Component:
    """What holds for the whole file."""
    return html.Div([_labelled(pick) for pick in picks], className="fix-general")


def panel(table: Panel) -> Component:
    """One table with everything that can be chosen about it."""
    head = html.Div(
        [html.H3(table.place, className="upload-sub"), html.P(table.about, className="card-note")],
        className="fix-titles",
    )  # fmt: skip
    parts: list[Component] = [head, html.Div([_labelled(pick) for pick in table.picks], className="fix-general")]
    if table.lines:
        titles = html.Div([html.Span("In the file"), html.Span("Becomes"), html.Span("How sure")],
                          className="fix-head", **aria(hidden="true"))  # fmt: skip
        parts += [html.Div([titles, *(_line(line) for line in table.lines)], className="fix-lines")]
    if table.constants:
        parts += [html.P("The same in every row", className="side-title"),
                  html.Div([_labelled(pick) for pick in table.constants], className="fix-general")]  # fmt: skip
    return html.Section(parts, className="fix-table", **aria(label=table.place))


def _line(line: Line) -> Component:
    name = html.Div(
        [html.Span(line.header, className="fix-name"), html.Span(line.samples, className="fix-samples")],
        className="fix-what",
    )  # fmt: skip
    picks = [_control(line.field, f"What the column {line.header} becomes")]
    if line.dates:
        picks.append(_control(line.dates, f"How dates in {line.header} are written"))
    sure = html.Div(
        [chip(line.confidence), *([html.Span(line.why, className="column-why")] if line.why else [])],
        className="column-sure",
    )
    row = html.Div([name, html.Div(picks, className="fix-picks"), sure], className="fix-line")
    return html.Div([row, *([_words(line)] if line.words else [])])


def _words(line: Line) -> Component:
    """What the words of a column mean; open while one has no meaning."""
    missing = any(not pick.value for pick in line.words)
    said = f"{len(line.words):,} word{'' if len(line.words) == 1 else 's'} and what each means"
    rows = [
        html.Div([html.Span(pick.label, className="fix-word"), icon("arrow-right"),
                  _control(pick, f"What {pick.label} in {line.header} means")], className="fix-word-line")
        for pick in line.words
    ]  # fmt: skip
    summary = html.Summary([html.Span(f"Words in {line.header}"), html.Span(said, className="muted"),
                            icon("chevron-down")])  # fmt: skip
    return html.Details([summary, html.Div(rows, className="fix-words")], open=missing, className="fix-meaning")


def _labelled(pick: Pick) -> Component:
    label = html.Span(pick.label, className="field-label", **aria(hidden="true"))
    return html.Div([label, _control(pick, pick.label)], className="fix-pick is-long" if pick.is_long else "fix-pick")


def _control(pick: Pick, label: str) -> Component:
    """A list with search; its name is read aloud with what is chosen."""
    options: Any = [{"value": value, "label": text, "search": f"{text} {value}"} for value, text in pick.options]
    control = dcc.Dropdown(
        id=choice_id(pick.what, pick.at), options=options, value=pick.value or None, placeholder=pick.none or "Choose",
        clearable=bool(pick.none), searchable=len(pick.options) > 7,
    )  # fmt: skip
    return html.Div(control, role="group", className="fix-control is-open" if pick.is_open else "fix-control",
                    **aria(label=label))  # fmt: skip


def state(problems: Sequence[str]) -> Component:
    """What keeps the file from being checked, or that nothing does."""
    if not problems:
        words = html.Div(html.P("Nothing is missing. The next step goes through every row.", className="notice-title"),
                         className="notice-words")  # fmt: skip
        return html.Div([icon("check-circle"), words], className="notice notice-good")
    items = [html.Li(problem) for problem in problems]
    count = "One thing is" if len(problems) == 1 else f"{len(problems):,} things are"
    title = html.P(f"{count} still to decide", className="notice-title")
    words = html.Div([title, html.Ul(items, className="notice-list")], className="notice-words")
    return html.Div([icon("exclamation-triangle"), words], className="notice notice-warn")


def as_text(mapping: str, address: str) -> Component:
    """The mapping as it is written down, for whoever wants to see or keep it."""
    summary = html.Summary([html.Span("The mapping as text"), html.Span("To look at or keep", className="muted"),
                            icon("chevron-down")])  # fmt: skip
    download = html.A([icon("download"), "Download"], href=address, download="", className="button button-small")
    text = html.Pre(mapping, id=Ids.TEXT, className="fix-text", tabIndex=0)
    return html.Details([summary, html.Div([text, download], className="fix-words")], className="fix-meaning")
