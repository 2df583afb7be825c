"""A JSON text in a file, parsed value by value through a window that moves along it.

So a document of any size needs the memory of one window. Numbers with a fraction or exponent stay the text they are;
whole numbers become int, which has every digit. Refused, with line and column: what the standard does not allow (NaN,
trailing commas), a key that occurs twice in one object, nesting deeper than the parser can follow, whole numbers of
more than 4,300 digits, and bytes that are not UTF-8.
"""

from __future__ import annotations

import codecs
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from portal.errors import SourceError

WINDOW = 4 << 20
_GLANCE = 64 << 10
"""Where a place is gone to, often no more than the next character is looked at."""
LONGEST_VALUE = 64 << 20
_BLANKS = re.compile(r"[ \t\n\r]*")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in record if keys.count(key) > 1)
        raise ValueError(f"the key '{twice[:60]}' occurs twice in one object")
    return record


def _refuse_constant(word: str) -> Any:
    raise ValueError(f"{word} is not JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_float=str, parse_constant=_refuse_constant)
scan = _DECODER.scan_once  # type: ignore[attr-defined]
"""(text, index) -> (value, index behind it)."""


class Document:
    """A place in a JSON text that moves forward.

    Attributes:
        path, name: the file, and its name for messages.
        size: of the file in bytes.
        stop: the byte at which or behind which `batch` begins no value.
        is_closed: the list that `batch` went through has ended.
    """

    def __init__(self, path: Path, name: str, stop: int | None = None) -> None:
        self.path = path
        self.name = name
        self._file = path.open("rb")
        self.size = os.fstat(self._file.fileno()).st_size
        self.stop = self.size + 1 if stop is None else stop
        self.is_closed = False
        try:
            self.seek(len(codecs.BOM_UTF8) if self._file.read(3) == codecs.BOM_UTF8 else 0)
        except SourceError:
            self.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def seek(self, offset: int) -> None:
        """Go to a byte, which must begin a character."""
        self._open_window(offset, _GLANCE)

    def set_stop(self, offset: int | None) -> None:
        """Change the stop, None for no stop."""
        self.stop = self.size + 1 if offset is None else offset
        self.seek(self.offset())

    def seek_character(self, offset: int) -> None:
        """Go to the first character that begins at a byte or behind it."""
        head = os.pread(self._file.fileno(), 4, offset)
        self._open_window(offset + next((at for at, byte in enumerate(head) if byte & 0xC0 != 0x80), 0), WINDOW)

    def offset(self) -> int:
        """The byte of the present place."""
        return self._begin + len(self._text[: self._at].encode())

    def _open_window(self, begin: int, size: int) -> None:
        content = os.pread(self._file.fileno(), size, begin)
        self._begin, self._at = begin, 0
        self._is_last = begin + len(content) >= self.size
        try:
            self._text = codecs.utf_8_decode(content, "strict", self._is_last)[0]
        except UnicodeDecodeError as problem:
            raise self._refused_at(begin + problem.start, "these bytes are not UTF-8 text") from None
        self._stop_at: int | None = None
        if self.stop <= begin + len(content):
            self._stop_at = len(content[: max(self.stop - begin, 0)].decode(errors="ignore"))

    def peek(self) -> str:
        """The next character that is not blank; "" at the end of the text."""
        while True:
            self._at = _BLANKS.match(self._text, self._at).end()  # type: ignore[union-attr]
            if self._at < len(self._text) or self._is_last:
                return self._text[self._at : self._at + 1]
            self._open_window(self.offset(), WINDOW)

    def take(self, *wanted: str) -> str:
        """Go over the next character, which must be one of `wanted`; returns it."""
        found = self.peek()
        if found not in wanted or not found:
            raise self.refused(f"expected {' or '.join(wanted)}, found {repr(found) if found else 'the end'}")
        self._at += 1
        return found

    def value(self) -> Any:
        """Parse the next value whole."""
        self.peek()
        size = WINDOW
        while True:
            try:
                value, end = scan(self._text, self._at)
            except json.JSONDecodeError as problem:
                self._check_longer(problem.pos, problem.msg, size)
            except StopIteration as problem:
                self._check_longer(problem.value, "expected a value", size)
            except RecursionError:
                raise self.refused("objects and lists are nested too deeply") from None
            except ValueError as problem:
                raise self.refused(_plain(problem), "in the value that begins") from None
            else:
                if end < len(self._text) or self._is_last:
                    self._at = end
                    return value
                self._check_longer(end, "the value does not end", size)
            size = size * 4 if self._at == 0 else size
            self._open_window(self.offset(), size)

    def _check_longer(self, at: int, problem: str, size: int) -> None:
        """Refuse a value that fails although the window shows it whole, or is too long for any window."""
        if self._is_last or (self._at == 0 and size >= LONGEST_VALUE):
            self._at = at
            raise self.refused(f"{problem[0].lower()}{problem[1:]}")

    def enter_list(self) -> bool:
        """Go into the list at the present place; false, and behind it, where it has no values."""
        self.take("[")
        self.is_closed = self.peek() == "]"
        if self.is_closed:
            self._at += 1
        return not self.is_closed

    def batch(self, most: int) -> list[Any]:
        """At most `most` values of a list, from one of them on; goes behind the comma or bracket that follows."""
        values: list[Any] = []
        while len(values) < most and not self.is_closed:
            self.peek()
            if self._stop_at is not None and self._at >= self._stop_at:
                break
            values.append(self.value())
            self.is_closed = self.take(",", "]") == "]"
        return values

    def bytes_at(self, offset: int, size: int) -> bytes:
        """The bytes from an offset on."""
        return os.pread(self._file.fileno(), size, offset)

    def entries(self) -> Iterator[str]:
        """The keys of the object at the present place, one by one; the caller goes over each key's value."""
        self.take("{")
        seen: set[str] = set()
        if self.peek() == "}":
            self._at += 1
            return
        while True:
            if self.peek() != '"':
                raise self.refused("expected a key in double quotes")
            key = self.value()
            if key in seen:
                raise self.refused(f"the key '{key[:60]}' occurs twice in one object")
            seen.add(key)
            self.take(":")
            yield key
            if self.take(",", "}") == "}":
                return

    def find(self, pattern: re.Pattern[str], most: int) -> Iterator[int]:
        """Indexes behind at most `most` matches in the present window, for `look`."""
        for number, found in enumerate(pattern.finditer(self._text)):
            if number == most:
                return
            yield found.end()

    def look(self, at: int) -> Any:
        """The value at an index of the present window; None where there is none."""
        try:
            return scan(self._text, at)[0]
        except (ValueError, RecursionError, StopIteration):
            return None

    def go(self, at: int) -> None:
        """Go to an index of the present window."""
        self._at = at

    def refused(self, problem: str, where: str = "at") -> SourceError:
        """The error for a problem at the present place."""
        return self._refused_at(self.offset(), problem, where)

    def _refused_at(self, offset: int, problem: str, where: str = "at") -> SourceError:
        line, column = self.line_and_column(offset)
        return SourceError(
            f"{self.name}: this is not valid JSON: {problem} ({where} line {line}, column {column}). Export it again."
        )

    def line_and_column(self, offset: int) -> tuple[int, int]:
        """Where a byte is, as a person counts, from 1."""
        line, last = 1, b""
        for begin in range(0, offset, WINDOW):
            piece = os.pread(self._file.fileno(), min(WINDOW, offset - begin), begin)
            line += piece.count(b"\n")
            last = piece.rpartition(b"\n")[2] if b"\n" in piece else last + piece
        return line, len(last.decode(errors="replace").lstrip("\ufeff")) + 1


def _plain(problem: ValueError) -> str:
    """The message of a hook; Python's own about huge whole numbers is for programmers."""
    return "a whole number has more than 4,300 digits" if "integer string conversion" in str(problem) else str(problem)
