"""The cells of a piece of a worksheet as text: the usual ones at once, the different odd ones by the full reader."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import polars as pl

from etl.read.cells import cell_text
from etl.read.escapes import ESCAPES, named_signs, only_named
from etl.read.shared_texts import shared_texts
from etl.read.sheet_cells import OF_PRESERVED, OF_TEXT, OF_VALUE, RAW, Marks, Piece
from etl.read.sheet_judge import Judge
from etl.read.sheet_tags import Flags, NotPlainError, Places

_NUMBER = r"^(?:0|-?[1-9][0-9]{0,14}|-?(?:0|[1-9][0-9]*)\.[0-9]*[1-9])$"
"""A number that `cell_text` writes the same way, if it has no more than `_DIGITS` signs."""
_DIGITS = 15
_OPENING = {OF_VALUE: b"><v>", OF_TEXT: b"><is><t>", OF_PRESERVED: b'><is><t xml:space="preserve">', RAW: b">"}
_CLOSING = {OF_VALUE: b"</v>", OF_TEXT: b"</t></is>", OF_PRESERVED: b"</t></is>", RAW: b""}


@dataclass(frozen=True)
class Texts:
    """What the cells of a piece say.

    Attributes:
        pool: texts; the last one is null.
        places: of the text of each cell in the pool; an empty cell and an empty text have that of null.
        is_there: whether the full reader knows of the cell: all but cells without a value.
    """

    pool: pl.Series
    places: Places
    is_there: Flags


class SheetTexts:
    """Turns pieces of one sheet into texts."""

    def __init__(self, path: Path, judge: Judge) -> None:
        self._path, self._judge = path, judge
        self._shared: pl.Series | None = None

    def read(self, piece: Piece) -> Texts:
        """The texts of a piece.

        Raises:
            NotPlainError: a cell that the full reader refuses.
        """
        plain, texts = self._plain(piece)
        shared = self._shared_cells(piece, plain)
        odd = np.flatnonzero(~plain & ~shared)
        judged, is_there = self._judged(piece, odd)
        count = len(texts)
        places = np.arange(count)
        places[shared] = np.arange(count, count + int(shared.sum()))
        places[odd] = np.arange(len(odd)) + count + int(shared.sum())
        pool = pl.concat([texts, self._shared_texts(texts.filter(pl.Series(shared))), judged,
                          pl.Series("text", [None], pl.String)], rechunk=True)  # fmt: skip
        empty = (pool.str.len_bytes() == 0).fill_null(value=True).to_numpy()
        known = np.ones(count, np.bool_)
        known[odd] = is_there
        return Texts(pool, np.where(empty[places], len(pool) - 1, places), known)

    def _plain(self, piece: Piece) -> tuple[Flags, pl.Series]:
        """Which cells say just what is written in them, and all texts with named signs resolved in those."""
        texts = piece.texts
        is_text = _of(piece, lambda marks: marks.type == "inlineStr") & np.isin(piece.forms, (OF_TEXT, OF_PRESERVED))
        is_text |= _of(piece, lambda marks: marks.type == "str") & (piece.forms == OF_VALUE)
        is_text &= ~(piece.is_blank_edged & (piece.forms == OF_TEXT))
        escaped = texts.str.contains_any(ESCAPES).to_numpy()
        if (is_text & escaped).any():
            is_text &= texts.to_frame().select(only_named(pl.col("text"))).to_series().to_numpy()
            resolved = pl.when(pl.Series(is_text & escaped)).then(named_signs(pl.col("text"))).otherwise("text")
            texts = texts.to_frame().select(resolved.alias("text")).to_series()
        is_number = _of(piece, lambda marks: not marks.type and self._judge.is_number_style(marks.style))
        is_number &= piece.forms == OF_VALUE
        if is_number.any():
            is_usual = texts.str.contains(_NUMBER) & (texts.str.len_bytes() <= _DIGITS)
            is_number &= is_usual.to_numpy()
        return is_text | is_number, texts

    def _shared_cells(self, piece: Piece, plain: Flags) -> Flags:
        shared: Flags = _of(piece, lambda marks: marks.type == "s") & (piece.forms == OF_VALUE) & ~plain
        if shared.any():
            shared &= piece.texts.str.contains(r"^[0-9]{1,8}$").to_numpy()
        return shared

    def _shared_texts(self, numbers: pl.Series) -> pl.Series:
        if not len(numbers):
            return pl.Series("text", [], pl.String)
        if self._shared is None:
            self._shared = shared_texts(self._path, self._judge)
        at = numbers.cast(pl.UInt32)
        if at.max() >= len(self._shared):  # type: ignore[operator]
            raise NotPlainError
        return self._shared.gather(at)

    def _judged(self, piece: Piece, odd: Places) -> tuple[pl.Series, Flags]:
        """The texts of odd cells, and whether there is a cell at all; each different one is asked once."""
        schema = {"mark": pl.Int64, "form": pl.UInt8, "text": pl.String}
        cells = pl.DataFrame([piece.marks[odd], piece.forms[odd], piece.texts.gather(odd)], schema=schema)
        different = cells.unique(maintain_order=True)
        asked = [_asked(piece.known[mark], form, text.encode()) for mark, form, text in different.iter_rows()]
        values = self._judge.values(asked) if asked else []
        said = [cell_text(value) for value in values]
        errors = [piece.known[mark].type == "e" for mark in different["mark"]]
        for at in [at for at, is_error in enumerate(errors) if is_error]:
            if different["form"][at] != OF_VALUE:
                raise NotPlainError
            said[at] = different["text"][at]
        is_there = [bool(text) or self._judge.is_there(cell) for text, cell in zip(said, asked, strict=True)]
        answers = different.with_columns(pl.Series("said", said, pl.String), pl.Series("there", is_there, pl.Boolean))
        told = cells.join(answers, on=list(schema), how="left", maintain_order="left")
        return told["said"].alias("text"), told["there"].to_numpy()


def _of(piece: Piece, test: Callable[[Marks], bool]) -> Flags:
    """Which cells are marked so."""
    fitting = [number for number, marks in enumerate(piece.known) if test(marks)]
    return np.isin(piece.marks, fitting)


def _asked(marks: Marks, form: int, text: bytes) -> bytes:
    """A cell as the judge takes it; the inside of an unusual one must be whole, or it would swallow those behind it."""
    if form == RAW:
        try:
            ElementTree.fromstring(b"<c>" + text + b"</c>")  # noqa: S314 - declarations were refused in the preflight
        except ElementTree.ParseError:
            raise NotPlainError from None
    return marks.text.encode("latin-1") + _OPENING[form] + text + _CLOSING[form]
