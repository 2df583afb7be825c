"""Many small JSON files, read by several processes at once, a group of files by each at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from etl.read.json_readers import PART_BYTES, SHAPES, Readers
from etl.read.json_tables import read_pieces
from etl.read.spool import has_blank_rows
from etl.source import JsonForm
from portal.errors import SourceError

MOST_FILES = 500
"""In a group."""


@dataclass(frozen=True)
class Listed:
    """One table of one file: its sheet name, its columns but for source_row, its number of rows."""

    sheet: str
    header: tuple[str, ...]
    rows: int


@dataclass(frozen=True)
class Group:
    """Files that one process reads: places, names for messages, what is wanted, where the rows go."""

    paths: tuple[Path, ...]
    names: tuple[str, ...]
    forms: tuple[JsonForm, ...]
    target: Path


@dataclass(frozen=True)
class GroupRead:
    """What was read of a group.

    Attributes:
        tables: of each file, in order.
        files: sheet name and header to the Arrow file with the rows of all files of the group, in order.
        blank: of which of these some rows are blank.
        problem: why it stopped.
    """

    tables: tuple[tuple[Listed, ...], ...] = ()
    files: dict[tuple[str, ...], str] = field(default_factory=dict)
    blank: tuple[tuple[str, ...], ...] = ()
    problem: str = ""


def in_groups(sizes: Sequence[int]) -> Iterator[range]:
    """Places of files, in order, that are read together."""
    first = total = 0
    for place, size in enumerate(sizes):
        if place > first and (total + size > PART_BYTES or place - first >= MOST_FILES):
            yield range(first, place)
            first, total = place, 0
        total += size
    if len(sizes) > first:
        yield range(first, len(sizes))


def read_group(group: Group) -> GroupRead:
    """Read the files of a group into one Arrow file for each sheet name and header."""
    frames: dict[tuple[str, ...], list[pl.DataFrame]] = {}
    readers = Readers(SHAPES)
    tables = []
    try:
        for path, name in zip(group.paths, group.names, strict=True):
            listed = []
            for sheet, pieces in read_pieces(path, name, group.forms, group.target.parent, readers):
                parts = [piece.frame for piece in pieces]
                header = tuple(parts[0].columns[:-1])
                frames.setdefault((sheet, *header), []).extend(parts)
                listed.append(Listed(sheet, header, sum(part.height for part in parts)))
            tables.append(tuple(listed))
    except SourceError as problem:
        return GroupRead(problem=str(problem))
    finally:
        readers.close()
    return _written(tuple(tables), frames, group.target)


def _written(
    tables: tuple[tuple[Listed, ...], ...], frames: dict[tuple[str, ...], list[pl.DataFrame]], target: Path
) -> GroupRead:
    files, blank = {}, []
    for number, (shape, parts) in enumerate(frames.items()):
        frame = pl.concat(parts)
        files[shape] = f"{target}_{number}.arrow"
        frame.write_ipc(files[shape])
        if has_blank_rows(frame):
            blank.append(shape)
    return GroupRead(tables, files, tuple(blank))
