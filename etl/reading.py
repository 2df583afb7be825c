"""Landed files to raw tables of text.

Parsing happens in a process of its own (etl/read/process.py), because files come from strangers. It hands its tables
over as Arrow files in a private folder.

What a table looks like: see `RawTable`. Nothing is typed or guessed here: CSV text stays as it is written; spreadsheet
cells become text as `etl.read.cells.cell_text` says. Files or sheets (of one name) with an identical header form one
table. A row number is the number of the record, which is what a spreadsheet shows: a CSV record whose quoted cells
contain line breaks counts once.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl

from etl.read.formats import FileFormat, Limits
from etl.read.process import run_limited
from etl.read.progress import SoFar
from etl.read.spool import mapped_frame
from etl.source import JsonForm, LandedFile, Origin, RawTable

__all__ = ["FileFormat", "Limits", "SoFar", "read_tables"]


def read_tables(
    files: Sequence[LandedFile],
    formats: Sequence[tuple[str, FileFormat]],
    limits: Limits,
    forms: Sequence[JsonForm] = (),
    told: Callable[[SoFar], None] | None = None,
) -> list[RawTable]:
    """Read landed files, in order of their path.

    Args:
        files: what `land` returned.
        formats: (glob on file_name, format); the first that matches is used. For a workbook several may match, each
            naming a sheet: then the sheets named are read, each with its own format.
        limits: of the reading process.
        forms: what is read from .json files; without any such a file is refused.
        told: how much is read, now and then.

    Returns:
        One table per sheet name and header, in order of first appearance; the tables of a database and of a JSON
        document are its sheets. Secret columns are null.

    Raises:
        SourceError: a file cannot be read; names file, sheet and row.
    """
    ordered = sorted(files, key=lambda file: file.origin_path)
    if not ordered:
        return []
    request = {
        "files": [{"path": str(file.path), "name": file.file_name} for file in ordered],
        "formats": [(glob, asdict(stated)) for glob, stated in formats],
        "forms": [asdict(form) for form in forms],
    }
    with tempfile.TemporaryDirectory(prefix="portal-read-") as name:
        folder = Path(name)
        result = run_limited("read", request, folder, limits, told)
        origins = [_origin(key, listed, ordered) for key, listed in enumerate(result["origins"], start=1)]
        return [_table(folder, listed, origins) for listed in result["tables"]]


def _origin(key: int, listed: dict[str, Any], files: Sequence[LandedFile]) -> Origin:
    file = files[listed["file"]]
    return Origin(key, file.origin_path, file.file_name, listed["sheet"], file.sha256)


def _table(folder: Path, listed: dict[str, Any], origins: Sequence[Origin]) -> RawTable:
    """The table is mapped, not read: what nobody looks at takes no memory. It stays when its files are unlinked."""
    frame = pl.concat([mapped_frame(*(folder / name for name in names)) for names in listed["paths"]])
    blank_rows = {int(key): count for key, count in listed["blank_rows"].items()}
    shared = tuple(origins[key - 1] for key in listed["origins"])
    return RawTable(shared, frame, blank_rows, tuple(listed["notes"]))
