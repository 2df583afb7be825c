"""Downloads: the tables of a screen, and the rows behind a number, exactly as the screen shows them.

The app notes every answer of a route with the permission EXPORT in the audit trail.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from flask import Response

import callbacks
from callbacks.desk import Desk, open_desk
from callbacks.export_tables import OVERVIEW, Exports, board_tables, facts_of, filter_words
from callbacks.rows import MAX_DOWNLOAD, drilled_words, question_of
from layouts.board import Board
from portal.errors import InputError, UnknownNameError
from portal.exports import ExportColumn, ExportTable, csv_chunks, file_name, xlsx_chunks
from portal.metrics.drill import MAX_PAGE, Page, drill
from portal.metrics.lookup import measure_called
from portal.viewer import Permission
from portal.wiring import Wiring

Asked = dict[str, list[str]]
"""The query of the address."""

LEFT_OUT = "Left out"
"""The fact of a table that is cut off: how many rows are missing."""

_TYPES = {
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx_chunks),
    "csv": ("text/csv; charset=utf-8", csv_chunks),
}


@lru_cache(maxsize=1)
def all_tables() -> Exports:
    """The tables of every screen: those of its board, and what its module says under `EXPORTS`."""
    found = dict(OVERVIEW)
    for each in pkgutil.iter_modules(callbacks.__path__):
        module = importlib.import_module(f"callbacks.{each.name}")
        found |= getattr(module, "EXPORTS", {})
        if isinstance(board := getattr(module, "BOARD", None), Board) and f"{board.name}/parts" not in found:
            found |= board_tables(board)
    return found


def send_table(screen: str, name: str, suffix: str, query: Asked) -> Response:
    """One table of a screen."""
    make = all_tables().get(f"{screen}/{name}")
    if make is None:
        raise UnknownNameError("table", f"{screen}/{name}", all_tables())
    return _send(suffix, query, make)


def send_rows(name: str, suffix: str, query: Asked, where: str = "") -> Response:
    """The rows behind a number."""
    measure_called(name)
    return _send(suffix, query, lambda desk: rows_table(desk, name, where))


def rows_table(desk: Desk, name: str, where: str) -> ExportTable:
    """Every row behind a number, newest first, at most `MAX_DOWNLOAD` of each client."""
    question = question_of(desk, name, where)
    rows: list[list[Any]] = []
    columns: list[str] = []
    left_out = 0
    for tenant in desk.tenants:
        found = drill(question, desk.viewer, tenant, desk.parts.warehouses, Page(0, MAX_PAGE))
        columns, number = list(found.frame.columns), 0
        while len(found.frame):
            page = found.frame.head(MAX_DOWNLOAD - number * MAX_PAGE)
            told = drilled_words(found, page)
            rows += [[tenant.name, *line] for line in told.to_numpy(dtype=object).tolist()]
            number += 1
            if number * MAX_PAGE >= min(found.rows, MAX_DOWNLOAD):
                break
            found = drill(question, desk.viewer, tenant, desk.parts.warehouses, Page(number, MAX_PAGE))
        left_out += max(found.rows - MAX_DOWNLOAD, 0)
    cut = ((LEFT_OUT, f"{left_out:,} older rows; narrow the filters to get them"),) if left_out else ()
    heading = tuple(ExportColumn(label) for label in ("Client", *columns))
    narrowed = (("Narrowed to", "; ".join(map(filter_words, question.filters))),) if where else ()
    return ExportTable(f"Rows of {measure_called(name).label}", heading, rows, (*facts_of(desk), *narrowed, *cut))


def state_of_address(values: Mapping[str, list[str]]) -> dict[str, Any]:
    """The query of the request as a state: one value as text, several as a list."""
    return {name: found[0] if len(found) == 1 else found for name, found in values.items()}


def _send(suffix: str, query: Asked, make: Callable[[Desk], ExportTable]) -> Response:
    if suffix not in _TYPES:
        raise InputError("Tables come as xlsx or csv.", field="format")
    desk = open_desk(state_of_address(query), Permission.EXPORT)
    if not desk.tenants:
        raise InputError("Nothing has been loaded yet, so there is nothing to download.", field="tenant")
    table = make(desk)
    kind, chunks = _TYPES[suffix]
    whose = desk.tenants[0].name if len(desk.tenants) == 1 else "all clients"
    cut = f"first {MAX_DOWNLOAD}" if any(label == LEFT_OUT for label, _ in table.facts) else ""
    name = file_name(whose, table.title, cut)
    disposition = f"attachment; filename*=UTF-8''{quote(f'{name}.{suffix}')}"
    return Response(chunks(table), headers={"Content-Disposition": disposition}, content_type=kind)


def register(app: Wiring) -> None:
    """Wire the downloads."""
    app.route("/export/rows/<name>.<suffix>", permission=Permission.EXPORT)(send_rows)
    app.route("/export/<screen>/<name>.<suffix>", permission=Permission.EXPORT)(send_table)
