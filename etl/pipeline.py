"""One load: land, read, conform, build, check, publish. Killed anywhere, it leaves the last snapshot serving."""

from __future__ import annotations

import logging
from collections import Counter
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import Any

from etl.build.shape import empty_star
from etl.conformed import (
    LoadRows,
    count_withdrawn,
    from_conformed,
    partitions_of,
    replace_partitions,
    rows_read,
    save_load,
)
from etl.disk_full import told_plainly
from etl.found import other_files
from etl.job import Changed, Job, star_hash
from etl.land import land
from etl.mapping import mapping_text, parse_mapping
from etl.propose import propose
from etl.publishing import publish
from etl.reading import read_tables
from etl.report import LoadReport, account_of
from etl.request import Hooks, KnownLoads, Ledger, LoadRequest, MappingNeededError, Moment
from etl.retention import clear_replaced
from etl.source import LandedFile, Source
from etl.sources import SOURCES
from etl.vanished import find_vanished
from portal.errors import InputError, PortalError, UnknownNameError
from portal.warehouse.schema import row_account
from portal.warehouse.store import Partition, Snapshot, SnapshotStore

__all__ = ["Hooks", "LoadReport", "LoadRequest", "MappingNeededError", "Moment", "run"]

_FAULT = "The load stopped on a fault of the portal; the log has the details. Nothing was published."
_TAKEN_ALONG = "pyarrow.dataset"
"""DuckDB imports it, and pandas with it, when it is first given a table; that is done while the files are read."""
_LOG = logging.getLogger(__name__)


def run(
    request: LoadRequest, store: SnapshotStore, ledger: Ledger, moment: Moment, hooks: Hooks | None = None
) -> LoadReport:
    """Load `request.path` and publish a new snapshot; a load that changes nothing publishes nothing.

    Raises:
        UnknownNameError: there is no such source.
        MappingNeededError: source table without a mapping; carries a proposal. Nothing is loaded.
        ConflictError: another load of the tenant still runs after request.wait_seconds.
        SourceError, InputError: a file or the mapping cannot be used.
        QualityError: no row could be used, or rows are not accounted for.
        DeliveryError: the disk is full.
    """
    hooks = hooks or Hooks()
    source = _source(request.source)
    if source.name == "table" and request.mapping is None and not request.is_rebuild:
        raise MappingNeededError(_proposal(request, store))
    mapping = _mapping(source, request.mapping) if request.mapping else None
    tenant = request.tenant
    with store.lock(tenant.id, f"a load of {request.path.name}", request.wait_seconds, hooks.on_wait):
        hooks.reached("locked")
        number = _begin(request, store, ledger, moment)
        job = Job(request, store, source, mapping, moment.rules(tenant), moment.today(tenant), moment, number,
                   hooks)  # fmt: skip
        try:
            with told_plainly():
                hooks.reached("begun")
                report = _load(job)
        except Exception as error:
            store.clear_orphans(tenant.id)
            ledger.fail(tenant.id, number, str(error) if isinstance(error, PortalError) else _FAULT)
            raise
        ledger.finish(tenant.id, number, report)
        clear_replaced(store, tenant.id)
        hooks.reached("finished")
    return report


def _mapping(source: Source, path: Path) -> Any:
    """The mapping of a file, of the kind the source knows."""
    return (source.mapping or parse_mapping)(mapping_text(path), path.name)


def _source(name: str) -> Source:
    if name not in SOURCES:
        raise UnknownNameError("source", name, SOURCES)
    return SOURCES[name]


def _proposal(request: LoadRequest, store: SnapshotStore) -> str:
    files = land(request.path, store.folder(request.tenant.id) / "landing", request.limits,
                 suffixes=SOURCES["table"].suffixes)  # fmt: skip
    return propose(read_tables(files, [], request.limits))


def _begin(request: LoadRequest, store: SnapshotStore, ledger: Ledger, moment: Moment) -> int:
    """Clear what a killed load left, and take a number that was never used."""
    tenant = request.tenant.id
    for name in store.clear_orphans(tenant):
        _LOG.warning("tenant %s: removed %s of a load that was stopped", tenant, name)
    conformed = store.folder(tenant) / "conformed"
    used = [int(path.name) for path in conformed.glob("[0-9]*")] if conformed.is_dir() else []
    built = [snapshot.load_number for snapshot in store.snapshots(tenant)]
    current = store.current(tenant)
    served = {current.load_number: current.number} if current else {}
    return ledger.begin(request, moment.now, KnownLoads(max([0, *used, *built]), served))


