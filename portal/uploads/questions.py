"""What a person still has to decide about a mapping, in words."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any

from etl.mapped.written import write_mapping
from etl.mapping import parse_mapping
from portal.errors import InputError
from portal.uploads.labels import entity_label, field_label

UNDECIDED = "?"
_NOTHING = "Nothing is mapped yet. Say what at least one table is."


def questions_of(text: str) -> tuple[str, ...]:
    """What is undecided; where nothing is, what keeps the mapping from being used; empty when it can be used."""
    raw = tomllib.loads(text)
    if not raw.get("entity"):
        return (_NOTHING,)
    asked = [one for entity in raw["entity"] for one in _of_entity(entity, raw.get("format", {}))]
    if raw.get("currency") == UNDECIDED:
        asked.append("In which currency are the amounts? Choose it.")
    return tuple(asked) or problems_of(text)


def problems_of(text: str) -> tuple[str, ...]:
    """Why a mapping cannot be used, each problem a sentence."""
    try:
        parse_mapping(text, "the mapping")
    except InputError as problem:
        return tuple(line.strip() for line in str(problem).splitlines()[1:]) or (str(problem),)
    return ()


def without_undecided(text: str) -> str:
    """The mapping as far as it is decided: what is open is left out, so that its cells are rejected and seen."""
    raw = tomllib.loads(text)
    return write_mapping({key: _decided(value) for key, value in raw.items() if value != UNDECIDED})


def _decided(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _decided(one) for key, one in value.items() if one != UNDECIDED}
    return [_decided(one) for one in value] if isinstance(value, list) else value


def _of_entity(entity: Mapping[str, Any], top: Mapping[str, Any]) -> list[str]:
    what = entity_label(str(entity.get("name", "")))
    asked = []
    if {**top, **entity.get("format", {})}.get("day_first") == UNDECIDED:
        asked.append(f"{what}: the dates fit two readings. Choose whether the day or the month comes first.")
    for field, column in entity.get("columns", {}).items():
        if isinstance(column, dict) and column.get("day_first") == UNDECIDED:
            asked.append(f"{what}, {field_label(field)}: the dates fit two readings. Choose which number is the day.")
    for field, words in entity.get("values", {}).items():
        open_words = [word for word, meaning in words.items() if meaning == UNDECIDED]
        if open_words:
            shown = ", ".join(f"'{word}'" for word in open_words[:5])
            more = f" and {len(open_words) - 5} more" if len(open_words) > 5 else ""
            asked.append(f"{what}, {field_label(field)}: choose what {shown}{more} mean{'s' * (len(open_words) == 1)}.")
    return asked
