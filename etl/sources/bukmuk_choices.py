"""Columns of lead workbooks that a person chose, where what Souk takes them for is wrong.

A TOML file: header → meaning, for all sheets or for one.

    [columns]
    "Telefon der Mutter" = "phone_number"
    "Stage" = "not used"

    [sheets."brightr lead"]
    "Date contacted" = "last_contact_date"
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from etl.mapped.section import hint
from etl.read.formats import FileFormat
from etl.sources.bukmuk_words import PHRASES
from portal.errors import InputError

NOT_USED = "not used"
FORMATS = (("*.xlsx", FileFormat(header_row=0)), ("*.csv", FileFormat(header_row=0)))
_KEYS = ("columns", "sheets")


@dataclass(frozen=True)
class Choices:
    """What columns are, by header without case and blanks around; a sheet's own choices go first.

    content_hash changes with the choices; mode and is_whole are as of any mapping.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    sheets: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    content_hash: str = ""
    mode: str = "replace"
    is_whole: bool = True

    def of(self, sheet: str) -> dict[str, str]:
        """Header to meaning on one sheet."""
        return {**self.columns, **self.sheets.get(folded(sheet), {})}

    def formats(self) -> list[tuple[str, FileFormat]]:
        """As without choices: every row is read, none is taken for the header."""
        return list(FORMATS)


def folded(header: str) -> str:
    """A header or the name of a sheet as it is compared."""
    return " ".join(header.split()).casefold()


def parse_choices(content: str, name: str) -> Choices:
    """The choices of a file.

    Args:
        content: TOML.
        name: of the file, for messages.

    Raises:
        InputError: no TOML, or something in it that is not known; names it and what there is.
    """
    try:
        told = tomllib.loads(content)
    except tomllib.TOMLDecodeError as problem:
        raise _wrong(name, f"this is no TOML file ({problem}).") from None
    for key in told:
        if key not in _KEYS:
            raise _wrong(name, f'there is no [{key}], only [columns] and [sheets."name"].{hint(key, _KEYS)}')
    sheets = told.get("sheets", {})
    if not isinstance(sheets, dict):
        raise _wrong(name, '[sheets."name"] must be a table for each sheet.')
    by_sheet = {folded(sheet): _columns(name, chosen) for sheet, chosen in sheets.items()}
    digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
    return Choices(_columns(name, told.get("columns", {})), by_sheet, digest)


def _columns(name: str, chosen: Any) -> dict[str, str]:
    if not isinstance(chosen, dict):
        raise _wrong(name, 'columns must be written as "header" = "meaning".')
    meanings = (*PHRASES, NOT_USED)
    for header, meaning in chosen.items():
        if meaning not in meanings:
            known = ", ".join(sorted(meanings))
            raise _wrong(name, f"'{header}' cannot be '{meaning}'.{hint(str(meaning), meanings)} There are: {known}.")
    twice = [meaning for meaning in chosen.values() if meaning != NOT_USED and [*chosen.values()].count(meaning) > 1]
    if twice:
        raise _wrong(name, f'two columns of one sheet cannot both be {twice[0]}. Choose them under [sheets."name"].')
    return {folded(header): str(meaning) for header, meaning in chosen.items()}


def _wrong(name: str, why: str) -> InputError:
    return InputError(f"{name}: {why}", field="mapping")
