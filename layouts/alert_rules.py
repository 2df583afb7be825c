"""The rules alerts come from: a list, and the panel in which one is added or changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from layouts.attributes import aria
from layouts.page import row
from layouts.parts import QUIET, empty_state, icon, icon_button

AGAINST: dict[str, str] = {
    "baseline": "What is usual", "week": "Same day a week before", "year": "52 weeks before",
    "below": "A value: below it", "above": "A value: above it",
}  # fmt: skip
NONE = "none"
"""Value of a drop-down where nothing is chosen; an empty one would look empty."""

DIRECTIONS: dict[str, str] = {NONE: "It is bad news", "fall": "It falls", "rise": "It rises", "either": "Either"}
WEEKDAYS: dict[str, str] = {
    "1": "Mon", "2": "Tue", "3": "Wed", "4": "Thu", "5": "Fri", "6": "Sat", "7": "Sun",
}  # fmt: skip
HOURS: dict[str, str] = {NONE: "No quiet hours", **{str(hour): f"{hour:02d}:00" for hour in range(24)}}


class Ids:
    """Ids of the rules' own parts."""

    LIST = "alert-rules"
    NOTICE = "alert-rules-notice"
    OPEN = "alert-rule-add"
    PANEL = "alert-rule-form"
    TITLE = "alert-rule-title"
    CLOSE = "alert-rule-close"
    SAVE = "alert-rule-save"
    RESULT = "alert-rule-result"
    EDITED = "alert-rule-edited"
    SAVED = "alert-rule-saved"
    DONE = "alert-rule-done"
    EDIT = "alert-rule-edit"
    DO = "alert-rule-do"


FIELDS = ("name", "metric", "dimension", "comparison", "direction", "level", "percent", "money", "volume", "weekdays",
          "quiet_from", "quiet_until")  # fmt: skip
"""Controls of the form, in order; each has the id `alert-rule-<name>`."""


@dataclass(frozen=True)
class RuleLine:
    """One rule as the list shows it; may_change: whether this person may change it."""

    rule_id: int
    version: int
    name: str
    sentence: str
    is_active: bool
    may_change: bool


def field_id(name: str) -> str:
    """Id of a control of the form."""
    return f"alert-rule-{name.replace('_', '-')}"


def rules_card() -> list[Component]:
    """The panel of the form, closed, and the card without rules."""
    add = html.Button([icon("plus-lg"), "Add a rule"], id=Ids.OPEN, type="button", hidden=True,
                      className="button button-small")  # fmt: skip
    head = html.Div(
        [html.Div([html.H2("Rules", id=f"{Ids.LIST}-title", className="card-title"),
                   html.P("What is looked at after each load", className="card-note")], className="card-titles"),
         html.Div(add, className="card-tools")],
        className="card-head",
    )  # fmt: skip
    said = html.P(id=Ids.NOTICE, className="retry-said", role="status")
    body = html.Div(id=f"{Ids.LIST}-body", className="card-body")
    stores = [dcc.Store(id=Ids.EDITED), dcc.Store(id=Ids.SAVED), dcc.Store(id=Ids.DONE)]
    card = html.Section([*stores, head, said, body], className="card", **aria(labelledby=f"{Ids.LIST}-title"))
    return [_panel(), row(html.Div(card, className="span-12"))]


def _panel() -> Component:
    head = html.Div(
        [html.Div(html.H2("Add a rule", id=Ids.TITLE, className="card-title"), className="card-titles"),
         icon_button("x-lg", "Close without saving", look=QUIET, element_id=Ids.CLOSE)],
        className="card-head",
    )  # fmt: skip
    save = html.Button("Add", id=Ids.SAVE, type="button", className="button button-primary")
    result = html.Div(id=Ids.RESULT, className="form-result", role="status", **aria(live="polite"))
    body = html.Div([_fields(), html.Div(save, className="form-buttons"), result], className="card-body")
    card = html.Section([head, body], className="card", **aria(labelledby=Ids.TITLE))
    return html.Div(card, className="source-form", id=Ids.PANEL, hidden=True)


