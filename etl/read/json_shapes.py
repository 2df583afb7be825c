"""Which token of a record is which cell: told once for each shape of a record, by the rules for any record.

Machines write records of few shapes: the same keys, the same brackets, and only the values differ. A shape is parsed
by the careful reader with a mark in place of each value, so that what is valid, which keys stand twice, and what a
path leads to is decided in one place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from etl.read.json_columns import Values, as_text, first_list, is_hidden
from etl.read.json_document import scan
from etl.read.json_tokens import DoubtError
from etl.source import JsonForm

_TOKEN = re.compile(r'("(?:[^"\\]|\\.)*")(?=[ \t\n\r]*(:?))|(true|false|0)|([{}\[\]])|null|[,:]|[ \t\n\r]+', re.DOTALL)
_SINGLE = frozenset("{}[],:")
NOTHING = -1
"""In place of a token: there is no value."""

_Places = NDArray[np.int64]


@dataclass(frozen=True)
class Rows:
    """The rows that one record of a shape gives one table; tokens are counted from the record's first.

    Attributes:
        cells: (row, column) to the token of the value; -1 for null.
        ends: (row, column) to the last token of an object or list; -1 for any other value.
        are_exact: (row, column): such an object or list is in the file as it is in the table, but for its values.
        owners: row to the row, of the same record, in the table of the parent form.
    """

    cells: _Places
    ends: _Places
    are_exact: NDArray[np.bool_]
    owners: _Places


def rows_of(shape: str, forms: Sequence[JsonForm]) -> dict[str, Rows]:
    """Table to its rows, for the forms of a list and their children.

    Raises:
        DoubtError: no valid JSON.
    """
    shaped = _Shape(shape)
    return {form.table: rows for top in forms for form, rows in _rows(top, [shaped.record], [0], shaped)}


class _Shape:
    """A shape, parsed.

    Attributes:
        record: has the number of its token, as text, in place of each value.
    """

    def __init__(self, shape: str) -> None:
        self._shape = shape
        self._brackets: list[list[int]] = []
        text = "".join(self._marked())
        try:
            self.record, end = scan(text, 0)
        except (ValueError, StopIteration, RecursionError):
            raise DoubtError from None
        if end != len(text) or not isinstance(self.record, dict):
            raise DoubtError
        found = zip(_containers(self.record), self._brackets, strict=True)
        self._places = {id(container): place for container, place in found}

    def _marked(self) -> Iterator[str]:
        """The shape with the number of its token in place of each value; notes the brackets on the way."""
        number, done = 0, 0
        still_open: list[list[int]] = []
        for found in _TOKEN.finditer(self._shape):
            text, colon, word, bracket = found.groups()
            if found.start() != done or (bracket in ("}", "]") and not still_open):
                raise DoubtError
            done = found.end()
            if bracket in ("{", "["):
                still_open.append([number, found.start()])
                self._brackets.append(still_open[-1])
            elif bracket:
                still_open.pop().extend((number, done))
            yield f'"{number - 1}"' if word else found[0] if colon or not text else f'"{number}"'
            number += 2 if text else int(found[0] in _SINGLE)
        if done != len(self._shape) or still_open:
            raise DoubtError

    def cell(self, value: Any) -> tuple[int, int, bool]:
        """Token, last token and exactness (see `Rows`) of what was found in the record."""
        if value is None:
            return NOTHING, NOTHING, False
        if isinstance(value, str):
            return int(value), NOTHING, False
        first, begin, last, end = self._places[id(value)]
        inner = self._shape[begin:end]
        return first, last, as_text(scan(inner, 0)[0]) == inner


def _containers(value: Any) -> Iterator[Any]:
    """Objects and lists in the order in which they begin."""
    if isinstance(value, dict | list):
        yield value
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _containers(inner)


def _rows(form: JsonForm, records: list[Any], owners: list[int], shaped: _Shape) -> Iterator[tuple[JsonForm, Rows]]:
    values = Values(records)
    if "" not in form.columns.values() and not all(record is None or isinstance(record, dict) for record in records):
        raise DoubtError
    columns = [
        [shaped.cell(None if is_hidden(path) else value) for value in values.at(path)] for path in form.columns.values()
    ]
    cells = np.array(columns, np.int64).reshape(len(columns), len(records), 3).transpose(2, 1, 0)
    yield form, Rows(cells[0], cells[1], cells[2] == 1, np.array(owners, np.int64))
    for child in form.children:
        lists = [first_list(record, child.records) for record in records]
        items = [item for found in lists for item in found]
        yield from _rows(child, items, [row for row, found in enumerate(lists) for _ in found], shaped)
