"""Try a source: reach it, read it, conform it, and say what came out. Nothing of it is kept."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from etl.land import land
from etl.mapping import load_mapping
from etl.reading import read_tables
from etl.source import LandedFile
from etl.sources import SOURCES
from portal.jobs.load import moment_of
from portal.jobs.remote import fetch
from portal.jobs.sync import Task, load_request


@dataclass(frozen=True)
class Trial:
    """What a source would bring: its files, and (staging table, rows read, rows kept out) of each table."""

    files: tuple[LandedFile, ...]
    tables: tuple[tuple[str, int, int], ...]


def try_source(task: Task) -> Trial:
    """Read the files of a source as a load would.

    Raises:
        SourceError, InputError: what a sync would fail with.
    """
    request = load_request(task)
    source = SOURCES[task.source.kind]
    mapping = load_mapping(request.mapping) if request.mapping else None
    with tempfile.TemporaryDirectory(prefix="souk-trial-") as folder:
        path = request.path
        if task.is_remote:
            path = Path(folder) / "inbox"
            fetch(task.settings, task.source, path)
        files = land(path, Path(folder) / "landing", request.limits, suffixes=source.suffixes)
        formats = mapping.formats() if mapping else source.formats
        tables = read_tables(files, formats, request.limits, source.forms)
        conformed = source.conform(tables, moment_of(task.sessions, task.tenant).rules(task.tenant), mapping)
    counts: dict[str, int] = {}
    for (_origin, table), rows in conformed.read.items():
        counts[table] = counts.get(table, 0) + rows
    kept_out = dict(conformed.rejects.group_by("staging_table").len().iter_rows())
    return Trial(tuple(files), tuple((table, rows, kept_out.get(table, 0)) for table, rows in sorted(counts.items())))
