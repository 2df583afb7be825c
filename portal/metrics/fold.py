"""Adding up in two steps: first by keys and states as the fact has them, then labels and conditions on the few sums.

Sums of sums are the same sums, exactly; but a label or a condition is then looked at once per group, not once per row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import BigInteger, Column, ColumnElement, Select, and_, cast, func, literal_column, or_, select
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import UnaryExpression
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.selectable import FromClause, Subquery
from sqlalchemy.sql.visitors import iterate, replacement_traverse

from portal.metrics.conditions import conditions_apart
from portal.metrics.dimensions import key_column
from portal.metrics.model import Metric
from portal.metrics.scan import Scan, Slice, column_of, day_of, joined, predicate, uses
from portal.warehouse.schema import dim_date, metadata

_STATES = frozenset({
    "line_type", "order_status", "document_type", "price_sign", "source", "order_hour", "is_booked", "is_realised",
    "has_customer", "has_cost", "is_cost_estimated", "is_price_estimated", "is_merchandise", "points_move",
})  # fmt: skip
"""Columns of few different values: grouping by them makes few groups."""
_MANY = frozenset({"dim_customer", "study_customer"})
"""Tables with nearly as many rows as facts: grouping by their key first would not make anything smaller."""


@dataclass
class _Fold:
    """The columns of the first step; each expression once."""

    groups: list[ColumnElement[Any]] = field(default_factory=list)
    sums: list[ColumnElement[Any]] = field(default_factory=list)

    def group(self, expression: ColumnElement[Any]) -> str:
        return f"k{_place(self.groups, expression)}"

    def sum(self, expression: ColumnElement[Any]) -> str:
        return f"s{_place(self.sums, expression)}"

    def columns(self) -> list[ColumnElement[Any]]:
        return [
            *(one.label(f"k{place}") for place, one in enumerate(self.groups)),
            *(one.label(f"s{place}") for place, one in enumerate(self.sums)),
        ]


def folded(scan: Scan, asked: Slice) -> Select[Any] | None:
    """The select in two steps with columns d0… and m0…, not yet grouped by the dimensions.

    None where two steps are not the same (different values are counted) or not cheaper.
    """
    common, rest = conditions_apart([metric.where for metric in scan.metrics])
    tables = _tables(scan.metrics[0], asked)
    if tables is None or not (tables or any(rest)) or not _are_sums(scan, rest):
        return None
    fold = _Fold()
    for name in tables:
        fold.group(_key(scan.metrics[0], name))
    for one in (*_fact_columns(scan, asked), *(column for some in rest for column in _columns_of(some))):
        fold.group(one)
    for metric in scan.metrics:
        _rewritten(metric.value, fold, None, None)
    first = _first_step(scan, asked, fold, common)
    return _second_step(scan, asked, (fold, first, tables), rest)


def _first_step(scan: Scan, asked: Slice, fold: _Fold, common: list[ColumnElement[bool]]) -> Subquery:
    only_filters = Slice((), asked.filters, asked.period)
    rows = select(*fold.columns()).select_from(joined(scan.metrics[0], only_filters))
    rows = rows.where(*predicate(scan.metrics[0], asked, and_(*common) if common else None))
    places: list[ColumnElement[Any]] = [literal_column(str(place + 1)) for place in range(len(fold.groups))]
    return rows.group_by(*places).subquery("folded")


def _second_step(
    scan: Scan, asked: Slice, step: tuple[_Fold, Subquery, list[str]], rest: list[list[ColumnElement[bool]]]
) -> Select[Any]:
    fold, first, tables = step
    metric = scan.metrics[0]
    dimensions = [_moved(column_of(one, metric), fold, first).label(f"d{n}") for n, one in enumerate(asked.by)]
    wheres = [and_(*(_moved(one, fold, first) for one in some)) if some else None for some in rest]
    values = [
        _rewritten(one.value, fold, first, where).label(f"m{n}")
        for n, (one, where) in enumerate(zip(scan.metrics, wheres, strict=True))
    ]
    found = select(*dimensions, *values).select_from(_with_tables(first, metric, fold, (tables, asked)))
    some = [where for where in wheres if where is not None]
    if len(some) == len(wheres):
        found = found.where(or_(*some))
    return found


def _with_tables(first: Subquery, metric: Metric, fold: _Fold, needs: tuple[list[str], Slice]) -> FromClause:
    tables, asked = needs
    source: FromClause = first
    for name in tables:
        table, key = metadata.tables[name], first.c[fold.group(_key(metric, name))]
        if name == "dim_date":
            source = source.join(table, key == dim_date.c.date, isouter=asked.period is None)
        else:
            source = source.join(table, key == table.c[key_column(name)])
    return source


def _tables(metric: Metric, asked: Slice) -> list[str] | None:
    """Dimension tables the breakdown needs; None where it cannot wait for the second step."""
    found: list[str] = []
    for dimension in asked.by:
        column = column_of(dimension, metric)
        assert column is not None
        own = [name for name in dimension.joins if uses(column, name)]
        facts = _columns_of([column], metric)
        if _MANY & {*own} or (own and facts) or any(one.name not in {*_STATES, metric.date_column} for one in facts):
            return None
        found += own
    return list(dict.fromkeys(found))


def _are_sums(scan: Scan, rest: list[list[ColumnElement[bool]]]) -> bool:
    """Whether everything asked is sums and counts of rows, told apart by states alone."""
    if any(metric.per is not None or metric.joins for metric in scan.metrics):
        return False
    if any(column.name not in _STATES for some in rest for column in _columns_of(some)):
        return False
    called = [one for metric in scan.metrics for one in iterate(metric.value) if isinstance(one, FunctionElement)]
    known = all(one.name in {"sum", "coalesce"} or (one.name == "count" and _inside(one) is None) for one in called)
    return known and not any(isinstance(one, Column) for metric in scan.metrics for one in _outside(metric))


def _outside(metric: Metric) -> list[Any]:
    """What is left of a value without its sums."""

    def blank(element: Any, **_: Any) -> Any:
        return literal_column("0") if _is_sum(element) else None

    bare: ColumnElement[Any] = replacement_traverse(metric.value, {}, blank)
    return list(iterate(bare))


def _is_sum(element: Any) -> bool:
    return isinstance(element, FunctionElement) and element.name in {"sum", "count"}


def _inside(called: FunctionElement[Any]) -> Any:
    """What a sum adds up; None for a count of rows."""
    argument: Any = next(iter(called.clauses), None)
    return None if getattr(argument, "name", "") == "*" else argument


def _fact_columns(scan: Scan, asked: Slice) -> list[Column[Any]]:
    columns = [column_of(dimension, scan.metrics[0]) for dimension in asked.by]
    return _columns_of([one for one in columns if one is not None], scan.metrics[0])


def _columns_of(expressions: Sequence[ColumnElement[Any]], metric: Metric | None = None) -> list[Column[Any]]:
    """Columns in expressions; those of the metric's fact alone when it is given."""
    found = [one for expression in expressions for one in iterate(expression) if isinstance(one, Column)]
    return [one for one in found if metric is None or one.table is metric.fact]


