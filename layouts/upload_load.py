"""A load while it runs and how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from layouts.attributes import aria
from layouts.parts import icon

ASK_EVERY_MS = 1000
PROMISE = (
    "You may leave this screen: the load goes on, and this address shows how far it is. Until it is published your "
    "numbers stay as they are."
)


class Ids:
    """Ids of what starts a load, and of what changes while it runs."""

    START = "upload-start"
    TICK = "upload-tick"
    WORDS = "upload-words"
    BAR = "upload-bar"
    SHARE = "upload-share"
    NUMBERS = "upload-numbers"
    PHASES = "upload-phases"
    CANCEL = "upload-cancel"
    CANCELLED = "upload-cancelled"


@dataclass(frozen=True)
class Ending:
    """How a load ended: good, bad or stopped; what happened, what to do, and links (text, address)."""

    look: str
    title: str
    text: str
    links: tuple[tuple[str, str], ...]


def load_button(text: str) -> Component:
    """Asks for the load."""
    return html.Button(text, id=Ids.START, type="button", className="button button-primary")


def running() -> Component:
    """The progress of a load; its parts are written while it runs."""
    bar = html.Div(html.Div(id=Ids.BAR, className="bar-fill", style={"width": "0%"}), id=Ids.SHARE, className="bar",
                   role="progressbar", **aria(label="Progress of the load", valuemin="0", valuemax="100"))  # fmt: skip
    cancel = html.Button("Cancel", id=Ids.CANCEL, type="button", className="button")
    return html.Div(
        [
            dcc.Interval(id=Ids.TICK, interval=ASK_EVERY_MS),
            html.P(id=Ids.WORDS, className="load-words", role="status"),
            bar,
            html.P(id=Ids.NUMBERS, className="load-numbers tabular"),
            html.Ol(id=Ids.PHASES, className="phases"),
            html.Div([html.P(PROMISE, id=Ids.CANCELLED, className="upload-promise", role="status"), cancel],
                     className="upload-foot"),
        ]
    )  # fmt: skip


def phases(names: Sequence[str], at: int) -> list[Component]:
    """The steps of a load; those before number `at` are done."""
    items: list[Component] = []
    for number, name in enumerate(names):
        look = "is-here" if number == at else "is-done" if number < at else "is-ahead"
        mark = icon("check2") if number < at else ""
        inside: list[Any] = [html.Span(mark, className="phase-mark", **aria(hidden="true")), name]
        items.append(html.Li(inside, className=look, **(aria(current="step") if number == at else {})))
    return items


def ended(ending: Ending, account: Component | None = None) -> Component:
    """How the load ended, and where to go now."""
    mark = {"good": "check-circle", "bad": "exclamation-triangle"}.get(ending.look, "info-circle")
    words = html.Div([html.P(ending.title, className="notice-title"), html.P(ending.text)], className="notice-words")
    look = {"good": "notice notice-good", "bad": "notice notice-bad"}.get(ending.look, "notice")
    links = [
        dcc.Link(text, href=address, className="button button-primary" if number == 0 else "button")
        for number, (text, address) in enumerate(ending.links)
    ]
    parts = [html.Div([icon(mark), words], className=look, role="status"), *([account] if account else []),
             html.Div(links, className="upload-actions")]  # fmt: skip
    return html.Div(parts)
