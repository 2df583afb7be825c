"""Add data: from a file to numbers on the screen in five steps. Which step of which file is in the address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from dash import dcc, html
from dash.development.base_component import Component

from layouts.attributes import aria, data
from layouts.page import Page, page_head, query_values, screen
from layouts.parts import icon
from layouts.state import read_state
from portal.viewer import Permission, Viewer

PATH = "/admin/upload"
STEPS: dict[str, str] = {"file": "File", "review": "Recognised", "fix": "Correct", "check": "Check", "load": "Load"}
"""Step in the address to its name, in order."""

HEADINGS: dict[str, str] = {
    "file": "Choose a file", "review": "What Souk sees in it", "fix": "Correct what is not right",
    "check": "What would happen", "load": "The load",
}  # fmt: skip

WAITS: dict[str, str] = {
    "file": "Getting ready…",
    "review": "Reading the file. A large one takes a minute.",
    "fix": "Reading the file…",
    "check": "Going through every row. Nothing is loaded. A large file takes a minute.",
    "load": "Asking how far it is…",
}
"""What is said until the content of a step is there."""

BODY_LOOK = "card-body upload-body"
_UPLOAD_ID = re.compile(r"[A-Za-z0-9_-]{8,80}")


class Ids:
    """Ids of the screen's own parts."""

    PREFIX = "upload"
    PERIOD = "upload-period"
    NOTICE = "upload-notice"
    AT = "upload-at"
    STEPS = "upload-steps"
    TITLE = "upload-title"
    BODY = "upload-body"
    AGAIN = "upload-again"
    CHANGED = "upload-changed"
    CHOICE = "upload-choice"
    GO = "upload-go"
    STARTED = "upload-started"
    ENDED = "upload-ended"
    CHOSEN = "upload-chosen"
    ARRIVED = "upload-arrived"
    GONE = "upload-gone"
    FOCUSED = "upload-focused"


_STORES = (Ids.AGAIN, Ids.CHANGED, Ids.CHOICE, Ids.GO, Ids.STARTED, Ids.ENDED, Ids.CHOSEN, Ids.ARRIVED, Ids.GONE,
           Ids.FOCUSED)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """Where somebody is: which upload ("" before there is one), which step ("" wherever it goes on), whose client."""

    upload: str = ""
    step: str = "file"
    client: str = ""

    def address(self, step: str) -> str:
        """The address of a step of this upload; of the step `file` it names no upload."""
        named = {"client": self.client} if step == "file" else {"upload": self.upload, "step": step}
        query = {name: value for name, value in named.items() if value}
        return f"{PATH}?{urlencode(query)}" if query else PATH

    def plain(self) -> dict[str, str]:
        """As the browser keeps it."""
        return {"upload": self.upload, "step": self.step, "client": self.client}


def read_place(values: Any) -> Place:
    """The place an address or the browser means; what cannot be meant is left out."""
    found = values if isinstance(values, dict) else {}
    upload = _text(found.get("upload"))
    if not _UPLOAD_ID.fullmatch(upload):
        return Place(client=_text(found.get("client")))
    step = _text(found.get("step"))
    return Place(upload, step if step in STEPS and step != "file" else "", _text(found.get("client")))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def layout(**query: str) -> Component:
    """The screen of a step without its content."""
    place = read_place(query_values(query))
    step = place.step or "review"
    card = html.Section(
        [
            html.Div(
                html.Div(html.H2(HEADINGS[step], id=Ids.TITLE, className="card-title upload-title", tabIndex=-1),
                         className="card-titles"),
                className="card-head",
            ),
            html.Div(waiting(step), id=Ids.BODY, className=BODY_LOOK),
        ],
        className="card upload-card", **aria(labelledby=Ids.TITLE),
    )  # fmt: skip
    parts = [
        page_head(Ids.PREFIX, "Add data", []),
        dcc.Store(id=Ids.AT, data=place.plain()),
        *(dcc.Store(id=name) for name in _STORES),
        html.Nav(steps(place, list(STEPS).index(step)), id=Ids.STEPS, **aria(label="Steps")),
        card,
    ]
    return screen(Ids.PREFIX, read_state({"client": place.client}), parts)


def steps(place: Place, reached: int) -> Component:
    """The steps with the one we are at; those up to number `reached` can be gone to."""
    names, at = list(STEPS), list(STEPS).index(place.step or "review")
    items = []
    for number, name in enumerate(names):
        look = "is-here" if number == at else "is-done" if number < at else "is-ahead"
        mark = icon("check2") if number < at else str(number + 1)
        inside = [html.Span(mark, className="step-mark", **aria(hidden="true")),
                  html.Span(STEPS[name], className="step-name")]  # fmt: skip
        can_go = number != at and number <= reached and (number == 0 or place.upload != "")
        link: Any = dcc.Link(inside, href=place.address(name), className="step")
        step = link if can_go else html.Span(inside, className="step")
        items.append(html.Li(step, className=look, **(aria(current="step") if number == at else {})))
    here = html.P(f"Step {at + 1} of {len(names)}: {STEPS[names[at]]}", className="steps-line", **aria(hidden="true"))
    return html.Div([html.Ol(items, className="steps"), here])


def add_link(viewer: Viewer) -> Component | None:
    """The way to this screen from wherever data is missing; None for whoever may not add any."""
    if Permission.MANAGE_SOURCES not in viewer.permissions:
        return None
    return dcc.Link([icon("cloud-arrow-up"), "Add data"], href=PATH, className="button button-primary")


def waiting(step: str) -> Component:
    """What is seen while the server works on a step."""
    bars = [html.Div(className="wait upload-wait") for _ in range(3)]
    words = html.P(WAITS[step], className="upload-waiting", role="status")
    return html.Div([words, *bars], **data(waits="yes"))


def foot(back: Component | None, ahead: list[Component], note: str = "") -> Component:
    """The way back at the left, the ways on at the right, and why one of them is closed."""
    words = [html.P(note, className="upload-why", id="upload-why")] if note else []
    inside = [html.Div(back, className="upload-back"), html.Div([*words, *ahead], className="upload-ahead")]
    return html.Div(inside, className="upload-foot")


def go(text: str, place: Place, step: str, primary: bool = False) -> Component:
    """A link to another step, drawn as a button."""
    look = "button button-primary" if primary else "button"
    inside: list[Any] = [icon("arrow-left"), text] if text.startswith("Back") else [text]
    return dcc.Link(inside, href=place.address(step), className=look)


def closed(text: str) -> Component:
    """The way on while something is missing; what is missing stands beside it."""
    return html.Button(
        text, type="button", className="button button-primary", disabled=True, **aria(describedby="upload-why")
    )


def notice(title: str, text: str, actions: list[Component], look: str = "bad") -> Component:
    """What stands in the place of a step, and what can be done; look: bad, or "" where nothing is wrong."""
    words = html.Div([html.P(title, className="notice-title"), html.P(text)], className="notice-words")
    mark = icon("exclamation-triangle" if look else "info-circle")
    box = html.Div([mark, words], className=f"notice notice-{look}" if look else "notice",
                   role="alert" if look else "status")  # fmt: skip
    return html.Div([box, html.Div(actions, className="upload-actions")])


PAGE = Page("upload", PATH, "Add data", "cloud-arrow-up", "Manage", layout, Permission.MANAGE_SOURCES)
