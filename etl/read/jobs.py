"""What the limited process can be asked to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import polars as pl

from etl.preflight import Bounds
from etl.read.detect import HEAD_BYTES, detect_layout
from etl.read.formats import SQLITE_SUFFIXES, TEXT_SUFFIXES, FileFormat, Limits, file_formats
from etl.read.json_job import JsonFiles
from etl.read.origins import File, Origins, Part, with_key
from etl.read.parquet import read_parquet
from etl.read.progress import Progress, went_on
from etl.read.spool import Spool
from etl.read.sqlite import read_sqlite
from etl.read.text import Body, read_bodies, read_body
from etl.read.workbook import read_sheets, sheet_table
from etl.source import JsonForm
from portal.errors import SourceError

BATCH_BYTES = 64 << 20
SLICE_ROWS = 50_000
"""Rows of a sheet or table that are handed on at once."""


@dataclass(frozen=True)
class Found:
    """A table of one file: sheet name, frame of text columns and source_row, and what to tell about it."""

    sheet: str
    frame: pl.DataFrame
    notes: tuple[str, ...] = ()


def read_job(request: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Read files into Arrow files by sheet name and header.

    Returns:
        origins: file index and sheet of each origin, by key from 1; tables: names of the files (see `Spool.finish`),
        keys of its origins in order, number of blank rows by origin key, notes.
    """
    formats = [(glob, FileFormat(**stated)) for glob, stated in request["formats"]]
    origins = Origins()
    spools: dict[tuple[str, ...], Spool] = {}
    files = list(_files(request["files"], formats))
    forms = [_form(each) for each in request["forms"]]
    with (
        closing(JsonFiles(files, forms, folder)) as documents,
        Progress(folder, (file.path for file in files)) as progress,
    ):
        for part in _parts(files, origins, progress, documents):
            part.go_to(spools.setdefault(part.shape_key, Spool(folder / f"table_{len(spools)}")))
            progress.count(part.frame.height)
    tables = [
        {
            **spools[shape].finish(),
            "origins": keys,
            "notes": [note for key in keys for note in origins.notes.get(key, ())],
        }
        for shape, keys in origins.alike.items()
    ]
    return {"origins": origins.listed, "tables": tables}


def _form(stated: dict[str, Any]) -> JsonForm:
    children = tuple(_form(child) for child in stated["children"])
    return JsonForm(stated["table"], tuple(stated["records"]), stated["columns"], children)


def _files(listed: Iterable[dict[str, str]], formats: list[tuple[str, FileFormat]]) -> Iterator[File]:
    for index, each in enumerate(listed):
        stated = tuple(file_formats(each["name"], formats))
        yield File(index, Path(each["path"]), each["name"], Path(each["name"]).suffix.lower(), stated)


def _parts(files: Iterable[File], origins: Origins, progress: Progress, documents: JsonFiles) -> Iterator[Part]:
    """Parts of every file; text files of one header are collected and read together."""
    waiting: dict[tuple[Any, ...], list[Body]] = {}
    size = 0
    for file in files:
        progress.begin(file.name, file.path)
        if file.suffix == ".json" and documents.are_wanted:
            yield from documents.parts(file, origins, progress)
            continue
        if file.suffix not in TEXT_SUFFIXES:
            for found in _tables_of(file):
                key = origins.add(file, found.sheet, found.frame.columns[:-1])
                origins.notes[key] = list(found.notes)
                for rows in found.frame.iter_slices(SLICE_ROWS) if found.frame.height else (found.frame,):
                    yield Part(found.sheet, with_key(rows, key))
            continue
        body = _body(file, origins)
        size += len(body.content)
        waiting.setdefault((body.layout.header, body.layout.separator, body.layout.quote), []).append(body)
        if size > BATCH_BYTES:
            yield from _read_waiting(waiting, progress)
            size = 0
    yield from _read_waiting(waiting, progress)


def _body(file: File, origins: Origins) -> Body:
    data = file.path.read_bytes()
    went_on(size=len(data))
    layout = detect_layout(data[:HEAD_BYTES], len(data) <= HEAD_BYTES, file.formats[0], file.name)
    return read_body(data, origins.add(file, "", layout.header), file.name, layout)


def _read_waiting(waiting: dict[tuple[Any, ...], list[Body]], progress: Progress) -> Iterator[Part]:
    while waiting:
        bodies = waiting.popitem()[1]
        first, last = bodies[0].place, bodies[-1].place
        progress.at(first if len(bodies) == 1 else f"one of {first} … {last}")
        yield Part("", read_bodies(bodies))


def _tables_of(file: File) -> Iterator[Found]:
    """The tables of a file that is not delimited text."""
    if file.suffix == ".parquet":
        yield Found("", read_parquet(file.path, file.name))
    elif file.suffix == ".xlsx":
        yield from _sheets(file)
    elif file.suffix in SQLITE_SUFFIXES:
        yield from (Found(*each) for each in read_sqlite(file.path, file.name))
    else:
        raise SourceError(f"{file.name}: a {file.suffix or 'nameless'} file is no table. Leave it out of this load.")


def _sheets(file: File) -> Iterator[Found]:
    for sheet, stated in read_sheets(file.path, file.name, file.formats):
        frame = sheet_table(sheet, stated, f"{file.name}, sheet {sheet.name}")
        if frame is not None:
            yield Found(sheet.name, frame)


def blank_job(request: dict[str, Any], folder: Path) -> list[list[str]]:
    """Write a copy of each file whose secret columns are empty to its target; returns their names, [] for none."""
    from etl.read.blank import blank_file  # the workbook writer is not wanted where files are only read

    with Progress(folder) as progress:
        found = []
        for each in request["files"]:
            progress.at(each["name"])
            found.append(blank_file(Path(each["path"]), each["name"], Path(each["target"])))
        return found


def land_job(request: dict[str, Any], folder: Path) -> list[dict[str, Any]]:
    """Land what is at a path, preflight included: for files that come straight from somebody's browser."""
    from etl.land import land  # starts processes like this one, and is not wanted where files are only read

    path = Path(request["path"])
    limits = Limits(request["memory_mb"], max(1, request["seconds"] // 2))
    with Progress(folder) as progress:
        progress.at(path.name)
        landed = land(path, Path(request["landing"]), limits, Bounds(**request["bounds"]))
    return [{**asdict(file), "path": str(file.path)} for file in landed]


JOBS: dict[str, Callable[[dict[str, Any], Path], Any]] = {"read": read_job, "blank": blank_job, "land": land_job}
