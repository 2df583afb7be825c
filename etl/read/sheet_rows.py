"""A worksheet read piece by piece, without ever holding its text whole."""

from __future__ import annotations

import zipfile
import zlib
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import IO

import numpy as np
import polars as pl

from etl.read.progress import went_on
from etl.read.sheet_cells import Piece, read_piece
from etl.read.sheet_judge import Judge
from etl.read.sheet_tags import NotPlainError, find_tags
from etl.read.sheet_texts import SheetTexts, Texts

PIECE_BYTES = 4 << 20
_MOST_BYTES = 64 << 20
_AHEAD = 2
"""Pieces; cut up, each takes some ten times its bytes."""
START, _ROW_END, STOP = b"<sheetData>", b"</row>", b"</sheetData>"


def read_rows(path: Path, sheet: str, part: str, wanted: int | None = None) -> tuple[int, pl.DataFrame] | None:
    """The rows of a worksheet.

    Args:
        path: the workbook.
        sheet: name of the worksheet.
        part: its member of the package.
        wanted: how many rows are enough; None for all.

    Returns:
        number of the first row that holds something, from 1, and from there on all rows to the last such one: text
        columns "0" for column A, "1" … (those that hold something), null for an empty cell. None for an empty sheet.

    Raises:
        NotPlainError: only the full reader can read it, or tell what is wrong.
    """
    frames: list[pl.DataFrame] = []
    first = emitted = -1
    for piece, texts in _pieces(path, sheet, part, _AHEAD if wanted is None else 0):
        rows = piece.rows[texts.is_there]
        if len(rows):
            first = int(rows[0]) if first < 0 else first
            frames.append(_frame(piece, texts, max(first, emitted + 1), int(rows[-1])))
            went_on(rows=int(rows[-1]) - max(emitted, first - 1))
            emitted = int(rows[-1])
        if wanted is not None and frames and emitted + 1 - first >= wanted:
            break
    if not frames:
        return None
    whole = pl.concat(frames, how="diagonal", rechunk=False)
    filled = sorted((name for name in whole.columns if whole[name].null_count() < whole.height), key=int)
    return first + 1, whole.select(filled)


def _frame(piece: Piece, texts: Texts, first: int, last: int) -> pl.DataFrame:
    """The rows `first` to `last`, both from 0."""
    columns = {}
    for column in np.unique(piece.columns):
        mine = np.flatnonzero((piece.columns == column) & (piece.rows <= last))
        places = np.full(last - first + 1, len(texts.pool) - 1)
        places[piece.rows[mine] - first] = texts.places[mine]
        columns[str(column)] = texts.pool.gather(places)
    return pl.DataFrame(columns)


def _pieces(path: Path, sheet: str, part: str, ahead: int) -> Iterator[tuple[Piece, Texts]]:
    content = whole_rows(path, part)
    judge = Judge(path, sheet, part, next(content))
    reader, last_row = SheetTexts(path, judge), -1
    for piece in _read_ahead(content, judge, ahead):
        if 0 <= piece.first_row <= last_row:
            raise NotPlainError
        last_row = max(last_row, piece.last_row)
        yield piece, reader.read(piece)


def _read_ahead(content: Iterator[bytes], judge: Judge, ahead: int) -> Iterator[Piece]:
    """The pieces in order; so many are cut up in a thread while those before them are turned into texts."""
    waiting: deque[Future[Piece]] = deque()
    end = b""
    with ThreadPoolExecutor(1) as thread:
        for rows in content:
            if rows.startswith(STOP):
                end = rows
            else:
                waiting.append(thread.submit(_cut_up, rows))
            if len(waiting) > ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    judge.check_frame(end)


def _cut_up(rows: bytes) -> Piece:
    return read_piece(find_tags(rows), -1)


def whole_rows(path: Path, part: str) -> Iterator[bytes]:
    """First the head of a sheet, then its rows in pieces of whole ones, at last what stands behind them.

    Raises:
        NotPlainError: the sheet is damaged, or not written in the usual way.
    """
    try:
        with zipfile.ZipFile(path) as archive, archive.open(part) as content:
            packed = archive.getinfo(part).compress_size / max(archive.getinfo(part).file_size, 1)
            held = _read_to(START, b"", content)
            start = held.index(START) + len(START)
            yield held[:start]
            held = held[start:]
            while STOP not in held:
                held = _read_to(_ROW_END, held, content)
                end = 0 if STOP in held else held.rfind(_ROW_END) + len(_ROW_END)
                if end:
                    yield held[:end].lstrip()
                more = content.read(PIECE_BYTES)
                went_on(size=int(len(more) * packed))
                held = held[end:] + more
            stop = held.index(STOP)
            if rows := held[:stop].strip():
                yield rows
            yield held[stop:] + _rest(content)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, KeyError):
        raise NotPlainError from None


def _read_to(mark: bytes, held: bytes, content: IO[bytes]) -> bytes:
    """What is held and as much more as it takes until `mark` is in it."""
    while mark not in held:
        more = content.read(PIECE_BYTES)
        if not more or len(held) > _MOST_BYTES:
            raise NotPlainError
        held += more
    return held


def _rest(content: IO[bytes]) -> bytes:
    rest = content.read(_MOST_BYTES)
    if content.read(1):
        raise NotPlainError
    return rest
