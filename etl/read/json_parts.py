"""One large JSON list read by several processes at once.

The list is cut at bytes, not at records: each process goes on from its cut to the first place that looks like the
begin of a record, reads from there to the first record behind the next cut, and tells where it began and ended. A part
counts only where it began exactly where the one before it ended, which parsing from the begin of the list would show,
too; any other is read again from the right place. So a wrong guess costs time and never a row.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

import polars as pl

from etl.read.json_columns import PARENT_ROW, Tables
from etl.read.json_document import Document
from etl.read.json_readers import PART_BYTES, SHAPES, Readers, Work
from etl.read.json_records import add_records
from etl.read.progress import went_on
from etl.read.spool import has_blank_rows, mapped_frame
from etl.source import JsonForm
from portal.errors import SourceError

_BETWEEN = re.compile(r"\}[ \t\n\r]*,[ \t\n\r]*(?=\{)")
_MOST_GUESSES = 2_000


@dataclass(frozen=True)
class _Part:
    """What one process is to read: from `begin` on, or from the first record like `keys` behind it, up to `end`.

    rows: table to the number of rows before it, where that is known.
    """

    path: Path
    name: str
    forms: Sequence[JsonForm]
    begin: int
    end: int
    target: Path
    keys: tuple[str, ...] = ()
    rows: dict[str, int] = field(default_factory=dict)

    def again(self, begin: int, rows: dict[str, int]) -> _Part:
        """The same part from its right begin on."""
        return replace(self, begin=begin, keys=(), rows=rows)


@dataclass(frozen=True)
class _Done:
    """What was read: bytes where it began (None: nothing looked like a record) and ended.

    files: table to the Arrow file of its frame; blank: tables with rows that have nothing in them; problem: why it
    stopped.
    """

    begin: int | None
    end: int = 0
    is_closed: bool = False
    files: dict[str, str] = field(default_factory=dict)
    blank: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True)
class Plan:
    """A list whose parts are being read already.

    Attributes:
        forms: what is read from it.
        parts, begun: the parts in order, and what will be read of each.
    """

    forms: tuple[JsonForm, ...]
    parts: list[_Part]
    begun: list[Work[_Done]]


def plan_parts(document: Document, forms: Sequence[JsonForm], span: tuple[int, int], readers: Readers,
               folder: Path) -> Plan:  # fmt: skip
    """Begin to read the list whose first record begins at the first byte of `span`; it may end at the second."""
    document.seek(span[0])
    parts = _cut(document, forms, span, folder)
    return Plan(tuple(forms), parts, [readers.begin(_read_part, part) for part in parts])


def read_planned(plan: Plan, document: Document, tables: Tables) -> None:
    """Take what is read of the list at the present place of a document, and go behind it or to where the plan ends."""
    results = (each.result() for each in plan.begun)
    place, is_closed = _put_together(plan.parts, results, tables)
    for each in plan.begun:
        each.cancel()
    document.seek(place)
    document.is_closed = is_closed


def read_in_parts(
    document: Document, forms: Sequence[JsonForm], tables: Tables, folder: Path, readers: Readers
) -> None:
    """Read the list at the present place of a document, inside it, into `tables`, and go behind it."""
    document.peek()
    parts = _cut(document, forms, (document.offset(), document.size), folder)
    results = _done(parts, readers)
    document.seek(_put_together(parts, results, tables)[0])
    results.close()


def _done(parts: Sequence[_Part], readers: Readers) -> Generator[_Done, None, None]:
    """What was read of each part, in order; only few are begun before they are asked for."""
    begun: deque[Work[_Done]] = deque()
    try:
        for part in parts:
            begun.append(readers.begin(_read_part, part))
            if len(begun) > readers.count:
                yield begun.popleft().result()
        while begun:
            yield begun.popleft().result()
    finally:
        for each in begun:
            each.cancel()


def _cut(document: Document, forms: Sequence[JsonForm], span: tuple[int, int], folder: Path) -> list[_Part]:
    """The parts of the list whose first record is at the present place."""
    begin, end = span
    first = document.value()
    keys = tuple(first) if isinstance(first, dict) else ()
    cuts = [begin, *range(begin + PART_BYTES, end, PART_BYTES), end if end < document.size else document.size + 1]
    return [
        _Part(document.path, document.name, tuple(forms), cut, end, folder / f"{begin}_{cut}",
              keys if cut != begin else ())
        for cut, end in pairwise(cuts)
    ]  # fmt: skip


def _put_together(parts: Sequence[_Part], results: Iterable[_Done], tables: Tables) -> tuple[int, bool]:
    """Add the parts up to the end of the list, in order; returns the byte behind it, and whether the list ended."""
    place, is_closed = parts[0].begin, False
    for part, result in zip(parts, results, strict=True):
        if part.end <= place:
            continue  # a record longer than a part ended behind this one
        done = result if result.begin == place else _read_part(part.again(place, {}))
        if done.problem:
            raise SourceError(_read_part(part.again(place, dict(tables.rows))).problem)
        before = sum(tables.rows.values())
        _append(tables, part.forms, done)
        went_on(sum(tables.rows.values()) - before, done.end - place)
        place, is_closed = done.end, done.is_closed
        if is_closed:
            break
    return place, is_closed


def _read_part(part: _Part) -> _Done:
    document = Document(part.path, part.name, stop=part.end)
    begin: int | None = None
    try:
        begin = _start(document, part)
        if begin is None:
            return _Done(None)
        tables = Tables(part.name)
        tables.rows.update(part.rows)
        for form in part.forms:
            tables.begin(form)
        add_records(document, part.forms, tables, SHAPES)
        document.peek()
        return _Done(begin, document.offset(), document.is_closed, *_written(tables, part.target))
    except SourceError as problem:
        return _Done(begin, problem=str(problem))
    finally:
        document.close()


def _start(document: Document, part: _Part) -> int | None:
    """Go to the first record; returns its byte."""
    if not part.keys:
        document.seek(part.begin)
        return part.begin
    document.seek_character(part.begin)
    for at in document.find(_BETWEEN, _MOST_GUESSES):
        record = document.look(at)
        if isinstance(record, dict) and _is_like(tuple(record), part.keys):
            document.go(at)
            return document.offset()
    return None


def _is_like(keys: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    return keys[:1] == wanted[:1] and 2 * len(set(keys) & set(wanted)) > len(wanted)


def _written(tables: Tables, target: Path) -> tuple[dict[str, str], tuple[str, ...]]:
    """(table to its file, tables with blank rows)."""
    files, blank = {}, []
    for number, (table, frames) in enumerate(tables.frames.items()):
        frame = pl.concat(frames)
        if frame.height:
            files[table] = f"{target}_{number}.arrow"
            frame.write_ipc(files[table])
        if has_blank_rows(frame):
            blank.append(table)
    return files, tuple(blank)


def _append(tables: Tables, forms: Sequence[JsonForm], done: _Done) -> None:
    """Add the frames of a part, its row numbers counted on from those before."""
    before = dict(tables.rows)
    for form in forms:
        _append_form(tables, form, done, before, None)


def _append_form(tables: Tables, form: JsonForm, done: _Done, before: dict[str, int], parent: JsonForm | None) -> None:
    if form.table in done.files:
        path = Path(done.files[form.table])
        frame = mapped_frame(path)
        moved = [(pl.col("source_row") + before[form.table]).cast(pl.Int32)]
        if parent is not None:
            moved.append(pl.col(PARENT_ROW) + before[parent.table])
        if form.table not in done.blank:
            tables.files[form.table][len(tables.frames[form.table])] = path
        tables.frames[form.table].append(frame.with_columns(moved))
        tables.rows[form.table] += frame.height
    for child in form.children:
        _append_form(tables, child, done, before, form)
