"""One [[entity]] of a mapping: which rows become which staging table, and how."""

from __future__ import annotations

from collections.abc import Mapping as Dictionary
from dataclasses import replace
from typing import Any

import polars as pl

from etl.mapped.cases import parse_case
from etl.mapped.cell_rules import CELL_KEYS, FILE_KEYS, parse_cell_rules, parse_file_format
from etl.mapped.constants import canonical_word, parse_constant
from etl.mapped.documents import MATCHES, parse_fill_down
from etl.mapped.formula import parse_formula
from etl.mapped.model import DUPLICATES, NUMBER, CellRules, Column, Derived, Entity, Exclusion
from etl.mapped.section import Section, hint
from etl.read.formats import FileFormat
from etl.staging import FLAG, STAGING, TEXT, StagingTable

ENTITY_KEYS = (
    "name", "files", "match", "sheet", "key", "duplicates", "fill_down", "first_row_of", "format", "columns",
    "constants", "derive", "values", "exclude",
)  # fmt: skip
_PLACES = ("header", "join", "any_of", "first_filled", "formula")
COLUMN_KEYS = (*_PLACES, "optional", *CELL_KEYS)

COMPANIONS: dict[str, tuple[str, str, str]] = {
    "ordered_at": ("ordered_at", "order_date", "order_hour"),
    "moved_at": ("moved_at", "movement_date", ""),
    "delivered_at": ("delivered_at", "delivered_date", ""),
    "event_at": ("event_at", "event_date", ""),
    "opened_at": ("opened_at", "opened_date", ""),
    "resolved_at": ("resolved_at", "resolved_date", ""),
    "entered_at": ("entered_at", "entry_date", ""),
    "started_at": ("started_at", "session_date", ""),
}
"""Instant to (instant, business date, hour): one mapped source fills those of the three that are not mapped."""


def parse_entity(section: Section, file_format: FileFormat, rules: CellRules) -> Entity | None:
    """The entity, or None where its table is unknown. Problems are noted in the section."""
    table = STAGING.get(section.text("name") or "")
    if table is None:
        section.wrong(_no_table(section))
        return None
    section.place = f"{section.place} ({table.name})"
    section.only(ENTITY_KEYS)
    form = section.section("format")
    form.only((*FILE_KEYS, *CELL_KEYS))
    rules = parse_cell_rules(form, rules)
    found = parse_file_format(form, file_format)
    sheet = section.text("sheet")
    entity = Entity(
        table, _files(section), sheet, replace(found, sheet=sheet),
        rules, _columns(section.section("columns"), table, rules), _constants(section.section("constants"), table),
        _derived(section.section("derive"), table), _values(section.section("values"), table), _exclusions(section),
        section.texts("key"), section.choice("duplicates", DUPLICATES, "keep"), parse_fill_down(section),
        section.text("first_row_of"), section.choice("match", MATCHES, "name"),
    )  # fmt: skip
    _check_whole(section, entity)
    return entity


def _no_table(section: Section) -> str:
    name = section.raw.get("name")
    if name is None:
        return f'name is missing: which table the rows are, like name = "order_line".{hint("", STAGING)}'
    return f"there is no entity called '{name}'.{hint(str(name), STAGING)}"


def _files(section: Section) -> tuple[str, ...]:
    files = section.texts("files")
    if not files:
        section.wrong('files is missing: globs on file names, like files = ["orders*.csv"].')
    for glob in files:
        if "/" in glob or "\\" in glob:
            section.wrong(f"files has '{glob}'. Globs match file names; leave the folder out.")
    return files


def _known(section: Section, table: StagingTable, name: str) -> bool:
    if name in table.columns:
        return True
    section.wrong(f"{table.name} has no column '{name}'.{hint(name, table.columns)}")
    return False


def _columns(section: Section, table: StagingTable, rules: CellRules) -> tuple[Column, ...]:
    found = [_column(section, name, table, rules) for name in section.raw if _known(section, table, name)]
    if not section.raw:
        section.wrong('no columns. Write lines like order_id = "Order number".')
    return tuple(column for column in found if column is not None)


def _column(section: Section, name: str, table: StagingTable, rules: CellRules) -> Column | None:
    raw = section.raw[name]
    if isinstance(raw, str | list):
        headers = section.texts(name)
        if not headers or not all(headers):
            section.wrong(f"{name} names no header.")
        return Column(name, headers, rules=rules)
    part = section.section(name)
    part.only(COLUMN_KEYS)
    named = [key for key in _PLACES if key in part.raw]
    if len(named) != 1:
        part.wrong(
            "give exactly one of header, join (several headers as one text), any_of (alternatives), "
            "first_filled (alternatives in each row) or formula."
        )
        return None
    optional, cells = bool(part.flag("optional", False)), parse_cell_rules(part, rules)
    if named[0] != "formula":
        headers, place = part.texts(named[0]), named[0]
        return Column(name, headers, place == "any_of", optional, cells, place == "first_filled")
    formula = parse_formula(part, part.text("formula") or "")
    if not isinstance(table.columns[name], pl.Decimal):
        part.wrong("only amounts and quantities can be computed by a formula.")
    return Column(name, formula.headers, False, optional, cells, formula=formula) if formula else None


