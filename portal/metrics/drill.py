"""The rows behind a number: found with the very predicate the number was made with, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Select, Table, case, func, literal, select
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import distinct_op
from sqlalchemy.sql.selectable import Subquery
from sqlalchemy.sql.visitors import replacement_traverse

from portal.errors import InputError
from portal.metrics.detail import Detail
from portal.metrics.details import DETAILS, word_headings
from portal.metrics.format import as_decimal, format_word
from portal.metrics.lookup import look_up, metrics_of
from portal.metrics.model import Metric, Query
from portal.metrics.query import to_pandas
from portal.metrics.scan import Slice, day_of, is_percentile, joined, predicate
from portal.viewer import Permission, TenantRef, Viewer
from portal.warehouse.duckdb import Warehouse, Warehouses
from portal.warehouse.schema import metadata

COUNTED = "Counted"
"""Heading of what each row adds to the number; without it the number counts different values over the rows."""
MAX_PAGE = 1000
_PICKS = frozenset({"min", "max", "any_value", "arg_min", "arg_max", "median", "avg"})
"""Aggregates that pick or average: a row adds nothing to them."""


@dataclass(frozen=True)
class Page:
    """Which rows: `size` of them after skipping `number` pages (from 0)."""

    number: int = 0
    size: int = 50


@dataclass(frozen=True)
class Drilled:
    """One page of the rows behind a number.

    Attributes:
        metric: name of the metric whose rows these are (the top of a ratio).
        frame: this page, newest first; headings for people, values exact, missing None.
        rows: how many rows there are on all pages.
        total: the number itself, which the column `COUNTED` adds up to over all pages; None where the number counts
            different values.
        snapshot: snapshot number.
        words: headings of columns whose values are codes; people read them by `text`.
    """

    metric: str
    frame: pd.DataFrame
    rows: int
    total: Decimal | None
    snapshot: int
    words: frozenset[str] = frozenset()

    def text(self, heading: str, value: Any) -> Any:
        """The value of a column as people read it: words for a code, everything else as it is."""
        return format_word(value) if heading in self.words and isinstance(value, str) else value


def drill(question: Query, viewer: Viewer, tenant: TenantRef, warehouses: Warehouses, page: Page) -> Drilled:
    """The rows behind the first metric of a question.

    Args:
        question: the question the number answered; a cell of a breakdown is given as further filters.
        viewer: who asks; without SEE_PERSONAL_DATA names, phones and e-mails are masked.
        tenant: whose rows.
        warehouses: where they are.
        page: which rows.

    Raises:
        UnknownNameError, InputError: as `portal.metrics.query.run`; a page that cannot be.
    """
    if page.number < 0 or not 0 < page.size <= MAX_PAGE:
        raise InputError(f"A page has 1 to {MAX_PAGE} rows and a number from 0.", field="page")
    found = look_up(question)
    metric = next(one for one in found.metrics if one.name == metrics_of(found.measures[0])[0].name)
    warehouse = warehouses.open(viewer, tenant)
    counted = contribution(metric)
    rows, total = _totals(metric, found.asked, counted, warehouse)
    details = DETAILS[metric.fact.name]
    masked = Permission.SEE_PERSONAL_DATA not in viewer.permissions
    frame = warehouse.frame(_labelled(_page(metric, found.asked, counted, page), metric, details, masked))
    headings = [*([COUNTED] if counted is not None else []), *(detail.label for detail in details)]
    return Drilled(
        metric=metric.name,
        frame=to_pandas(frame.rename(dict(zip(frame.columns, headings, strict=True)))),
        rows=rows,
        total=total,
        snapshot=warehouse.snapshot.number,
        words=word_headings(metric.fact.name),
    )


def contribution(metric: Metric) -> ColumnElement[Any] | None:
    """What one row adds to a sum or a count of rows; None where the number is no sum over its rows."""
    if metric.per is not None:
        return None
    is_other = is_percentile(metric)

    def unfold(element: Any, **_: Any) -> Any:
        nonlocal is_other
        if not isinstance(element, FunctionElement):
            return None
        arguments = list(element.clauses)
        if element.name == "sum":
            return arguments[0] if element is metric.value else func.coalesce(arguments[0], 0)
        if element.name == "count":
            is_other = is_other or any(getattr(one, "operator", None) is distinct_op for one in arguments)
            return literal(1)
        is_other = is_other or element.name in _PICKS
        return None

    value: ColumnElement[Any] = replacement_traverse(metric.value, {}, unfold)
    return None if is_other else value


def _totals(
    metric: Metric, asked: Slice, counted: ColumnElement[Any] | None, warehouse: Warehouse
) -> tuple[int, Decimal | None]:
    columns: list[ColumnElement[Any]] = [func.count().label("rows")]
    if counted is not None:
        columns.append(metric.value.label("total"))
    row = warehouse.frame(_found(select(*columns), metric, asked)).row(0)
    is_known = counted is not None and warehouse.snapshot.counts.get(metric.fact.name) != 0  # as `run` has it
    return int(row[0]), as_decimal(row[1]) if is_known else None


def _found(columns: Select[Any], metric: Metric, asked: Slice) -> Select[Any]:
    return columns.select_from(joined(metric, asked)).where(*predicate(metric, asked, metric.where))


def _page(metric: Metric, asked: Slice, counted: ColumnElement[Any] | None, page: Page) -> Subquery:
    """The rows of one page with their keys only; labels are joined to these few afterwards."""
    fact = metric.fact
    columns: list[ColumnElement[Any]] = list(fact.c)
    if counted is not None:
        columns.append(counted.label("counted"))
    order: list[ColumnElement[Any]] = list(fact.primary_key.columns)
    if metric.date_column is not None:
        order.insert(0, day_of(metric).desc().nulls_last())
        columns.append(day_of(metric).label("dated"))
    rows = _found(select(*columns), metric, asked).order_by(*order)
    return rows.limit(page.size).offset(page.number * page.size).subquery("page")


def _labelled(page: Subquery, metric: Metric, details: Sequence[Detail], masked: bool) -> Select[Any]:
    columns: list[ColumnElement[Any]] = [page.c.counted] if "counted" in page.c else []
    source: Any = page
    for place, detail in enumerate(details):
        table: Table | Subquery = metadata.tables[detail.table] if detail.table else page
        column: ColumnElement[Any] = table.c[detail.column]
        if masked and detail.is_personal:
            column = case((column.is_not(None), "•••"))
        columns.append(column.label(f"x{place}"))
    for name in dict.fromkeys(detail.table for detail in details if detail.table):
        key = next(iter(metadata.tables[name].primary_key.columns)).name
        is_fact = name.startswith("fact_")  # facts have no row for "not known"
        source = source.join(metadata.tables[name], page.c[key] == metadata.tables[name].c[key], isouter=is_fact)
    order: list[ColumnElement[Any]] = [page.c[next(iter(metric.fact.primary_key.columns)).name]]
    if metric.date_column is not None:
        order.insert(0, page.c.dated.desc().nulls_last())
    return select(*columns).select_from(source).order_by(*order)
