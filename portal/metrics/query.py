"""Asking for numbers. Every tile, table, export, e-mail and command goes through `run`.

Each fact is aggregated on its own and the results are joined on the breakdown, so nothing fans out. Ratios divide
after that. Answers are kept by (tenant, snapshot, question); a snapshot never changes, so they stay right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd
import polars as pl

from portal.errors import InputError
from portal.metrics.finish import finished, with_measure, with_own_values
from portal.metrics.lookup import Question, look_up
from portal.metrics.model import Query, Transform
from portal.metrics.parts import combined, read_parts, read_with_total
from portal.viewer import Permission, TenantRef, Viewer
from portal.warehouse.duckdb import Warehouse, Warehouses


@dataclass(frozen=True)
class Answer:
    """The numbers, and what they were made from.

    Attributes:
        frame: exactly the columns `by` + metrics; one row when nothing is broken down. Money, quantities and rates are
            `Decimal`, counts `int`, dates `date`, flags "yes"/"no"; missing is None.
        snapshots: snapshot number by tenant name.
        as_of: latest business date in the data (the earliest of them with several tenants).
        currency: ISO 4217 code of every money column.
    """

    frame: pd.DataFrame
    snapshots: dict[str, int]
    as_of: date | None
    currency: str

    def value(self, name: str) -> object:
        """The one number of an answer without breakdown; None when missing."""
        return self.frame[name].iloc[0]


def run(
    question: Query, viewer: Viewer, tenants: Sequence[TenantRef], warehouses: Warehouses, fill: bool = False
) -> Answer:
    """Answer one question about one tenant, or about several with the same currency added up.

    Args:
        question: metrics, breakdown, filters and half-open period of business dates.
        viewer: who asks; must have every tenant.
        tenants: whose numbers.
        warehouses: where they are.
        fill: also give a row for each day, week … of the period without rows (0 for what adds up, else missing).

    Raises:
        UnknownNameError: a metric, dimension or tenant does not exist for this viewer.
        InputError: the combination has no answer, a tenant has no data, or currencies differ.
    """
    return run_many([question], viewer, tenants, warehouses, fill)[0]


def run_many(
    questions: Sequence[Query], viewer: Viewer, tenants: Sequence[TenantRef], warehouses: Warehouses, fill: bool = False
) -> list[Answer]:
    """Answer several questions from the same snapshots. Arguments and errors as for `run`."""
    opened = open_all(viewer, tenants, warehouses)
    masked = Permission.SEE_PERSONAL_DATA not in viewer.permissions
    return [answer(look_up(question), opened, masked, fill) for question in questions]


def open_all(viewer: Viewer, tenants: Sequence[TenantRef], warehouses: Warehouses) -> list[Warehouse]:
    """The warehouses of all tenants asked for, each pinned to its current snapshot. Raises like `run`."""
    if not tenants:
        raise InputError("Name at least one tenant.", field="tenant")
    opened = [warehouses.open(viewer, tenant) for tenant in dict.fromkeys(tenants)]
    currencies = sorted({warehouse.snapshot.currency for warehouse in opened})
    if len(currencies) > 1:
        raise InputError(
            f"These tenants report in {' and '.join(currencies)}; amounts in different currencies are not added up. "
            "Choose tenants with one currency.",
            field="tenant",
        )
    return opened


def run_with_total(
    total: Query, parts: Query, viewer: Viewer, tenants: Sequence[TenantRef], warehouses: Warehouses
) -> tuple[Answer, Answer]:
    """Answer a question without breakdown, and by time, with one scan of each fact instead of two.

    Args:
        total: without breakdown; has every metric of `parts`, and the same period and filters.
        parts: by one stretch of the calendar, each of which gets a row.
        viewer, tenants, warehouses: as for `run`, as are the errors.
    """
    opened = open_all(viewer, tenants, warehouses)
    masked = Permission.SEE_PERSONAL_DATA not in viewer.permissions
    whole, split = look_up(total), look_up(parts)
    if {id(metric) for metric in split.metrics} <= {id(metric) for metric in whole.metrics}:
        frames = [read_with_total(whole, split, warehouse, masked) for warehouse in opened]
        return _answer(whole, [one for one, _ in frames], opened), _answer(split, [one for _, one in frames], opened)
    return answer(whole, opened, masked), answer(split, opened, masked, fill=True)


def answer(question: Question, opened: Sequence[Warehouse], masked: bool, fill: bool = False) -> Answer:
    """Answer a looked-up question from warehouses that are already open."""
    return _answer(question, [read_parts(question, warehouse, masked, fill) for warehouse in opened], opened)


def _answer(question: Question, frames: Sequence[pl.DataFrame], opened: Sequence[Warehouse]) -> Answer:
    dates = [warehouse.snapshot.as_of for warehouse in opened]
    known = [day for day in dates if day is not None]
    return Answer(
        frame=to_pandas(finished(_weighed(frames, question, opened), question)),
        snapshots={warehouse.tenant.name: warehouse.snapshot.number for warehouse in opened},
        as_of=min(known) if len(known) == len(dates) else None,
        currency=opened[0].snapshot.currency,
    )


def _weighed(frames: Sequence[pl.DataFrame], question: Question, opened: Sequence[Warehouse]) -> pl.DataFrame:
    """All tenants in one frame, with what transforms weigh by policies: each tenant's rows by the policies it has."""
    whole = combined(frames, question)
    weighing = [one for one in question.measures if isinstance(one, Transform) and one.policies]
    for one in weighing:
        own = [_by_policies(frame, one, warehouse) for frame, warehouse in zip(frames, opened, strict=True)]
        whole = with_own_values(whole, own, one.name, [dimension.name for dimension in question.asked.by])
    return whole


def _by_policies(frame: pl.DataFrame, measure: Transform, warehouse: Warehouse) -> pl.DataFrame:
    """One tenant's rows with a transform, worked out by the tenant's policies."""
    values = [pl.lit(warehouse.policies[name]).alias(f"policy.{name}") for name in measure.policies]
    return with_measure(frame.with_columns(values), measure)


def to_pandas(frame: pl.DataFrame) -> pd.DataFrame:
    """The frame with Python values: Decimal, int, date, str; missing is None in every column."""
    columns = {name: pd.Series(frame[name].to_list(), dtype=object) for name in frame.columns}
    return pd.DataFrame(columns, columns=frame.columns)
