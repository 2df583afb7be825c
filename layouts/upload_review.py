"""What was recognised in a file: its kind, the columns of every table, and some rows before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from dash import html
from dash.development.base_component import Component

from layouts.attributes import aria, data
from layouts.parts import icon

SAMPLES = "upload-samples"
"""Id of what holds the sample rows."""

CONFIDENCE: dict[str, tuple[str, str]] = {
    "sure": ("Sure", "good"), "likely": ("Likely", ""), "unsure": ("Please look", "warn"),
    "open": ("To decide", "bad"), "chosen": ("Chosen by you", "good"), "unused": ("Not used", ""),
}  # fmt: skip
"""How sure Souk is of a column to the word and the look of its chip."""


@dataclass(frozen=True)
class ColumnLine:
    """One column of the file: what it holds, what it becomes ("" nothing), how it is written, how sure, and why."""

    header: str
    example: str
    field: str
    form: str
    confidence: str
    why: str


@dataclass(frozen=True)
class Cell:
    """One value of a sample row; problem is why it keeps its row out."""

    text: str
    problem: str = ""


@dataclass(frozen=True)
class SampleRow:
    """A row before and after; problem is why it is kept out, and then there is no after."""

    number: str
    before: tuple[Cell, ...]
    after: tuple[str, ...]
    problem: str = ""
    is_excluded: bool = False


@dataclass(frozen=True)
class Sample:
    """Some rows of one table of the file, and the same rows as Souk reads them."""

    title: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    rows: tuple[SampleRow, ...]


@dataclass(frozen=True)
class TableView:
    """One table of the file; without columns where it is left out."""

    name: str
    about: str
    why: str
    columns: tuple[ColumnLine, ...]


def recognised(label: str, why: str, notes: Sequence[str]) -> Component:
    """What the file is, and how that was seen."""
    words = [html.P(label, className="seen-label"), html.P(why, className="seen-why")]
    words += [html.P(note, className="seen-note") for note in notes]
    return html.Div(
        [html.Span(icon("file-earmark-text"), className="today-icon"), html.Div(words, className="notice-words")],
        className="seen",
    )


def table_view(table: TableView, is_open: bool) -> Component:
    """A table of the file; a click shows its columns with what each becomes."""
    words = [html.H3(table.name, className="upload-sub"), html.Span(table.about, className="card-note")]
    if not table.columns:
        return html.Div([html.Div(words, className="table-words")], className="table-view is-left")
    summary = html.Summary([html.Div(words, className="table-words"), html.Span(["Columns", icon("chevron-down")],
                            className="system-more")])  # fmt: skip
    why = [html.P(table.why, className="card-note table-why")] if table.why else []
    unused = ", ".join(line.header for line in table.columns if not line.field)
    rest = [html.P(f"No field of their own: {unused}", className="card-note table-rest")] if unused else []
    return html.Details([summary, *why, _columns(table), *rest], open=is_open, className="table-view")


def _columns(table: TableView) -> Component:
    rows = [{"cells": _column(line)} for line in table.columns if line.field]
    head = ("In the file", "For example", "Becomes", "Written as", "How sure")
    return drawn_table(f"Columns of {table.name}", head, rows, look="columns")


def drawn_table(caption: str, head: Sequence[str], rows: Sequence[Mapping[str, Any]], look: str = "") -> Component:
    """A table that the browser draws from its cells (`assets/upload.js`): Dash takes seconds for thousands of them.

    A row has `cells` and perhaps a class `look`. A cell is a text, or says more: `text`, class `look`, `head` (it names
    its row), `number`, `problem`, `chip` (word and look) with `why`, `span` (columns).
    """
    drawing = orjson.dumps({"caption": caption, "head": list(head), "rows": list(rows), "look": look}).decode()
    return html.Div(className="table-scroll", tabIndex=0, role="region", **aria(label=caption), **data(table=drawing))


def _head(title: str, note: str) -> Component:
    return html.Div([html.H3(title, className="upload-sub"), html.P(note, className="card-note")])


def _column(line: ColumnLine) -> list[Any]:
    word, look = CONFIDENCE.get(line.confidence, (line.confidence.capitalize(), ""))
    example = {"text": line.example, "look": "column-example"}
    return [{"text": line.header, "head": True, "look": "column-name"}, example, line.field, line.form,
            {"chip": [word, look], "why": line.why}]  # fmt: skip


def sample_holder() -> Component:
    """Where the sample rows will be."""
    words = html.P("Reading some rows…", className="upload-waiting", role="status")
    return html.Div([words, html.Div(className="wait upload-wait")], id=SAMPLES, className="upload-samples")


def sample_table(sample: Sample) -> Component:
    """Rows before and after, side by side; what keeps a row out stands in the cell that is to blame."""
    before = _side("In the file", sample.before, [_before(row) for row in sample.rows], sample.title)
    after = _side("As Souk reads it", sample.after, [_after(row, len(sample.after)) for row in sample.rows],
                  sample.title)  # fmt: skip
    return html.Section(
        [_head(sample.title, _kept(sample)), html.Div([before, after], className="sides")], className="upload-table"
    )


def _kept(sample: Sample) -> str:
    kept_out = sum(bool(row.problem) for row in sample.rows)
    count = len(sample.rows)
    rows = f"The first {count:,} rows" if count != 1 else "The only row"
    if not kept_out:
        return f"{rows}, before and after"
    return f"{rows}, before and after; {kept_out:,} of them would be kept out"


def _side(title: str, head: Sequence[str], rows: list[dict[str, Any]], about: str) -> Component:
    table = drawn_table(f"{about}: {title}", ["Row", *head], rows)
    return html.Div([html.P(title, className="side-title"), table], className="side-table")


def _before(row: SampleRow) -> dict[str, Any]:
    cells = [
        {"text": cell.text, "problem": cell.problem, "look": "cell-bad"} if cell.problem else cell.text
        for cell in row.before
    ]
    return {"cells": [_number(row), *cells], "look": _look(row)}


def _after(row: SampleRow, width: int) -> dict[str, Any]:
    if row.problem:
        said = {"problem": row.problem, "look": "cell-out", "span": max(width, 1)}
        return {"cells": [_number(row), said], "look": _look(row)}
    return {"cells": [_number(row), *(text or "–" for text in row.after)], "look": _look(row)}


def _number(row: SampleRow) -> dict[str, Any]:
    return {"text": row.number, "look": "num muted"}


def _look(row: SampleRow) -> str:
    return "is-excluded" if row.is_excluded else "is-kept-out" if row.problem else ""
