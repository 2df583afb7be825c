"""What the limited process can be asked to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from etl.read.blank import blank_file
from etl.read.detect import HEAD_BYTES, Layout, detect_layout
from etl.read.formats import TEXT_SUFFIXES, FileFormat, file_formats
from etl.read.parquet import read_parquet
from etl.read.process import PROGRESS
from etl.read.secret_columns import secret_columns
from etl.read.text import read_bodies, read_body
from etl.read.workbook import read_sheets, sheet_table
from portal.errors import SourceError

BATCH_BYTES = 64 << 20


@dataclass(frozen=True)
class File:
    """One file of the job: `index` is its place in the request."""

    index: int
    path: Path
    name: str
    suffix: str
    formats: tuple[FileFormat, ...]


@dataclass(frozen=True)
class Part:
    """Rows of one or more origins that share a header; frame has origin_key and source_row."""

    sheet: str
    frame: pl.DataFrame

    @property
    def shape_key(self) -> tuple[str, ...]:
        """Sheet name and header."""
        return (self.sheet, *self.frame.columns)


class Origins:
    """Numbers the files and sheets of a job, from 1, in order."""

    def __init__(self) -> None:
        self.listed: list[dict[str, Any]] = []

    def add(self, file: File, sheet: str) -> int:
        """The number of the next origin."""
        self.listed.append({"file": file.index, "sheet": sheet})
        return len(self.listed)


def read_job(request: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Read files into one Arrow file per sheet name and header.

    Returns:
        origins: file index and sheet of each origin, by key from 1; tables: file name, keys of its origins in order,
        number of blank rows by origin key.
    """
    formats = [(glob, FileFormat(**stated)) for glob, stated in request["formats"]]
    origins = Origins()
    keyed: list[tuple[int, str, tuple[str, ...]]] = []
    parts = list(_parts(_files(request["files"], formats), origins, folder / PROGRESS, keyed))
    tables: dict[tuple[str, ...], list[pl.DataFrame]] = {}
    for part in parts:
        tables.setdefault(part.shape_key, []).append(part.frame)
    owners: dict[tuple[str, ...], list[int]] = {}
    for key, sheet, header in keyed:
        owners.setdefault((sheet, *header, "origin_key", "source_row"), []).append(key)
    written = [
        _write(tables[shape], sorted(keys), folder / f"table_{number}.arrow")
        for number, (shape, keys) in enumerate(owners.items())
    ]
    return {"origins": origins.listed, "tables": written}


def _files(listed: Iterable[dict[str, str]], formats: list[tuple[str, FileFormat]]) -> Iterator[File]:
    for index, each in enumerate(listed):
        stated = tuple(file_formats(each["name"], formats))
        yield File(index, Path(each["path"]), each["name"], Path(each["name"]).suffix.lower(), stated)


def _parts(
    files: Iterable[File], origins: Origins, progress: Path, keyed: list[tuple[int, str, tuple[str, ...]]]
) -> Iterator[Part]:
    """Parts of every file; text files of one header are collected and read together."""
    texts: dict[tuple[Any, ...], list[tuple[int, File, Layout]]] = {}
    for file in files:
        progress.write_text(file.name)
        if file.suffix in TEXT_SUFFIXES:
            layout = _layout(file)
            key = origins.add(file, "")
            keyed.append((key, "", layout.header))
            texts.setdefault((layout.header, layout.separator, layout.quote), []).append((key, file, layout))
        else:
            for sheet, frame in _tables_of(file):
                key = origins.add(file, sheet)
                keyed.append((key, sheet, tuple(frame.columns[:-1])))
                yield Part(sheet, _with_key(frame, key))
    for group in texts.values():
        for batch in _batches(group):
            progress.write_text(_span(batch))
            bodies = [read_body(file.path.read_bytes(), key, file.name, layout) for key, file, layout in batch]
            yield Part("", read_bodies(bodies))


def _layout(file: File) -> Layout:
    with file.path.open("rb") as content:
        head = content.read(HEAD_BYTES)
        return detect_layout(head, not content.read(1), file.formats[0], file.name)


def _tables_of(file: File) -> Iterator[tuple[str, pl.DataFrame]]:
    """Sheet name and frame with source_row of a workbook or Parquet file."""
    if file.suffix == ".parquet":
        yield "", read_parquet(file.path, file.name)
    elif file.suffix == ".xlsx":
        for sheet, stated in read_sheets(file.path, file.name, file.formats):
            frame = sheet_table(sheet, stated, f"{file.name}, sheet {sheet.name}")
            if frame is not None:
                yield sheet.name, frame
    else:
        raise SourceError(f"{file.name}: a {file.suffix or 'nameless'} file is no table. Leave it out of this load.")


def _with_key(frame: pl.DataFrame, key: int) -> pl.DataFrame:
    named = frame.with_columns(pl.lit(key, dtype=pl.Int64).alias("origin_key"))
    return named.select(pl.exclude("origin_key", "source_row"), "origin_key", "source_row")


def _batches(group: list[tuple[int, File, Layout]]) -> Iterator[list[tuple[int, File, Layout]]]:
    """Files together of at most BATCH_BYTES, at least one."""
    batch: list[tuple[int, File, Layout]] = []
    size = 0
    for each in group:
        length = each[1].path.stat().st_size
        if batch and size + length > BATCH_BYTES:
            yield batch
            batch, size = [], 0
        batch.append(each)
        size += length
    yield batch


def _span(batch: list[tuple[int, File, Layout]]) -> str:
    first, last = batch[0][1].name, batch[-1][1].name
    return first if len(batch) == 1 else f"one of {first} … {last}"


def _write(frames: list[pl.DataFrame], keys: list[int], path: Path) -> dict[str, Any]:
    """Write the rows that have something in them, sorted by origin; count the others."""
    table = pl.concat(frames)
    if not table["origin_key"].is_sorted():
        table = table.sort("origin_key", maintain_order=True)
    cells = pl.exclude("origin_key", "source_row")
    secrets = secret_columns([name for name in table.columns if name not in {"origin_key", "source_row"}])
    table = table.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in secrets)
    is_blank = pl.all_horizontal(cells.is_null() | (cells.str.strip_chars() == ""))
    blank = table.filter(is_blank)
    counts = dict(blank["origin_key"].value_counts().iter_rows())
    (table.filter(~is_blank) if blank.height else table).write_ipc(path)
    return {"path": path.name, "origins": keys, "blank_rows": counts}


def blank_job(request: dict[str, Any], folder: Path) -> list[str]:
    """Write a copy of a file whose secret columns are empty to `folder`/blanked; returns their names, [] for none."""
    name = str(request["name"])
    (folder / PROGRESS).write_text(name)
    return blank_file(Path(request["path"]), name, folder / "blanked")


JOBS: dict[str, Callable[[dict[str, Any], Path], Any]] = {"read": read_job, "blank": blank_job}
