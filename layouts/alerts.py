"""Alerts: what is far from what was to be expected, what it costs, why, and what is done about it; and the rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from layouts.alert_rules import rules_card
from layouts.attributes import aria
from layouts.page import Page, page_head, query_values, row, screen
from layouts.parts import empty_state, icon, segmented
from layouts.state import read_state

PATH = "/alerts"
REFRESH_MILLISECONDS = 60_000
STATES: dict[str, str] = {
    "open": "Open", "acknowledged": "Taken on", "snoozed": "Snoozed", "resolved": "Resolved",
}  # fmt: skip
SNOOZES: dict[str, str] = {"day": "For a day", "week": "For a week"}
NOTHING: dict[str, tuple[str, str]] = {
    "open": ("Nothing is far from usual", "Every rule is looked at after each load and once a day is complete."),
    "acknowledged": ("Nothing is taken on", "Acknowledge an alert, and it stands here until it is resolved."),
    "snoozed": ("You have put nothing off", "What you snooze stands here until its day comes."),
    "resolved": ("Nothing has been resolved yet", "Alerts resolve by themselves when a number is back, or by hand."),
}  # fmt: skip
"""State to what is said when there is none."""


class Ids:
    """Ids of the screen's own parts."""

    PREFIX = "alerts"
    PERIOD = "alerts-period"
    NOTICE = "alerts-notice"
    LIST = "alerts-list"
    STATE = "alerts-state"
    CLIENT = "alerts-client"
    TICK = "alerts-tick"
    DONE = "alerts-done"
    DO = "alert-do"
    NOTE = "alert-note"
    UNTIL = "alert-until"


@dataclass(frozen=True)
class AlertLine:
    """One alert as the list shows it.

    Attributes:
        alert_id, version: what its buttons name.
        title, when, rule: what happened, on which days, found by which rule.
        numbers: (label, value) of what was found and expected.
        cost: "Costs £1.2k", "" when not known; is_loss: whether that is bad.
        why_by, why: what is taken apart, and (part, difference).
        href: the numbers it is about.
        state: as this person sees it; about: who did what, or until when it is put off.
        may_handle: whether this person may acknowledge and resolve.
    """

    alert_id: int
    version: int
    title: str
    when: str
    rule: str
    numbers: tuple[tuple[str, str], ...]
    cost: str
    is_loss: bool
    why_by: str
    why: tuple[tuple[str, str], ...]
    href: str
    state: str
    about: str
    may_handle: bool


def layout(**query: str) -> Component:
    """The screen without alerts."""
    state = read_state(query_values(query))
    parts = [
        page_head(Ids.PREFIX, "Alerts", []),
        dcc.Interval(id=Ids.TICK, interval=REFRESH_MILLISECONDS),
        dcc.Store(id=Ids.DONE),
        row(_alerts_card()),
        *rules_card(),
    ]
    return screen(Ids.PREFIX, state, parts)


def _alerts_card() -> Component:
    head = html.Div(
        html.Div(
            [html.H2("What is off", id=f"{Ids.LIST}-title", className="card-title"),
             html.P("Most money first; each is held against the days before it", className="card-note")],
            className="card-titles",
        ),
        className="card-head",
    )  # fmt: skip
    client = html.Div(
        [html.Label("Client", htmlFor=Ids.CLIENT, className="visually-hidden"),
         dbc.Select(id=Ids.CLIENT, options=[], className="field-input")],
        id=f"{Ids.CLIENT}-field", className="filter source-filter", hidden=True,
    )  # fmt: skip
    choice = segmented(Ids.STATE, STATES, "open", "Which alerts")
    controls = html.Div([choice, client], className="card-controls source-controls")
    body = html.Div(id=f"{Ids.LIST}-body", className="card-body")
    card = html.Section([head, controls, body], className="card", **aria(labelledby=f"{Ids.LIST}-title"))
    return html.Div(card, className="span-12")


def alert_list(lines: Sequence[AlertLine], state: str) -> Component:
    """The alerts of one state."""
    if not lines:
        return empty_state(*NOTHING[state])
    return html.Ul([_alert(line) for line in lines], className="source-list")


