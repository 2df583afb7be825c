"""A workbook copied without some of its cells, and without everything that could repeat what stood in them."""

from __future__ import annotations

import copy
import os
import posixpath
import re
import struct
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, cast
from xml.etree import ElementTree
from xml.sax.saxutils import quoteattr

import numpy as np
import polars as pl
from numpy.typing import NDArray

from etl.read.sheet_cells import OF_VALUE, Piece, read_piece
from etl.read.sheet_parts import sheet_parts
from etl.read.sheet_rows import START, STOP, whole_rows
from etl.read.sheet_tags import FORMULA, FORMULA_END, Flags, NotPlainError, Tags, find_tags
from etl.read.workbook_cells import Cells, Hidden

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_ROOT = re.compile(rb"<worksheet(?:\s+[\w:]+=\"[^\"<>]*\")*\s*>")
_TEXTLESS = re.compile(
    rb"</sheetData>(?:\s*</?(?:mergeCells?|pageMargins|pageSetup|printOptions|autoFilter|phoneticPr|ignoredErrors?|"
    rb"drawing|legacyDrawing|tableParts?)\b[^<>]*>)*\s*</worksheet>\s*"
)
"""What may stand behind the rows of a sheet that is taken over as it is."""
_SHARED = re.compile(rb"<si(?:\s[^<>]*)?(?:/>|>.*?</si>)", re.DOTALL)
_LEVEL = 1
_SIZES_AT = 26
_NAME_IS_UTF8 = 0x800

Spans = NDArray[np.int64]


def copy_workbook(
    path: Path, target: Path, secrets: Mapping[str, Mapping[int, int]], cells: Mapping[str, Cells]
) -> None:
    """Write the copy.

    Args:
        path: the workbook.
        target: the copy.
        secrets: sheet to column (from 0) to the row (from 0) below which its cells are left out.
        cells: sheet to further cells that are left out, rows and columns from 0.

    Raises:
        NotPlainError: a sheet that has to be looked at is not written in the usual way.
    """
    parts = sheet_parts(path)
    if not {*secrets, *cells} <= set(parts):
        raise NotPlainError
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as new:
        shared = [name for name in old.namelist() if name.lower().endswith("sharedstrings.xml")]
        styles = [name for name in old.namelist() if name.lower().endswith("styles.xml")]
        if len(shared) > 1 or len(styles) > 1:
            raise NotPlainError
        shown: set[int] = set()
        for sheet, part in parts.items():
            hidden = Hidden(secrets.get(sheet, {}), cells.get(sheet, frozenset()))
            look = _Look(path, part, hidden, shown if shared else None)
            if look.is_harmless():
                _take_over(old, new, part)
            else:
                _write(new, part, look.pieces())
        for name in styles:
            _take_over(old, new, name)
        for name in shared:
            _write(new, name, _shown_texts(old.read(name), shown))
        _write_frame(old, new, parts)


class _Look:
    """One sheet as it is looked at on its way into the copy.

    shown: takes the numbers of shared texts that are kept.
    """

    def __init__(self, path: Path, part: str, hidden: Hidden, shown: set[int] | None) -> None:
        self.path, self.part, self.hidden, self.shown = path, part, hidden, shown

    def is_harmless(self) -> bool:
        """Whether it can be taken over as it is: neither secret cells nor formulas nor texts beside its rows."""
        if self.hidden.below or self.hidden.cells:
            return False
        content = whole_rows(self.path, self.part)
        if not _ROOT.search(next(content)):
            raise NotPlainError
        last_row = -1
        for rows in content:
            if rows.startswith(STOP):
                return _TEXTLESS.fullmatch(rows) is not None
            if b"<f" in rows or (b"!" in rows and b"<!" in rows) or (b"?" in rows and b"<?" in rows):
                return False
            if self.shown is not None:
                piece = read_piece(find_tags(rows), last_row)
                last_row = piece.last_row
                self.shown |= _shared_numbers(piece, np.ones(len(piece.rows), np.bool_))
        raise NotPlainError

    def pieces(self) -> Iterator[bytes]:
        """The sheet without its secret cells and without formulas; nothing but rows."""
        content = whole_rows(self.path, self.part)
        root = _ROOT.search(next(content))
        if root is None:
            raise NotPlainError
        yield root[0] + START
        last_row = -1
        for rows in content:
            if not rows.startswith(STOP):
                tags = find_tags(rows)
                piece = read_piece(tags, last_row)
                last_row = piece.last_row
                yield self._kept(rows, tags, piece)
        yield STOP + b"</worksheet>"

    def _kept(self, rows: bytes, tags: Tags, piece: Piece) -> bytes:
        is_secret = self.hidden.among(piece)
        if self.shown is not None:
            self.shown |= _shared_numbers(piece, ~is_secret)
        ends = np.concatenate([_formulas(tags), piece.spans[is_secret]])
        return _without(rows, ends[np.argsort(ends[:, 0])])


