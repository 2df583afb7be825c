"""Correcting what was recognised, by choosing: what each table is, what each column becomes, how values are written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from dash import html
from dash.development.base_component import Component

from layouts.attributes import data
from layouts.parts import icon
from layouts.upload_more import More, more_choices
from layouts.upload_pick import Pick, labelled
from layouts.upload_review import CONFIDENCE


class Ids:
    """Ids of what follows a choice."""

    STATE = "upload-state"
    NEXT = "upload-next"
    TEXT = "upload-text"


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
    more: More | None = None


def general(picks: Sequence[Pick]) -> Component:
    """What holds for the whole file."""
    return html.Div([labelled(pick) for pick in picks], className="fix-general")


def panel(table: Panel, is_open: bool) -> Component:
    """One table with everything that can be chosen about it."""
    titles = html.Div(
        [html.H3(table.place, className="upload-sub"), html.P(table.about, className="card-note")],
        className="fix-titles",
    )  # fmt: skip
    parts: list[Component] = [html.Div([labelled(pick) for pick in table.picks], className="fix-general")]
    if table.lines:
        parts.append(_lines(table.lines))
    if table.constants:
        parts += [html.P("The same in every row", className="side-title"),
                  html.Div([labelled(pick) for pick in table.constants], className="fix-general")]  # fmt: skip
    if table.more:
        parts.append(more_choices(table.more))
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
