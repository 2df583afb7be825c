"""Rows a load kept out: filters, pages, the raw row behind each, a download, and trying them again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from layouts.attributes import aria, data
from layouts.parts import icon


class Ids:
    """Ids of the card's own parts; those it shares with the screen are in `layouts.sources`."""

    CARD = "sources-rejects"
    LOAD = "sources-load"
    RULE, TABLE, OUTCOME, PLACE = "kept-rule", "kept-table", "kept-outcome", "kept-place"
    READ = "kept-read"
    PAGE = "kept-page"
    CSV = "sources-csv"
    AGAIN = "kept-again"
    RETRY = "kept-retry"
    RETRY_TICK = "kept-retry-tick"
    RETRY_SAID = "kept-retry-said"


FILTERS = {"rule": (Ids.RULE, "Any reason"), "table": (Ids.TABLE, "Any table"),
           "outcome": (Ids.OUTCOME, "Rejected or excluded"), "place": (Ids.PLACE, "Any file")}  # fmt: skip
"""Field to the id of its drop-down and what that says when nothing is chosen."""

HEAD = {"place": "File", "row": "Row", "table": "Table", "outcome": "Outcome", "rule": "Reason", "column": "Column",
        "value": "Value"}  # fmt: skip
"""Field of a row to its heading."""


def kept_out_card(load: str, more: Sequence[Component] = ()) -> Component:
    """The card, with `load` chosen and `more` buttons."""
    head = html.Div(
        [html.H2("Rows kept out", id=f"{Ids.CARD}-title", className="card-title"),
         html.P("Choose a load", id=f"{Ids.CARD}-note", className="card-note")],
        className="card-titles",
    )  # fmt: skip
    download = html.A([icon("filetype-csv"), "CSV"], id=Ids.CSV, href="", hidden=True, download="",
                      className="button button-small")  # fmt: skip
    again = html.Button("Try again", id=Ids.AGAIN, type="button", hidden=True, className="button button-small",
                        title="Load the same files once more, as they are read now")  # fmt: skip
    read = html.Button("Show raw rows", id=Ids.READ, type="button", hidden=True, className="button button-small")
    chosen = [_choice(element, label) for element, label in FILTERS.values()]
    controls = html.Div([_choice(Ids.LOAD, "Load", load), *chosen], className="card-controls source-controls")
    buttons = html.Div([again, *more, read, download], className="card-controls source-controls")
    said = html.P(id=Ids.RETRY_SAID, className="retry-said", role="status")
    stores = [dcc.Store(id=Ids.RETRY), dcc.Interval(id=Ids.RETRY_TICK, interval=1500, disabled=True)]
    body = html.Div(id=f"{Ids.CARD}-body", className="card-body")
    card = html.Section(
        [*stores, html.Div(head, className="card-head"), controls, buttons, said, body],
        className="card",
        **aria(labelledby=f"{Ids.CARD}-title"),
    )
    return html.Div(card, className="span-12")


def _choice(element_id: str, label: str, value: str = "") -> Component:
    control = dcc.Dropdown(id=element_id, options=[], value=value or None, placeholder=label, searchable=False)
    return html.Div(
        [html.Label(label, htmlFor=element_id, className="visually-hidden"), control], className="filter source-filter"
    )


def kept_rows(rows: Sequence[Mapping[str, Any]], pages: tuple[int, int], note: str) -> Component:
    """The rows as a table, as cards where it is narrow; pages are (this one from 0, how many there are)."""
    titles = [html.Th(label, scope="col", className="num" if name == "row" else "") for name, label in HEAD.items()]
    head = html.Thead(html.Tr([*titles, html.Th("Raw row", scope="col")]))
    body = html.Tbody([_row(row) for row in rows])
    caption = html.Caption("Rows kept out", className="visually-hidden")
    table = html.Div(html.Table([caption, head, body], className="as-cards"), className="table-scroll", tabIndex=0,
                     role="region", **aria(label="Rows as a table"))  # fmt: skip
    notes = [html.P(note, className="caption kept-note")] if note else []
    return html.Div([*notes, table, *pager(pages, Ids.PAGE)], className="kept-rows")


def _row(row: Mapping[str, Any]) -> Component:
    cells = [
        html.Td(str(row[name]) if row[name] is not None else "–", className=_look(name), **data(label=label))
        for name, label in HEAD.items()
    ]
    raw = html.Td(_raw(row.get("raw")), className="kept-raw is-whole", **data(label="Raw row"))
    return html.Tr([*cells, raw])


def _look(name: str) -> str:
    """Where rows are cards, is-whole takes the whole width, is-told says its heading."""
    looks = {"row": "num", "rule": "wrap", "column": "is-told", "value": "wrap is-told", "place": "wrap is-whole"}
    return looks.get(name, "")


def _raw(cells: Mapping[str, str] | None) -> Any:
    if cells is None:
        return "–"
    facts = [part for name, value in cells.items() for part in (html.Dt(name), html.Dd(str(value)))]
    return html.Details([html.Summary("Show"), html.Dl(facts, className="facts kept-facts")])


def pager(pages: tuple[int, int], name: str) -> list[Component]:
    """Buttons to the page before and after; none where there is one page."""
    page, count = pages
    if count < 2:
        return []
    return [
        html.Div(
            [html.Span(f"Page {page + 1:,} of {count:,}", className="caption"),
             _turn("Previous", name, page - 1, is_off=page == 0),
             _turn("Next", name, page + 1, is_off=page + 1 >= count)],
            className="pager",
        )
    ]  # fmt: skip


def _turn(label: str, name: str, page: int, *, is_off: bool) -> Component:
    return html.Button(label, id={"type": name, "to": label, "page": page}, type="button", disabled=is_off,
                       className="button button-small")  # fmt: skip
