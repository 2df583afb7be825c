"""Secrets in ordinary cells of a workbook: values of settings, and JSON text with secret keys."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from etl.read.header import header_row
from etl.read.secret_columns import has_secret_key, may_have_secret_key, names_a_secret, pair_columns
from etl.read.sheet_cells import Piece
from etl.read.sheet_parts import sheet_parts
from etl.read.sheet_tags import Flags
from etl.read.workbook import Sheet, open_book

Cells = frozenset[tuple[int, int]]
"""Rows and columns, each from 0."""

_WIDEST = 1 << 14
_PIECE = 1 << 20
_OVERLAP = 1000


@dataclass(frozen=True)
class Hidden:
    """What is secret in a sheet: `below` is column to the row below which its cells are, `cells` are single ones."""

    below: Mapping[int, int]
    cells: Cells

    def among(self, piece: Piece) -> Flags:
        """Which cells of the piece are secret."""
        is_secret = np.zeros(len(piece.rows), np.bool_)
        for column, row in self.below.items():
            is_secret |= (piece.columns == column) & (piece.rows > row)
        if self.cells:
            single = [row * _WIDEST + column for row, column in self.cells]
            is_secret |= np.isin(piece.rows.astype(np.int64) * _WIDEST + piece.columns, single)
        return is_secret


def secret_cells(
    path: Path, place: str, tops: Mapping[str, Sheet], searched: int
) -> tuple[dict[str, Cells], list[str]]:
    """(sheet to its secret cells, what they are called).

    Args:
        path, place: the workbook and its name for messages.
        tops: sheet to its first rows.
        searched: how many of them may be the header.

    Raises:
        SourceError: the workbook is damaged.
    """
    pairs = {name: found for name, top in tops.items() if (found := _pairs(top, searched))}
    texts = _sheets_with_json(path, tops)
    if not pairs and not texts:
        return {}, []
    book = open_book(path, place)
    cells: dict[str, Cells] = {}
    names: list[str] = []
    for name in tops:
        if (name in pairs or name in texts) and (sheet := book.sheet(name)):
            secrets = dict(reversed([*_cells(sheet, pairs.get(name))]))  # the first name of a cell stays
            cells |= {name: frozenset(secrets)} if secrets else {}
            names += [each for each in dict.fromkeys(reversed(secrets.values())) if each not in names]
    return cells, names


@dataclass(frozen=True)
class _Pairs:
    """A sheet of names and values: its header row (from 1), both columns, whether only plain secrets count."""

    header: int
    name: int
    values: tuple[int, ...]
    strictly: bool


def _pairs(top: Sheet, searched: int) -> _Pairs | None:
    rows = top.top(searched)
    number = header_row(rows) if rows else 0
    header = rows[number - 1] if number else []
    found = pair_columns(header)
    return _Pairs(number, *found, header[found[0]].strip().lower() == "name") if found else None


def _cells(sheet: Sheet, pairs: _Pairs | None) -> Iterator[tuple[tuple[int, int], str]]:
    """Secret cells and what they are called."""
    above = sheet.first - 1
    if pairs is not None and str(pairs.name) in sheet.frame.columns:
        for row, name in enumerate(sheet.frame[str(pairs.name)]):
            if name and row >= pairs.header and names_a_secret(name, strictly=pairs.strictly):
                yield from (((above + row, column), name.strip()) for column in pairs.values)
    for column in sheet.frame.columns:
        texts = sheet.frame[column]
        like_json = texts.str.contains(r"^\s*[\[{]").fill_null(value=False)
        suspect = sheet.frame.select(has_secret_key(pl.col(column)) & like_json).to_series()
        for row in suspect.arg_true():
            yield (above + row, int(column)), f"JSON with a secret in row {above + row + 1} of {sheet.name}"


def _sheets_with_json(path: Path, tops: Mapping[str, Sheet]) -> set[str]:
    """Sheets that may hold JSON with a secret key: all of them where a shared text does."""
    parts = sheet_parts(path)
    found = {name for name, part in parts.items() if _has_json(path, part)}
    with zipfile.ZipFile(path) as archive:
        shared = [name for name in archive.namelist() if name.lower().endswith("sharedstrings.xml")]
    return set(tops) if any(_has_json(path, part) for part in shared) else found


def _has_json(path: Path, part: str) -> bool:
    tail = b""
    with zipfile.ZipFile(path) as archive, archive.open(part) as content:
        while piece := content.read(_PIECE):
            overlapping = tail + piece
            plain = overlapping.replace(b"&quot;", b'"') if b"{" in overlapping else b""
            if b'{"' in plain and may_have_secret_key(b" " * 4 + plain):
                return True
            tail = piece[-_OVERLAP:]
    return False
