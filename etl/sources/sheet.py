"""Raw rows of one kind, gathered from all files and sheets of a load.

Used by the sources with a fixed form. Raw text stands under `RAW` + the column's documented name, so that cleaned
values can be added beside it under their staging names and a rejected row can show the cell as it was written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import polars as pl

from etl.source import Origin, RawTable
from portal.errors import SourceError

RAW = "raw:"
_PLACE = ("origin_key", "source_row")


@dataclass(frozen=True)
class Form:
    """How one kind of sheet looks.

    Attributes:
        kind: name of the sheet or file in the source's documentation.
        columns: documented column to the other headers it is known under; headers are compared without case, blanks,
            underscores and hyphens, and the first column found wins.
        required: columns without which the sheet cannot be understood.
        table: staging table its rows are counted under; "unused" when this version does not load it.
    """

    kind: str
    columns: Mapping[str, tuple[str, ...]]
    required: tuple[str, ...] = ()
    table: str = "unused"


@dataclass(frozen=True)
class Sheet:
    """All rows of one kind: text columns `RAW` + documented name (null where absent), origin_key, source_row."""

    form: Form
    frame: pl.DataFrame
    unused_columns: tuple[str, ...] = ()


def squeezed(header: str) -> str:
    """A header as it is compared: lower case, without blanks, underscores and hyphens."""
    return "".join(letter for letter in header.lower() if letter.isalnum())


def raw(column: str) -> pl.Expr:
    """The raw text of a documented column."""
    return pl.col(RAW + column)


def gather_sheets(
    tables: Sequence[RawTable], form_of: Callable[[Origin, Sequence[str]], Form | None]
) -> tuple[dict[str, Sheet], list[tuple[Origin, pl.DataFrame]]]:
    """Sort the raw rows by form.

    Returns:
        (kind to sheet, origins without a form, with their rows).

    Raises:
        SourceError: a sheet lacks a required column; the message names file, sheet, column and the nearest header.
    """
    parts: dict[str, list[Sheet]] = {}
    unknown: list[tuple[Origin, pl.DataFrame]] = []
    for table in tables:
        for form, origins in _by_form(table, form_of):
            keys = [origin.key for origin in origins]
            rows = (
                table.frame if len(keys) == len(table.origins) else table.frame.filter(pl.col("origin_key").is_in(keys))
            )
            if form is None:
                unknown += [(origin, rows.filter(pl.col("origin_key") == origin.key)) for origin in origins]
            else:
                parts.setdefault(form.kind, []).append(_shaped(form, origins[0], rows))
    return {kind: _united(sheets) for kind, sheets in parts.items()}, unknown


def _by_form(
    table: RawTable, form_of: Callable[[Origin, Sequence[str]], Form | None]
) -> list[tuple[Form | None, list[Origin]]]:
    """The origins of a table by their form; thousands of pages of one list are one group."""
    groups: dict[str, tuple[Form | None, list[Origin]]] = {}
    for origin in table.origins:
        form = form_of(origin, table.columns)
        groups.setdefault(form.kind if form else "", (form, []))[1].append(origin)
    return list(groups.values())


def _shaped(form: Form, origin: Origin, rows: pl.DataFrame) -> Sheet:
    headers = [name for name in rows.columns if name not in _PLACE]
    chosen = _match_columns(form, headers)
    for column in form.required:
        if column not in chosen:
            raise SourceError(_missing_column(origin, column, headers))
    absent = [pl.lit(None, pl.String).alias(RAW + column) for column in form.columns if column not in chosen]
    found = [pl.col(header).alias(RAW + column) for column, header in chosen.items()]
    unused = tuple(header for header in headers if header not in chosen.values())
    columns = [RAW + column for column in form.columns]
    frame = rows.select(*found, *_PLACE).with_columns(absent).select(*columns, *_PLACE)
    return Sheet(form, frame, unused)


def _match_columns(form: Form, headers: Sequence[str]) -> dict[str, str]:
    by_squeezed: dict[str, str] = {}
    for header in headers:
        by_squeezed.setdefault(squeezed(header), header)
    chosen: dict[str, str] = {}
    for column, aliases in form.columns.items():
        known = (squeezed(name) for name in (column, *aliases))
        free = [by_squeezed[name] for name in known if name in by_squeezed]
        if free and free[0] not in chosen.values():
            chosen[column] = free[0]
    return chosen


def _missing_column(origin: Origin, column: str, headers: Sequence[str]) -> str:
    place = f"{origin.file_name}, sheet {origin.sheet}" if origin.sheet else origin.file_name
    near = get_close_matches(column, headers, n=1, cutoff=0.5)
    hint = f" Did you mean {near[0]}?" if near else ""
    return f"{place}: there is no column {column}. The header has: {', '.join(headers)}.{hint}"


def _united(sheets: Sequence[Sheet]) -> Sheet:
    unused = tuple(dict.fromkeys(name for sheet in sheets for name in sheet.unused_columns))
    return Sheet(sheets[0].form, pl.concat([sheet.frame for sheet in sheets]), unused)
