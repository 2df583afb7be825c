"""What a load would do: every row accounted for in words, the rows kept out by reason, the control totals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from layouts.attributes import aria
from layouts.parts import icon, table

ACCOUNT: tuple[tuple[str, str], ...] = (
    ("loaded", "would load"), ("rejected", "rejected"), ("excluded", "excluded"), ("duplicate", "duplicate"),
    ("unchanged", "unchanged"),
)  # fmt: skip
"""What becomes of a row to its word in the sum, in order."""

_MEANING: dict[str, str] = {
    "rejected": "Rejected: a cell could not be read, or one that must be there is missing.",
    "excluded": "Excluded: left out by a rule that has a name.",
    "duplicate": "Duplicate: the same row stands there more than once, or a newer one replaces it.",
    "unchanged": "Unchanged: loaded before, exactly like this.",
}


SHOWN_TIES = 6
"""So many control totals that tie are shown without being asked for."""


@dataclass(frozen=True)
class AccountLine:
    """What becomes of the rows of one table: rows read, and rows by the names of `ACCOUNT`."""

    table: str
    read: int
    rows: dict[str, int]


@dataclass(frozen=True)
class Reason:
    """Rows kept out by one rule, some of them shown: file and row, column, value."""

    rule: str
    count: int
    outcome: str
    samples: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Total:
    """One control total in words: what is added up, in the files, in the warehouse, what rules explain and how."""

    name: str
    source: str
    warehouse: str
    explained: str
    is_tied: bool
    why: str = ""


def account(lines: Sequence[AccountLine], is_done: bool = False) -> Component:
    """All rows in one sentence that adds up, and by table where there are several."""
    read = sum(line.read for line in lines)
    total = {name: sum(line.rows.get(name, 0) for line in lines) for name, _ in ACCOUNT}
    parts = [(total[name], words, name) for name, words in ACCOUNT if total[name] or name == "loaded"]
    pieces: list[Component | str] = [html.Span([_number(read), f" {_rows(read)} read"], className="sum-part"), " = "]
    for place, (count, words, name) in enumerate(parts):
        pieces += [" + "] if place else []
        said = "loaded" if is_done and name == "loaded" else words
        pieces.append(html.Span([_number(count), f" {said}"], className=f"sum-part sum-{name}"))
    meanings = " ".join(_MEANING[name] for _, _, name in parts if name in _MEANING)
    head = [html.P(pieces, className="sum"), *([html.P(meanings, className="card-note")] if meanings else [])]
    return html.Div([html.Div(head), *([_by_table(lines, is_done)] if len(lines) > 1 else [])],
                    className="upload-table")  # fmt: skip


def _number(count: int) -> Component:
    return html.Strong(f"{count:,}")


def _rows(count: int) -> str:
    return "row" if count == 1 else "rows"


def _by_table(lines: Sequence[AccountLine], is_done: bool) -> Component:
    used = [(name, words) for name, words in ACCOUNT if name == "loaded" or any(line.rows.get(name) for line in lines)]
    head = [("Table", False), ("Read", True), *((name if is_done else words, True) for name, words in used)]
    head = [(text.capitalize(), is_number) for text, is_number in head]
    rows = [[line.table, f"{line.read:,}", *(f"{line.rows.get(name, 0):,}" for name, _ in used)] for line in lines]
    return html.Div(
        table(head, rows, "What becomes of the rows of each table", is_cards=True), className="source-loads"
    )


def reasons(found: Sequence[Reason], advice: str) -> Component:
    """Rows kept out, by reason; each reason opens its rows."""
    title = html.H3("Rows that would stay out, and why", className="upload-sub")
    if not found:
        words = html.P("No row would stay out.", className="muted")
        return html.Section([title, words], className="upload-table")
    head = html.Div([title, html.P(advice, className="card-note")])
    return html.Section([head, html.Div([_reason(reason) for reason in found], className="reasons")],
                        className="upload-table")  # fmt: skip


def _reason(reason: Reason) -> Component:
    look = "chip chip-bad" if reason.outcome == "rejected" else "chip"
    summary = html.Summary(
        [
            html.Span(f"{reason.count:,}", className="reason-count"),
            html.Span(reason.rule, className="reason-rule"),
            html.Span(reason.outcome, className=look),
            icon("chevron-down"),
        ]
    )
    columns = [("File and row", False), ("Column", False), ("Value", False)]
    shown = len(reason.samples)
    note = f"The first {shown:,} of {reason.count:,}" if shown < reason.count else ""
    inside = [
        table(columns, [list(sample) for sample in reason.samples], f"Rows: {reason.rule}"),
        *([html.P(note, className="caption")] if note else []),
    ]
    return html.Details([summary, html.Div(inside, className="reason-body")], className="reason")


def totals(found: Sequence[Total]) -> Component:
    """The control totals; one that does not tie is red and says why, if that is known."""
    title = html.H3("Control totals", className="upload-sub")
    note = html.P("What all files of this kind add up to with this one, and what the warehouse would hold of it",
                  className="card-note")  # fmt: skip
    if not found:
        return html.Section([title, html.P("There is nothing to add up.", className="muted")],
                            className="upload-table")  # fmt: skip
    broken = [total for total in found if not total.is_tied]
    parts: list[Component] = [html.Div([title, note])]
    if broken:
        parts.append(_totals(broken, "Control totals that do not tie"))
    if len(broken) < len(found):
        tied = [total for total in found if total.is_tied]
        count = "One control total ties" if len(tied) == 1 else f"{len(tied):,} control totals tie, to the last digit"
        parts.append(more(count, [_totals(tied, "Control totals that tie")], len(tied) <= SHOWN_TIES))
    return html.Section(parts, className="upload-table")


def more(title: str, inside: Sequence[Component], is_open: bool) -> Component:
    """Something to look at when one wants to."""
    summary = html.Summary([html.Span(title, className="reason-rule"), icon("chevron-down")])
    return html.Div(
        html.Details([summary, html.Div(list(inside), className="reason-body")], className="reason", open=is_open),
        className="reasons",
    )


def _totals(found: Sequence[Total], caption: str) -> Component:
    head = ("What", "In the files", "In the warehouse", "By rules", "")
    titles = html.Tr([html.Th(name, scope="col", className="num" if name in head[1:4] else None) for name in head])
    rows = [_total(total) for total in found]
    inside = [html.Caption(caption, className="visually-hidden"), html.Thead(titles), html.Tbody(rows)]
    return html.Div(html.Table(inside), className="table-scroll", tabIndex=0, role="region", **aria(label=caption))


def _total(total: Total) -> Component:
    state = html.Span("Ties" if total.is_tied else "Does not tie",
                      className="chip chip-good" if total.is_tied else "chip chip-bad")  # fmt: skip
    numbers = [html.Td(text, className="num") for text in (total.source, total.warehouse, total.explained)]
    said = html.Td([state, *([html.Span(total.why, className="column-why")] if total.why else [])], className="wrap")
    return html.Tr([html.Th(total.name, scope="row", className="column-name"), *numbers, said])


def findings(sentences: Sequence[str], notes: Sequence[str]) -> list[Component]:
    """What the checks would find, and what the reading noted; nothing where there is nothing."""
    parts: list[Component] = []
    if sentences:
        items = html.Ul([html.Li(sentence) for sentence in sentences], className="notice-list")
        parts.append(html.Section([html.H3("What the checks would find", className="upload-sub"), items],
                                  className="upload-table"))  # fmt: skip
    if notes:
        count = "One note" if len(notes) == 1 else f"{len(notes):,} notes"
        items = html.Ul([html.Li(note) for note in notes], className="notice-list")
        parts.append(more(f"{count} of what was read and what was not", [items], False))
    return parts


def nothing_yet(text: str) -> Component:
    """A calm line that nothing has been published."""
    words = html.Div([html.P("Nothing has been loaded yet", className="notice-title"), html.P(text)],
                     className="notice-words")  # fmt: skip
    return html.Div([icon("shield-check"), words], className="notice")
