"""A JSON file to frames of text, in the limited process only. Large lists are read in parts by several processes."""

from __future__ import annotations

import codecs
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from etl.read.json_columns import PARENT_ROW, Tables
from etl.read.json_document import Document
from etl.read.json_parts import Plan, read_in_parts, read_planned
from etl.read.json_plan import plan_lists
from etl.read.json_readers import PART_BYTES, Readers
from etl.read.json_records import Shapes, add_records
from etl.source import JsonForm
from portal.errors import SourceError

_WIDE = (
    (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip


@dataclass(frozen=True)
class Piece:
    """Rows of a table: text columns, source_row.

    path: the Arrow file they lie in, but for their numbers; None for rows in memory, or where some rows are blank.
    """

    frame: pl.DataFrame
    path: Path | None


def read_json(
    path: Path, name: str, forms: Sequence[JsonForm], folder: Path, shapes: Shapes | None = None
) -> Iterator[tuple[str, pl.DataFrame]]:
    """Table name and frame (text columns, source_row) of every form that the document has; see `read_pieces`."""
    readers = Readers({} if shapes is None else shapes)
    try:
        for table, pieces in read_pieces(path, name, forms, folder, readers):
            yield table, pl.concat([piece.frame for piece in pieces])
    finally:
        readers.close()


def read_pieces(
    path: Path, name: str, forms: Sequence[JsonForm], folder: Path, readers: Readers
) -> Iterator[tuple[str, list[Piece]]]:
    """Table name and rows of every form that the document has.

    Args:
        path: the file.
        name: its name for messages.
        forms: what is wanted.
        folder: private folder for files in between.
        readers: read large lists; they know the shapes of records that earlier files taught.

    Raises:
        SourceError: not valid JSON (with line and column), a record that is no object, or nothing that is wanted.
    """
    own_folder = Path(tempfile.mkdtemp(dir=folder))
    document = Document(as_utf8(path, own_folder), name)
    try:
        walk = _Walk(document, forms, own_folder, readers)
        walk.through("")
        if document.peek():
            raise document.refused("there is more text behind the end of the document")
    finally:
        document.close()
    found = [(form, walk.found[at]) for form in forms if (at := walk.first(form)) is not None]
    if not found:
        wanted = ", ".join(dict.fromkeys(at or "a list at the top" for form in forms for at in form.records))
        raise SourceError(f"{name}: no list that is known is in it. Known are {wanted}. Is it the right file?")
    for form, tables in found:
        for each in with_children(form):
            files = tables.files.pop(each.table)
            frames = enumerate(tables.frames.pop(each.table))
            yield each.table, [Piece(_finished(frame), files.get(at)) for at, frame in frames]


def as_utf8(path: Path, folder: Path) -> Path:
    """The file itself, or a copy in UTF-8 where it is marked as UTF-16 or UTF-32.

    Raises:
        SourceError: it is not what it is marked as.
    """
    with path.open("rb") as content:
        head = content.read(4)
    codec = next((codec for mark, codec in _WIDE if head.startswith(mark)), "")
    if not codec:
        return path
    copy = folder / "utf8.json"
    try:
        with path.open(encoding=codec, newline="") as text, copy.open("w", encoding="utf-8", newline="") as written:
            shutil.copyfileobj(text, written)
    except UnicodeError:
        raise SourceError(f"{path.name}: the text is marked as {codec} and is not. Export it again.") from None
    return copy


def with_children(form: JsonForm) -> Iterator[JsonForm]:
    """A form, its children and theirs."""
    yield form
    for child in form.children:
        yield from with_children(child)


def _finished(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.col(PARENT_ROW).cast(pl.String)) if PARENT_ROW in frame.columns else frame


class _Walk:
    """Goes through a document once; `found` has the tables of every wanted path that is in it."""

    def __init__(self, document: Document, forms: Sequence[JsonForm], folder: Path, readers: Readers) -> None:
        self.found: dict[str, Tables] = {}
        self._document = document
        self._folder = folder
        self._readers = readers
        self._forms: dict[str, list[JsonForm]] = {}
        for form in forms:
            for path in form.records:
                self._forms.setdefault(path, []).append(form)
        is_large = document.size > 2 * PART_BYTES
        self._plans: dict[int, Plan] = plan_lists(document, self._forms, readers, folder) if is_large else {}

    def first(self, form: JsonForm) -> str | None:
        """The first of a form's paths that was found."""
        return next((path for path in form.records if path in self.found), None)

    def through(self, path: str) -> None:
        """Go over the value at the present place, whose path this is."""
        kind = self._document.peek()
        if kind == "[":
            self._list(path)
        elif kind == "{" and self._is_above(path):
            self._object(path)
        else:
            value = self._document.value()
            if path in self._forms and isinstance(value, dict):
                self._records(path, [value])

    def _is_above(self, path: str) -> bool:
        return any(other != path and (not path or other.startswith(path + ".")) for other in self._forms)

    def _object(self, path: str) -> None:
        """Go through the keys; the object is one record where it is wanted and nothing inside it was."""
        begin, known = self._document.offset(), len(self.found)
        for key in self._document.entries():
            self.through(f"{path}.{key}" if path else key)
        if path in self._forms and len(self.found) == known:
            self._document.seek(begin)
            record = self._document.value()
            if any(self._fits(form, record) for form in self._forms[path]):
                self._records(path, [record])

    @staticmethod
    def _fits(form: JsonForm, record: dict[str, object]) -> bool:
        """Whether an object that is read as one record has any of the values that are wanted."""
        return any(wanted.partition(".")[0] in record for wanted in form.columns.values())

    def _list(self, path: str) -> None:
        document, forms = self._document, self._forms.get(path, [])
        tables = self._begin(path) if forms else Tables(document.name)
        if not document.enter_list():
            return
        plan = self._plans.pop(document.offset(), None)
        if plan is not None and plan.forms == tuple(forms):
            read_planned(plan, document, tables)
        else:
            document.set_stop(document.offset() + 2 * PART_BYTES)
            add_records(document, forms, tables, self._readers.shapes)
            document.set_stop(None)
        if not document.is_closed and forms and document.size - document.offset() > 2 * PART_BYTES:
            read_in_parts(document, forms, tables, self._folder, self._readers)
        elif not document.is_closed:
            add_records(document, forms, tables, self._readers.shapes)

    def _records(self, path: str, records: list[object]) -> None:
        tables = self._begin(path)
        for form in self._forms[path]:
            tables.add(form, records)

    def _begin(self, path: str) -> Tables:
        tables = self.found.setdefault(path, Tables(self._document.name))
        for form in self._forms[path]:
            tables.begin(form)
        return tables
