"""Any table at all: CSV, TSV, workbook or Parquet files whose columns a mapping explains.

Every raw row of a matched file ends in exactly one place per entity: the staging frame, or the rejects (rejected with
the first rule it broke, or excluded under the name of an exclusion). Nothing here loops over rows.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import polars as pl

from etl.mapped.cells import Reading
from etl.mapped.headers import Part, folded, match_parts, place
from etl.mapped.model import Entity, Mapping
from etl.mapped.rows import conform_part
from etl.source import Conformed, RawTable, Source, TenantRules
from etl.staging import REJECTS, STAGING
from portal.errors import InputError

_SHOWN = 8


def conform(tables: Sequence[RawTable], rules: TenantRules, mapping: Any) -> Conformed:
    """Raw tables to staging frames by `mapping` (an `etl.mapping.Mapping`).

    Raises:
        InputError: there is no mapping.
        SourceError: no file of an entity, or a mapped header that a file does not have.
    """
    if not isinstance(mapping, Mapping):
        raise InputError("The source table needs a mapping file; see docs/mapping.md.", field="mapping")
    frames: dict[str, list[pl.DataFrame]] = {}
    rejects: list[pl.DataFrame] = [pl.DataFrame(schema=REJECTS)]
    read: dict[tuple[int, str], int] = {}
    notes: list[str] = []
    for entity in mapping.entities:
        parts = match_parts(entity, tables)
        for part in parts:
            rows, refused = conform_part(part, entity, _reading(entity, mapping, rules), mapping.currency)
            frames.setdefault(entity.table.name, []).append(rows)
            rejects.append(refused)
            _count(read, part, entity.table.name)
        notes += _unused(entity, parts)
    staged = {name: pl.concat(frames[name], rechunk=False) for name in STAGING if name in frames}
    return Conformed(staged, pl.concat(rejects), read, (*_left_out(tables, {key for key, _ in read}), *notes))


def _reading(entity: Entity, mapping: Mapping, rules: TenantRules) -> Reading:
    """Amounts may only carry signs of their own currency, unless each row names its currency."""
    per_row = any(column.name == "currency" for column in entity.columns)
    stated = entity.constants.get("currency") or mapping.currency or rules.currency
    return Reading(None if per_row else stated, mapping.timezone or rules.timezone, rules.timezone)


def _count(read: dict[tuple[int, str], int], part: Part, table: str) -> None:
    counted = dict(part.frame.group_by("origin_key").len().iter_rows())
    for origin in part.origins:
        key = (origin.key, table)
        read[key] = read.get(key, 0) + counted.get(origin.key, 0)


def _left_out(tables: Sequence[RawTable], read: Collection[int]) -> list[str]:
    unread = [place(origin) for table in tables for origin in table.origins if origin.key not in read]
    return [f"Not named by the mapping, not read: {_listed(unread)}."] if unread else []


def _unused(entity: Entity, parts: Sequence[Part]) -> list[str]:
    names = list({folded(name): name for part in reversed(parts) for name in reversed(part.unused)}.values())[::-1]
    return [f"{entity.table.name}: columns not used: {_listed(names)}."] if names else []


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


SOURCE = Source(
    name="table",
    label="Any table, by mapping",
    provides=tuple(STAGING),
    suffixes=(".csv", ".tsv", ".txt", ".xlsx", ".parquet"),
    conform=conform,
)
