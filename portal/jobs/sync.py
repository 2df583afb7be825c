"""One sync of one source: look whether there is anything new, load it, say how it ended.

What a sync does can be repeated: killed anywhere it leaves the last snapshot serving, and the next run of the slot
does the same work again with the same result. What was seen is noted only together with how the run ended.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from etl.connect.connectors import is_remote
from etl.job import load_hash
from etl.pipeline import Hooks, LoadRequest
from etl.reach import latest_date
from etl.reading import Limits
from etl.sources import SOURCES
from portal.config import Settings
from portal.db import Sessions
from portal.errors import PortalError
from portal.jobs.load import moment_of, run_load
from portal.jobs.remote import fetch, inbox_of
from portal.jobs.watch import fingerprint, seen, wait_until_quiet
from portal.load_steps import FETCHING
from portal.models import DataSource, Tenant
from portal.places import HOOK, IMPORT, import_path
from portal.sync_runs import Ending
from portal.tenants import as_ref
from portal.viewer import TenantRef
from portal.warehouse.disk import replace_text
from portal.warehouse.store import SnapshotStore

_FAULT = "The sync stopped on a fault of the portal; the log has the details. Nothing was published."
_LOG = logging.getLogger(__name__)
_Outcome = TypeVar("_Outcome")


@dataclass(frozen=True)
class Task:
    """What a sync works on; hooks: who is told how far it is."""

    settings: Settings
    sessions: Sessions
    source: DataSource
    tenant: TenantRef
    hooks: Hooks = field(default_factory=Hooks)

    @property
    def path(self) -> Path:
        """Where the files are: the location, or the inbox of an address.

        Raises:
            InputError: it is not in the import folder of the tenant (any more).
        """
        location = self.source.location
        if self.is_remote or location == HOOK:
            return inbox_of(self.settings, self.source)
        if location.startswith(IMPORT):
            return import_path(self.settings, self.tenant, location)
        return Path(location).expanduser()

    @property
    def is_remote(self) -> bool:
        """Whether the source is an API or a database."""
        return is_remote(self.source.location)

    @property
    def has_inbox(self) -> bool:
        """Whether files are put into an inbox of ours, whole or not at all: by a fetch, or by a webhook."""
        return self.is_remote or self.source.location == HOOK


def task_of(settings: Settings, sessions: Sessions, source_id: int) -> Task:
    """The task of syncing one source."""
    with sessions() as session:
        source = session.get_one(DataSource, source_id)
        return Task(settings, sessions, source, as_ref(session.get_one(Tenant, source.tenant_id)))


def look(task: Task) -> Ending | None:
    """How the sync ends if nothing has changed since the last one; None when there is work to do."""
    return _ended(task, _look)


def sync(task: Task) -> Ending:
    """Sync the source."""
    return _ended(task, _sync)


def _ended(task: Task, work: Callable[[Task], _Outcome]) -> _Outcome | Ending:
    """What `work` gives. Every failure is an ending, so that one source never stops another."""
    try:
        return work(task)
    except PortalError as problem:
        return Ending("failed", str(problem))
    except Exception:
        _LOG.exception("sync of %s of tenant %s", task.source.name, task.tenant.name)
        return Ending("failed", _FAULT)


def _look(task: Task) -> Ending | None:
    if task.is_remote:
        return None
    return Ending("unchanged") if (task.has_inbox and _is_empty(task)) or _is_same(task) else None


def _sync(task: Task) -> Ending:
    """The watermark of a fetch is noted together with the load of what it brought, never before."""
    if not task.has_inbox:
        wait_until_quiet(task.path)
        return _load(task)
    if task.is_remote:
        task.hooks.reached(FETCHING)
    watermark = fetch(task.settings, task.source, task.path).watermark if task.is_remote else None
    if _is_empty(task) or _is_same(task):
        return Ending("unchanged", watermark=watermark)
    return replace(_load(task), watermark=watermark)


def _is_empty(task: Task) -> bool:
    return not task.path.exists() or not seen(task.path)


def _is_same(task: Task) -> bool:
    return task.source.fingerprint != "" and task.source.fingerprint == _seen(task)


def _load(task: Task) -> Ending:
    before = _seen(task)  # taken before reading: what changes meanwhile is seen by the next run
    report = run_load(task.settings, task.sessions, load_request(task), task.hooks)
    store = SnapshotStore(task.settings.home, task.settings.keep_snapshots)
    until = latest_date(
        store, task.tenant.id, task.source.kind, moment_of(task.sessions, task.tenant).today(task.tenant)
    )
    return Ending(
        report.status, load_number=report.load_number, rows_read=report.rows_read, fingerprint=before, data_until=until
    )


def load_request(task: Task) -> LoadRequest:
    """The load of a source's files."""
    settings = task.settings
    limits = Limits(settings.reader_memory_mb, settings.reader_seconds)
    return LoadRequest(task.tenant, task.source.kind, task.path, kept_mapping(task), settings.load_wait_seconds, limits)


def kept_mapping(task: Task) -> Path | None:
    """The source's mapping as a file of its own name, under its checksum; None without one."""
    text = task.source.mapping
    if not text:
        return None
    name = Path(task.source.mapping_name).name or "mapping.toml"
    folder = task.settings.home / "tenants" / str(task.tenant.id) / "mappings"
    path = folder / hashlib.sha256(text.encode()).hexdigest()[:16] / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        replace_text(path, text)
    return path


def _seen(task: Task) -> str:
    """What the files look like and how they would be read. Once a day all is read again, whatever it looks like."""
    moment = moment_of(task.sessions, task.tenant)
    rules = load_hash(moment.rules(task.tenant), SOURCES[task.source.kind])
    return fingerprint(
        task.path, task.source.kind, task.source.mapping, rules, str(moment.today(task.tenant)), str(task.path)
    )
