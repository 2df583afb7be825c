"""What stands behind a number: rows left out and why, sources, tie-out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, String, case, func, literal, not_, select

from portal.metrics.model import Metric
from portal.metrics.scan import Slice, joined, predicate
from portal.warehouse.duckdb import Warehouse
from portal.warehouse.schema import data_check, dim_origin, row_account, tie_out
from portal.warehouse.schema.studies import base_of


@dataclass(frozen=True)
class Exclusion:
    """Rows of the period and filters that do not count. `amount` is their money, None where the fact has none."""

    reason: str
    rows: int
    amount: Decimal | None


@dataclass(frozen=True)
class SourceShare:
    """What one source gave: files and rows that count, and its latest load."""

    source: str
    files: int
    rows: int
    last_load: int | None


@dataclass(frozen=True)
class TieOut:
    """How well the warehouse agrees with its sources.

    Attributes:
        totals: control totals compared.
        untied: those that differ without a named reason.
        rejected_rows: source rows kept out because they could not be understood.
        failed_checks: quality checks that found wrong rows.
    """

    totals: int
    untied: int
    rejected_rows: int
    failed_checks: int

    @property
    def sentence(self) -> str:
        """The state in one line."""
        if not self.totals:
            return "No control totals were recorded for this data."
        if self.untied:
            return f"{self.untied} of {self.totals} control totals do not agree with the source."
        return f"{self.totals} of {self.totals} control totals agree with the source."


_AMOUNT = {"fact_order_line": "net_amount", "fact_order": "total_amount", "fact_shipment": "shipment_amount"}


def read_exclusions(metric: Metric, asked: Slice, opened: Sequence[Warehouse]) -> tuple[Exclusion, ...]:
    """Rows of the same slice that the metric's own condition leaves out, by reason, most rows first."""
    if metric.where is None:
        return ()
    fact = metric.fact.c
    amount: ColumnElement[Any] = fact[_AMOUNT[metric.fact.name]] if metric.fact.name in _AMOUNT else literal(None)
    left_out = not_(func.coalesce(metric.where, False))
    columns = select(_reason(metric).label("reason"), func.count().label("rows"), func.sum(amount).label("amount"))
    grouped = columns.select_from(joined(metric, asked)).where(*predicate(metric, asked, left_out)).group_by("reason")
    rows: Counter[str] = Counter()
    amounts: dict[str, Decimal] = {}
    for warehouse in opened:
        for reason, count, total in warehouse.frame(grouped).iter_rows():
            rows[reason] += count
            if total is not None and metric.fact.name in _AMOUNT:
                amounts[reason] = amounts.get(reason, Decimal(0)) + total
    found = sorted(rows.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(Exclusion(reason, count, amounts.get(reason)) for reason, count in found)


def _reason(metric: Metric) -> ColumnElement[str]:
    """Why a row that is left out is left out, in words."""
    fact = metric.fact.c
    other: ColumnElement[str] = literal("not of the kind this number counts", String)
    if metric.fact.name == "fact_order_line":
        other = "lines of type " + fact.line_type
    if metric.fact.name == "fact_order":
        other = "documents of type " + fact.document_type + " in state " + fact.order_status
    if "is_booked" not in fact:
        return other
    return case((not_(fact.is_booked), "not booked: orders in state " + fact.order_status), else_=other)


def read_sources(metric: Metric, asked: Slice, opened: Sequence[Warehouse]) -> tuple[SourceShare, ...]:
    """Sources of the rows that count, most rows first; of a study those of all rows of the fact it is made of."""
    base = base_of(metric.fact)
    rows = select(base.c.origin_key, func.count().label("rows")).group_by(base.c.origin_key)
    if base is metric.fact:
        rows = rows.select_from(joined(metric, asked)).where(*predicate(metric, asked, metric.where))
    counted = rows.subquery()
    shares = (
        select(dim_origin.c.source, func.count(), func.sum(counted.c.rows), func.max(dim_origin.c.load_number))
        .select_from(counted.join(dim_origin, dim_origin.c.origin_key == counted.c.origin_key))
        .group_by(dim_origin.c.source)
    )
    found = [row for warehouse in opened for row in warehouse.frame(shares).iter_rows()]
    several = [SourceShare(source, int(files), int(rows), load) for source, files, rows, load in found]
    return tuple(sorted(_merged(several), key=lambda share: (-share.rows, share.source)))


def _merged(shares: Sequence[SourceShare]) -> list[SourceShare]:
    """One share a source; load numbers of different tenants have nothing in common."""
    merged: dict[str, SourceShare] = {}
    for share in shares:
        known = merged.get(share.source)
        merged[share.source] = share if known is None else replace(
            known, files=known.files + share.files, rows=known.rows + share.rows, last_load=None
        )  # fmt: skip
    return list(merged.values())


def read_tie_out(opened: Sequence[Warehouse]) -> TieOut:
    """Control totals, rejects and checks of the snapshots, added up over tenants."""
    totals = [func.count().label("totals"), func.count().filter(not_(tie_out.c.is_tied)).label("untied")]
    rejected = select(func.coalesce(func.sum(row_account.c.row_count), 0)).where(row_account.c.outcome == "rejected")
    failed = select(func.count()).where(data_check.c.wrong_rows > 0)
    rows = [
        (*warehouse.frame(select(*totals).select_from(tie_out)).row(0), warehouse.frame(rejected).item(),
         warehouse.frame(failed).item())
        for warehouse in opened
    ]  # fmt: skip
    return TieOut(*(int(sum(column)) for column in zip(*rows, strict=True)))
