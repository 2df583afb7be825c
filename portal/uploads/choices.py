"""What can be chosen for an upload: entities, fields, formats, words, and what is chosen now."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

import polars as pl

from etl.mapped.entity import COMPANIONS
from etl.mapped.headers import folded
from etl.read.formats import TEXT_SUFFIXES
from etl.staging import STAGING
from portal.uploads.date_order import date_order, listed
from portal.uploads.described import headers_of
from portal.uploads.labels import (
    DATE_ORDERS,
    MODES,
    entity_options,
    field_label,
    field_options,
    word_options,
)
from portal.uploads.layout import stated
from portal.uploads.model import Choice, ColumnFields, Fields, Recognition, TableFields, TableFound
from portal.uploads.proposal import reads
from portal.uploads.questions import UNDECIDED, questions_of
from portal.uploads.rules import computed, excluded


def fields(recognition: Recognition, choice: Choice | None = None) -> Fields:
    """Everything that can be chosen, with what is chosen now.

    Args:
        recognition: of the upload.
        choice: what is chosen; None: what was recognised.

    Raises:
        InputError: the mapping of the choice is not TOML.
    """
    chosen = choice or recognition.choice
    raw = tomllib.loads(chosen.mapping or "")
    problems = questions_of(chosen.mapping) if chosen.mapping is not None else ()
    return Fields(
        chosen.source, recognition.sources, entity_options(),
        tuple(_table(table, raw) for table in chosen_tables(recognition, raw)) if chosen.mapping is not None else (),
        str(raw.get("currency", "")).replace(UNDECIDED, ""), str(raw.get("timezone", "")),
        str(raw.get("mode", "replace")), MODES, DATE_ORDERS, problems,
    )  # fmt: skip


def chosen_tables(recognition: Recognition, raw: Mapping[str, Any]) -> list[tuple[TableFound, int]]:
    """Each table of the upload with the number of each [[entity]] that reads it; 0 where none does."""
    tables = {table.key.partition(".")[0]: table for table in reversed(recognition.tables)}
    found: list[tuple[TableFound, int]] = []
    for table in (tables[number] for number in sorted(tables, key=int)):
        entities = enumerate(raw.get("entity", []), start=1)
        mine = [number for number, entity in entities if reads(entity, table.file_name, table.sheet)]
        found += [(table, number) for number in mine or [0]]
    return found


def _table(place: tuple[TableFound, int], raw: Mapping[str, Any]) -> TableFields:
    table, number = place
    entity: Mapping[str, Any] = raw["entity"][number - 1] if number else {}
    name = str(entity.get("name", ""))
    form = {**raw.get("format", {}), **entity.get("format", {})}
    suffix = PurePosixPath(table.file_name).suffix.lower()
    return TableFields(
        f"{table.key.partition('.')[0]}.{number}", table.place, name,
        tuple(_column(column.header, table, entity, form) for column in table.columns), field_options(name),
        tuple(field_label(one) for one in _missing(entity)),
        {field: _shown(value) for field, value in entity.get("constants", {}).items()},
        date_order(form), bool(form.get("decimal_comma")), listed(entity.get("files", [])), excluded(entity),
        computed(entity), {key: str(value) for key, value in stated(raw, entity).items()},
        suffix in TEXT_SUFFIXES, suffix in {*TEXT_SUFFIXES, ".xlsx"},
    )  # fmt: skip


def _column(header: str, table: TableFound, entity: Mapping[str, Any], form: Mapping[str, Any]) -> ColumnFields:
    name, field = str(entity.get("name", "")), headers_of(entity).get(folded(header), "")
    spec = entity.get("columns", {}).get(field, {})
    dtype = STAGING[name].columns.get(field) if name in STAGING else None
    is_date = isinstance(dtype, pl.Date | pl.Datetime)
    order = date_order({**form, **(spec if isinstance(spec, dict) else {})}) if is_date else None
    options = word_options(name, field)
    if options is None:
        return ColumnFields(header, field, order)
    said = {str(word).lower(): _shown(value) for word, value in entity.get("values", {}).get(field, {}).items()}
    known = {option.value for option in options}
    words = dict.fromkeys([*table.words.get(header, ()), *entity.get("values", {}).get(field, {})])
    meant = {word: said.get(word.lower(), _own_word(word, known)) for word in words}
    return ColumnFields(header, field, order, {word: value if value in known else "" for word, value in meant.items()},
                        options)  # fmt: skip


def _own_word(word: str, known: set[str]) -> str:
    """A word that is ours already needs no mapping."""
    spelled = "_".join(word.lower().replace("-", " ").split())
    return spelled if spelled in known else ""


def _missing(entity: Mapping[str, Any]) -> list[str]:
    """Fields a row must have that nothing fills."""
    table = STAGING.get(str(entity.get("name", "")))
    if table is None:
        return []
    given = {name for part in ("columns", "constants", "derive") for name in entity.get(part, {})}
    for group in COMPANIONS.values():
        if given & set(group[:2]):
            given |= set(group)
    return [name for name in table.required if name not in given]


def _shown(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
