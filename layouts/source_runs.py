"""How far the syncs are that run, above the list of sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash import dcc, html
from dash.development.base_component import Component

from layouts.attributes import aria

LOOK_MILLISECONDS = {True: 1500, False: 10_000}
"""How often is looked how far they are: while one runs, and while none does."""


class Ids:
    """Ids of the strip; RAN: which syncs ran when it was last painted."""

    RUNNING = "sources-running"
    TICK = "sources-run-tick"
    RAN = "sources-ran"


@dataclass(frozen=True)
class RunLine:
    """A sync that runs or waits: its source, how far it is in a sentence, and about which share is done, 0 to 1."""

    name: str
    sentence: str
    share: float


def run_strip() -> Component:
    """Where the syncs stand that run; empty while none does."""
    tick = dcc.Interval(id=Ids.TICK, interval=LOOK_MILLISECONDS[False])
    return html.Div([tick, dcc.Store(id=Ids.RAN), html.Div(id=Ids.RUNNING)])


def run_list(lines: Sequence[RunLine]) -> Component | None:
    """How far each sync is that runs; None where none does."""
    if not lines:
        return None
    title = html.H2("Syncing now", className="card-title", id=f"{Ids.RUNNING}-title")
    items = html.Div(html.Ul([_run(line) for line in lines], className="source-list"), className="card-body")
    return html.Section([html.Div(html.Div(title, className="card-titles"), className="card-head"), items],
                        className="card source-running", **aria(labelledby=f"{Ids.RUNNING}-title"))  # fmt: skip


def _run(line: RunLine) -> Component:
    percent = round(line.share * 100, 1)
    bar = html.Div(
        html.Div(className="bar-fill", style={"width": f"{percent}%"}), className="bar", role="progressbar",
        **aria(label=f"Progress of {line.name}", valuemin="0", valuemax="100", valuenow=f"{percent:.0f}"),
    )  # fmt: skip
    words = [html.H3(line.name, className="source-name"), html.P(line.sentence, className="source-sentence tabular")]
    parts = [*words, bar] if line.share else words
    return html.Li(html.Div(parts, className="source-words"), className="source-item")
