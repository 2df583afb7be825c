"""A copy of a JSON file in which the values of secret-looking keys are null; everything else byte for byte."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from etl.read.json_document import scan
from etl.read.json_tables import as_utf8
from etl.read.secret_columns import is_secret
from portal.errors import SourceError

_TEXT = re.compile(r'"([^"\\]*+(?:\\.[^"\\]*+)*+)"([ \t\n\r]*:[ \t\n\r]*)?', re.DOTALL)


def blank_json(path: Path, name: str, target: Path) -> list[str]:
    """Write the copy (UTF-8); returns the keys that were emptied, [] (and no copy) where there is none.

    Raises:
        SourceError: not UTF-8, or not JSON where a secret stands.
    """
    try:
        text = as_utf8(path, target.parent).read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise SourceError(
            f"{name}: this is not valid JSON: the bytes from {problem.start + 1:,} on are not UTF-8 text. "
            "Export it again."
        ) from None
    emptied, found = without_secrets(text, name)
    if found:
        target.write_text(emptied, encoding="utf-8", newline="")
    return found


def without_secrets(text: str, name: str) -> tuple[str, list[str]]:
    """JSON text with the values of its secret-looking keys as null, and these keys.

    Raises:
        SourceError: not JSON where a secret stands.
    """
    found: dict[str, None] = {}
    pieces: list[str] = []
    done = 0
    for key, begin, end in _secrets(text, name):
        found[key] = None
        pieces += (text[done:begin], "null")
        done = end
    return "".join([*pieces, text[done:]]), list(found)


def _secrets(text: str, name: str) -> Iterator[tuple[str, int, int]]:
    """Key, begin and end of every value that is to be emptied."""
    at = 0
    while match := _TEXT.search(text, at):
        at = match.end()
        if not match[2]:
            continue
        key = _plain(match[1])
        if is_secret(key):
            try:
                value, end = scan(text, at)
            except (ValueError, StopIteration, RecursionError):
                raise SourceError(
                    f"{name}: this is not valid JSON: the value of '{key}' cannot be read (line "
                    f"{text.count(chr(10), 0, at) + 1}). Export it again."
                ) from None
            if value is not None:
                yield key, at, end
            at = end


def _plain(key: str) -> str:
    """A key without its escapes."""
    try:
        return str(json.loads(f'"{key}"')) if "\\" in key else key
    except ValueError:
        return key
