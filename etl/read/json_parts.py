"""One large JSON list read by several processes at once.

The list is cut at bytes, not at records: each process goes on from its cut to the first place that looks like the
begin of a record, reads from there to the first record behind the next cut, and tells where it began and ended. A part
counts only where it began exactly where the one before it ended, which parsing from the begin of the list would show,
too; any other is read again from the right place. So a wrong guess costs time and never a row.
"""

from __future__ import annotations

import ctypes
import gc
import os
import re
import signal
import sys
from collections import deque
from collections.abc import Generator, Iterable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path

import polars as pl

from etl.read.json_columns import PARENT_ROW, Tables
from etl.read.json_document import Document
from etl.read.json_records import Shapes, add_records
from etl.read.spool import mapped_frame
from etl.source import JsonForm
from portal.errors import SourceError

PART_BYTES = 8 << 20
"""Small, because what is read of parts behind the end of the list is read for nothing."""
_BETWEEN = re.compile(r"\}[ \t\n\r]*,[ \t\n\r]*(?=\{)")
_MOST_GUESSES = 2_000
_SHAPES: Shapes = {}
"""What a process has learned of the shapes of records."""
_DIE_WITH_PARENT = 1


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

    files: table to the Arrow file of its frame; problem: why it stopped.
    """

    begin: int | None
    end: int = 0
    is_closed: bool = False
    files: dict[str, str] = field(default_factory=dict)
    problem: str = ""


class Readers:
    """The processes that read parts of a document's lists; they are started when they are first wanted.

    shapes: what this process knows of the shapes of records.
    """

    def __init__(self, shapes: Shapes) -> None:
        self.shapes = shapes
        self._count = min(os.cpu_count() or 1, 8)
        self._pool: ProcessPoolExecutor | None = None

    def close(self) -> None:
        """End the processes."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def done(self, parts: Sequence[_Part]) -> Generator[_Done, None, None]:
        """What was read of each part, in order; only few are begun before they are asked for."""
        self._pool = self._pool or ProcessPoolExecutor(self._count, get_context("spawn"), _set_up)
        begun: deque[Future[_Done]] = deque()
        try:
            for part in parts:
                begun.append(self._pool.submit(_read_part, part))
                if len(begun) > self._count:
                    yield begun.popleft().result()
            while begun:
                yield begun.popleft().result()
        finally:
            for each in begun:
                each.cancel()


def read_in_parts(
    document: Document, forms: Sequence[JsonForm], tables: Tables, folder: Path, readers: Readers
) -> None:
    """Read the list at the present place of a document, inside it, into `tables`, and go behind it."""
    document.peek()
    begin = document.offset()
    first = document.value()
    keys = tuple(first) if isinstance(first, dict) else ()
    cuts = [begin, *range(begin + PART_BYTES, document.size, PART_BYTES), document.size + 1]
    path = document.path
    parts = [
        _Part(path, document.name, tuple(forms), cut, end, folder / f"{begin}_{cut}", keys if cut != begin else ())
        for cut, end in pairwise(cuts)
    ]
    results = readers.done(parts)
    document.seek(_put_together(parts, results, tables))
    results.close()


def _put_together(parts: Sequence[_Part], results: Iterable[_Done], tables: Tables) -> int:
    """Add the parts up to the end of the list, in order; returns the byte behind it."""
    place = parts[0].begin
    for part, result in zip(parts, results, strict=True):
        if part.end <= place:
            continue  # a record longer than a part ended behind this one
        done = result if result.begin == place else _read_part(part.again(place, {}))
        if done.problem:
            raise SourceError(_read_part(part.again(place, dict(tables.rows))).problem)
        _append(tables, part.forms, done)
        place = done.end
        if done.is_closed:
            break
    return place


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
        add_records(document, part.forms, tables, _SHAPES)
        document.peek()
        return _Done(begin, document.offset(), document.is_closed, _written(tables, part.target))
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


def _written(tables: Tables, target: Path) -> dict[str, str]:
    files = {}
    for number, (table, frames) in enumerate(tables.frames.items()):
        files[table] = f"{target}_{number}.arrow"
        pl.concat(frames).write_ipc(files[table])
    return files


def _append(tables: Tables, forms: Sequence[JsonForm], done: _Done) -> None:
    """Add the frames of a part, its row numbers counted on from those before."""
    before = dict(tables.rows)
    for form in forms:
        _append_form(tables, form, done, before, None)


def _append_form(tables: Tables, form: JsonForm, done: _Done, before: dict[str, int], parent: JsonForm | None) -> None:
    frame = mapped_frame(Path(done.files[form.table]))
    moved = [(pl.col("source_row") + before[form.table]).cast(pl.Int32)]
    if parent is not None:
        moved.append(pl.col(PARENT_ROW) + before[parent.table])
    tables.frames[form.table].append(frame.with_columns(moved))
    tables.rows[form.table] += frame.height
    for child in form.children:
        _append_form(tables, child, done, before, form)


def _set_up() -> None:
    """Should the limited process be stopped, its helpers end, too; limits are inherited. See `etl.read.child.main`."""
    gc.disable()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
