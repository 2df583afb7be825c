"""The one filter bar: period, comparison, channel, category, place, source, and for an operator the client."""

from __future__ import annotations

from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from layouts.attributes import aria, data
from layouts.parts import QUIET, icon, icon_button, segmented
from layouts.state import COMPARISONS, FILTERS, PERIODS, SHARED, ScreenState


class Ids:
    """Ids of the filter bar; it is the same on every screen, and one screen is shown at a time."""

    STATE = "filters"
    RULES = "filter-rules"
    PERIOD = "filter-period"
    DATES = "filter-dates"
    START = "filter-start"
    END = "filter-end"
    COMPARE = "filter-compare"
    CLIENT = "filter-client"
    CLIENT_SHOWN = "filter-client-shown"
    CLEAR = "filter-clear"
    VIEWS = "saved-views"
    VIEWS_OPENED = "saved-views-menu"
    VIEW_NAME = "view-name"
    VIEW_SAVE = "view-save"
    VIEW_DELETE = "view-delete"


class Switches:
    """Ids of the switches of a screen; like the bar they are the same on every screen that has them."""

    METRIC = "switch-metric"
    GRAIN = "switch-grain"
    BY = "switch-by"
    VIEW = "switch-view"
    FOCUS = "switch-focus"


LABELS = {"channel": "channels", "category": "categories", "place": "places", "source": "sources"}

CONTROLS: tuple[tuple[str, str], ...] = (
    ("period", Ids.PERIOD), ("start", Ids.START), ("end", Ids.END), ("compare", Ids.COMPARE),
    *((name, f"filter-{name}") for name in FILTERS), ("client", Ids.CLIENT),
)  # fmt: skip
"""State name to id of the control that sets it, in the order the browser gathers them."""

SWITCHES: tuple[tuple[str, str], ...] = (
    ("metric", Switches.METRIC), ("grain", Switches.GRAIN), ("by", Switches.BY), ("view", Switches.VIEW),
    ("focus", Switches.FOCUS),
)  # fmt: skip
"""The same for the switches, which not every screen has."""


def filter_bar(screen: str, state: ScreenState) -> list[Component]:
    """The bar and its two stores."""
    rules = {
        "names": [name for name, _ in CONTROLS + SWITCHES], "defaults": ScreenState().plain(), "shared": list(SHARED),
        "screen": screen,
    }  # fmt: skip
    bar = html.Div(
        [
            segmented(Ids.PERIOD, PERIODS, state.period, "Period", "segmented-wide"),
            _dates(state),
            _compare(state),
            *(_choice(name, list(getattr(state, name))) for name in FILTERS),
            _client(state),
        ],
        className="filters", role="search", **aria(label="Filters"),
    )  # fmt: skip
    shown = dcc.Store(id=Ids.CLIENT_SHOWN, data=state.client)
    return [
        dcc.Store(id=Ids.STATE, data={**state.plain(), "screen": screen}),
        dcc.Store(id=Ids.RULES, data=rules),
        shown,
        bar,
    ]


def holder_id(name: str) -> str:
    """Id of what holds a filter; hidden where the tenant has nothing to choose from."""
    return f"filter-{name}-holder"


def options_of(values: list[str]) -> list[dict[str, str]]:
    """Choices of a filter from its values; a place drops its "country=" for the eye."""
    return [{"value": value, "label": value.partition("=")[2] or value} for value in values]


def view_menu() -> Component:
    """Saved views: open one, save this one, delete."""
    form = html.Div(
        [
            _named("Name of this view", dbc.Input(id=Ids.VIEW_NAME, type="text", className="field-input",
                                                  placeholder="Name of this view", maxlength=80)),
            html.Button("Save", id=Ids.VIEW_SAVE, type="button", className="button button-small"),
        ],
        className="menu-form",
    )  # fmt: skip
    panel = html.Div(
        [html.P("Saved views", className="menu-title"), html.Div(id=Ids.VIEWS), form], className="menu-panel"
    )
    summary = html.Summary([icon("bookmark"), "Views"], id=Ids.VIEWS_OPENED, className="button")
    return html.Details([summary, panel], className="menu")


def export_menu(screen: str, tables: tuple[tuple[str, str], ...]) -> Component:
    """Downloads of the screen's tables, and printing."""
    rows = []
    for name, label in tables:
        for suffix, kind in (("xlsx", "Excel"), ("csv", "CSV")):
            address = f"/export/{screen}/{name}.{suffix}"
            rows.append(
                html.A([icon(f"filetype-{suffix}"), f"{label}, {kind}"], href=address, className="menu-item",
                       download="", **data(export=address))
            )  # fmt: skip
    panel = html.Div([html.P("Download what you see", className="menu-title"), *rows], className="menu-panel")
    return html.Details([html.Summary([icon("download"), "Export"], className="button"), panel], className="menu")


def saved_view(view_id: int, name: str, address: str) -> Component:
    """One line of the saved views."""
    delete = icon_button(
        "trash", f"Delete the view {name}", QUIET, element_id={"type": Ids.VIEW_DELETE, "view": view_id}
    )
    return html.Div(
        [dcc.Link([icon("bookmark"), name], href=address, className="menu-item"), delete], className="menu-row"
    )


def _dates(state: ScreenState) -> Component:
    return html.Div(
        [
            _day(Ids.START, state.start, "First day"),
            html.Span("–", **aria(hidden="true")),
            _day(Ids.END, state.end, "Last day"),
        ],
        id=Ids.DATES, className="filter-dates", hidden=state.period != "custom",
    )  # fmt: skip


def _day(element_id: str, value: str, label: str) -> Component:
    kind: Any = "date"  # the component passes it on, only its type stub does not know it
    return _named(label, dbc.Input(id=element_id, type=kind, value=value, className="field-input", debounce=True))


def _named(label: str, control: Component) -> Component:
    return html.Label([html.Span(label, className="visually-hidden"), control], className="named")


def _compare(state: ScreenState) -> Component:
    choices = [{"label": text, "value": name} for name, text in COMPARISONS.items()]
    control = dcc.Dropdown(id=Ids.COMPARE, options=choices, value=state.compare, clearable=False, searchable=False)
    return _labelled("Comparison", control, "filter filter-compare")


def _choice(name: str, chosen: list[str]) -> Component:
    """A drop-down that starts with what the address chose; the server adds the rest."""
    control: Any = dcc.Dropdown(
        id=f"filter-{name}", options=options_of(chosen), value=chosen, multi=True, placeholder=f"All {LABELS[name]}"
    )
    return _labelled(LABELS[name].capitalize(), control, "filter", holder_id(name), hidden=not chosen)


def _client(state: ScreenState) -> Component:
    options = options_of([state.client] if state.client else [])
    control = dcc.Dropdown(id=Ids.CLIENT, options=options, value=state.client or None, clearable=False)
    return _labelled("Client", control, "filter", holder_id("client"), hidden=True)


def _labelled(label: str, control: Any, look: str, element_id: str = "", hidden: bool = False) -> Component:
    extra: dict[str, Any] = {"id": element_id, "hidden": hidden} if element_id else {}
    return html.Div(
        [html.Label(label, htmlFor=control.id, className="visually-hidden"), control], className=look, **extra
    )