def _fields() -> Component:
    days = dbc.Checklist(
        id=field_id("weekdays"), options=_options(WEEKDAYS), value=list(WEEKDAYS), inline=True, className="alert-days"
    )
    return html.Div(
        [
            _field("name", "Name", _text("name", "Sales of a channel fall", 80)),
            _field("metric", "Number", _choice("metric")),
            _field("dimension", "For each", _choice("dimension")),
            _field("comparison", "Held against", _choice("comparison", AGAINST)),
            _field("direction", "When", _choice("direction", DIRECTIONS)),
            _field("level", "Value", _number("level"), "For a value; a rate as 0.25 for 25%."),
            _field("percent", "Least change, %", _number("percent"), "All limits must be reached."),
            _field("money", "Least cost", _number("money"), "In your currency."),
            _field("volume", "Least volume a day", _number("volume"), "Orders, or what the number counts."),
            _field("quiet_from", "Quiet from", _choice("quiet_from", HOURS), "Nobody is told in quiet hours."),
            _field("quiet_until", "Quiet until", _choice("quiet_until", HOURS)),
            html.Fieldset([html.Legend("Days looked at", className="field-label"), days], className="field field-wide"),
        ],
        className="form-fields",
    )  # fmt: skip


def _field(name: str, label: str, control: Component, hint: str = "") -> Component:
    words = [html.Span(hint, className="field-hint")] if hint else []
    return html.Div(
        [html.Label(label, htmlFor=field_id(name), className="field-label"), control, *words], className="field"
    )


def _text(name: str, example: str, longest: int) -> Component:
    return dbc.Input(id=field_id(name), type="text", value="", placeholder=example, maxLength=longest,
                     className="field-input", autoComplete="off")  # fmt: skip


def _number(name: str) -> Component:
    return dbc.Input(id=field_id(name), type="number", step="any", className="field-input", autoComplete="off")


def _choice(name: str, choices: dict[str, str] | None = None) -> Component:
    value = next(iter(choices or {}), "")
    return dbc.Select(id=field_id(name), options=_options(choices or {}), value=value, className="field-input")


def _options(choices: dict[str, str]) -> Any:
    return [{"label": label, "value": value} for value, label in choices.items()]


def rule_list(lines: Sequence[RuleLine]) -> Component:
    """The rules, each with what can be done with it."""
    if not lines:
        return empty_state("No rules yet", "The usual ones are made with the first look after a load.")
    return html.Ul([_rule(line) for line in lines], className="source-list")


def _rule(line: RuleLine) -> Component:
    state = [] if line.is_active else [html.Span("Paused", className="chip chip-warn")]
    words = html.Div(
        [html.Div([html.H3(line.name, className="source-name"), *state], className="source-head"),
         html.P(line.sentence, className="source-sentence")],
        className="source-words",
    )  # fmt: skip
    if not line.may_change:
        return html.Li(words, className="source-item")
    edit = html.Button("Change", id={"type": Ids.EDIT, "rule": line.rule_id, "version": line.version}, type="button",
                       className="button button-small", **aria(label=f"Change: {line.name}"))  # fmt: skip
    other = ("Pause", "pause") if line.is_active else ("Resume", "resume")
    buttons = [edit, _button(*other, line), _remove(line)]
    return html.Li([words, html.Div(buttons, className="source-buttons")], className="source-item")


def _button(text: str, do: str, line: RuleLine) -> Component:
    return html.Button(
        text, id={"type": Ids.DO, "do": do, "rule": line.rule_id, "version": line.version}, type="button",
        className="button button-small", **aria(label=f"{text}: {line.name}"),
    )  # fmt: skip


def _remove(line: RuleLine) -> Component:
    """Removing takes two clicks."""
    panel = html.Div(
        [html.P("Its open alerts are resolved.", className="menu-note"), _button("Remove for good", "remove", line)],
        className="menu-panel source-remove",
    )
    summary = html.Summary(icon("trash"), className="icon-button source-trash", title="Remove",
                           **aria(label=f"Remove: {line.name}"))  # fmt: skip
    return html.Details([summary, panel], className="menu")
