"""The tables of an upload with what a mapping makes of them, column by column and with the evidence."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from etl.dates import day_leads
from etl.mapped.evidence import sample
from etl.mapped.guess import guess_columns
from etl.mapped.headers import folded, place
from etl.mapped.synonyms import fit
from etl.signatures import KnownTable
from etl.source import RawTable
from etl.staging import STAGING
from portal.uploads.labels import entity_label, field_label
from portal.uploads.model import ColumnFound, TableFound
from portal.uploads.proposal import reads
from portal.uploads.questions import UNDECIDED
from portal.uploads.reading import beginning

_FEW = 40
_SURE = {"saved": "approved for an earlier file", "ready-made": "from the ready-made mapping"}


@dataclass(frozen=True)
class _Seen:
    """A raw table, its number in the upload, and what was looked up in it once."""

    number: int
    table: RawTable
    guesses: dict[str, dict[str, str]]
    words: dict[str, tuple[str, ...]]


def described_by_mapping(tables: Sequence[RawTable], text: str, kind: str) -> tuple[TableFound, ...]:
    """Every table with each entity that reads it; one that none reads is left out."""
    raw = tomllib.loads(text)
    found: list[TableFound] = []
    for number, table in enumerate(tables, start=1):
        seen = _Seen(number, table, guess_columns(beginning(table)), _words(table))
        mine = [
            (place_, entity)
            for place_, entity in enumerate(raw.get("entity", []), start=1)
            if any(reads(entity, origin.file_name, origin.sheet) for origin in table.origins)
        ]
        found += [_table(seen, entity_number, {**entity, "top": raw.get("format", {})}, kind)
                  for entity_number, entity in mine or [(0, {})]]  # fmt: skip
    return tuple(found)


def described_by_source(tables: Sequence[RawTable], known: Sequence[KnownTable], label: str) -> tuple[TableFound, ...]:
    """Every table as a source with a form of its own knows it."""
    by_key = {one.origin.key: one for one in known}
    found = []
    for number, table in enumerate(tables, start=1):
        mine = next((by_key[origin.key] for origin in table.origins if origin.key in by_key), None)
        entity = mine.table if mine and mine.table in STAGING else ""
        why = f"{label} calls it {mine.kind}." if mine else f"{label} decides by its content."
        columns = tuple(_known_column(table, header, mine) for header in table.columns)
        found.append(
            TableFound(f"{number}.0", _place(table), table.origins[0].file_name, table.origins[0].sheet,
                       table.frame.height, entity, entity_label(entity) if mine else "", 1.0 if mine else 0.0, why,
                       columns)
        )  # fmt: skip
    return tuple(found)


def _known_column(table: RawTable, header: str, known: KnownTable | None) -> ColumnFound:
    said = known.columns.get(header, "") if known else ""
    why = f"known as {said}" if said else "not a column that is used"
    return ColumnFound(header, said, said, "", 1.0 if said else 0.0, why if known else "", _samples(table, header))


def _table(seen: _Seen, number: int, entity: Mapping[str, Any], kind: str) -> TableFound:
    table, name = seen.table, str(entity.get("name", ""))
    fields = headers_of(entity)
    columns = tuple(_column(seen, header, fields.get(folded(header), ""), entity, kind) for header in table.columns)
    sure = [column.confidence for column in columns if column.field]
    confidence = round(sum(sure) / len(sure), 2) if sure else 0.0
    form = {**entity.get("top", {}), **entity.get("format", {})}
    undecided = "Which number of a date such as 03/02/2026 is the day?" if form.get("day_first") == UNDECIDED else ""
    why = _SURE.get(kind) or (f"{len(sure)} of {len(columns)} columns fit" if name else "no kind of table fits")
    return TableFound(
        f"{seen.number}.{number}", _place(table), table.origins[0].file_name, table.origins[0].sheet,
        table.frame.height, name, entity_label(name), confidence, why, columns, seen.words, seen.guesses, undecided,
    )  # fmt: skip


def _column(seen: _Seen, header: str, field: str, entity: Mapping[str, Any], kind: str) -> ColumnFound:
    samples = _samples(seen.table, header)
    if not field:
        return ColumnFound(header, samples=samples, label=field_label(""))
    spec = entity["columns"].get(field)
    undecided = "Which number is the day?" if isinstance(spec, dict) and spec.get("day_first") == UNDECIDED else ""
    if kind in _SURE:
        confidence, why = 1.0, _SURE[kind]
    else:
        fits = fit(header, field)
        confidence = min(fits, 100) / 100 if fits else 0.5
        why = f"the header says {field_label(field).lower()}" if fits >= 95 else "header and values together suggest it"
    return ColumnFound(header, field, field_label(field), _written(entity, field), confidence, why, samples, undecided)


def headers_of(entity: Mapping[str, Any]) -> dict[str, str]:
    """Folded header to the canonical column that a raw [[entity]] makes of it."""
    found: dict[str, str] = {}
    for field, spec in entity.get("columns", {}).items():
        for header in spec_headers(spec):
            found.setdefault(folded(header), field)
    return found


def spec_headers(spec: Any) -> list[str]:
    """The headers that one line of [entity.columns] names; none for a formula."""
    if isinstance(spec, dict):
        spec = next((spec[key] for key in ("header", "join", "any_of", "first_filled") if key in spec), [])
    return [spec] if isinstance(spec, str) else [str(one) for one in spec]


def _written(entity: Mapping[str, Any], field: str) -> str:
    """How the values of a column are written, in words."""
    table = STAGING.get(str(entity.get("name", "")))
    dtype = table.columns.get(field) if table else None
    spec = entity["columns"][field]
    form = {**entity.get("top", {}), **entity.get("format", {}), **(spec if isinstance(spec, dict) else {})}
    if isinstance(dtype, pl.Date | pl.Datetime):
        return _date_words(form)
    if isinstance(dtype, pl.Decimal):
        return "numbers like 1.299,50" if form.get("decimal_comma") else "numbers like 1,299.50"
    return ""


def _date_words(form: Mapping[str, Any]) -> str:
    formats = form.get("dates", [])
    leads = {day_leads(one) for one in ([formats] if isinstance(formats, str) else formats)} - {None}
    if isinstance(form.get("day_first"), bool):
        leads = {form["day_first"]}
    return "dates" if len(leads) != 1 else "day/month/year" if True in leads else "month/day/year"


def _samples(table: RawTable, header: str) -> tuple[str, ...]:
    return tuple(str(value)[:200] for value in sample(table.frame[header].head(2_000)).head(3))


def _words(table: RawTable) -> dict[str, tuple[str, ...]]:
    """Header to all its values, where they are few."""
    found = {}
    for header in table.columns:
        values = table.frame[header].drop_nulls().unique()
        if 0 < len(values) <= _FEW:
            found[header] = tuple(dict.fromkeys(text for value in values.sort() if (text := str(value).strip())))
    return found


def _place(table: RawTable) -> str:
    more = f" and {len(table.origins) - 1} more" if len(table.origins) > 1 else ""
    return place(table.origins[0]) + more
