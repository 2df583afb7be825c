"""Correcting what was recognised, by choosing: what each table is, what each column becomes, how values are written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from dash import dcc, html
from dash.development.base_component import Component

from layouts.attributes import aria, data
from layouts.parts import icon
from layouts.upload_review import CONFIDENCE

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


def panel(table: Panel, is_open: bool) -> Component:
    """One table with everything that can be chosen about it."""
    titles = html.Div(
        [html.H3(table.place, className="upload-sub"), html.P(table.about, className="card-note")],
        className="fix-titles",
    )  # fmt: skip
    parts: list[Component] = [html.Div([_labelled(pick) for pick in table.picks], className="fix-general")]
    if table.lines:
        parts.append(_lines(table.lines))
    if table.constants:
        parts += [html.P("The same in every row", className="side-title"),
                  html.Div([_labelled(pick) for pick in table.constants], className="fix-general")]  # fmt: skip
    summary = html.Summary([titles, icon("chevron-down")])
    return html.Details([summary, html.Div(parts, className="fix-inside")], open=is_open, className="fix-table")


def _lines(lines: Sequence[Line]) -> Component:
    """The columns with their lists, which the browser draws (`assets/upload.js`): a file may have hundreds of them.

    The lists of fields are the same for all columns, so they are sent once; what is chosen goes to the store
    `upload-choice`.
    """
    drawing = {"options": lines[0].field.options, "lines": [_line(line) for line in lines]}
    return html.Div(className="fix-lines", **data(fields=orjson.dumps(drawing).decode()))


def _line(line: Line) -> dict[str, Any]:
    picks = [_pick(line.field, f"What the column {line.header} becomes")]
    if line.dates:
        dates = _pick(line.dates, f"How dates in {line.header} are written")
        picks.append({**dates, "options": line.dates.options})
    words = [_pick(pick, f"What {pick.label} in {line.header} means") | {"word": pick.label} for pick in line.words]
    word, look = CONFIDENCE.get(line.confidence, (line.confidence, ""))
    return {
        "name": line.header, "samples": line.samples, "chip": [word, look], "why": line.why, "picks": picks,
        "words": words, "meanings": line.words[0].options if line.words else [],
    }  # fmt: skip


def _pick(pick: Pick, label: str) -> dict[str, Any]:
    return {"what": pick.what, "at": pick.at, "value": pick.value, "none": pick.none, "label": label,
            "open": pick.is_open}  # fmt: skip


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
