"""One load of an upload, from its kept files to how it ended."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from etl.conformed import read_load
from etl.pipeline import Hooks, LoadReport, LoadRequest, run
from etl.recovered import recovered_rows
from etl.source import LandedFile
from etl.staging import OUTCOMES
from portal.clock import utc_now
from portal.config import Settings
from portal.db import Sessions, writing
from portal.errors import PortalError
from portal.jobs.load import moment_of
from portal.jobs.upload import Watch
from portal.loads import LoadLedger, list_loads
from portal.upload_tables import UploadFile
from portal.uploads import kept
from portal.uploads.model import Choice
from portal.uploads.queue import CANCELLED, UploadEnding
from portal.uploads.reading import limits_of, source_of, wanted_files
from portal.uploads.retry import use_mapping
from portal.uploads.saved import save_mapping
from portal.viewer import TenantRef
from portal.warehouse.disk import replace_text, sync_folder
from portal.warehouse.store import SnapshotStore

_FAULT = "The load stopped on a fault of the portal; the log has the details. Nothing was published."
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class UploadTask:
    """What a load works on."""

    settings: Settings
    sessions: Sessions
    tenant: TenantRef
    row: UploadFile

    @property
    def store(self) -> SnapshotStore:
        """The tenant's snapshots among all others."""
        return SnapshotStore(self.settings.home, self.settings.keep_snapshots)


def ended(task: UploadTask, watch: Watch) -> UploadEnding:
    """Load the upload; every failure is an ending."""
    try:
        return _load(task, Hooks(reached=watch.reached, counted=watch.counted, reading=watch.read_so_far))
    except Exception as problem:
        if watch.is_interrupted:  # libraries make errors of their own of it
            _note_cancelled(task)
            return UploadEnding("cancelled", CANCELLED)
        if isinstance(problem, PortalError):
            return UploadEnding("failed", str(problem))
        _LOG.exception("upload of %s of tenant %s", task.row.file_name, task.tenant.name)
        return UploadEnding("failed", _FAULT)


def _note_cancelled(task: UploadTask) -> None:
    """Say why the load failed, where it had begun."""
    path = str(_path(task))
    with writing(task.sessions) as session:
        newest = next((load for load in list_loads(session, task.tenant.id) if load.path == path), None)
        if newest is not None and newest.status == "failed":
            newest.message = CANCELLED


def _load(task: UploadTask, hooks: Hooks) -> UploadEnding:
    folder = kept.approve(task.settings, task.tenant.id, task.row.token)
    source = source_of(Choice(task.row.source))
    landing = task.store.folder(task.tenant.id) / "landing"
    files = [_stored(file, landing, folder) for file in wanted_files(kept.kept_files(folder), source)]
    request = LoadRequest(
        task.tenant, task.row.source, _path(task), _mapping_file(task, folder),
        task.settings.load_wait_seconds, limits_of(task.settings), tuple(files),
    )  # fmt: skip
    report = run(request, task.store, LoadLedger(task.sessions), moment_of(task.sessions, task.tenant), hooks)
    with writing(task.sessions) as session:
        save_mapping(session, task.row, kept.shape_of(folder), utc_now())
        use_mapping(session, task.row)
    number = _published_by(task, report, files)
    return UploadEnding("loaded", _told(task, report, number), number, report.rows_read)


def _path(task: UploadTask) -> Path:
    """How the load is called where loads are listed."""
    return Path("upload") / task.row.file_name


def _stored(file: LandedFile, landing: Path, folder: Path) -> LandedFile:
    """The file in the tenant's landing area, and under its own name in the folder of the upload."""
    landing.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = landing / file.sha256
    if not target.exists():
        kept.link(file.path, target)
        sync_folder(landing)
    named = folder / file.file_name
    if not named.exists():
        kept.link(target, named)
    return replace(file, path=target)


def _mapping_file(task: UploadTask, folder: Path) -> Path | None:
    if not task.row.mapping:
        return None
    path = folder / kept.MAPPING
    replace_text(path, task.row.mapping)
    return path


def _published_by(task: UploadTask, report: LoadReport, files: Sequence[LandedFile]) -> int:
    """The load that brought the rows that are served: this one, or an earlier one of the same files."""
    current = task.store.current(task.tenant.id)
    if report.status != "unchanged" or current is None:
        return report.load_number
    paths = {file.origin_path for file in files}
    mine = [one.load_number for one in current.partitions if one.source == task.row.source and one.path in paths]
    return max(mine, default=report.load_number)


def _told(task: UploadTask, report: LoadReport, number: int) -> str:
    """What the load did, in words."""
    if report.status == "unchanged" and number != report.load_number and task.row.attempts < 2:
        said = f"Load {number} brought the same rows with the same mapping before; nothing has changed."
    else:
        counts = {outcome: sum(table.outcomes[outcome] for table in report.tables) for outcome in OUTCOMES}
        parts = [f"{count:,} {outcome}" for outcome, count in counts.items() if count]
        said = f"{report.rows_read:,} rows read = {' + '.join(parts) or 'none'}."
    if task.row.retry_of is None:
        return said
    folder = task.store.folder(task.tenant.id) / "conformed"
    current = task.store.current(task.tenant.id)
    keys = (
        [key for one in current.partitions if one.load_number == number for key in one.origin_keys] if current else []
    )
    found, before = recovered_rows(folder, task.row.retry_of, read_load(folder, number, keys))
    return f"{said} {found:,} of the {before:,} rows that load {task.row.retry_of} rejected are loaded now."
