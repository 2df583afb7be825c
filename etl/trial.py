"""A dry run: everything a load does but publishing. Nothing stays on disk, nobody waits for it, nothing is noted."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from etl.build.star import Star, build_star
from etl.conformed import (
    LoadRows,
    from_conformed,
    origin_key,
    partitions_of,
    read_partitions,
    replace_partitions,
)  # fmt: skip
from etl.job import Job
from etl.live import unite_loads
from etl.mapping import Mapping
from etl.publish import WarehouseWriter, account_for
from etl.reading import read_tables
from etl.recovered import recovered_rows
from etl.report import Finding, TableAccount, Tie, account_of, findings_of, ties_of
from etl.request import Hooks, LoadRequest, Moment
from etl.source import Origin
from etl.sources import SOURCES
from portal.errors import ConflictError
from portal.warehouse.store import SnapshotStore


@dataclass(frozen=True)
class TrialReport:
    """What a load would do.

    Attributes:
        tables: one account per staging table.
        rejects: rows kept out, `REJECTS`; origins: their files and sheets, by the origin_key there.
        ties, findings: of the whole warehouse after the load.
        notes: sentences for people.
        as_of: latest business date afterwards.
        recovered: rows an earlier load rejected that would be loaded; None where it was not asked for.
        is_same: nothing would change: the same files were loaded in the same way before.
    """

    tables: tuple[TableAccount, ...]
    rejects: pl.DataFrame
    origins: dict[int, Origin]
    ties: tuple[Tie, ...]
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]
    as_of: date | None
    recovered: int | None = None
    is_same: bool = False


def try_load(
    request: LoadRequest, mapping: Mapping | None, store: SnapshotStore, moment: Moment, retry_of: int | None = None
) -> TrialReport:
    """Do what a load of `request.files` would do, in memory and a private folder.

    Args:
        request: the load; its files are landed already.
        mapping: for source table, in place of the path in the request.
        store: of the snapshots; only read.
        moment: when, and what is in force.
        retry_of: load whose rejected rows are looked for among the loaded ones.

    Raises:
        SourceError, InputError, QualityError: what the load would fail with.
        ConflictError: another load was published meanwhile.
    """
    today = moment.today(request.tenant)
    try:
        made = _make(request, mapping, store, moment)
        folder = store.folder(request.tenant.id) / "conformed"
        recovered = recovered_rows(folder, retry_of, made.fresh)[0] if retry_of is not None else None
    except FileNotFoundError:
        raise ConflictError("A load was published meanwhile. Try again.") from None
    account = account_for(made.star)
    keys = {origin_key(made.fresh.number, one.key): one for one in made.fresh.origins}
    ledgers = _ledgers(WarehouseWriter(made.star, account, today, _silent))
    built = made.star.rejected.filter(pl.col("origin_key").is_in(list(keys))).select(made.fresh.rejects.columns)
    return TrialReport(
        account_of(account, set(keys), {}, made.withdrawn), pl.concat([made.fresh.rejects, built]), keys,
        ties_of(ledgers["tie_out"]), findings_of(ledgers["data_check"]), made.notes, made.star.as_of, recovered,
        made.is_same,
    )  # fmt: skip


@dataclass(frozen=True)
class _Made:
    """The rows of the file, the star with them, and what to tell."""

    fresh: LoadRows
    star: Star
    withdrawn: dict[str, int]
    notes: tuple[str, ...]
    is_same: bool


def _make(request: LoadRequest, mapping: Mapping | None, store: SnapshotStore, moment: Moment) -> _Made:
    source, rules = SOURCES[request.source], moment.rules(request.tenant)
    formats = mapping.formats() if mapping else source.formats
    tables = read_tables(request.files, formats, request.limits, source.forms)
    conformed = source.conform(tables, rules, mapping)
    origins = {one.key: one for table in tables for one in table.origins}
    folder = store.folder(request.tenant.id) / "conformed"
    number = _free_number(store, request.tenant.id, folder)
    fresh = from_conformed(number, source.name, tuple(origins[key] for key in sorted(origins)), conformed)
    job = Job(request, store, source, mapping, rules, moment.today(request.tenant), moment, number, Hooks())
    new = partitions_of(fresh, job.rules_hash, mapping.mode if mapping else "replace")
    current = store.current(request.tenant.id)
    before = {(one.source, one.path, one.sha256, one.rules_hash) for one in current.partitions} if current else set()
    is_same = all((one.source, one.path, one.sha256, one.rules_hash) in before for one in new)
    live, withdrawn = replace_partitions(folder, current.partitions if current else (), new, fresh, source.keeps)
    star = build_star(unite_loads(read_partitions(folder, live, fresh)), rules, job.today)
    notes = (*(note for table in tables for note in table.notes), *conformed.notes)
    return _Made(fresh, star, withdrawn, notes, is_same)


def _free_number(store: SnapshotStore, tenant_id: int, folder: Path) -> int:
    """A load number later than every one that is in use."""
    used = [int(path.name) for path in folder.glob("[0-9]*")] if folder.is_dir() else []
    return max([0, *used, *(snapshot.load_number for snapshot in store.snapshots(tenant_id))]) + 1


def _ledgers(write: WarehouseWriter) -> dict[str, pl.DataFrame]:
    """The warehouse is written where nobody sees it, measured, and thrown away."""
    with tempfile.TemporaryDirectory(prefix="portal-trial-") as name:
        write(Path(name) / "warehouse.duckdb")
    return write.ledgers


def _silent(_step: str) -> None:
    """Nobody listens."""
