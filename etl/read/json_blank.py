"""A copy of a JSON file in which the values of secret-looking keys are null; everything else byte for byte.

So are the values beside a name that is a secret's ({"setting_key": "api_key", "setting_value": …}), and those of
secret-looking keys in JSON that is itself the text of a value.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from etl.read.json_document import scan
from etl.read.json_tables import as_utf8
from etl.read.secret_columns import NAMES, VALUES, is_secret, may_have_secret_key, names_a_secret
from portal.errors import SourceError

_Place = tuple[int, int, str, str]
"""Begin and end of a value, its key, and what stands there instead."""

_NESTED = 50
_INNER = re.compile(r"(?:\\[nrt]|\s)*[\[{]")
_NAME = re.compile(rf'"({"|".join(sorted(NAMES))})"[ \t\n\r]*:[ \t\n\r]*"([^"\\]*(?:\\.[^"\\]*)*)"', re.IGNORECASE)
_MEMBER = re.compile(r'[ \t\n\r,]*"([^"\\]*+(?:\\.[^"\\]*+)*+)"[ \t\n\r]*:[ \t\n\r]*')
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
    for begin, end, key, instead in sorted([*_secrets(text, name), *_named(text)], key=_outer_first):
        if begin >= done:
            found[key] = None
            pieces += (text[done:begin], instead)
            done = end
    return "".join([*pieces, text[done:]]), list(found)


def _outer_first(place: _Place) -> tuple[int, int, bool]:
    begin, end, _, instead = place
    return begin, -end, instead != "null"


def _secrets(text: str, name: str) -> Iterator[_Place]:
    """Every value that is to be emptied for its key, and every text that is JSON with such values."""
    at = 0
    while match := _TEXT.search(text, at):
        at = match.end()
        if not match[2]:
            if '\\"' in match[1] and _INNER.match(match[1]) and (inner := _inner(match[0])):
                yield match.start(), at, *inner
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
                yield at, end, key, "null"
            at = end


def _inner(literal: str) -> tuple[str, str] | None:
    """(keys, the literal without their values) of a text that is JSON with secrets, else None."""
    try:
        plain = json.loads(literal, strict=False)
        emptied, keys = without_secrets(plain, "") if may_have_secret_key(plain.encode()) else (plain, [])
    except (ValueError, SourceError):
        return "what looks like a secret", "null"
    return (", ".join(keys), json.dumps(emptied, ensure_ascii=False)) if keys else None


def _named(text: str) -> Iterator[_Place]:
    """Values that stand beside a name which is a secret's."""
    for match in _NAME.finditer(text):
        name = _plain(match[2])
        if names_a_secret(name, strictly=match[1] == "name"):
            for begin, end in _values_beside(text, match):
                yield begin, end, name, "null"


def _values_beside(text: str, name: re.Match[str]) -> Iterator[tuple[int, int]]:
    """Begin and end of the values in the object that holds the name; its braces are the nearest ones that fit."""
    brace = text.rfind("{", 0, name.start())
    for _ in range(_NESTED):
        try:
            whole, end = scan(text, brace) if brace >= 0 else (None, -1)
        except (ValueError, StopIteration, RecursionError):
            end, whole = -1, None
        if end > name.end() and isinstance(whole, dict):
            break
        brace = text.rfind("{", 0, max(brace, 0))
    else:
        return
    at = brace + 1
    while match := _MEMBER.match(text, at):
        value, at = scan(text, match.end())
        if _plain(match[1]).lower() in VALUES and value is not None:
            yield match.end(), at


def _plain(key: str) -> str:
    """A key without its escapes."""
    try:
        return str(json.loads(f'"{key}"')) if "\\" in key else key
    except ValueError:
        return key
