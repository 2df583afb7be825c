"""The JSON files of a reading job: small ones in groups by several processes, ahead of being asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

import numpy as np
import polars as pl

from etl.read.json_columns import PARENT_ROW
from etl.read.json_files import Group, GroupRead, in_groups, read_group
from etl.read.json_readers import PART_BYTES, Readers, Work
from etl.read.json_tables import Piece, read_pieces
from etl.read.origins import File, Origins, Part, ordered, with_key
from etl.read.progress import Progress
from etl.read.spool import mapped_frame
from etl.source import JsonForm
from portal.errors import SourceError

SLICE_ROWS = 50_000
"""Rows in memory that are handed on at once."""


class JsonFiles:
    """What is read of the JSON files of a job.

    Args:
        files: all files of the job, in order.
        forms: what is wanted of them.
        folder: private folder for files in between.

    Attributes:
        are_wanted: anything is wanted of such files.
    """

    def __init__(self, files: Sequence[File], forms: Sequence[JsonForm], folder: Path) -> None:
        self.are_wanted = bool(forms)
        self._forms = tuple(forms)
        self._folder = folder
        self._readers = Readers({})
        self._begun: dict[int, tuple[list[File], Work[GroupRead] | None]] = {}
        sizes = {file.index: file.path.stat().st_size for file in files if file.suffix == ".json" and forms}
        if len(sizes) > 1 and sum(sizes.values()) > PART_BYTES:
            for is_small, some in groupby(files, lambda file: sizes.get(file.index, 2 * PART_BYTES) < 2 * PART_BYTES):
                if is_small:
                    self._begin(list(some), sizes)

    def _begin(self, files: list[File], sizes: dict[int, int]) -> None:
        for places in in_groups([sizes[file.index] for file in files]):
            some = [files[place] for place in places]
            group = Group(
                tuple(file.path for file in some), tuple(file.name for file in some), self._forms,
                self._folder / f"group_{some[0].index}",
            )  # fmt: skip
            self._begun.update({file.index: ([], None) for file in some})
            self._begun[some[0].index] = some, self._readers.begin(read_group, group)

    def close(self) -> None:
        """End the processes."""
        self._readers.close()

    def parts(self, file: File, origins: Origins, progress: Progress) -> Iterator[Part]:
        """The rows of a file; with the first file of a group those of the whole group.

        Raises:
            SourceError: it cannot be read.
        """
        if file.index not in self._begun:
            for sheet, pieces in read_pieces(file.path, file.name, self._forms, self._folder, self._readers):
                key = origins.add(file, sheet, pieces[0].frame.columns[:-1])
                yield from (part for piece in pieces for part in _parts(sheet, piece, key))
            return
        files, begun = self._begun[file.index]
        if begun is not None:
            progress.at(file.name if len(files) == 1 else f"one of {file.name} … {files[-1].name}")
            yield from _group_parts(files, begun.result(), origins)


def _parts(sheet: str, piece: Piece, key: int) -> Iterator[Part]:
    frame = with_key(piece.frame, key)
    if piece.path is not None:
        numbers = [name for name in (PARENT_ROW, "origin_key", "source_row") if name in frame.columns]
        yield Part(sheet, frame, piece.path, tuple(numbers))
    else:
        yield from (Part(sheet, rows) for rows in (frame.iter_slices(SLICE_ROWS) if frame.height else (frame,)))


def _group_parts(files: Sequence[File], read: GroupRead, origins: Origins) -> Iterator[Part]:
    if read.problem:
        raise SourceError(read.problem)
    keys: dict[tuple[str, ...], list[int]] = {}
    rows: dict[tuple[str, ...], list[int]] = {}
    for file, tables in zip(files, read.tables, strict=True):
        for table in tables:
            shape = (table.sheet, *table.header)
            keys.setdefault(shape, []).append(origins.add(file, table.sheet, table.header))
            rows.setdefault(shape, []).append(table.rows)
    for shape, name in read.files.items():
        numbers = pl.Series("origin_key", np.repeat(np.array(keys[shape], np.int64), rows[shape]))
        frame = ordered(mapped_frame(Path(name)).with_columns(numbers))
        yield Part(shape[0], frame, None if shape in read.blank else Path(name), ("origin_key",))