def _shared_numbers(piece: Piece, kept: Flags) -> set[int]:
    """The numbers of the shared texts that kept cells show."""
    kinds = [number for number, marks in enumerate(piece.known) if marks.type == "s"]
    mine = np.flatnonzero(kept & np.isin(piece.marks, kinds))
    if (piece.forms[mine] != OF_VALUE).any():
        raise NotPlainError
    numbers = piece.texts.gather(mine).unique().cast(pl.Int64, strict=False)
    if numbers.null_count():
        raise NotPlainError
    return set(numbers.to_list())


def _formulas(tags: Tags) -> Spans:
    """Where formulas begin and end."""
    is_open = tags.kinds == FORMULA
    opened, ends = np.flatnonzero(is_open & ~tags.is_single), np.flatnonzero(tags.kinds == FORMULA_END)
    if len(opened) != len(ends) or (opened > ends).any():
        raise NotPlainError
    alone = np.flatnonzero(is_open & tags.is_single)
    first, last = np.concatenate([opened, alone]), np.concatenate([ends, alone])
    return np.stack([tags.opens[first], tags.closes[last] + 1], axis=1)


def _without(rows: bytes, gone: Spans) -> bytes:
    """The rows without the bytes in `gone`; what lies inside another is gone with it."""
    kept, at = [], 0
    for start, end in gone.tolist():
        if start >= at:
            kept.append(rows[at:start])
            at = end
    return b"".join([*kept, rows[at:]])


def _shown_texts(content: bytes, shown: set[int]) -> Iterator[bytes]:
    """The shared texts, those that no cell shows emptied; nothing but texts."""
    yield b'<?xml version="1.0" encoding="UTF-8"?><sst xmlns="%b">' % _MAIN.encode()
    for number, found in enumerate(_SHARED.finditer(content)):
        yield found[0] if number in shown else b"<si><t></t></si>"
    yield b"</sst>"


def _take_over(old: zipfile.ZipFile, new: zipfile.ZipFile, name: str) -> None:
    """Copy a member as it is packed."""
    entry, source, target = old.getinfo(name), cast("IO[bytes]", old.fp), cast("IO[bytes]", new.fp)
    source.seek(entry.header_offset + _SIZES_AT)
    source.seek(sum(struct.unpack("<HH", source.read(4))), os.SEEK_CUR)
    taken = copy.copy(entry)
    taken.header_offset, taken.flag_bits, taken.extra = new.start_dir, entry.flag_bits & _NAME_IS_UTF8, b""
    target.seek(new.start_dir)
    target.write(taken.FileHeader())
    left = entry.compress_size
    while left and (piece := source.read(min(left, 1 << 20))):
        target.write(piece)
        left -= len(piece)
    new.filelist.append(taken)
    new.NameToInfo[name] = taken
    new.start_dir = target.tell()


def _write(new: zipfile.ZipFile, name: str, pieces: Iterable[bytes]) -> None:
    with new.open(name, "w", force_zip64=True) as member:
        for piece in pieces:
            member.write(piece)


def _write_frame(old: zipfile.ZipFile, new: zipfile.ZipFile, parts: Mapping[str, str]) -> None:
    """The parts that say which sheets there are; anew, so that they name nothing that was left out."""
    others = [name for name in new.namelist() if name not in parts.values()]
    targets = {name: f"rId{number}" for number, name in enumerate([*parts.values(), *others], start=1)}
    kinds = {name: "sharedStrings" if "shared" in name.lower() else "styles" for name in others}
    relations = "".join(
        f'<Relationship Id="{key}" Type="{_OFFICE}/{kinds.get(name, "worksheet")}" '
        f"Target={quoteattr(posixpath.relpath(name, 'xl'))}/>" for name, key in targets.items()
    )  # fmt: skip
    sheets = "".join(
        f'<sheet name={quoteattr(sheet)} sheetId="{number}" r:id="{targets[part]}"/>'
        for number, (sheet, part) in enumerate(parts.items(), start=1)
    )
    main = f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    for name, content in {
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">{_dates(old)}<sheets>{sheets}</sheets>'
        "</workbook>",
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{main}</Relationships>',
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">{_types(parts, kinds)}</Types>',
    }.items():
        new.writestr(name, f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>{content}')


def _dates(old: zipfile.ZipFile) -> str:
    """Whether the days of the workbook are counted from 1904."""
    book = ElementTree.fromstring(old.read("xl/workbook.xml"))  # noqa: S314 - declarations were refused in the preflight
    said = [each.get("date1904") for each in book.iter() if each.tag.rpartition("}")[2] == "workbookPr"]
    return f"<workbookPr date1904={quoteattr(said[0])}/>" if said and said[0] else ""


def _types(parts: Mapping[str, str], kinds: Mapping[str, str]) -> str:
    said = {"xl/workbook.xml": "sheet.main", **dict.fromkeys(parts.values(), "worksheet"), **kinds}
    every = "".join(
        f'<Override PartName={quoteattr("/" + name)} ContentType="{_KIND}.{kind}+xml"/>' for name, kind in said.items()
    )
    relations = "application/vnd.openxmlformats-package.relationships+xml"
    return f'<Default Extension="rels" ContentType="{relations}"/>{every}'
