"""The filter bar and the shell: one writer of the state, choices the tenant has, saved views, theme, toasts."""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Input, Output, State

from callbacks.breakdowns import known_values
from callbacks.desk import Desk, client_choices, client_value, open_desk
from callbacks.desk import State as FilterState
from callbacks.words import age_line
from layouts import shell
from layouts.filters import CONTROLS, SWITCHES, Ids, holder_id, options_of
from layouts.screens import NUMBERS
from layouts.state import FILTERS, PLACES
from portal.viewer import Permission
from portal.wiring import Wiring

_CHOICES_SHOWN = 300


def show_choices(_client: str | None, state: FilterState) -> dict[str, Any]:
    """What each filter offers, whether there is anything to choose at all, and how old the data is."""
    desk = open_desk(state)
    age, dot = age_line(desk)
    return {**choices(desk), "age": age, "dot": dot}


def choices(desk: Desk) -> dict[str, Any]:
    """Options of every filter as JSON values; a filter with fewer than two values is hidden unless it is in use."""
    options = {name: _options(desk, name) for name in FILTERS}
    hidden = {name: len(options[name]) < 2 and not getattr(desk.state, name) for name in FILTERS}
    clients = client_choices(desk.viewer)
    return {
        "options": options,
        "hidden": hidden,
        "clients": clients,
        "client": next((each["label"] for each in clients if each["value"] == client_value(desk)), "Client"),
        "client_hidden": len(clients) < 2,
    }


def _options(desk: Desk, name: str) -> list[dict[str, str]]:
    chosen = list(getattr(desk.state, name))
    if name == "place":
        values = next((found for each in PLACES if len(found := _places(desk, each)) >= 2), [])
    else:
        values = known_values(desk, name)[:_CHOICES_SHOWN]
    return options_of(list(dict.fromkeys([*values, *chosen])))


def _places(desk: Desk, dimension: str) -> list[str]:
    return [f"{dimension}={value}" for value in known_values(desk, dimension)[:_CHOICES_SHOWN]]


def register(app: Wiring) -> None:
    """Wire bar and shell."""
    app.callback(
        output={
            "options": {name: Output(f"filter-{name}", "options") for name in FILTERS},
            "hidden": {name: Output(holder_id(name), "hidden") for name in FILTERS},
            "clients": Output(Ids.CLIENT, "options"),
            "client": Output(Ids.CLIENT, "placeholder"),
            "client_hidden": Output(holder_id("client"), "hidden"),
            "age": Output(shell.Ids.DATA_AGE, "children"),
            "dot": Output(shell.Ids.DATA_DOT, "className"),
        },
        inputs=[Input(Ids.CLIENT_SHOWN, "data"), State(Ids.STATE, "data")],
        permission=Permission.VIEW,
    )(show_choices)
    _wire_state(app)
    _wire_shell(app)


def _wire_state(app: Wiring) -> None:
    """Each screen has its own switches, so each gathers its own list of controls into the one store."""
    app.clientside_callback(
        ClientsideFunction("portal", "gather"),
        Output(Ids.STATE, "data"),
        *(Input(element_id, "value") for _, element_id in CONTROLS),
        *(Input(element_id, "value", allow_optional=True) for _, element_id in SWITCHES),
        State(Ids.RULES, "data"),
        State(Ids.STATE, "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("portal", "clientOf"),
        Output(Ids.CLIENT_SHOWN, "data"),
        Input(Ids.STATE, "data"),
        State(Ids.CLIENT_SHOWN, "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("portal", "showDates"), Output(Ids.DATES, "hidden"), Input(Ids.PERIOD, "value")
    )


def _wire_shell(app: Wiring) -> None:
    app.clientside_callback(
        ClientsideFunction("portal", "carry"),
        *(Output(shell.nav_id(page), "href") for page in NUMBERS),
        Input(Ids.STATE, "data"),
        State(Ids.RULES, "data"),
    )
    app.clientside_callback(
        ClientsideFunction("portal", "switchTheme"),
        Output(shell.Ids.THEME, "data"),
        Input(shell.Ids.THEME_BUTTON, "n_clicks"),
    )
    app.clientside_callback(
        ClientsideFunction("portal", "toast"),
        Output(shell.Ids.TOAST, "modified_timestamp"),
        Input(shell.Ids.TOAST, "data"),
        prevent_initial_call=True,
    )
