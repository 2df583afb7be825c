"""What surrounds every screen: side bar, top bar, toasts, and the panels for formulas and rows."""

from __future__ import annotations

from collections.abc import Sequence

from dash import dcc, html
from dash.development.base_component import Component

from layouts.attributes import aria
from layouts.page import Page
from layouts.parts import QUIET, icon, icon_button, sheet
from portal.viewer import Viewer

GROUPS = ("Analyse", "Operate", "Manage")

ROLE_NAMES = {
    "viewer": "Analyst", "agent": "Agent", "manager": "Manager", "admin": "Admin", "superadmin": "Operator",
}  # fmt: skip


class Ids:
    """Ids other modules write to."""

    THEME = "theme"
    THEME_BUTTON = "switch-theme"
    TOAST = "toast"
    DATA_AGE = "data-age"
    DATA_DOT = "data-dot"
    FORMULA = "formula"
    FORMULA_REQUEST = "formula-request"
    ROWS = "rows"
    ROWS_REQUEST = "rows-request"


def nav_id(page: Page) -> str:
    """Id of a screen's link in the side bar."""
    return f"nav-{page.name}"


def shell(viewer: Viewer, pages: Sequence[Page], content: Component) -> Component:
    """The whole window around `content`, with the screens this viewer may open."""
    open_pages = [page for page in pages if page.permission in viewer.permissions]
    return html.Div(
        [
            html.A("Skip to content", href="#main", className="skip-link"),
            html.Div([_side(viewer, open_pages), _main(content)], className="shell"),
            sheet(Ids.FORMULA, "How this number is made", "How this number is made"),
            sheet(Ids.ROWS, "Rows", "Rows behind the number", wide=True),
            html.Div(id="toasts", className="toasts", role="status", **aria(live="polite")),
            dcc.Store(id=Ids.TOAST),
            dcc.Store(id=Ids.THEME),
            dcc.Store(id=Ids.FORMULA_REQUEST),
            dcc.Store(id=Ids.ROWS_REQUEST),
        ]
    )


def _side(viewer: Viewer, pages: Sequence[Page]) -> Component:
    brand = dcc.Link(
        [
            html.Img(src="/assets/logo.svg", alt="", className="brand-mark", width=30, height=30),
            html.Span([html.Span("Souk", className="brand-name"), html.Span(_company(viewer), className="brand-note")]),
        ],
        href="/", className="brand",
    )  # fmt: skip
    close = icon_button("x-lg", "Close navigation", f"{QUIET} side-close", element_id="close-navigation")
    head = html.Div([brand, close], className="side-head")
    groups = [_group(name, [page for page in pages if page.group == name]) for name in GROUPS]
    navigation = html.Nav([group for group in groups if group], **aria(label="Screens"))
    return html.Aside([head, navigation, _foot(viewer)], className="side", id="side", **aria(label="Side bar"))


def _group(name: str, pages: Sequence[Page]) -> Component | None:
    if not pages:
        return None
    links = [
        html.Li(dcc.Link([icon(page.icon), page.title], href=page.path, id=nav_id(page), className="nav-link"))
        for page in pages
    ]
    return html.Div([html.P(name, className="nav-title"), html.Ul(links)], className="nav-group")


def _foot(viewer: Viewer) -> Component:
    name = viewer.email.partition("@")[0].replace(".", " ").title()
    sign_out = html.Form(
        html.Button(icon("box-arrow-right"), type="submit", className="icon-button icon-quiet", title="Sign out",
                    **aria(label="Sign out")),
        action="/sign-out", method="POST",
    )  # fmt: skip
    person = html.Div(
        [html.Span(name, className="person-name", title=viewer.email),
         html.Span(ROLE_NAMES.get(viewer.role, viewer.role), className="person-role")],
        className="person",
    )  # fmt: skip
    avatar = html.Span(name[:1] or "?", className="avatar", **aria(hidden="true"))
    return html.Div([avatar, person, sign_out], className="side-foot")


def _main(content: Component) -> Component:
    menu = icon_button("list", "Open navigation", "top-menu", element_id="open-navigation")
    theme = html.Button(
        [icon("moon-stars"), icon("sun")], id=Ids.THEME_BUTTON, type="button", className="icon-button",
        title="Switch between light and dark", **aria(label="Switch between light and dark"),
    )  # fmt: skip
    age = html.Div(
        [html.Span(id=Ids.DATA_DOT, className="dot", **aria(hidden="true")), html.Span(id=Ids.DATA_AGE)],
        className="data-age", title="The latest business date in the data",
    )  # fmt: skip
    top = html.Header(
        [menu, html.Span("Souk", className="top-brand"), html.Div([age, theme], className="top-end")], className="top"
    )
    return html.Div([top, html.Main(content, id="main", tabIndex=-1)], className="shell-main")


def _company(viewer: Viewer) -> str:
    return viewer.tenants[0].name if len(viewer.tenants) == 1 else f"{len(viewer.tenants)} clients"
