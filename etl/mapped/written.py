"""A mapping as TOML text: what `tomllib` reads back as exactly the same values."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_ORDER = ("name", "currency", "timezone", "mode", "format", "entity")
_ENTITY = ("name", "files", "match", "sheet", "key", "first_row_of", "duplicates", "fill_down", "format", "columns",
           "constants", "derive", "values", "exclude")  # fmt: skip


def write_mapping(raw: Mapping[str, Any]) -> str:
    """TOML text of the raw values of a mapping, its keys in the order of the documentation."""
    lines = [f"{_key(name)} = {_value(raw[name])}" for name in _sorted(raw, _ORDER) if name not in {"format", "entity"}]
    if raw.get("format"):
        lines += ["", "[format]", *_pairs(raw["format"])]
    for entity in raw.get("entity", []):
        lines += ["", "[[entity]]", *_entity(entity)]
    return "\n".join(lines).lstrip("\n") + "\n"


def _entity(entity: Mapping[str, Any]) -> list[str]:
    """Plain values first: what follows a table's header belongs to it."""
    names = _sorted(entity, _ENTITY)
    plain = [name for name in names if not isinstance(entity[name], dict) and name != "exclude"]
    lines = [f"{name} = {_value(entity[name])}" for name in plain]
    for name in names:
        if name in {"derive", "values"}:
            for column, rules in entity[name].items():
                lines += ["", f"[entity.{name}.{_key(column)}]", *_pairs(rules)]
        elif isinstance(entity[name], dict) and entity[name]:
            lines += ["", f"[entity.{name}]", *_pairs(entity[name])]
    for exclusion in entity.get("exclude", []):
        lines += ["", "[[entity.exclude]]", *_pairs(exclusion)]
    return lines


def _sorted(raw: Mapping[str, Any], order: tuple[str, ...]) -> list[str]:
    return sorted(raw, key=lambda name: order.index(name) if name in order else len(order))


def _pairs(table: Mapping[str, Any]) -> list[str]:
    return [f"{_key(name)} = {_value(value)}" for name, value in table.items()]


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int | float | Decimal):
        return str(value)
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return "{ " + ", ".join(_pairs(value)) + " }"
    return f"[{', '.join(_value(one) for one in value)}]"


def _text(value: str) -> str:
    """A basic string: JSON's escapes are TOML's, but for the delete character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