def _key(metric: Metric, table: str) -> ColumnElement[Any]:
    return day_of(metric) if table == "dim_date" else metric.fact.c[key_column(table)]


def _rewritten(
    value: ColumnElement[Any], fold: _Fold, first: Subquery | None, where: ColumnElement[bool] | None
) -> ColumnElement[Any]:
    """The value over the sums of the first step; without a first step it only notes which sums are needed."""

    def over_sums(element: Any, **_: Any) -> Any:
        if not _is_sum(element):
            return None
        inside = _inside(element)
        is_turned = isinstance(inside, UnaryExpression) and inside.operator is operators.neg
        name = fold.sum(func.sum(inside.element) if is_turned else element)
        if first is None:
            return element
        again: Any = func.sum(first.c[name])
        again = again if where is None else again.filter(where)
        if inside is None:
            return cast(func.coalesce(again, 0), BigInteger)
        return -again if is_turned else again

    found: ColumnElement[Any] = replacement_traverse(value, {}, over_sums)
    return found


def _moved(expression: ColumnElement[Any] | None, fold: _Fold, first: Subquery) -> ColumnElement[Any]:
    """The expression over the columns of the first step."""

    def move(element: Any, **_: Any) -> Any:
        if isinstance(element, Column) and any(element is one for one in fold.groups):
            return first.c[fold.group(element)]
        return None

    assert expression is not None
    found: ColumnElement[Any] = replacement_traverse(expression, {}, move)
    return found


def _place(known: list[ColumnElement[Any]], expression: ColumnElement[Any]) -> int:
    for place, one in enumerate(known):
        if one is expression or one.compare(expression):
            return place
    known.append(expression)
    return len(known) - 1
