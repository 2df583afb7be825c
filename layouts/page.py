"""What a screen is: its address, its name, its place in the side bar, what it looks like."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts.attributes import data
from layouts.state import ScreenState
from portal.viewer import Permission


@dataclass(frozen=True)
class Page:
    """One screen.

    Attributes:
        name: identifier ("sales"); also what its exports are filed under.
        path: address.
        title: heading, side bar entry and window title.
        icon: name of an icon in `assets/icons.css`.
        group: side bar group: Analyse, Operate or Manage.
        layout: query of the address to component tree.
        permission: what one must be allowed to do.
        exports: (name, label) of the tables that can be exported.
    """

    name: str
    path: str
    title: str
    icon: str
    group: str
    layout: Callable[..., Component]
    permission: Permission = Permission.VIEW
    exports: tuple[tuple[str, str], ...] = ()


def page_head(name: str, title: str, actions: list[Component]) -> Component:
    """Heading with the period in words (filled by the screen's callback) and the actions at the right."""
    return html.Header(
        [
            html.Div(
                [
                    html.H1(title),
                    html.P(id=f"{name}-period", className="page-period tabular"),
                    html.P(id=f"{name}-notice", className="page-notice", role="status"),
                ]
            ),
            html.Div(actions, className="page-actions"),
        ],
        className="page-head",
    )


def screen(name: str, state: ScreenState, children: list[Component], metric: str = "net_sales") -> Component:
    """The frame of a screen: `data-screen` says which, `is-loading` is set while the server works.

    `metric` is the one whose rows a click on a part shows, unless another is chosen.
    """
    return html.Div(children, id="screen", className="screen", **data(screen=name, period=state.period, metric=metric))


def row(*cards: Component) -> Component:
    """Cards side by side on a grid of twelve columns."""
    return html.Div(list(cards), className="grid")


def query_values(query: dict[str, Any]) -> dict[str, Any]:
    """The query of an address without what Dash adds of its own."""
    return {name: value for name, value in query.items() if not name.startswith("_")}
