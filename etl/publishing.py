"""From the rows a load changed to a served snapshot: as a patch of the last one where that is possible."""

from __future__ import annotations

import logging
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from etl.build.star import build_star
from etl.conformed import read_partitions
from etl.job import Changed, Job, star_hash
from etl.live import unite_loads
from etl.partial.attempt import Change, PatchWriter, prepare_patch
from etl.partial.closure import NotLocalError
from etl.publish import WarehouseWriter, account_for
from etl.report import LoadReport, account_of, findings_of, ties_of
from etl.shelf import layer_for
from portal.errors import QualityError
from portal.warehouse.store import Draft, Snapshot

_LOG = logging.getLogger(__name__)


def publish(job: Job, changed: Changed, current: Snapshot | None) -> LoadReport:
    """Serve a new snapshot.

    Raises:
        QualityError: no row could be used, or rows are not accounted for.
    """
    if current is not None and changed.fresh is not None:
        try:
            return _patched(job, changed, current)
        except NotLocalError as reason:
            _LOG.info("tenant %s: built from all rows, because %s", job.request.tenant.id, reason)
            job.store.clear_orphans(job.request.tenant.id)
    return _built(job, changed)


def _built(job: Job, changed: Changed) -> LoadReport:
    """Build everything from all live rows; of large loads what is not being worked on is set aside on disk."""
    with TemporaryDirectory(prefix="build-", suffix=".new", dir=job.folder) as name:
        loads = read_partitions(job.conformed, changed.partitions, changed.fresh)
        layer = layer_for(sum(count for load in loads for count in load.read.values()), Path(name))
        rows = unite_loads(loads, layer)
        star = build_star(rows, job.rules, job.today, layer)
        job.hooks.reached("built")
        write = WarehouseWriter(star, account_for(star), job.today, job.hooks.reached)
        return _served(job, changed, write, star.as_of)


def _patched(job: Job, changed: Changed, base: Snapshot) -> LoadReport:
    """Change a copy of the served snapshot.

    Raises:
        NotLocalError: it has to be built from all rows.
    """
    change = Change(base, changed.partitions, job.conformed, job.rules, star_hash(job.rules), job.today)
    prepared = prepare_patch(change, job.request.patch_from)
    job.hooks.reached("built")
    return _served(job, changed, PatchWriter(prepared, job.hooks.reached), prepared.as_of, base.patches + 1)


def _served(
    job: Job, changed: Changed, write: WarehouseWriter | PatchWriter, as_of: date | None, patches: int = 0
) -> LoadReport:
    keys = {key for one in changed.partitions if one.load_number == job.number for key in one.origin_keys}
    _refuse_unusable(job, write.account.filter(write.account["origin_key"].is_in(keys)))
    draft = Draft(job.number, job.moment.now, as_of, job.rules.currency, changed.partitions, star_hash(job.rules),
                  patches, job.hooks.reached)  # fmt: skip
    snapshot = job.store.publish(job.request.tenant.id, draft, write)
    return LoadReport(
        job.request.tenant.name, job.source.name, str(job.request.path), job.number, "published", snapshot.number,
        snapshot.as_of, account_of(write.account, keys, changed.unchanged, changed.withdrawn),
        changed.notes, ties_of(write.ledgers["tie_out"]), findings_of(write.ledgers["data_check"]),
    )  # fmt: skip


def _refuse_unusable(job: Job, account: pl.DataFrame) -> None:
    """Rows that all break a rule mean the wrong file or mapping; it must not replace what is served."""
    rejected = account.filter(account["outcome"] == "rejected").sort("row_count", "rule", descending=True)
    if rejected.height and not account["outcome"].is_in(["loaded", "duplicate"]).any():
        raise QualityError(
            f"None of the {rejected['row_count'].sum()} rows read could be used, most often because: "
            f"{rejected['rule'][0]}. Nothing was published. See portal rejects --tenant '{job.request.tenant.name}' "
            f"--load {job.number}."
        )
