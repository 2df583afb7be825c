"""Rows a load kept out, for screens that may not import the ETL: filtered, paged, with the raw row behind each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from portal.errors import PortalError, UnknownNameError
from portal.models import DataSource, Load, SyncRun
from portal.parts import Parts
from portal.viewer import TenantRef

if TYPE_CHECKING:
    import polars as pl

PAGE_ROWS = 25
READ_UNASKED = 16 << 20
"""Bytes of files that are read for their raw rows without being asked for."""
_SECONDS = 60


@dataclass(frozen=True)
class Wanted:
    """Which rows: reason, table, outcome and file ("orders.xlsx, sheet March"); empty is any."""

    rule: str = ""
    table: str = ""
    outcome: str = ""
    place: str = ""


@dataclass(frozen=True)
class KeptOut:
    """Some rows that a load kept out.

    Attributes:
        total: rows that are wanted.
        choices: (value, rows) of each field of `Wanted`, most rows first, whatever is wanted.
        rows: place, row, table, outcome, rule, column, value and raw: the row as it was read, column to text; None
            where it is not at hand.
        note: why raw rows are missing; empty when they are not.
        can_ask: the raw rows can be had, by reading large files again.
    """

    total: int
    choices: dict[str, list[tuple[str, int]]]
    rows: list[dict[str, Any]]
    note: str = ""
    can_ask: bool = False


def kept_out(parts: Parts, load: tuple[TenantRef, int], wanted: Wanted, page: int, *, read_large: bool) -> KeptOut:
    """One page of the rows that a load kept out, rejected ones first; none for a load that read nothing of its own."""
    import polars as pl

    found = _frame(parts, load)
    choices = {
        each.name: sorted(found[each.name].drop_nulls().value_counts().rows(), key=lambda pair: (-pair[1], pair[0]))
        for each in fields(Wanted)
    }
    chosen = _filtered(found, wanted).sort(pl.col("outcome") != "rejected", maintain_order=True)
    shown = chosen.slice(max(page, 0) * PAGE_ROWS, PAGE_ROWS)
    raw, note, can_ask = _raw(parts, load, read_large=read_large) if shown.height else (None, "", False)
    if raw is None:
        shown = shown.with_columns(pl.lit(None, pl.String).alias("raw"))
    else:
        shown = shown.join(raw, left_on=["origin_key", "row"], right_on=["origin_key", "source_row"], how="left",
                           maintain_order="left")  # fmt: skip
    rows = [{**row, "raw": _cells(row["raw"])} for row in shown.to_dicts()]
    return KeptOut(chosen.height, choices, rows, note, can_ask)


def kept_out_lines(parts: Parts, load: tuple[TenantRef, int], wanted: Wanted) -> tuple[list[str], Iterator[list[Any]]]:
    """All wanted rows for a file: headings and lines, the cells of the raw rows behind what is said of each."""
    found = _filtered(_frame(parts, load), wanted)
    raw, note, _ = _raw(parts, load, read_large=True) if found.height else (None, "", False)
    known = {} if raw is None else {(key, row): json.loads(text) for key, row, text in raw.iter_rows()}
    names = list(dict.fromkeys(name for cells in known.values() for name in cells)) if not note else ["Raw row"]
    said = ["place", "row", "table", "outcome", "rule", "column", "value"]

    def lines() -> Iterator[list[Any]]:
        for one in found.iter_rows(named=True):
            cells = {"Raw row": note} if note else known.get((one["origin_key"], one["row"]), {})
            yield [*(one[name] for name in said), *(cells.get(name) for name in names)]

    return names, lines()


def _cells(raw: str | None) -> dict[str, str] | None:
    """The cells of a raw row that hold something."""
    return {name: cell for name, cell in json.loads(raw).items() if cell is not None} if raw else None


def _frame(parts: Parts, load: tuple[TenantRef, int]) -> pl.DataFrame:
    import polars as pl

    from etl.rejects import rejects_frame

    try:
        return rejects_frame(parts.store, load[0].id, load[1])
    except UnknownNameError:
        names = ["place", "table", "outcome", "rule", "column", "value"]
        return pl.DataFrame(schema={"origin_key": pl.Int64, "row": pl.Int32, **dict.fromkeys(names, pl.String)})


def _filtered(found: pl.DataFrame, wanted: Wanted) -> pl.DataFrame:
    import polars as pl

    for each in fields(Wanted):
        if value := getattr(wanted, each.name):
            found = found.filter(pl.col(each.name) == value)
    return found


def _raw(parts: Parts, load: tuple[TenantRef, int], *, read_large: bool) -> tuple[pl.DataFrame | None, str, bool]:
    """(raw rows, why there are none, whether asking again with read_large brings them)."""
    from etl.raw_rows import raw_bytes, raw_rows
    from etl.reading import Limits

    store, (tenant, number) = parts.store, load
    size = raw_bytes(store, tenant.id, number)
    if size > READ_UNASKED and not read_large:
        return None, f"The raw rows are in files of {size >> 20:,} MB, which are read when you ask for it.", True
    settings = parts.settings
    limits = Limits(settings.reader_memory_mb, min(settings.reader_seconds, _SECONDS))
    try:
        return raw_rows(store, tenant.id, number, _mapping(parts, tenant, number), limits), "", False
    except PortalError as problem:
        return None, f"The raw rows cannot be shown: {problem}", False


def _mapping(parts: Parts, tenant: TenantRef, number: int) -> tuple[str, str]:
    """(file name, text) of the mapping the load was made with, as far as that is known."""
    from portal.upload_tables import UploadFile

    synced = (
        select(DataSource.mapping_name, DataSource.mapping).join(SyncRun, SyncRun.source_id == DataSource.id)
        .where(SyncRun.tenant_id == tenant.id, SyncRun.load_number == number)
    )  # fmt: skip
    uploaded = select(UploadFile.file_name, UploadFile.mapping).where(
        UploadFile.tenant_id == tenant.id, UploadFile.load_number == number
    )
    kinds = select(Load.source).where(Load.tenant_id == tenant.id, Load.number == number)
    with parts.sessions() as session:
        if session.scalar(kinds) != "table":
            return "", ""
        row = session.execute(synced).first() or session.execute(uploaded).first()
    return (row[0] or "mapping.toml", row[1]) if row else ("", "")
