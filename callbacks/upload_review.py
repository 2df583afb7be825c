"""The step that shows what was recognised: kind of file, columns, and sample rows before and after."""

from __future__ import annotations

from typing import Any

from dash import html

from callbacks.upload_case import Case, count_words
from layouts import upload as frame
from layouts.upload_review import (
    Cell,
    ColumnLine,
    Sample,
    SampleRow,
    TableView,
    recognised,
    sample_holder,
    sample_table,
    table_view,
)
from portal import uploads
from portal.uploads import ColumnFound, Preview, PreviewRow, PreviewTable, TableFields, TableFound

SURE, LIKELY = 0.9, 0.6
KINDS: dict[str, str] = {
    "saved": "The mapping that was approved for it is used again.",
    "ready-made": "Souk has a mapping for this export.",
    "proposed": "The mapping is proposed from the names of the columns and what is in them.",
}
"""How a mapping came about, in words."""


def review_step(case: Case) -> Any:
    """What the file is, what each column becomes, sample rows, and the ways on."""
    found, problems = case.recognition, case.problems
    notes = [KINDS[found.kind]] if found.kind in KINDS else []
    tables = [table_view(view, is_open=number == 0) for number, view in enumerate(table_views(case))]
    return html.Div(
        [
            recognised(found.label, found.why, notes),
            *tables,
            sample_holder(),
            ways_on(case, problems),
        ]
    )


def ways_on(case: Case, problems: tuple[str, ...]) -> Any:
    """Back to another file, correct, and check if nothing is undecided."""
    place = case.place
    back = frame.go("Back to files", frame.Place(client=place.client), "file")
    if not problems:
        return frame.foot(
            back, [frame.go("Correct something", place, "fix"), frame.go("Check it", place, "check", True)]
        )
    why = problems[0] if len(problems) == 1 else f"{len(problems):,} things are still to decide."
    return frame.foot(back, [frame.closed("Check it"), frame.go("Decide", place, "fix", True)], why)


def table_views(case: Case) -> list[TableView]:
    """The tables of the file; what people chose since goes before what was recognised."""
    if not case.fields.tables:
        return [_view(table, None, table.label) for table in case.recognition.tables]
    labels = {option.value: option.label for option in case.fields.entities}
    return [_view(table_found(case, table), table, labels.get(table.entity, "")) for table in case.fields.tables]


def table_found(case: Case, chosen: TableFields) -> TableFound:
    """What was recognised of a table; where it is several things, of the one it was chosen to be."""
    number = chosen.key.partition(".")[0]
    same = [table for table in case.recognition.tables if table.key.partition(".")[0] == number]
    return next((table for table in same if table.entity == chosen.entity), same[0])


def _view(found: TableFound, chosen: TableFields | None, label: str) -> TableView:
    fields = {column.header: column.field for column in chosen.columns} if chosen else {}
    lines = tuple(column_line(column, found, chosen, fields.get(column.header, "")) for column in found.columns)
    about = f"{label}, {count_words(found.rows, 'row')}, {count_words(len(found.columns), 'column')}"
    is_same = chosen is None or chosen.entity == found.entity
    is_in = bool(chosen.entity if chosen else found.entity)
    return TableView(found.place, about, sentence(found.why) if is_same else "", lines if is_in else ())


def column_line(found: ColumnFound, table: TableFound, chosen: TableFields | None, field: str) -> ColumnLine:
    """A column with the field it becomes now, and how sure that is."""
    example = ", ".join(found.samples)
    if chosen is None or (field == found.field and chosen.entity == table.entity):
        label, why = (found.label, found.undecided or found.why) if found.field else ("", "")
        return ColumnLine(
            found.header, example, label, sentence(found.written), confidence_of(found), sentence(why)
        )  # fmt: skip
    label = next((option.label for option in chosen.options if option.value == field), "") if field else ""
    is_guess = table.guesses.get(chosen.entity, {}).get(field, found.header if not field else "") == found.header
    is_other = chosen.entity != table.entity and is_guess
    confidence = ("likely" if field else "unused") if is_other else "chosen"
    return ColumnLine(found.header, example, label, "", confidence, "")


def sentence(text: str) -> str:
    """With a capital at its beginning."""
    return text[:1].upper() + text[1:]


def confidence_of(found: ColumnFound) -> str:
    """How sure Souk is of a column, as a name of `CONFIDENCE`."""
    if not found.field:
        return "unused"
    if found.undecided:
        return "open"
    return "sure" if found.confidence >= SURE else "likely" if found.confidence >= LIKELY else "unsure"


def sample_rows(case: Case) -> list[Any]:
    """Sample rows of every table before and after; none while something is undecided."""
    if case.problems:
        return [html.P("Sample rows are shown as soon as nothing is left to decide.", className="card-note")]
    found: Preview = uploads.preview(case.parts, case.tenant, case.upload.id, case.choice)
    return [sample_table(_sample(table)) for table in found.tables]


def _sample(table: PreviewTable) -> Sample:
    labels = tuple(option.label for option in table.fields)
    rows = tuple(_row(row, table) for row in table.rows)
    return Sample(f"{table.place}: {table.label}", table.headers, labels, rows)


def _row(row: PreviewRow, table: PreviewTable) -> SampleRow:
    """A row of the sample; the cell that keeps it out says why."""
    is_bad = row.outcome == "rejected"
    before = tuple(
        Cell(row.raw.get(header) or "", row.rule if is_bad and header == row.column else "") for header in table.headers
    )
    if row.outcome in {"rejected", "excluded"}:
        told = any(cell.problem for cell in before)
        why = f"{row.outcome.capitalize()}: {row.rule}" + (f", {row.column}" if told else "")
        return SampleRow(str(row.row), before, (), why, row.outcome == "excluded")
    return SampleRow(str(row.row), before, tuple(row.values.get(field.value) or "" for field in table.fields))
