"""Customer matches: records that were taken for one person, and what was parted again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from layouts.attributes import aria, data
from layouts.kept_out import pager
from layouts.parts import empty_state

RULES = {
    "id": "Same customer number", "phone": "Same phone", "email": "Same e-mail",
    "second_phone": "Somebody's second phone", "shared_phone": "A phone that several use",
}  # fmt: skip
"""Rule of a match to its words."""

HEAD = ("Person", "Record", "Joined to", "Because", "How sure", "")


class Ids:
    """Ids of the card's own parts."""

    CARD = "matches"
    CLIENT = "matches-client"
    SEARCH = "matches-search"
    PAGE = "matches-page"
    PART = "matches-part"
    UNDO = "matches-undo"
    CHANGED = "matches-changed"
    SAID = "matches-said"


@dataclass(frozen=True)
class MatchLine:
    """One match as the list shows it; records are (source, then number, phone and e-mail as they are there)."""

    identity_key: int
    snapshot: int
    customer: str
    record: tuple[str, str]
    first: tuple[str, str]
    rule: str
    confidence: float
    is_parted: bool = False


def matches_card() -> Component:
    """The card without matches."""
    head = html.Div(
        [html.H2("Customer matches", id=f"{Ids.CARD}-title", className="card-title"),
         html.P("Records that were taken for one person, the least sure first", id=f"{Ids.CARD}-note",
                className="card-note")],
        className="card-titles",
    )  # fmt: skip
    client = dbc.Select(id=Ids.CLIENT, options=[], className="field-input")
    search = dbc.Input(id=Ids.SEARCH, type="search", value="", placeholder="Name, phone or e-mail", debounce=True,
                       maxLength=200, className="field-input", autoComplete="off")  # fmt: skip
    controls = html.Div(
        [_labelled(Ids.CLIENT, "Client", client), _labelled(Ids.SEARCH, "Find a person", search)],
        className="card-controls source-controls",
    )
    said = html.P(id=Ids.SAID, className="retry-said", role="status")
    body = html.Div(id=f"{Ids.CARD}-body", className="card-body")
    card = html.Section(
        [dcc.Store(id=Ids.CHANGED), html.Div(head, className="card-head"), controls, said, body],
        className="card",
        **aria(labelledby=f"{Ids.CARD}-title"),
    )
    return html.Div(card, className="span-12")


def _labelled(element_id: str, label: str, control: Component) -> Component:
    return html.Div(
        [html.Label(label, htmlFor=element_id, className="visually-hidden"), control],
        id=f"{element_id}-field", className="filter source-filter",
    )  # fmt: skip


def match_list(lines: Sequence[MatchLine], pages: tuple[int, int], parted: Sequence[tuple[str, str, str]]) -> Component:
    """The matches, and the pairs that were parted as (mark, one, other)."""
    shown = _matches(lines, pages) if lines else [_nothing()]
    return html.Div([*shown, *_parted(parted)])


def _nothing() -> Component:
    return empty_state(
        "No matches", "Where records of one person come from several files or sources, they stand here with the reason."
    )


def _matches(lines: Sequence[MatchLine], pages: tuple[int, int]) -> list[Component]:
    titles = [html.Th(text, scope="col", className="num" if text == "How sure" else "") for text in HEAD[:-1]]
    last = html.Th(html.Span("If it is wrong", className="visually-hidden"), scope="col")
    head = html.Thead(html.Tr([*titles, last]))
    caption = html.Caption("Customer matches", className="visually-hidden")
    table = html.Table([caption, head, html.Tbody([_line(line) for line in lines])], className="as-cards")
    holder = html.Div(table, className="table-scroll", tabIndex=0, role="region", **aria(label="Matches as a table"))
    return [holder, *pager(pages, Ids.PAGE)]


def _line(line: MatchLine) -> Component:
    button = html.Button(
        "These are two people", type="button", className="button button-small",
        id={"type": Ids.PART, "identity": line.identity_key, "snapshot": line.snapshot},
        **aria(label=f"These are two people: {line.record[1]} and {line.first[1]}"),
    )  # fmt: skip
    last: Component | str = "Parted, the numbers follow" if line.is_parted else button
    cells: list[Component | str] = [line.customer, _record(line.record), _record(line.first),
                                    RULES.get(line.rule, line.rule), f"{line.confidence * 100:.0f}%", last]  # fmt: skip
    looks = ("wrap", "wrap", "wrap", "", "num", "match-do")
    filled = zip(cells, looks, HEAD, strict=True)
    return html.Tr([html.Td(cell, className=look, **data(label=label)) for cell, look, label in filled])


def _record(record: tuple[str, str]) -> Component:
    return html.Span([html.Span(record[0], className="match-source"), html.Span(record[1])], className="match-record")


def _parted(parted: Sequence[tuple[str, str, str]]) -> list[Component]:
    if not parted:
        return []
    items = [
        html.Li(
            [html.Span(f"{one} is not {other}"),
             html.Button("Undo", id={"type": Ids.UNDO, "mark": mark}, type="button", className="button button-small",
                         **aria(label=f"Undo: {one} is not {other}"))],
            className="parted-item",
        )
        for mark, one, other in parted
    ]  # fmt: skip
    return [html.H3("Parted by hand", className="quality-title parted-title"), html.Ul(items)]
