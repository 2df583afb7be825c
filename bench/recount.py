"""How many rows a file has, counted in the plainest way, for the files where that is beyond doubt."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from etl.source import JsonForm, RawTable


def miscounted(files: Path, sound: Path, tables: Sequence[RawTable], forms: Sequence[JsonForm]) -> list[str]:
    """Files of which other than all rows were read.

    Args:
        files: the folder that was read.
        sound: the same folder undamaged.
        tables: what reading gave.
        forms: what is read from its JSON files.
    """
    found: Counter[tuple[str, str]] = Counter()
    for table in tables:
        origins = {origin.key: origin for origin in table.origins}
        for key in table.frame["origin_key"].to_list():
            found[origins[key].file_name, origins[key].sheet] += 1
    counted = [*_lines(files, sound), *_records(files, forms)]
    return [
        f"{name} {sheet} has {count} rows, {found[name, sheet]} were read"
        for name, sheet, count in counted if found[name, sheet] != count
    ]  # fmt: skip


def _lines(files: Path, sound: Path) -> Iterator[tuple[str, str, int]]:
    """CSV files in UTF-8 with an undamaged header and nothing quoted: lines that hold something."""
    for path in sorted(files.glob("*.csv")):
        try:
            lines = path.read_bytes().decode().split("\n")
        except UnicodeDecodeError:
            continue
        header = (sound / path.name).read_text(encoding="utf-8").split("\n")[0]
        if lines[0] == header and not any(odd in line for line in lines for odd in '"\0\r\ufeff'):
            yield path.name, "", sum(bool(line.replace(",", "").strip()) for line in lines[1:])


def _records(files: Path, forms: Sequence[JsonForm]) -> Iterator[tuple[str, str, int]]:
    """JSON documents: the lists that hold nothing but records, without empty ones."""
    for path in sorted(files.glob("*.json")):
        try:
            document = json.loads(path.read_bytes())
        except (UnicodeDecodeError, json.JSONDecodeError):
            continue
        for form in forms:
            listed = next((one for one in (_at(document, where) for where in form.records) if one is not None), None)
            if isinstance(listed, list) and all(isinstance(one, dict) and _says(one, form) for one in listed):
                yield path.name, form.table, len(listed)


def _at(document: Any, where: str) -> Any:
    for name in where.split(".") if where else ():
        document = document.get(name) if isinstance(document, dict) else None
    return document


def _says(record: dict[str, Any], form: JsonForm) -> bool:
    """Whether some column of the record is certain to hold something."""
    return any(isinstance(_at(record, where), int | float) for where in form.columns.values()) or any(
        isinstance(told := _at(record, where), str) and bool(told.strip(" \0\ufeff")) for where in form.columns.values()
    )
