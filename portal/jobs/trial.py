"""Try a source: reach it, read it, conform it, and say what came out. Nothing of it is kept.

On the screen this runs in a process of its own with a time limit (`python -m portal.jobs.trial`), because whoever
typed an address waits for the answer. The process is told the source through its standard input, credentials sealed.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from portal.config import Settings, environment_of, load_settings
from portal.db import open_sessions
from portal.errors import InputError, PortalError, SourceError
from portal.log import start_logging
from portal.models import DataSource, Tenant
from portal.parts import Parts
from portal.tenants import as_ref

if TYPE_CHECKING:
    from portal.jobs.sync import Task

SECONDS = 45
SAMPLE_ROWS = 10
_SAMPLE_COLUMNS = 12
_SAMPLE_TEXT = 60
_COLUMNS = ("tenant_id", "name", "kind", "location", "mapping_name", "mapping", "credentials", "options")
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Trial:
    """What a source would bring.

    Attributes:
        files: (name, size in bytes).
        tables: (staging table, rows read, rows kept out of it).
        columns, rows: up to ten rows of its largest table, as they were read.
        is_whole: everything was read; else the beginning of each list, and what is kept out cannot be told yet.
    """

    files: tuple[tuple[str, int], ...] = ()
    tables: tuple[tuple[str, int, int], ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    is_whole: bool = True

    def to_json(self) -> dict[str, Any]:
        """For machines."""
        return {
            "files": [{"name": name, "size": size} for name, size in self.files],
            "tables": [{"table": table, "rows": rows, "kept_out": kept_out} for table, rows, kept_out in self.tables],
            "whole": self.is_whole,
        }

    def to_text(self) -> str:
        """For people at the console."""
        lines = [f"  {name}: {size:,} bytes" for name, size in self.files]
        for table, rows, kept_out in self.tables:
            lines.append(f"  {table}: {rows:,} rows" + (f", {kept_out:,} of them kept out" if self.is_whole else ""))
        if not self.is_whole:
            lines.append("  This was a first look at each list; a sync reads all of it.")
        return "\n".join(lines) or "  there is nothing in it yet."


def try_source(task: Task) -> Trial:
    """Read the files of a source as a load would; of an API or a database only the beginning of each list.

    Raises:
        SourceError, InputError: what a sync would fail with.
    """
    from etl.land import land
    from etl.mapping import parse_mapping
    from etl.reading import Limits, read_tables
    from etl.sources import SOURCES
    from portal.jobs.load import moment_of
    from portal.jobs.remote import fetch

    limits = Limits(task.settings.reader_memory_mb, task.settings.reader_seconds)
    source, text = SOURCES[task.source.kind], task.source.mapping
    mapping = (source.mapping or parse_mapping)(text, task.source.mapping_name) if text else None
    with tempfile.TemporaryDirectory(prefix="souk-trial-") as folder:
        path = task.path
        if task.has_inbox:
            path = Path(folder) / "inbox"
            if not task.is_remote or not fetch(task.settings, task.source, path, is_trial=True).files:
                return Trial()
        files = land(path, Path(folder) / "landing", limits, suffixes=source.suffixes)
        formats = mapping.formats() if mapping else source.formats
        tables = read_tables(files, formats, limits, source.forms)
        conformed = source.conform(tables, moment_of(task.sessions, task.tenant).rules(task.tenant), mapping)
        columns, rows = _sample([table.frame for table in tables])
    counts: dict[str, int] = {}
    for (_origin, table), count in conformed.read.items():
        counts[table] = counts.get(table, 0) + count
    kept_out = dict(conformed.rejects.group_by("staging_table").len().iter_rows())
    told = tuple((table, count, kept_out.get(table, 0)) for table, count in sorted(counts.items()))
    is_whole = not task.is_remote or task.source.location.startswith("https://docs.google.com/")
    return Trial(tuple((file.file_name, file.size) for file in files), told, columns, rows, is_whole)


def _sample(frames: Sequence[Any]) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Columns and first rows of the largest frame; columns that are empty in these rows are left out."""
    largest = max(frames, key=lambda frame: frame.height, default=None)
    if largest is None:
        return (), ()
    head = largest.drop("origin_key", "source_row").head(SAMPLE_ROWS)
    names = [name for name in head.columns if head[name].null_count() < head.height][:_SAMPLE_COLUMNS]
    rows = [
        tuple("" if cell is None else str(cell)[:_SAMPLE_TEXT] for cell in row) for row in head.select(names).rows()
    ]
    return tuple(names), tuple(rows)


def run_trial(parts: Parts, source: DataSource, seconds: int = SECONDS) -> Trial:
    """Try a source in a process of its own; `source` need not be stored.

    Raises:
        SourceError: it cannot be read, or not within `seconds`.
        InputError: what was typed cannot be used.
    """
    told = json.dumps({name: getattr(source, name) for name in _COLUMNS}).encode()
    with tempfile.TemporaryDirectory(prefix="souk-trial-") as folder:
        process = subprocess.Popen(
            [sys.executable, "-m", "portal.jobs.trial"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, start_new_session=True, env=environment_of(parts.settings, TMPDIR=folder),
            cwd=Path(__file__).resolve().parents[2],
        )  # fmt: skip
        try:
            output, errors = process.communicate(told, timeout=seconds)
        except subprocess.TimeoutExpired:
            _end(process)
            raise SourceError(
                f"The test took longer than {seconds} seconds and was stopped. Nothing was stored. The other side may "
                "be slow or very large: add the source all the same, and a sync will take its time."
            ) from None
    if process.returncode != 0:
        _LOG.warning("a trial ended with %s: %s", process.returncode, errors[-2000:].decode(errors="replace"))
        raise SourceError("The test stopped on a fault of the portal; the log has the details. Nothing was stored.")
    return _trial_of(json.loads(output))


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill it with all it has started."""
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def _trial_of(told: dict[str, Any]) -> Trial:
    if "problem" in told:
        raise InputError(told["problem"], told["field"]) if told["field"] else SourceError(told["problem"])
    return Trial(
        tuple((name, size) for name, size in told["files"]), tuple((a, b, c) for a, b, c in told["tables"]),
        tuple(told["columns"]), tuple(tuple(row) for row in told["rows"]), told["is_whole"],
    )  # fmt: skip


def answer_trial(settings: Settings, told: dict[str, Any], now: datetime) -> dict[str, Any]:
    """What the process writes: a `Trial`, or the problem and the field it is about."""
    from portal.jobs.sync import Task

    sessions = open_sessions(settings.database_url)
    source = DataSource(**told, schedule="", watermark="", created_at=now)
    with sessions() as session:
        tenant = as_ref(session.get_one(Tenant, source.tenant_id))
    try:
        return asdict(try_source(Task(settings, sessions, source, tenant)))
    except PortalError as problem:
        return {"problem": str(problem), "field": getattr(problem, "field", "")}


if __name__ == "__main__":
    from portal.clock import utc_now

    its_settings = load_settings()
    start_logging("ERROR")
    print(json.dumps(answer_trial(its_settings, json.load(sys.stdin), utc_now())))
