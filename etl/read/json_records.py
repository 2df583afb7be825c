"""The records of a JSON list to frames: many at once by their shapes, one by one where that is in doubt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from etl.read.formats import MAX_CELL_BYTES
from etl.read.json_columns import BATCH, PARENT_ID, PARENT_ROW, Tables, as_text
from etl.read.json_document import Document, scan
from etl.read.json_shapes import NOTHING, Rows, rows_of
from etl.read.json_tokens import DoubtError
from etl.read.json_window import Records, find_records
from etl.source import JsonForm

WINDOW = 2 << 20
"""Most bytes that are looked at together."""
_SHORT = 8
"""A document of so many windows begins each list with an eighth of one, because there may be many short ones."""
SMALLEST = 32 << 10
"""Fewer bytes are read sooner one by one."""
_MOST_SHAPES = 20_000

_EMPTY = pl.Series([None], dtype=pl.String)
_Places = NDArray[np.int64]


Shapes = dict[tuple[str, ...], dict[str, dict[str, Rows]]]
"""Tables to the shapes of records that give them, and what each gives; worth keeping from file to file."""


def add_records(document: Document, forms: Sequence[JsonForm], tables: Tables, shapes: Shapes) -> None:
    """Add the records from the present place, one of them, up to the document's stop or behind the end of the list.

    Raises:
        SourceError: what is there is not JSON, or not a list of records.
    """
    reader = Reader(forms, tables, shapes)
    place, size = document.offset(), WINDOW if document.size < _SHORT * WINDOW else WINDOW >> 3
    while not document.is_closed and place < document.stop:
        window = document.bytes_at(place, size)
        size = min(2 * size, WINDOW)
        try:
            if len(window) < SMALLEST:
                raise DoubtError
            found = find_records(window, document.stop - place)
            reader.add(found)
        except DoubtError:
            place = _add_one_by_one(document, place, place + len(window), reader)
        else:
            place += found.end
            document.is_closed = found.is_closed
    document.seek(place)


def _add_one_by_one(document: Document, place: int, end: int, reader: Reader) -> int:
    """Add records up to about byte `end`; returns where the next one begins."""
    document.seek(place)
    is_going = True
    while is_going and place < end:
        records = document.batch(BATCH)
        for form in reader.forms:
            reader.tables.add(form, records)
        place = document.offset()
        is_going = bool(records) and not document.is_closed
    return place


@dataclass(frozen=True)
class _Group:
    """Records of one shape: their numbers, and what each gives to every table."""

    records: _Places
    rows: dict[str, Rows]


@dataclass(frozen=True)
class _Grid:
    """One table: its cells as in `Rows`, row to row of the parent's grid, record to its first row."""

    cells: _Places
    ends: _Places
    are_exact: NDArray[np.bool_]
    owners: _Places
    offsets: _Places


class Reader:
    """Makes rows of `tables` out of the records of a list; what it learns of their shapes it adds to `shapes`."""

    def __init__(self, forms: Sequence[JsonForm], tables: Tables, shapes: Shapes) -> None:
        self.forms = forms
        self.tables = tables
        self._known = shapes.setdefault(tuple(form.table for form in forms), {})

    def add(self, found: Records) -> None:
        """Add all records of a window, or none.

        Raises:
            DoubtError: the same rows cannot be promised, or there are too many shapes to be quick.
        """
        groups = self._groups(found)
        frames = [each for form in self.forms for each in self._frames(found, groups, form, None)]
        for form, frame in frames:
            self.tables.put(form, frame)

    def _groups(self, found: Records) -> list[_Group]:
        listed = pl.DataFrame({"shape": found.shapes}).with_row_index("record").group_by("shape").agg("record")
        unknown = [shape for shape in listed["shape"] if shape not in self._known]
        if len(unknown) > len(found.first) // 8 + 16:
            raise DoubtError
        if len(self._known) > _MOST_SHAPES:
            self._known.clear()
            unknown = listed["shape"].to_list()
        self._known.update((shape, rows_of(shape, self.forms)) for shape in unknown)
        return [
            _Group(records.to_numpy().astype(np.int64), self._known[shape])
            for shape, records in zip(listed["shape"], listed["record"], strict=True)
        ]

    def _frames(
        self, found: Records, groups: Sequence[_Group], form: JsonForm, parent: tuple[JsonForm, _Grid, pl.Series] | None
    ) -> list[tuple[JsonForm, pl.DataFrame]]:
        """The frame of a form and those of its children."""
        grid = _laid_out(found, groups, form.table, parent[1] if parent else None)
        count = len(grid.owners)
        columns = [_column(found, name, grid, at) for at, name in enumerate(form.columns)]
        ids = columns[0] if columns else pl.Series([None] * count, dtype=pl.String)
        first = self.tables.rows[form.table] + 1
        if parent is not None:
            above, _, above_ids = parent
            columns.append(pl.Series(PARENT_ROW, grid.owners + self.tables.rows[above.table] + 1))
            columns.append(above_ids.gather(grid.owners).alias(PARENT_ID))
        columns.append(pl.int_range(first, first + count, dtype=pl.Int32, eager=True).alias("source_row"))
        below = [self._frames(found, groups, child, (form, grid, ids)) for child in form.children]
        return [(form, pl.DataFrame(columns)), *(each for frames in below for each in frames)]


