"""Read a mapping file: TOML that says what the columns of somebody's files mean. docs/mapping.md is its reference."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
import zoneinfo
from pathlib import Path
from typing import Any

from etl.mapped.cell_rules import CELL_KEYS, FILE_KEYS, parse_cell_rules, parse_file_format
from etl.mapped.entity import parse_entity
from etl.mapped.model import MODES, CellRules, Entity, Mapping
from etl.mapped.section import Section, hint
from etl.mappings import ready_made
from etl.read.formats import FileFormat
from portal.errors import InputError

__all__ = ["Mapping", "load_mapping", "mapping_text", "parse_mapping"]

MAPPING_VERSION = 1
"""Part of the content hash; raised when the same mapping text comes to mean something else."""

_KEYS = ("name", "currency", "timezone", "mode", "format", "entity")


def load_mapping(path: Path) -> Mapping:
    """Read and check a mapping file, or the ready-made mapping of that name (`etl.mappings`): a word without a suffix.

    Raises:
        InputError: the file is missing, is not TOML, or has problems; all problems are listed at once.
    """
    return parse_mapping(mapping_text(path), path.name)


def mapping_text(path: Path) -> str:
    """The text of a mapping file, or of the ready-made mapping of that name.

    Raises:
        InputError: there is neither, or the file is no UTF-8 text.
    """
    if path.name == str(path) and not path.suffix and not path.exists():
        return _ready_made(path.name)
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError(f"There is no mapping file {path}.", field="mapping") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"The mapping file {path} cannot be read as UTF-8 text: {error}.", field="mapping") from None


def _ready_made(name: str) -> str:
    known = ready_made()
    if name not in known:
        raise InputError(
            f"There is neither a mapping file '{name}' here nor a ready-made mapping of that name."
            f"{hint(name, known)} A file is named with its folder or suffix: {name}.toml.", field="mapping",
        )  # fmt: skip
    return known[name]


def parse_mapping(content: str, file_name: str) -> Mapping:
    """A mapping from TOML text; file_name is for messages.

    Raises:
        InputError: as `load_mapping`.
    """
    try:
        raw = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{file_name} is not valid TOML: {error}.", field="mapping") from None
    problems: list[str] = []
    mapping = _mapping(Section(raw, "", problems), file_name)
    if problems:
        lines = "\n".join(f"  {problem}" for problem in problems)
        raise InputError(f"{file_name} has {len(problems)} problem(s):\n{lines}", field="mapping")
    return mapping


def _mapping(top: Section, file_name: str) -> Mapping:
    top.only(_KEYS)
    form = top.section("format")
    form.only((*FILE_KEYS, *CELL_KEYS))
    file_format, rules = parse_file_format(form, FileFormat()), parse_cell_rules(form, CellRules())
    listed = top.raw.get("entity", [])
    if not isinstance(listed, list) or not listed:
        top.wrong("there is no [[entity]]. Write one for each kind of rows in the files.")
        listed = []
    parts = [Section(one, f"entity {n}", top.problems) for n, one in enumerate(listed, start=1)]
    entities = [entity for part in parts if (entity := parse_entity(part, file_format, rules)) is not None]
    _check_formats(top, entities)
    return Mapping(
        name=top.text("name", file_name) or file_name,
        entities=tuple(entities),
        currency=_currency(top),
        timezone=_timezone(top),
        mode=top.choice("mode", MODES, "replace"),
        content_hash=_hash(top.raw),
    )


def _currency(top: Section) -> str | None:
    code = top.text("currency")
    if code is not None and not re.fullmatch(r"[A-Z]{3}", code):
        top.wrong(f"currency must be three capital letters like GBP, found '{code}'.")
    return code


def _timezone(top: Section) -> str | None:
    zone = top.text("timezone")
    if zone is not None and zone not in (known := zoneinfo.available_timezones()):
        top.wrong(f"there is no time zone '{zone}'.{hint(zone, known)[:200]}")
    return zone


def _check_formats(top: Section, entities: list[Entity]) -> None:
    """A file is read once, so entities that name the same files and sheet must agree how they are written."""
    seen: dict[tuple[str, str | None], FileFormat] = {}
    for entity in entities:
        for glob in entity.files:
            if seen.setdefault((glob, entity.sheet), entity.format) != entity.format:
                top.wrong(f"two entities read '{glob}' in different formats. Give both the same [format].")


def _hash(raw: dict[str, Any]) -> str:
    meaning = json.dumps([MAPPING_VERSION, raw], sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(meaning.encode()).hexdigest()
