"""What a load of an upload would do. It takes the memory of a whole load: see `portal.uploads.aside`."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from etl.mapped.headers import place
from etl.request import LoadRequest
from etl.source import Origin
from etl.trial import TrialReport, try_load
from portal.jobs.load import moment_of
from portal.parts import Parts
from portal.uploads import kept, records
from portal.uploads.model import Choice
from portal.uploads.outcome import RejectGroup, SampleReject, Trial
from portal.uploads.reading import limits_of, mapping_of, source_of, wanted_files
from portal.viewer import TenantRef

_SAMPLES = 20


def try_upload(parts: Parts, tenant: TenantRef, upload_id: str, choice: Choice) -> Trial:
    """Conform the upload and build the warehouse with it, look at the result, and throw it away.

    Raises:
        UnknownNameError: no such upload.
        InputError, SourceError, QualityError: what the load would fail with.
        ConflictError: another load was published meanwhile.
    """
    upload = records.get(parts.sessions, tenant, upload_id)
    files = kept.kept_files(kept.upload_folder(parts.settings, tenant.id, upload_id))
    mapping = mapping_of(choice)
    request = LoadRequest(
        tenant, choice.source, Path("upload") / upload.file_name, None, 0, limits_of(parts.settings),
        tuple(wanted_files(files, source_of(choice))),
    )  # fmt: skip
    report = try_load(request, mapping, parts.store, moment_of(parts.sessions, tenant), upload.retry_of)
    return Trial(
        report.tables, _groups(report), report.ties, report.findings, report.notes, report.is_same, report.as_of,
        report.recovered,
    )  # fmt: skip


def _groups(report: TrialReport) -> tuple[RejectGroup, ...]:
    """Rows kept out by outcome and rule, most rows first."""
    counts = report.rejects.group_by("outcome", "rule").len().sort("len", "rule", descending=[True, False])
    return tuple(
        RejectGroup(outcome, rule, count, _samples(report, outcome, rule))
        for outcome, rule, count in counts.iter_rows()
    )


def _samples(report: TrialReport, outcome: str, rule: str) -> tuple[SampleReject, ...]:
    rows = report.rejects.filter((pl.col("outcome") == outcome) & (pl.col("rule") == rule))
    first = rows.sort("origin_key", "source_row").head(_SAMPLES).to_dicts()
    return tuple(
        SampleReject(_place(report.origins.get(row["origin_key"])), row["source_row"], row["staging_table"],
                     row["column"] or "", row["value"] or "")
        for row in first
    )  # fmt: skip


def _place(origin: Origin | None) -> str:
    return place(origin) if origin else "?"
