"""How the files of an upload are written, as people state it: the row of the header, the separator, the encoding.

Another row of headers makes other columns. So the file is read again, and what its table is, is proposed again; what
was chosen about the other tables stays.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

from etl.mapped.written import write_mapping
from etl.read.formats import FileFormat
from portal.errors import InputError
from portal.uploads.model import Option, TableFound
from portal.uploads.proposal import exactly, reads

KEYS = ("header_row", "encoding", "separator")
ENCODINGS = (
    Option("utf-8", "UTF-8"), Option("cp1252", "Western Europe (Windows)"),
    Option("cp1250", "Central Europe (Windows)"), Option("cp1251", "Cyrillic (Windows)"),
    Option("cp1256", "Arabic (Windows)"), Option("utf-16", "UTF-16"),
)  # fmt: skip
SEPARATORS = (Option(",", "Comma"), Option(";", "Semicolon"), Option("\t", "Tab"), Option("|", "Vertical bar |"))
HEADER_ROWS = (Option("0", "There is none"), *(Option(f"{row}", f"Row {row}") for row in range(1, 31)))

Layouts = tuple[tuple[str, FileFormat], ...]
"""(glob on file name, format) for `read_tables`; empty where nothing is stated."""


def stated(raw: Mapping[str, Any], entity: Mapping[str, Any]) -> dict[str, Any]:
    """What a raw mapping states about how the file of an [[entity]] is written."""
    form = {**raw.get("format", {}), **entity.get("format", {})}
    return {key: form[key] for key in KEYS if key in form}


def layouts_of(mapping: str, tables: Sequence[TableFound]) -> Layouts:
    """How each table of an upload is to be read for its mapping.

    A statement that holds for every table of the mapping holds for files of another name, too: a saved mapping meets
    the next export.
    """
    raw = tomllib.loads(mapping)
    entities = raw.get("entity", []) or [{}]
    if not any(stated(raw, entity) for entity in entities):
        return ()
    every = stated(raw, entities[0])
    is_one = all(stated(raw, entity) == every for entity in entities)
    found = {}
    for table in tables:
        mine = next((one for one in entities if reads(one, table.file_name, table.sheet)), None)
        form = stated(raw, mine) if mine else every if is_one else {}
        found[exactly(table.file_name), table.sheet] = form
    return tuple((name, _format(form, sheet)) for (name, sheet), form in found.items())


def layouts_of_all(mapping: str) -> Layouts:
    """How all files of an upload are to be read, for files that cannot be read before that is known; empty: not stated.

    What a mapping says of one table holds for all where it has no other.
    """
    raw = tomllib.loads(mapping)
    entities = raw.get("entity", [])
    form = stated(raw, entities[0] if len(entities) == 1 else {})
    return (("*", _format(form, "")),) if form else ()


def state_of_all(mapping: str, what: str, value: str) -> str:
    """A mapping that says so far only how its files are written, with one more statement; "" takes it back."""
    form = {key: said for key, said in tomllib.loads(mapping).get("format", {}).items() if key in KEYS}
    return state(write_mapping({"format": form} if form else {}), what, value, None)


def with_statements(mapping: str, stating: str) -> str:
    """A mapping with what another one says about the whole file: how it is written."""
    raw = tomllib.loads(mapping)
    form = {key: said for key, said in tomllib.loads(stating).get("format", {}).items() if key in KEYS}
    return write_mapping({**raw, "format": {**raw.get("format", {}), **form}})


def _format(form: Mapping[str, Any], sheet: str) -> FileFormat:
    return FileFormat(form.get("encoding"), form.get("separator"), form.get("header_row"), sheet or None)


def name_of(layouts: Layouts) -> str:
    """A short name for layouts, under which what was recognised with them is kept; "" for none."""
    return hashlib.sha256(repr(layouts).encode()).hexdigest()[:12] if layouts else ""


def state(mapping: str, what: str, value: str, table: TableFound | None) -> str:
    """The mapping with one statement changed; "" takes it back. table: only of this one; None: of the whole file.

    Raises:
        InputError: it is nothing that can be stated.
    """
    known = {"header_row": HEADER_ROWS, "encoding": ENCODINGS, "separator": SEPARATORS}
    if what not in known or (value and value not in {option.value for option in known[what]}):
        raise InputError("This cannot be said about a file. Choose one of the list.", field=what)
    raw = tomllib.loads(mapping)
    mine = [one for one in raw.get("entity", []) if table is None or reads(one, table.file_name, table.sheet)]
    if table is not None and not mine:
        raise InputError("Say first what the table is.", field=what)
    for place, part in enumerate((raw, *mine) if table is None else mine):
        form = {key: one for key, one in part.pop("format", {}).items() if key != what}
        if value and (table is not None or not place):
            form[what] = int(value) if what == "header_row" else value
        if form:
            part["format"] = form
    return write_mapping(raw)


def proposed_again(mapping: str, fresh: str, table: TableFound) -> str:
    """The mapping with what is proposed for a table that was read again; the others and the statements stay.

    Args:
        mapping: as it was, with the statement.
        fresh: proposed for the tables as they are read now.
        table: which one.
    """
    raw, new = tomllib.loads(mapping), tomllib.loads(fresh)
    others = [one for one in raw.get("entity", []) if not reads(one, table.file_name, table.sheet)]
    before: dict[str, Any] = next(
        (one for one in raw.get("entity", []) if reads(one, table.file_name, table.sheet)), {}
    )
    if not others and "format" in raw:
        raw["format"] = {key: value for key, value in raw["format"].items() if key in KEYS}
    mine = []
    for one in new.get("entity", []):
        if reads(one, table.file_name, table.sheet):
            form = {**new.get("format", {}), **one.get("format", {}), **stated(raw, before)}
            mine.append({**one, "format": {key: value for key, value in form.items() if _is_own(key, raw, before)}})
    return write_mapping({**raw, "entity": [*others, *mine]})


def _is_own(key: str, raw: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    """Whether an entity says it itself, rather than the whole file."""
    return key not in KEYS or key in before.get("format", {}) or key not in raw.get("format", {})
