"""What was recognised in a file: its kind, the columns of every table, and some rows before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from layouts.attributes import aria
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


def chip(confidence: str) -> Component:
    """How sure Souk is, in a word with its colour."""
    word, look = CONFIDENCE.get(confidence, (confidence.capitalize(), ""))
    return html.Span(word, className=f"chip chip-{look}" if look else "chip")


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
    return html.Details([summary, *why, _columns(table)], open=is_open, className="table-view")


def _columns(table: TableView) -> Component:
    head = ("In the file", "For example", "Becomes", "Written as", "How sure")
    titles = html.Tr([html.Th(name, scope="col") for name in head])
    inside = [html.Caption(f"Columns of {table.name}", className="visually-hidden"), html.Thead(titles),
              html.Tbody([_column(line) for line in table.columns])]  # fmt: skip
    return html.Div(html.Table(inside, className="columns"), className="table-scroll", tabIndex=0, role="region",
                    **aria(label=f"Columns of {table.name}"))  # fmt: skip


def _head(title: str, note: str) -> Component:
    return html.Div([html.H3(title, className="upload-sub"), html.P(note, className="card-note")])


def _column(line: ColumnLine) -> Component:
    sure = [chip(line.confidence), *([html.Span(line.why, className="column-why")] if line.why else [])]
    return html.Tr(
        [
            html.Th(line.header, scope="row", className="column-name"),
            html.Td(line.example, className="column-example"),
            html.Td(line.field or html.Span("not used", className="muted")),
            html.Td(line.form),
            html.Td(html.Div(sure, className="column-sure")),
        ],
        className="is-unused" if not line.field else None,
    )


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


def _side(title: str, head: Sequence[str], rows: list[Component], about: str) -> Component:
    titles = html.Tr([html.Th("Row", scope="col", className="num"), *(html.Th(name, scope="col") for name in head)])
    caption = html.Caption(f"{about}: {title}", className="visually-hidden")
    table = html.Table([caption, html.Thead(titles), html.Tbody(rows)])
    scroll = html.Div(table, className="table-scroll", tabIndex=0, role="region", **aria(label=f"{about}: {title}"))
    return html.Div([html.P(title, className="side-title"), scroll], className="side-table")


def _before(row: SampleRow) -> Component:
    cells = [_cell(cell) for cell in row.before]
    return html.Tr([html.Td(row.number, className="num muted"), *cells], className=_look(row))


def _after(row: SampleRow, width: int) -> Component:
    number = html.Td(row.number, className="num muted")
    if row.problem:
        return html.Tr([number, html.Td(_problem(row.problem), colSpan=max(width, 1), className="cell-out")],
                       className=_look(row))  # fmt: skip
    return html.Tr(
        [number, *(html.Td(text or html.Span("–", className="muted")) for text in row.after)], className=_look(row)
    )


def _cell(cell: Cell) -> Component:
    if not cell.problem:
        return html.Td(cell.text)
    return html.Td([html.Span(cell.text, className="cell-text"), _problem(cell.problem)], className="cell-bad")


def _problem(text: str) -> Component:
    return html.Span([icon("exclamation-triangle"), text], className="cell-problem")


def _look(row: SampleRow) -> str | None:
    return "is-excluded" if row.is_excluded else "is-kept-out" if row.problem else None