def _alert(line: AlertLine) -> Component:
    look = "chip chip-bad" if line.is_loss else "chip chip-good"
    cost = [html.Span(line.cost, className=look)] if line.cost else []
    words = html.Div(
        [
            html.Div([html.H3(line.title, className="source-name"), *cost], className="source-head"),
            html.P(f"{line.when} · {line.rule}", className="source-place tabular"),
            _numbers(line),
            *_why(line),
            *([html.P(line.about, className="source-place")] if line.about else []),
        ],
        className="source-words",
    )
    return html.Li([words, html.Div(_buttons(line), className="source-buttons alert-buttons")], className="source-item")


def _numbers(line: AlertLine) -> Component:
    pairs = [part for label, value in line.numbers for part in (html.Dt(label), html.Dd(value))]
    return html.Dl(pairs, className="alert-numbers tabular")


def _why(line: AlertLine) -> list[Component]:
    if not line.why:
        return []
    parts = [html.Li([html.Span(label), html.Span(change, className="num")]) for label, change in line.why]
    return [html.P(line.why_by, className="alert-by"), html.Ul(parts, className="alert-why tabular")]


def _buttons(line: AlertLine) -> list[Component]:
    look = html.A("Show the numbers", href=line.href, className="button button-small",
                  **aria(label=f"Show the numbers: {line.title}"))  # fmt: skip
    if line.state == "resolved":
        return [look, *([_button("Reopen", "reopen", line)] if line.may_handle else [])]
    own = [_snooze(line)] if line.state != "snoozed" else [_button("Show again", "wake", line)]
    if not line.may_handle:
        return [look, *own]
    first = [_button("Acknowledge", "acknowledge", line)] if line.state == "open" else []
    if line.state == "acknowledged":
        first = [_button("Reopen", "reopen", line)]
    return [look, *first, *own, _resolve(line)]


def _button(text: str, do: str, line: AlertLine) -> Component:
    return html.Button(
        text, id={"type": Ids.DO, "do": do, "alert": line.alert_id, "version": line.version}, type="button",
        className="button button-small", **aria(label=f"{text}: {line.title}"),
    )  # fmt: skip


def _snooze(line: AlertLine) -> Component:
    kind: Any = "date"  # the component passes it on, only its type stub does not know it
    until = dbc.Input(id={"type": Ids.UNTIL, "alert": line.alert_id}, type=kind, className="field-input")
    panel = html.Div(
        [
            html.P("Only for you. It comes back by itself.", className="menu-note"),
            html.Div([_button(text, do, line) for do, text in SNOOZES.items()], className="alert-menu"),
            html.Div([_named("Snooze until", until), _button("Until", "until", line)], className="menu-form"),
        ],
        className="menu-panel",
    )
    return html.Details([_summary("Snooze", line), panel], className="menu")


def _resolve(line: AlertLine) -> Component:
    note = dbc.Input(id={"type": Ids.NOTE, "alert": line.alert_id}, type="text", value="", maxLength=500,
                     placeholder="What it was", className="field-input", autoComplete="off")  # fmt: skip
    panel = html.Div(
        [html.P("For everybody. The same days do not come back.", className="menu-note"),
         html.Div([_named("Note", note), _button("Resolve", "resolve", line)], className="menu-form")],
        className="menu-panel",
    )  # fmt: skip
    return html.Details([_summary("Resolve", line), panel], className="menu")


def _named(text: str, control: Component) -> Component:
    """A field with a label that is read aloud; around it, since ids of a list cannot be pointed at."""
    return html.Label([html.Span(text, className="visually-hidden"), control], className="alert-field")


def _summary(text: str, line: AlertLine) -> Component:
    return html.Summary([text, icon("chevron-down")], className="button button-small",
                        **aria(label=f"{text}: {line.title}"))  # fmt: skip


def nav_label(count: int) -> list[Component | str]:
    """What the side bar says of this screen: how many alerts are open, nothing where none is."""
    words: list[Component | str] = [icon("bell"), "Alerts"]
    if not count:
        return words
    shown = f"{count}" if count < 100 else "99+"
    said = html.Span([shown, html.Span(" open", className="visually-hidden")], className="nav-count tabular")
    return [*words, said]


PAGE = Page("alerts", PATH, "Alerts", "bell", "Analyse", layout)