def _laid_out(found: Records, groups: Sequence[_Group], table: str, parent: _Grid | None) -> _Grid:
    """The rows of a table in the order of the records."""
    counts = np.zeros(len(found.first), np.int64)
    for group in groups:
        counts[group.records] = len(group.rows[table].owners)
    offsets = np.cumsum(counts) - counts
    size = int(counts.sum()), groups[0].rows[table].cells.shape[1]
    grid = _Grid(np.empty(size, np.int64), np.full(size, NOTHING), np.zeros(size, np.bool_),
                 np.zeros(size[0], np.int64), offsets)  # fmt: skip
    for group in groups:
        rows = group.rows[table]
        if not len(rows.owners):
            continue
        places = offsets[group.records][:, None] + np.arange(len(rows.owners))
        first = found.first[group.records][:, None, None]
        grid.cells[places] = np.where(rows.cells == NOTHING, NOTHING, first + rows.cells)
        if (rows.ends != NOTHING).any():
            grid.ends[places] = np.where(rows.ends == NOTHING, NOTHING, first + rows.ends)
            grid.are_exact[places] = rows.are_exact
        if parent is not None:
            grid.owners[places] = parent.offsets[group.records][:, None] + rows.owners
    return grid


def _column(found: Records, name: str, grid: _Grid, at: int) -> pl.Series:
    """One column of a grid as text; empty text is null."""
    cells, ends = grid.cells[:, at], grid.ends[:, at]
    if (cells == NOTHING).all():
        return _EMPTY.new_from_index(0, len(cells)).alias(name)
    nested = np.flatnonzero(ends != NOTHING)
    column = found.values(np.where(ends == NOTHING, cells, NOTHING)).alias(name)
    if len(found.escaped):
        is_escaped = pl.Series(found.escaped[cells] & (cells != NOTHING) & (ends == NOTHING))
        column = _replaced(column, is_escaped, lambda text: f'"{text}"')
    if len(nested):
        spans, has_other = found.spans(cells[nested], ends[nested])
        is_other = has_other | ~pl.Series(grid.are_exact[nested, at])
        column = column.scatter(pl.Series(nested), _replaced(spans, is_other, str))
    may_be_long = len(nested) or found.longest > MAX_CELL_BYTES
    if may_be_long and (column.str.len_bytes().max() or 0) > MAX_CELL_BYTES:  # type: ignore[operator]
        raise DoubtError
    return column


def _replaced(column: pl.Series, is_other: pl.Series, value: Callable[[str], str]) -> pl.Series:
    """The column with some of its cells told by the careful reader, from what `value` makes of them."""
    places = is_other.arg_true()
    if not len(places):
        return column
    texts = column.gather(places)
    told = {text: as_text(scan(value(text), 0)[0]) for text in texts.unique()}
    try:
        return column.scatter(places, pl.Series([told[text] for text in texts], dtype=pl.String))
    except UnicodeEncodeError:
        raise DoubtError from None  # half a character
