"""Sources: what is kept in sync, how fresh it is, what each load did with its rows, and the rows kept out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash import dcc, html
from dash.development.base_component import Component

from layouts.attributes import aria, data
from layouts.kept_out import kept_out_card
from layouts.matches import matches_card
from layouts.page import Page, page_head, query_values, row, screen
from layouts.parts import empty_state, icon, plain_card
from layouts.source_form import Ids as FormIds
from layouts.source_form import form_panel
from layouts.source_runs import run_strip
from layouts.state import read_state
from layouts.upload import PATH as UPLOAD_PATH
from portal.viewer import Permission

REFRESH_MILLISECONDS = 30_000
LOOKS = {"fresh": "good", "stale": "warn", "failing": "bad", "waiting": "warn", "paused": "",
         "published": "good", "unchanged": "", "failed": "bad", "running": "warn"}  # fmt: skip
"""State of a source or a load to the look of its chip."""


class Ids:
    """Ids of the screen's own parts."""

    PREFIX = "sources"
    NOTICE = "sources-notice"
    PERIOD = "sources-period"
    LIST = "sources-list"
    LOADS = "sources-loads"
    LOAD = "sources-load"
    AGAIN = "sources-again"
    AGAIN_AT = "sources-again-at"
    AGAIN_GONE = "sources-again-gone"
    TICK = "sources-tick"
    DONE = "sources-done"
    DO = "source-do"


@dataclass(frozen=True)
class SourceLine:
    """One source as the list shows it; client is empty where there is only one."""

    source_id: int
    client: str
    name: str
    about: str
    location: str
    state: str
    sentence: str
    is_active: bool
    has_hook: bool = False


@dataclass(frozen=True)
class LoadLine:
    """One load as the list shows it.

    Attributes:
        counts: read, loaded, unchanged, duplicate, excluded, rejected, in words.
        snapshot: what it published; empty without.
        message: what a person should know of how it ended, perhaps long.
    """

    client: str
    number: str
    source: str
    started: str
    status: str
    counts: tuple[str, ...]
    snapshot: str
    message: str = ""


COUNTS = ("Read", "Loaded", "Unchanged", "Duplicate", "Excluded", "Rejected")


def layout(**query: str) -> Component:
    """The screen without rows."""
    state = read_state(query_values(query))
    parts = [
        page_head(Ids.PREFIX, "Sources", [_add_button(), _add_data()]),
        dcc.Interval(id=Ids.TICK, interval=REFRESH_MILLISECONDS),
        dcc.Store(id=Ids.DONE),
        dcc.Store(id=Ids.AGAIN_AT),
        dcc.Store(id=Ids.AGAIN_GONE),
        form_panel(),
        run_strip(),
        row(plain_card(Ids.LIST, "Kept in sync", "Those that need somebody come first", "span-12")),
        row(plain_card(Ids.LOADS, "Last loads",
                       "Every row is accounted for: read = loaded + unchanged + duplicate + excluded + rejected",
                       "span-12")),
        row(kept_out_card(str(query_values(query).get("load", "")), [_correct_button()])),
        row(matches_card()),
    ]  # fmt: skip
    return screen(Ids.PREFIX, state, parts)


def _add_button() -> Component:
    return html.Button([icon("plus-lg"), "Add a source"], id=FormIds.OPEN, type="button", title="Add a source",
                       className="button")  # fmt: skip


def _add_data() -> Component:
    return dcc.Link([icon("cloud-arrow-up"), "Add data"], href=UPLOAD_PATH, className="button button-primary")


def _correct_button() -> Component:
    return html.Button("Correct and try again", id=Ids.AGAIN, type="button", hidden=True,
                       className="button button-small")  # fmt: skip


def source_list(lines: Sequence[SourceLine]) -> Component:
    """The sources, each with what can be done with it."""
    if not lines:
        return empty_state(
            "Nothing is kept in sync yet",
            "Add a source: an API, a database, a Google Sheet or Bosta's webhook. It is then read whenever something "
            "has changed. A single file is loaded with Add data.",
        )
    return html.Ul([_source(line) for line in lines], className="source-list")


