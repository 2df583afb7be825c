"""Raw tables of OneSoko records, as the reader of JSON gives them: text, one table per list, rows numbered from 1."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from etl.source import Conformed, Origin, RawTable, TenantRules
from etl.sources.onesoko import conform
from etl.sources.onesoko_json import JSON_FORMS

KENYA = TenantRules("KES", "Africa/Nairobi", "KE")
Records = Sequence[Mapping[str, Any]]
_FORMS = {form.table: form for form in JSON_FORMS}


def table_of(name: str, records: Records, key: int = 1, file_name: str = "export.json") -> RawTable:
    """The records of list `name` ("results" for a page) as a raw table of their own origin."""
    form = _FORMS[name]
    rows = [{column: _cell(record, path) for column, path in form.columns.items()} for record in records]
    schema = dict.fromkeys(form.columns, pl.String)
    frame = pl.DataFrame(rows, schema=schema).with_row_index("source_row", offset=1)
    placed = frame.with_columns(pl.lit(key, pl.Int64).alias("origin_key"), pl.col("source_row").cast(pl.Int32))
    return RawTable((Origin(key, f"/data/{file_name}", file_name, name, "0"),), placed)


def tables_of(document: Mapping[str, Records]) -> list[RawTable]:
    """Every list of an export."""
    return [table_of(name, records, key) for key, (name, records) in enumerate(document.items(), 1)]


def conform_document(document: Mapping[str, Records], rules: TenantRules = KENYA) -> Conformed:
    return conform(tables_of(document), rules)


def read_document(path: Path) -> dict[str, list[dict[str, Any]]]:
    document: dict[str, list[dict[str, Any]]] = json.loads(path.read_text(encoding="utf-8"))
    return document


def _cell(record: Mapping[str, Any], path: str) -> str | None:
    value: Any = record
    for step in path.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value)
