"""Sample rows of an upload as they are in the file, beside what would be loaded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl

from etl.mapped.headers import place
from etl.source import Conformed, RawTable
from etl.staging import STAGING
from portal.jobs.load import moment_of
from portal.parts import Parts
from portal.uploads import kept, records
from portal.uploads.labels import entity_label, field_label
from portal.uploads.model import Choice, Option
from portal.uploads.outcome import Preview, PreviewRow, PreviewTable
from portal.uploads.questions import without_undecided
from portal.uploads.reading import beginning, mapping_of, read_for, source_of
from portal.viewer import TenantRef

_REJECTED_SHOWN = 3
_PLACE = ["origin_key", "source_row"]


def preview(parts: Parts, tenant: TenantRef, upload_id: str, choice: Choice, rows: int = 10) -> Preview:
    """Sample rows of each table before and after: the first ones, and among them up to three that are kept out (of the
    first 20,000 rows; the dry run has all).

    What is still undecided in the mapping keeps its rows out here, so that one sees what it is about.

    Raises:
        UnknownNameError: no such upload.
        InputError, SourceError: the choice cannot be used for the file; as a load would say.
    """
    records.get(parts.sessions, tenant, upload_id)
    if choice.mapping and choice.source == "table":
        choice = Choice(choice.source, without_undecided(choice.mapping))
    files = kept.kept_files(kept.upload_folder(parts.settings, tenant.id, upload_id))
    tables = read_for(choice, files, parts.settings)
    if choice.source == "table":  # rows of other sources may need rows of other tables, wherever they are
        tables = [beginning(table) for table in tables]
    rules = moment_of(parts.sessions, tenant).rules(tenant)
    conformed = source_of(choice).conform(tables, rules, mapping_of(choice))
    shown = []
    for table in tables:
        for name in STAGING:
            keys = [origin.key for origin in table.origins if conformed.read.get((origin.key, name))]
            if keys:
                shown.append(_table(_Pair(table, name, keys), conformed, rows))
    return Preview(tuple(shown))


@dataclass(frozen=True)
class _Pair:
    """A raw table and a staging table that rows of its origins `keys` are counted under."""

    table: RawTable
    name: str
    keys: Sequence[int]

    def only(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows of these origins."""
        return rows.filter(pl.col("origin_key").is_in(list(self.keys)))


def _table(pair: _Pair, conformed: Conformed, most: int) -> PreviewTable:
    raw = pair.only(pair.table.frame)
    rejects = pair.only(conformed.rejects.filter(pl.col("staging_table") == pair.name)).unique(_PLACE, keep="first")
    staged = pair.only(conformed.tables.get(pair.name, STAGING[pair.name].empty())).unique(_PLACE, keep="first")
    sample = _sample(raw, staged, rejects, most)
    values = sample.select(_PLACE).join(staged, on=_PLACE, how="left", maintain_order="left")
    names = [name for name in STAGING[pair.name].columns if values[name].null_count() < values.height]
    verdicts = sample.select(_PLACE).join(rejects, on=_PLACE, how="left", maintain_order="left").to_dicts()
    told = zip(sample.to_dicts(), values.to_dicts(), verdicts, strict=True)
    return PreviewTable(
        place(pair.table.origins[0]), pair.name, entity_label(pair.name), tuple(pair.table.columns),
        tuple(Option(name, field_label(name)) for name in names),
        tuple(_row(pair.table.columns, names, *one) for one in told),
    )  # fmt: skip


def _sample(raw: pl.DataFrame, staged: pl.DataFrame, rejects: pl.DataFrame, most: int) -> pl.DataFrame:
    """The first rows that count for the table, with some that are kept out among them."""
    known = pl.concat([staged.select(_PLACE), rejects.select(_PLACE)])
    mine = raw.join(known, on=_PLACE, how="semi").sort(_PLACE)
    bad = mine.join(rejects.filter(pl.col("outcome") == "rejected"), on=_PLACE, how="semi").head(_REJECTED_SHOWN)
    first = mine.head(most)
    missing = bad.join(first.select(_PLACE), on=_PLACE, how="anti")
    return pl.concat([first.head(most - missing.height), missing]).sort(_PLACE)


def _row(
    headers: Sequence[str], names: Sequence[str], raw: dict[str, Any], values: dict[str, Any], verdict: dict[str, Any]
) -> PreviewRow:  # fmt: skip
    outcome = verdict["outcome"] or "loaded"
    after = {name: _text(values[name]) for name in names} if outcome == "loaded" else {}
    return PreviewRow(
        raw["source_row"], {header: raw[header] for header in headers}, after, outcome, verdict["rule"] or "",
        verdict["column"] or "", verdict["value"] or "",
    )  # fmt: skip


def _text(value: Any) -> str | None:
    """A conformed value as people write it; instants are UTC."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M} UTC"
    return value.isoformat() if isinstance(value, date) else str(value)
