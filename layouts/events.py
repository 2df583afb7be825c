"""The event calendar: days people mark, and what marks itself; shown on every chart over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from layouts.attributes import aria
from layouts.page import Page, page_head, query_values, row, screen
from layouts.parts import empty_state, heading
from layouts.state import read_state

PATH = "/events"
KINDS = {"promotion": "Promotion", "holiday": "Holiday", "closure": "Closed", "remark": "Remark"}
"""As `portal.events` has them."""


class Ids:
    """Ids of the screen's own parts."""

    PREFIX = "events"
    PERIOD = "events-period"
    NOTICE = "events-notice"
    CLIENT = "events-client"
    LIST = "events-list"
    FORM = "events-form"
    FIRST = "events-first"
    LAST = "events-last"
    KIND = "events-kind"
    TITLE = "events-title"
    NOTE = "events-note"
    SAVE = "events-save"
    RESULT = "events-result"
    SAVED = "events-saved"
    REMOVE = "events-remove"
    DONE = "events-done"


@dataclass(frozen=True)
class EventLine:
    """One line of the calendar; event_id 0 is a mark that made itself, and cannot be taken back."""

    event_id: int
    version: int
    when: str
    kind: str
    title: str
    note: str
    who: str


def layout(**query: str) -> Component:
    """The screen without events."""
    state = read_state(query_values(query))
    parts = [
        page_head(Ids.PREFIX, "Event calendar", []), dcc.Store(id=Ids.SAVED), dcc.Store(id=Ids.DONE), _form_card(),
        row(_list_card()),
    ]  # fmt: skip
    return screen(Ids.PREFIX, state, parts)


def _form_card() -> Component:
    head = html.Div(
        html.Div([html.H2("Mark days", id=f"{Ids.FORM}-title", className="card-title"),
                  html.P("Forecasts learn from promotions, holidays and closures of the same name; a remark is only "
                         "shown", className="card-note")], className="card-titles"),
        className="card-head",
    )  # fmt: skip
    fields = html.Div(
        [_field(Ids.FIRST, "First day", _day(Ids.FIRST)), _field(Ids.LAST, "Last day", _day(Ids.LAST)),
         _field(Ids.KIND, "What it is", _kinds()), _field(Ids.TITLE, "Name", _text(Ids.TITLE, "Spring sale", 80)),
         _field(Ids.NOTE, "Note", _text(Ids.NOTE, "20 % off lamps", 500), "field-wide")],
        className="form-fields",
    )  # fmt: skip
    save = html.Button("Mark", id=Ids.SAVE, type="button", className="button button-primary")
    result = html.Div(id=Ids.RESULT, className="form-result", role="status", **aria(live="polite"))
    body = html.Div([fields, html.Div(save, className="form-buttons"), result], className="card-body")
    card = html.Section([head, body], className="card", **aria(labelledby=f"{Ids.FORM}-title"))
    return html.Div(row(html.Div(card, className="span-12")), id=Ids.FORM, hidden=True)


def _list_card() -> Component:
    head = html.Div(
        html.Div([html.H2("What happened when", id=f"{Ids.LIST}-title", className="card-title"),
                  html.P("Newest first. Changes of policies and of prices mark themselves", className="card-note")],
                 className="card-titles"),
        className="card-head",
    )  # fmt: skip
    client = html.Div(
        [html.Label("Client", htmlFor=Ids.CLIENT, className="visually-hidden"),
         dbc.Select(id=Ids.CLIENT, options=[], className="field-input")],
        id=f"{Ids.CLIENT}-field", className="filter source-filter", hidden=True,
    )  # fmt: skip
    body = html.Div(id=f"{Ids.LIST}-body", className="card-body")
    controls = html.Div(client, className="card-controls source-controls")
    card = html.Section([head, controls, body], className="card", **aria(labelledby=f"{Ids.LIST}-title"))
    return html.Div(card, className="span-12")


def event_list(lines: Sequence[EventLine], may_change: bool) -> Component:
    """The calendar as a table."""
    if not lines:
        return empty_state("Nothing is marked", "Mark promotions, holidays and closures; charts show them, and "
                           "forecasts learn from them.")  # fmt: skip
    cells = [heading(text) for text in ("When", "What", "Name", "Note", "By")]
    if may_change:
        cells.append(html.Th(html.Span("Take back", className="visually-hidden"), scope="col"))
    rows = [html.Tr(_cells(line, may_change)) for line in lines]
    parts = [html.Caption("Event calendar", className="visually-hidden"), html.Thead(html.Tr(cells)), html.Tbody(rows)]
    return html.Div(html.Table(parts), className="table-scroll", tabIndex=0, role="region",
                    **aria(label="Event calendar"))  # fmt: skip


def _cells(line: EventLine, may_change: bool) -> list[Component]:
    shown: list[Component] = [html.Td(text) for text in (line.when, line.kind, line.title, line.note, line.who)]
    if not may_change:
        return shown
    take_back: Any = ""
    if line.event_id:
        take_back = html.Button(
            "Take back", id={"type": Ids.REMOVE, "event": line.event_id, "version": line.version}, type="button",
            className="button button-small", **aria(label=f"Take back: {line.title}"),
        )  # fmt: skip
    return [*shown, html.Td(take_back)]


def _field(element_id: str, label: str, control: Component, look: str = "") -> Component:
    return html.Div([html.Label(label, htmlFor=element_id, className="field-label"), control],
                    className=f"field {look}".rstrip())  # fmt: skip


def _day(element_id: str) -> Component:
    kind: Any = "date"  # the component passes it on, only its type stub does not know it
    return dbc.Input(id=element_id, type=kind, value="", className="field-input")


def _kinds() -> Component:
    options: Any = [{"label": label, "value": name} for name, label in KINDS.items()]
    return dbc.Select(id=Ids.KIND, options=options, value="promotion", className="field-input")


def _text(element_id: str, example: str, longest: int) -> Component:
    return dbc.Input(id=element_id, type="text", value="", placeholder=example, maxLength=longest,
                     className="field-input", autoComplete="off")  # fmt: skip


PAGE = Page("events", PATH, "Events", "calendar3", "Analyse", layout)
