"""The screens: which there are, who may open them, and how the browser gets from one to another.

The first page comes with its content: the browser asks for the layout from the page it is on, so the request's
`Referer` says which screen and filters are meant. Later a click on a link asks only for the new content.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import dash
from dash import Input, Output, dcc, html
from dash.development.base_component import Component
from flask import request
from werkzeug.wrappers import Response

import callbacks
from layouts.page import Page
from layouts.parts import empty_state
from layouts.screens import PAGES
from layouts.shell import shell
from portal import auth
from portal.app.first_paint import fill
from portal.viewer import Permission, Viewer
from portal.wiring import Wiring

_TITLE_SCRIPT = (
    "function (title) { document.title = title; if (window.portal) window.portal.markCurrent(); "
    "return window.dash_clientside.no_update; }"
)
_MAX_QUERY = 4000
_MAX_FIELDS = 200


class Ids:
    """Ids of what the browser needs to move between screens."""

    ADDRESS = "address"
    TITLE = "page-title"
    MAIN = "main"


@dataclass(frozen=True)
class Screens:
    """The screens of one app."""

    app: dash.Dash
    wiring: Wiring

    def register(self) -> None:
        """Serve the screens and let every module of `callbacks` hang up its behaviour."""
        self.app.layout = self.show_window
        server = self.wiring.server
        for endpoint in ("/", "/<path:path>"):
            server.view_functions[endpoint] = self.show_index
        self.wiring.callback(
            Output(Ids.MAIN, "children"),
            Output(Ids.TITLE, "data"),
            Input(Ids.ADDRESS, "pathname"),
            Input(Ids.ADDRESS, "search"),
            permission=Permission.VIEW,
            prevent_initial_call=True,
        )(self.show_screen)
        self.wiring.clientside_callback(
            _TITLE_SCRIPT, Output(Ids.TITLE, "modified_timestamp"), Input(Ids.TITLE, "data")
        )
        for found in pkgutil.iter_modules(callbacks.__path__):
            module = importlib.import_module(f"callbacks.{found.name}")
            if hasattr(module, "register"):
                module.register(self.wiring)

    def show_index(self, path: str = "") -> Response:
        """The page around every screen; 404 and 403 where there is no screen for this person, in the same window."""
        person = auth.viewer(Permission.VIEW)
        answer = Response(self.app.index(), mimetype="text/html")  # type: ignore[no-untyped-call]
        page = find_page(f"/{path}")
        if page is None:
            answer.status_code = 404
        elif page.permission not in person.permissions:
            answer.status_code = 403
        return answer

    def show_window(self) -> Component:
        """The whole window with the screen the browser is on. Dash calls it once by itself, before anybody asks."""
        if auth.account() is None:
            return html.Div()
        person = auth.viewer(Permission.VIEW)
        asked = asked_address(request.headers.get("Referer", ""))
        content, title = screen_of(person, *asked) if asked else (html.Div(), "Souk")
        # Without an address the browser fills it in itself, and that asks for the screen.
        place = {"pathname": asked[0], "search": asked[1]} if asked else {}
        window = html.Div(
            [
                dcc.Location(id=Ids.ADDRESS, refresh=False, **place),
                dcc.Store(id=Ids.TITLE, data=title),
                shell(person, PAGES, content),
            ]
        )
        fill(window, self.wiring.first_answers)
        return window

    def show_screen(self, path: str | None, search: str | None) -> tuple[Component, str]:
        """The content of the screen at an address, and the window's title."""
        content, title = screen_of(auth.viewer(Permission.VIEW), path or "/", search or "")
        fill(content, self.wiring.first_answers)
        return content, title


def screen_of(person: Viewer, path: str, search: str) -> tuple[Component, str]:
    """What a person sees at an address, and the window's title."""
    page = find_page(path)
    if page is None:
        return empty_state("There is nothing here", "Choose a screen from the side bar."), "Nothing here · Souk"
    if page.permission not in person.permissions:
        text = "Your role does not include this screen. Ask an admin of your company."
        return empty_state("Not allowed", text), "Not allowed · Souk"
    return page.layout(**query_of(search)), f"{page.title} · Souk"


def asked_address(referer: str) -> tuple[str, str] | None:
    """Path and query of the page a request came from; None when the browser does not say."""
    try:
        parts = urlsplit(referer)
    except ValueError:
        return None
    if not parts.netloc:
        return None
    return parts.path or "/", f"?{parts.query}" if parts.query else ""


def find_page(path: str) -> Page | None:
    """The screen at an address."""
    wanted = path.rstrip("/") or "/"
    return next((page for page in PAGES if page.path == wanted), None)


def query_of(search: str) -> Mapping[str, Any]:
    """The query of an address; a name given several times is a list. Names are identifiers, the rest is left out."""
    text = search.removeprefix("?")
    if len(text) > _MAX_QUERY or text.count("&") > _MAX_FIELDS:
        return {}
    found = parse_qs(text, errors="replace")
    return {name: values[0] if len(values) == 1 else values for name, values in found.items() if name.isidentifier()}
