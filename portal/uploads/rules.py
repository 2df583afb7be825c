"""What is chosen behind "More choices": rows that a named rule leaves out, and fields that are computed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from etl.staging import STAGING
from portal.errors import InputError
from portal.uploads.model import Change, Option

TESTS = (
    Option("equals", "is exactly"), Option("contains", "contains"), Option("starts_with", "begins with"),
    Option("is_blank", "is empty"),
)  # fmt: skip
"""Questions to a cell, by the operators of a mapping."""

WAYS = (
    Option("product", "multiplied", "[{0}] * [{1}]"), Option("sum", "added up", "[{0}] + [{1}]"),
    Option("difference", "the first less the second", "[{0}] - [{1}]"), Option("joined", "written one after the other"),
)  # fmt: skip
"""How two columns make one field; the hint is the formula."""


def exclude(entity: dict[str, Any], one: Change) -> None:
    """Leave out the rows whose cell under `column` answers the question `value` about the text `word`.

    Raises:
        InputError: there is no such question, or no text to compare with.
    """
    asked = {option.value: option.label for option in TESTS}
    if one.value not in asked or not one.column:
        raise InputError("Choose a column and what its cells are compared with.", field="exclude")
    text = one.word.strip()
    if one.value != "is_blank" and not text:
        raise InputError("Write the text that the cells are compared with.", field="exclude")
    name = f"{one.column} {asked[one.value]} {text}".strip()
    operand: Any = True if one.value == "is_blank" else text
    rules = [rule for rule in entity.get("exclude", []) if rule.get("name") != name]
    case = {} if one.value == "is_blank" else {"ignore_case": True}
    entity["exclude"] = [*rules, {"name": name, "column": one.column, one.value: operand, **case}]


def include(entity: dict[str, Any], one: Change) -> None:
    """Take back the rule of the name `value`."""
    entity["exclude"] = [rule for rule in entity.get("exclude", []) if rule.get("name") != one.value]
    if not entity["exclude"]:
        del entity["exclude"]


def compute(entity: dict[str, Any], one: Change) -> None:
    """Fill the field `column` from the columns `word` (a list in JSON) in the way `value`; no way: not any more.

    Raises:
        InputError: there is no such way or field, or it takes other columns.
    """
    ways = {option.value: option.hint for option in WAYS}
    if not one.value:
        for part in ("columns", "constants"):
            entity.get(part, {}).pop(one.column, None)
        return
    headers = _listed(one.word)
    dtype = STAGING[str(entity["name"])].columns.get(one.column)
    if one.value not in ways or dtype is None or len(headers) != 2:
        raise InputError("Choose a field, how it is made, and two columns.", field="compute")
    if one.value != "joined" and not isinstance(dtype, pl.Decimal):
        raise InputError("Only amounts and quantities can be calculated.", field="compute")
    if one.value != "joined" and any("]" in header for header in headers):
        raise InputError("A column with a bracket in its name cannot be calculated with.", field="compute")
    for part in ("constants", "derive", "values"):
        entity.get(part, {}).pop(one.column, None)
    made = headers if one.value == "joined" else {"formula": ways[one.value].format(*headers)}
    entity.setdefault("columns", {})[one.column] = made


def _listed(text: str) -> list[str]:
    try:
        read = json.loads(text)
    except ValueError:
        return []
    return [str(header) for header in read if header] if isinstance(read, list) else []


def excluded(entity: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of the rules that leave rows out."""
    return tuple(str(rule.get("name", "")) for rule in entity.get("exclude", []))


def computed(entity: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """(field, how it is made) of every field that more than one column makes."""
    found = []
    for field, spec in entity.get("columns", {}).items():
        joined = spec.get("join") if isinstance(spec, dict) else spec
        if isinstance(spec, dict) and "formula" in spec:
            found.append((field, _plain(str(spec["formula"]))))
        elif isinstance(joined, Sequence) and not isinstance(joined, str) and len(joined) > 1:
            found.append((field, ", then ".join(map(str, joined))))
    return tuple(found)


def _plain(formula: str) -> str:
    return formula.replace("[", "").replace("]", "").replace(" * ", " × ").replace(" - ", " − ")
