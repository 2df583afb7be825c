"""What odd cells of a workbook say, asked of the full reader.

Dates, flags, errors, numbers in unusual spellings, texts with escapes: what such a cell means is decided in one place
only, python-calamine. The different ones of a sheet are put into a workbook of their own, with the styles and the head
of the real one, and read there.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from etl.read.sheet_tags import NotPlainError

_COLUMNS = "ABCDEFGHIJKLMNOP"
_KEPT = frozenset({"[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"})
_END = b"</sheetData></worksheet>"


class Judge:
    """Reads single cells of one sheet as the full reader does."""

    def __init__(self, path: Path, sheet: str, part: str, head: bytes) -> None:
        """
        Args:
            path: the workbook.
            sheet, part: the worksheet and its member.
            head: its first bytes, up to and with the tag that starts the rows.
        """
        self._path, self._sheet, self._part, self._head = path, sheet, part, head
        self._styles: dict[str, bool] = {}

    def check_frame(self, end: bytes) -> None:
        """Let the full reader see what stands before and behind the rows.

        Args:
            end: from the tag that ends the rows on.

        Raises:
            NotPlainError: it cannot read that.
        """
        rows = b'<row r="1"><c r="A1"><v>1</v></c></row>'
        if self._opened(iter([self._head, rows, end])).to_python() != [[1.0]]:
            raise NotPlainError

    def values(self, cells: Sequence[bytes]) -> list[Any]:
        """What cells say, each given as its tag behind "<c" without a place, and the rest of it up to "</c>".

        Raises:
            NotPlainError: one of them cannot be read.
        """
        sheet = self._opened(self._written(cells))
        rows = sheet.to_python(skip_empty_area=False) if sheet.start is not None else []
        found: list[Any] = [value for row in rows for value in (*row, *[""] * (len(_COLUMNS) - len(row)))]
        return (found + [""] * (len(cells) - len(found)))[: len(cells)]

    def is_there(self, cell: bytes) -> bool:
        """Whether a cell that says "" holds an empty text; without it holds nothing at all."""
        return self._opened(self._written([cell])).start is not None

    def is_number_style(self, style: str) -> bool:
        """Whether numbers in cells of this style are numbers, not dates or durations."""
        if not style:
            return True
        if style not in self._styles:
            [value] = self.values([b' s="%s"><v>45000.5</v>' % style.encode()])
            self._styles[style] = isinstance(value, float)
        return self._styles[style]

    def _written(self, cells: Sequence[bytes]) -> Iterator[bytes]:
        yield self._head
        for row, start in enumerate(range(0, len(cells), len(_COLUMNS)), start=1):
            several = cells[start : start + len(_COLUMNS)]
            placed = (b'<c r="%c%d"%b</c>' % (ord(_COLUMNS[at]), row, cell) for at, cell in enumerate(several))
            yield b'<row r="%d">%b</row>' % (row, b"".join(placed))
        yield _END

    def _opened(self, content: Iterator[bytes]) -> Any:
        package = io.BytesIO()
        with zipfile.ZipFile(self._path) as old, zipfile.ZipFile(package, "w") as new:
            for name in old.namelist():
                if name in _KEPT or name.lower().endswith("styles.xml"):
                    new.writestr(name, old.read(name))
            new.writestr(self._part, b"".join(content))
        package.seek(0)
        try:
            return CalamineWorkbook.from_filelike(package).get_sheet_by_name(self._sheet)
        except (CalamineError, OSError, ValueError):
            raise NotPlainError from None