def _source(line: SourceLine) -> Component:
    name = f"{line.client}: {line.name}" if line.client else line.name
    words = html.Div(
        [
            html.Div([html.H3(name, className="source-name"), chip(line.state), html.Span(line.about)],
                     className="source-head"),
            html.P(line.sentence, className="source-sentence"),
            html.P(line.location, className="source-place"),
        ],
        className="source-words",
    )  # fmt: skip
    other = ("Pause", "pause") if line.is_active else ("Resume", "resume")
    edit = html.Button("Change", id={"type": FormIds.EDIT, "source": line.source_id}, type="button",
                       className="button button-small", **aria(label=f"Change: {name}"))  # fmt: skip
    buttons = [_button("Sync now", "sync", line, name), _button(*other, line, name), edit,
               *([_hook(line, name)] if line.has_hook else []), _remove(line, name)]  # fmt: skip
    return html.Li([words, html.Div(buttons, className="source-buttons")], className="source-item")


def _button(text: str, do: str, line: SourceLine, name: str) -> Component:
    return html.Button(
        text, id={"type": Ids.DO, "do": do, "source": line.source_id}, type="button", className="button button-small",
        **aria(label=f"{text}: {name}"),
    )  # fmt: skip


def _hook(line: SourceLine, name: str) -> Component:
    """A new address takes two clicks, because it ends the old one."""
    note = (
        "Bosta sends each change to an address of this source's own. A new address is shown once, and the one before "
        "is dead at once."
    )
    panel = html.Div(
        [html.P(note, className="menu-note"), _button("Make a new address", "hook", line, name)],
        className="menu-panel source-remove",
    )
    return html.Details([html.Summary("Webhook", className="button button-small"), panel], className="menu")


def _remove(line: SourceLine, name: str) -> Component:
    """Removing takes two clicks."""
    panel = html.Div(
        [html.P("Its data stays in the warehouse. Its credentials are forgotten.", className="menu-note"),
         _button("Remove for good", "remove", line, name)],
        className="menu-panel source-remove",
    )  # fmt: skip
    summary = html.Summary(icon("trash"), className="icon-button source-trash", title="Remove",
                           **aria(label=f"Remove: {name}"))  # fmt: skip
    return html.Details([summary, panel], className="menu")


def chip(state: str) -> Component:
    """A state in a word, with its colour."""
    look = LOOKS.get(state, "")
    return html.Span(state.capitalize(), className=f"chip chip-{look}" if look else "chip")


def load_list(lines: Sequence[LoadLine]) -> Component:
    """The loads with the account of their rows."""
    if not lines:
        return empty_state("Nothing has been loaded yet", "A load appears here as soon as it starts.")
    head = [*(["Client"] if any(line.client for line in lines) else []), "Load", "Source", "Started", "Result", *COUNTS,
            "Snapshot"]  # fmt: skip
    titles = [html.Th(name, scope="col", className=_look(name)) for name in head]
    body = html.Tbody([row for line in lines for row in _load_rows(line, head)])
    caption = html.Caption("Last loads", className="visually-hidden")
    table = html.Table([caption, html.Thead(html.Tr(titles)), body], className="as-cards")
    holder = html.Div(table, className="table-scroll", tabIndex=0, role="region", **aria(label="Loads as a table"))
    return html.Div(holder, className="source-loads")


def _load_rows(line: LoadLine, head: Sequence[str]) -> list[Component]:
    """The row of a load; what has to be said of it stands below, over the whole width."""
    cells: list[Component | str] = [line.number, line.source, line.started, chip(line.status), *line.counts,
                                    line.snapshot or "–"]  # fmt: skip
    if "Client" in head:
        cells.insert(0, line.client)
    named = zip(head, cells, strict=True)
    row = html.Tr([html.Td(cell, className=_look(name), **data(label=name)) for name, cell in named],
                  className="has-message" if line.message else None)  # fmt: skip
    if not line.message:
        return [row]
    message = html.Td(line.message, colSpan=len(head), className="load-message", **data(label="Note"))
    return [row, html.Tr([message], className="message-row")]


def _look(name: str) -> str:
    return "num" if name in (*COUNTS, "Snapshot") else ""


PAGE = Page("sources", "/admin/sources", "Sources", "database", "Manage", layout, Permission.MANAGE_SOURCES)
