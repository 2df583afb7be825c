"""A mapping for the tables of an upload, as raw values: proposed, ready-made, or of an earlier file of this shape."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from etl.mapped.headers import missing_headers
from etl.mapped.recognise import recognise
from etl.mapped.written import write_mapping
from etl.mapping import parse_mapping
from etl.mappings import ready_made
from etl.propose import propose
from etl.source import RawTable
from portal.errors import InputError, SourceError


def proposed_mapping(tables: Sequence[RawTable]) -> tuple[str, str]:
    """(TOML text, "ready-made" or "proposed"): ready-made mappings first, a guess for the tables without one."""
    by_name: dict[str, list[RawTable]] = {}
    for table in tables:
        by_name.setdefault(recognise(table) or "", []).append(table)
    if set(by_name) == {""}:
        return propose(tables), "proposed"
    parts = [_for_files(ready_made()[name], mine) for name, mine in by_name.items() if name]
    if "" in by_name:
        parts.append(tomllib.loads(propose(by_name[""])))
    names = " and ".join(name.replace("_", " ").capitalize() for name in by_name if name)
    return write_mapping({"name": names, **_joined(parts)}), "ready-made"


def fitted_mapping(text: str, tables: Sequence[RawTable]) -> str:
    """A mapping of an earlier file with the file names of this one, where they differ."""
    raw = tomllib.loads(text)
    try:
        entities = parse_mapping(text, "the saved mapping").entities
    except InputError:
        return text
    for part, entity in zip(raw["entity"], entities, strict=True):
        if any(reads(part, origin.file_name, origin.sheet) for table in tables for origin in table.origins):
            continue
        fitting = []
        for table in tables:
            try:
                if not missing_headers(entity, table):
                    fitting += [one for one in table.origins if _is_sheet(part, one.sheet)]
            except SourceError:  # two columns differ only in case
                continue
        if fitting:
            part["files"] = list(dict.fromkeys(exactly(one.file_name) for one in fitting))
    return text if raw == tomllib.loads(text) else write_mapping(raw)


def reads(entity: Mapping[str, Any], file_name: str, sheet: str) -> bool:
    """Whether a raw [[entity]] names the file and sheet."""
    globs = entity.get("files", [])
    listed = [globs] if isinstance(globs, str) else globs
    named = any(fnmatchcase(file_name.lower(), str(glob).lower()) for glob in listed)
    return named and _is_sheet(entity, sheet)


def exactly(file_name: str) -> str:
    """A glob that matches this file name only."""
    return "".join(f"[{letter}]" if letter in "[*?" else letter for letter in file_name)


def _is_sheet(entity: Mapping[str, Any], sheet: str) -> bool:
    wanted = entity.get("sheet")
    return not wanted or not sheet or str(wanted).casefold() == sheet.casefold()


def _for_files(text: str, tables: Sequence[RawTable]) -> dict[str, Any]:
    """A ready-made mapping for exactly the files of these tables."""
    raw = tomllib.loads(text)
    names = list(dict.fromkeys(exactly(origin.file_name) for table in tables for origin in table.origins))
    for entity in raw["entity"]:
        entity["files"] = names
    return raw


def _joined(parts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Several mappings as one: what each says of its format goes into its entities."""
    if len(parts) == 1:
        return {key: value for key, value in parts[0].items() if key != "name"}
    joined: dict[str, Any] = {"entity": []}
    for raw in parts:
        joined |= {key: value for key, value in raw.items() if key not in {"name", "format", "entity"}}
        for entity in raw.get("entity", []):
            form = {**raw.get("format", {}), **entity.get("format", {})}
            joined["entity"].append({**entity, **({"format": form} if form else {})})
    return joined
