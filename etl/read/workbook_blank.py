"""A copy of a workbook without the content of its secret columns.

A secret could survive in comments, pivot caches, formulas, document properties or shared texts. So the copy is a new
package of nothing but worksheets, styles and shared texts. A sheet without formulas and without secret columns is taken
over as it is, packed; of the others the rows are written again without formulas and without the secret cells, piece by
piece; a shared text that no cell shows any more is emptied. Where a sheet is not written in a usual way, all sheets are
written anew, each cell as the text that reading it would give.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import xlsxwriter

from etl.read.formats import FileFormat
from etl.read.header import column_names, header_row
from etl.read.secret_columns import is_secret
from etl.read.sheet_tags import NotPlainError
from etl.read.workbook import Sheet, read_sheets, read_tops
from etl.read.workbook_cells import Cells, secret_cells
from etl.read.workbook_copy import copy_workbook
from portal.errors import SourceError

_SEARCHED = 100


def blank_workbook(path: Path, name: str, target: Path) -> list[str]:
    """Write the copy; returns the headers of the blanked columns, [] (and no copy) where there is none.

    Raises:
        SourceError: the workbook is damaged; a cell is too long for Excel.
    """
    tops = {sheet.name: sheet for sheet in read_tops(path, name, _SEARCHED)}
    secrets = {sheet: found for sheet, top in tops.items() if (found := _secret_columns(top))}
    names: list[str] = []
    for found in secrets.values():
        for cells in found.values():
            names += [each for each in column_names(list(cells.values()), name) if each not in names]
    single, called = secret_cells(path, name, tops, _SEARCHED)
    if names or called:
        columns = {sheet: _places(tops[sheet], found) for sheet, found in secrets.items()}
        try:
            copy_workbook(path, target, columns, single)
        except NotPlainError:
            _write_anew(path, name, target, single)
    return [*names, *called]


def _secret_columns(top: Sheet) -> dict[int, dict[int, str]]:
    """Row of the title or header, from 0 for the first row of `top`, to the columns it calls secret, and how."""
    rows = top.top(_SEARCHED)
    named = {
        number: {column: cell for column, cell in enumerate(row) if is_secret(cell)}
        for number, row in enumerate(rows[: header_row(rows)])
    }
    return {number: cells for number, cells in named.items() if cells}


def _places(top: Sheet, found: Mapping[int, Mapping[int, str]]) -> dict[int, int]:
    """Secret column to the row of the sheet, from 0, below which its cells are secret."""
    below: dict[int, int] = {}
    for number, cells in found.items():
        for column in cells:
            below.setdefault(column, top.first - 1 + number)
    return below


def _write_anew(path: Path, name: str, target: Path, cells_of: Mapping[str, Cells]) -> None:
    """Every cell as text where it stood, but those that are secret."""
    with xlsxwriter.Workbook(target, {"constant_memory": True, "tmpdir": str(target.parent)}) as book:
        for sheet, _ in read_sheets(path, name, [FileFormat()]):
            page = book.add_worksheet(sheet.name)
            for at, cells in _kept(sheet, cells_of.get(sheet.name, frozenset())):
                for column, cell in cells:
                    if page.write_string(at, column, cell) != 0:
                        raise SourceError(f"{name}, sheet {sheet.name}, row {at + 1}: a cell is too long for Excel.")


def _kept(sheet: Sheet, secrets: Cells) -> Iterator[tuple[int, list[tuple[int, str]]]]:
    """Row from 0 and its filled cells that are not secret."""
    below = _places(sheet, _secret_columns(sheet))
    columns: Sequence[int] = [int(column) for column in sheet.frame.columns]
    for at, row in enumerate(sheet.frame.iter_rows(), start=sheet.first - 1):
        filled = zip(columns, row, strict=True)
        yield (
            at,
            [
                (column, cell)
                for column, cell in filled
                if cell and at <= below.get(column, at) and (at, column) not in secrets
            ],
        )
