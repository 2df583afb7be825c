"""Which files an entity reads, and under which header each mapped column stands in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import fnmatchcase

import polars as pl

from etl.mapped.model import Column, Entity
from etl.source import Origin, RawTable
from portal.errors import SourceError


@dataclass(frozen=True)
class Part:
    """The rows of one raw table that an entity reads.

    Attributes:
        origins: files and sheets, at least one.
        frame: their raw rows.
        headers: header as the mapping writes it → header as the file does; an optional one that is missing is absent.
        unused: headers no part of the entity looks at.
    """

    origins: tuple[Origin, ...]
    frame: pl.DataFrame
    headers: dict[str, str]
    unused: tuple[str, ...]


def match_parts(entity: Entity, tables: Sequence[RawTable]) -> list[Part]:
    """The parts of all raw tables that belong to the entity, headers resolved.

    Raises:
        SourceError: no file matches; a mapped header is missing in a file, with the nearest headers it has; a mapped
            header of one file is missing in another of the same entity, naming both.
    """
    named = [(table, origins) for table in tables if (origins := _origins(entity, table))]
    if not named:
        raise SourceError(_no_file(entity, tables))
    missing = {id(table): missing_headers(entity, table) for table, _ in named}
    fitting = [(table, origins) for table, origins in named if not missing[id(table)]]
    chosen = fitting if entity.match == "header" and fitting else named
    for table, origins in chosen:
        if missing[id(table)]:
            whole = next((others[0] for other, others in chosen if not missing[id(other)]), None)
            raise SourceError(_header_sentence(entity, table, origins[0], missing[id(table)], whole))
    return [_part(entity, table, origins) for table, origins in chosen]


def place(origin: Origin) -> str:
    """The file, and the sheet where there is one."""
    return f"{origin.file_name}, sheet {origin.sheet}" if origin.sheet else origin.file_name


def _origins(entity: Entity, table: RawTable) -> tuple[Origin, ...]:
    return tuple(origin for origin in table.origins if reads(entity, origin))


def reads(entity: Entity, origin: Origin) -> bool:
    """Whether the entity names the file and, for a workbook, the sheet."""
    named = any(fnmatchcase(origin.file_name.lower(), glob.lower()) for glob in entity.files)
    wanted = entity.sheet is None or not origin.sheet or origin.sheet.casefold() == entity.sheet.casefold()
    return named and wanted


def _no_file(entity: Entity, tables: Sequence[RawTable]) -> str:
    names = sorted({place(origin) for table in tables for origin in table.origins})
    shown = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
    wanted = " or ".join(f"'{glob}'" for glob in entity.files) + (f", sheet {entity.sheet}" if entity.sheet else "")
    return f"No file matches {wanted} of entity {entity.table.name}. The files are: {shown or 'none'}."


def folded(header: str) -> str:
    """A header for comparison: trimmed, single blanks, any case."""
    return " ".join(header.split()).casefold()


def find_header(wanted: str, columns: Sequence[str]) -> str | None:
    """The column called `wanted`: exactly, else trimmed and in any case.

    Raises:
        SourceError: two columns differ only in case, and neither is written as `wanted`.
    """
    if wanted in columns:
        return wanted
    found = [column for column in columns if folded(column) == folded(wanted)]
    if len(found) > 1:
        raise SourceError(f"'{wanted}' fits the columns {' and '.join(map(repr, found))}. Write the one that is meant.")
    return found[0] if found else None


def missing_headers(entity: Entity, table: RawTable) -> list[str]:
    """Headers the file must have and has not; of alternatives the first stands for all."""
    wanted: list[str] = []
    for column in entity.columns:
        absent = [header for header in column.headers if find_header(header, table.columns) is None]
        if column.is_choice:
            absent = absent[:1] if len(absent) == len(column.headers) else []
        wanted += [] if column.optional else absent
    lenient = [column for column in entity.columns if column.optional or column.is_choice]
    forgiven = {folded(header) for column in lenient for header in column.headers}
    forgiven |= {
        folded(test.header)
        for rule in entity.derived if rule.optional for case in rule.cases for test in case.tests
    }  # fmt: skip
    asked = (*(test.header for test in entity.tests), *entity.document_headers)
    wanted += [
        header for header in asked if folded(header) not in forgiven and find_header(header, table.columns) is None
    ]
    return list(dict.fromkeys(wanted))


def _header_sentence(
    entity: Entity, table: RawTable, origin: Origin, missing: Sequence[str], whole: Origin | None
) -> str:  # fmt: skip
    """What is missing where, compared with a file of the same entity that has it."""
    names = " and ".join(f"'{name}'" for name in missing)
    noun = "column" if len(missing) == 1 else "columns"
    near = _nearest(missing, [one for one in table.columns if folded(one) not in _used(entity, table)])
    if whole is None:
        return (
            f"{place(origin)} has no {noun} {names}, which the mapping names for {entity.table.name}.{near} "
            f"Its columns are: {', '.join(table.columns)}."
        )
    return (
        f"{place(origin)} has no {noun} {names}, which {place(whole)} has: "
        f"the header changed between the two files.{near} "
        "Give the column any_of = [both headers], or optional = true where the file has no such column."
    )


def _used(entity: Entity, table: RawTable) -> set[str]:
    found = [find_header(header, table.columns) for column in entity.columns for header in column.headers]
    return {folded(header) for header in found if header}


def _nearest(missing: Sequence[str], columns: Sequence[str]) -> str:
    by_fold = {folded(column): column for column in columns}
    near = [by_fold[one] for name in missing for one in get_close_matches(folded(name), list(by_fold), 1, 0.5)]
    return f" Did you mean {' or '.join(repr(one) for one in dict.fromkeys(near))}?" if near else ""


def _part(entity: Entity, table: RawTable, origins: tuple[Origin, ...]) -> Part:
    frame = table.frame
    if len(origins) < len(table.origins):
        frame = frame.filter(pl.col("origin_key").is_in([origin.key for origin in origins]))
    headers: dict[str, str] = {}
    for column in entity.columns:
        headers |= _found(column, table.columns)
    for header in (*(test.header for test in entity.tests), *entity.document_headers):
        headers |= _tested(header, entity, table.columns)
    used = set(headers.values())
    return Part(origins, frame, headers, tuple(name for name in table.columns if name not in used))


def _found(column: Column, columns: Sequence[str]) -> dict[str, str]:
    pairs = [(header, find_header(header, columns)) for header in column.headers]
    present = {header: found for header, found in pairs if found is not None}
    return dict(list(present.items())[:1]) if column.any_of else present


def _tested(header: str, entity: Entity, columns: Sequence[str]) -> dict[str, str]:
    """Where a tested header stands: itself, else the alternative that stands in for it."""
    found = find_header(header, columns)
    for column in entity.columns if found is None else ():
        if column.any_of and folded(header) in {folded(one) for one in column.headers}:
            found = next(iter(_found(column, columns).values()), None)
    return {header: found} if found else {}