def _load(job: Job) -> LoadReport:
    current = job.store.current(job.request.tenant.id)
    request, landing = job.request, job.folder / "landing"
    if request.is_rebuild:
        return _rebuild(job, current)
    files = list(request.files) or land(request.path, landing, request.limits, suffixes=job.source.suffixes)
    job.hooks.reached("landed")
    live = current.partitions if current else ()
    known = {(one.source, one.path, one.sha256, one.rules_hash): one for one in live}
    same = [known.get((job.source.name, file.origin_path, file.sha256, job.rules_hash)) for file in files]
    gone = find_vanished(job, live, files)
    is_whole = job.mapping.is_whole if job.mapping else job.source.is_whole
    if is_whole and (None in same or gone.withdrawn):
        same = [None] * len(files)
    changed = [file for file, partition in zip(files, same, strict=True) if partition is None]
    unchanged = rows_read(job.conformed, [partition for partition in same if partition is not None])
    if current and not changed and not gone.withdrawn and current.rules_hash == star_hash(job.rules):
        return _unchanged(job, current, unchanged, gone.notes)
    fresh, notes = _conform(job, changed) if changed else (None, ())
    partitions, withdrawn = _partitions(job, live, fresh, gone.withdrawn)
    return publish(job, Changed(partitions, fresh, unchanged, withdrawn, (*gone.notes, *notes)), current)


def _rebuild(job: Job, current: Snapshot | None) -> LoadReport:
    """Build everything anew from the rows that are there; nothing is published when it would come out the same."""
    if current is None:
        raise InputError(f"'{job.request.tenant.name}' has no data yet. Load a source first.", field="tenant")
    if current.rules_hash == star_hash(job.rules):
        return _unchanged(job, current, {}, ())
    note = "The warehouse was built anew from the rows that are there."
    return publish(job, Changed(current.partitions, None, {}, {}, (note,)), current)


def _conform(job: Job, files: list[LandedFile]) -> tuple[LoadRows, tuple[str, ...]]:
    formats = job.mapping.formats() if job.mapping else job.source.formats
    Thread(target=import_module, args=(_TAKEN_ALONG,), daemon=True).start()
    tables = read_tables(files, formats, job.request.limits, job.source.forms, job.hooks.reading)
    job.hooks.reached("read")
    job.hooks.counted(sum(table.frame.height for table in tables))
    conformed = job.source.conform(tables, job.rules, job.mapping)
    job.hooks.reached("conformed")
    origins = tuple(sorted({one.key: one for table in tables for one in table.origins}.values(), key=lambda o: o.key))
    rows = from_conformed(job.number, job.source.name, origins, conformed)
    job.conformed.mkdir(parents=True, exist_ok=True, mode=0o700)
    unread = [*(note for table in tables for note in table.notes), *conformed.notes]
    del tables, conformed
    rows = save_load(job.conformed, rows)
    job.hooks.reached("conformed saved")
    blanked = [
        f"{file.file_name}: {', '.join(file.blanked_columns)} "
        f"{'looks like a secret and was' if len(file.blanked_columns) == 1 else 'look like secrets and were'} emptied "
        "before storing."
        for file in files if file.blanked_columns
    ]  # fmt: skip
    others = [
        f"{name} was not read: {job.source.label} reads {', '.join(job.source.suffixes)}."
        for name in other_files(job.request.path, job.source.suffixes)
    ]
    return rows, (*others, *blanked, *unread)


def _partitions(
    job: Job, live: tuple[Partition, ...], fresh: LoadRows | None, gone: tuple[Partition, ...]
) -> tuple[tuple[Partition, ...], dict[str, int]]:
    """(live partitions after the load, rows withdrawn by table)."""
    stay = tuple(one for one in live if one not in gone)
    lost = count_withdrawn(job.conformed, gone, fresh)
    if fresh is None:
        return stay, lost
    mode = job.mapping.mode if job.mapping else "replace"
    new = partitions_of(fresh, job.rules_hash, mode)
    partitions, withdrawn = replace_partitions(job.conformed, stay, new, fresh, job.source.keeps)
    return partitions, dict(Counter(withdrawn) + Counter(lost))


def _unchanged(job: Job, current: Snapshot, unchanged: dict[str, int], notes: tuple[str, ...]) -> LoadReport:
    return LoadReport(
        job.request.tenant.name, job.source.name, str(job.request.path), job.number, "unchanged", current.number,
        current.as_of, account_of(empty_star(row_account), set(), unchanged, {}), notes,
    )  # fmt: skip