def _constants(section: Section, table: StagingTable) -> dict[str, Any]:
    return {name: parse_constant(section, table, name) for name in section.raw if _known(section, table, name)}


def _derived(section: Section, table: StagingTable) -> tuple[Derived, ...]:
    found = []
    for name in section.raw:
        if _known(section, table, name):
            part = section.section(name)
            if table.columns[name] not in (TEXT, FLAG):
                part.wrong("only texts and flags can be derived.")
            found.append(_derivation(part, table, name))
    return tuple(found)


def _derivation(part: Section, table: StagingTable, name: str) -> Derived:
    is_flag = table.columns[name] == FLAG
    otherwise = part.raw.get("otherwise", False if is_flag else None)
    if "cases" not in part.raw:
        listed: list[tuple[Section, tuple[str, ...]]] = [(part, ("value", "otherwise", "optional"))]
    else:
        part.only(("cases", "otherwise", "optional"))
        raw = part.raw["cases"] if isinstance(part.raw["cases"], list) else [part.raw["cases"]]
        listed = [(Section(one, f"{part.place}, case {n}", part.problems), ("value",)) for n, one in enumerate(raw, 1)]
    parsed = []
    for case, extra in listed:
        value = case.raw.get("value", True if is_flag else None)
        if value is None or isinstance(value, bool) is not is_flag:
            case.wrong(f"value must be {'true or false' if is_flag else 'a text'}.")
        found = parse_case(case, extra)
        parsed.append(replace(found, value=canonical_word(case, name, value)))
    if otherwise is not None and isinstance(otherwise, bool) is not is_flag:
        part.wrong(f"otherwise must be {'true or false' if is_flag else 'a text'}.")
    return Derived(name, tuple(parsed), canonical_word(part, name, otherwise), bool(part.flag("optional", False)))


def _values(section: Section, table: StagingTable) -> dict[str, Dictionary[str, Any]]:
    found: dict[str, Dictionary[str, Any]] = {}
    for name in section.raw:
        if not _known(section, table, name):
            continue
        part = section.section(name)
        words = {word.strip().lower(): canonical_word(part, name, value) for word, value in part.raw.items()}
        for word, value in words.items():
            if isinstance(value, bool) is not (table.columns[name] == FLAG) or not isinstance(value, str | bool):
                part.wrong(f"'{word}' must become {'true or false' if table.columns[name] == FLAG else 'a text'}.")
        if table.columns[name] not in (TEXT, FLAG):
            part.wrong("only words of texts and flags can be mapped.")
        found[name] = words
    return found


def _exclusions(section: Section) -> tuple[Exclusion, ...]:
    raw = section.raw.get("exclude", [])
    if not isinstance(raw, list):
        section.wrong("exclude must be a list: [[entity.exclude]].")
        return ()
    parts = [Section(one, f"{section.place}, exclude {n}", section.problems) for n, one in enumerate(raw, start=1)]
    found = []
    for part in parts:
        name = part.text("name")
        if name is None:
            part.wrong("name is missing: excluded rows are counted under it.")
        found.append(Exclusion(name or "", (parse_case(part, ("name",)),)))
    return tuple(found)


def _check_whole(section: Section, entity: Entity) -> None:
    """Contradictions between the parts of an entity."""
    mapped = {column.name for column in entity.columns}
    derived = {rule.name for rule in entity.derived}
    for name in sorted(mapped & set(entity.constants)):
        section.wrong(f"{name} is both a column and a constant. Remove one.")
    for name in sorted(derived & (mapped | set(entity.constants))):
        section.wrong(f"{name} is derived and also a column or constant. Remove one.")
    given = filled(entity)
    for name in entity.table.required:
        if name not in given:
            section.wrong(f"{name} is required: give it a column or a constant.")
    _check_documents(section, entity)
    for name in entity.key:
        if name not in given and name != NUMBER:
            section.wrong(f"key names '{name}', which is filled by nothing.{hint(name, sorted(given))}")
    for name in sorted(set(entity.values) - mapped):
        section.wrong(f"values for {name}, but {name} is not among the columns.")


def _check_documents(section: Section, entity: Entity) -> None:
    """Keys about the rows of a document that name nothing."""
    used = {header for column in entity.columns for header in column.headers} | {test.header for test in entity.tests}
    for header in entity.fill_down.columns if entity.fill_down else ():
        if header not in used:
            section.wrong(f"fill_down fills '{header}', which no column uses.{hint(header, sorted(used))}")
    for column in entity.columns:
        if column.formula is not None and column.formula.has_sum and entity.first_row_of is None:
            section.wrong(f"{column.name} adds up over a document: say which with first_row_of.")


def filled(entity: Entity) -> set[str]:
    """Canonical columns that the entity fills, companions of dates included."""
    named = {column.name for column in entity.columns} | set(entity.constants) | {rule.name for rule in entity.derived}
    for group in COMPANIONS.values():
        if named & set(group[:2]):
            named |= {name for name in group if name in entity.table.columns}
    return named
