"""One scan: several metrics of one fact table, aggregated together in one select."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, and_, func, literal_column, or_, select
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import AsBoolean, BooleanClauseList
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.selectable import FromClause
from sqlalchemy.sql.visitors import iterate, replacement_traverse

from portal.metrics.dimensions import key_column
from portal.metrics.filters import matches
from portal.metrics.model import Dimension, Filter, Metric, Period
from portal.warehouse.schema import dim_date, metadata
from portal.warehouse.schema.studies import studies

_AGGREGATES = frozenset({"sum", "count", "min", "max", "quantile_cont"})
_FALLBACKS = {"ship_date": "delivered_date"}
"""Where a source does not say when a shipment left, it is dated by its arrival."""
MAX_ROWS = 250_000
"""More rows than this are refused: nobody reads them, and they would not fit a screen or a sheet."""


@dataclass(frozen=True)
class Slice:
    """What part of a fact is asked for and how it is broken down; the same for every metric of a question."""

    by: tuple[Dimension, ...]
    filters: tuple[tuple[Dimension, Filter], ...]
    period: Period | None


@dataclass(frozen=True)
class Scan:
    """Metrics that can be aggregated in one pass over their fact."""

    metrics: tuple[Metric, ...]

    @property
    def fact(self) -> Table:
        """The fact all of them aggregate."""
        return self.metrics[0].fact


def plan_scans(metrics: Sequence[Metric]) -> list[Scan]:
    """As few scans as give all metrics: same fact, same date, same joins, same way of counting go together.

    What must see every row is a scan of its own, while sums can be added up in two steps.
    """
    groups: dict[tuple[object, ...], list[Metric]] = {}
    for metric in metrics:
        per = metric.name if metric.per is not None else None
        way = (metric.fact.name, metric.date_column, metric.joins, per, sees_every_row(metric))
        groups.setdefault(way, []).append(metric)
    return [Scan(tuple(group)) for group in groups.values()]


def sees_every_row(metric: Metric) -> bool:
    """Whether the value counts different values or is a percentile, rather than adding up rows."""
    different = any(getattr(one, "operator", None) is operators.distinct_op for one in iterate(metric.value))
    return different or is_percentile(metric)


def is_percentile(metric: Metric) -> bool:
    """Whether the value is a percentile: those of parts say nothing about that of the whole."""
    return any(getattr(one, "name", "") == "quantile_cont" for one in iterate(metric.value))


def column_of(dimension: Dimension, metric: Metric) -> ColumnElement[Any] | None:
    """What yields the dimension's value for a row of the metric's fact; None when it has no such dimension."""
    column = dimension.columns.get(metric.fact.name)
    if column is None or "dim_date" not in dimension.joins:
        return column
    if metric.date_column is None:
        return None
    return day_of(metric) if column is dim_date.c.date else column


def day_of(metric: Metric) -> ColumnElement[Any]:
    """The business date a row of the metric's fact belongs to."""
    assert metric.date_column is not None
    day: ColumnElement[Any] = metric.fact.c[metric.date_column]
    other = _FALLBACKS.get(metric.date_column)
    return func.coalesce(day, metric.fact.c[other]) if other else day


def aggregate_select(scan: Scan, asked: Slice) -> Select[Any]:
    """Columns d0… (dimensions) and m0… (metrics), one row per combination of dimension values that has rows."""
    if scan.metrics[0].per is not None:
        return _counted_keys(scan.metrics[0], asked)
    return metric_columns(scan, asked).group_by(*_places(len(asked.by))).limit(MAX_ROWS + 1)


def metric_columns(scan: Scan, asked: Slice) -> Select[Any]:
    """Columns d0… and m0… over the rows of the fact that count for any of the metrics, not yet grouped."""
    common, rest = conditions_apart([metric.where for metric in scan.metrics])
    wheres = [and_(*some) if some else None for some in rest]
    values = [
        filtered(metric.value, where).label(f"m{place}")
        for place, (metric, where) in enumerate(zip(scan.metrics, wheres, strict=True))
    ]
    some = [where for where in wheres if where is not None]
    any_of = [or_(*_distinct(some))] if len(some) == len(wheres) else []
    conditions = [*common, *any_of]
    return _rows(
        select(*_dimension_columns(scan, asked), *values), scan, asked, and_(*conditions) if conditions else None
    )


def _counted_keys(metric: Metric, asked: Slice) -> Select[Any]:
    """First one row per key, then the number of keys for which the value holds."""
    scan = Scan((metric,))
    dimensions = _dimension_columns(scan, asked)
    columns = [*dimensions, metric.per.label("k"), metric.value.label("v")]  # type: ignore[union-attr]
    keys = _rows(select(*columns), scan, asked, metric.where)
    keys = keys.group_by(*_places(len(dimensions) + 1))
    inner = keys.subquery("per_key")
    outer = select(
        *(inner.c[f"d{place}"] for place in range(len(dimensions))), func.count().filter(inner.c.v).label("m0")
    )
    return outer.group_by(*(inner.c[f"d{place}"] for place in range(len(dimensions)))).limit(MAX_ROWS + 1)


def _places(count: int) -> list[ColumnElement[Any]]:
    return [literal_column(str(place + 1)) for place in range(count)]


def _rows(columns: Select[Any], scan: Scan, asked: Slice, where: ColumnElement[bool] | None) -> Select[Any]:
    conditions = predicate(scan.metrics[0], asked, where)
    return columns.select_from(joined(scan.metrics[0], asked)).where(*conditions)


def predicate(metric: Metric, asked: Slice, where: ColumnElement[bool] | None) -> list[ColumnElement[bool]]:
    """The conditions a fact row must meet to count; drilling uses these very ones."""
    conditions = [where] if where is not None else []
    if asked.period is not None and metric.date_column is not None:
        day = day_of(metric)
        conditions += [day >= asked.period.start, day < asked.period.end]
    for dimension, wanted in asked.filters:
        column = column_of(dimension, metric)
        assert column is not None
        conditions.append(matches(column, dimension, wanted))
    return conditions


def joined(metric: Metric, asked: Slice) -> FromClause:
    """The fact with every dimension table the question needs."""
    needed = list(metric.joins)
    for dimension in (*asked.by, *(dimension for dimension, _ in asked.filters)):
        column = column_of(dimension, metric)
        needed += [name for name in dimension.joins if column is not None and uses(column, name)]
    source: FromClause = metric.fact
    for name in dict.fromkeys(needed):
        source = _join(source, metric, name, asked)
    return source


def _join(source: FromClause, metric: Metric, name: str, asked: Slice) -> FromClause:
    table = metadata.tables[name] if name in metadata.tables else studies.tables[name]
    if name == "dim_date":
        # Rows without a date belong to no period; without a period they must not get lost.
        return source.join(table, day_of(metric) == dim_date.c.date, isouter=asked.period is None)
    column = key_column(name)
    if table is metric.fact:
        return source
    # A study may not know everybody a fact knows: nobody's rows must get lost.
    return source.join(table, metric.fact.c[column] == table.c[column], isouter=name in studies.tables)


def uses(column: ColumnElement[Any], table_name: str) -> bool:
    """Whether the expression needs the table."""
    return any(getattr(table, "name", "") == table_name for table in column._from_objects)


def _dimension_columns(scan: Scan, asked: Slice) -> list[ColumnElement[Any]]:
    columns: list[ColumnElement[Any]] = []
    for place, dimension in enumerate(asked.by):
        column = column_of(dimension, scan.metrics[0])
        assert column is not None
        columns.append(column.label(f"d{place}"))
    return columns


def filtered(value: ColumnElement[Any], where: ColumnElement[bool] | None) -> ColumnElement[Any]:
    """The same aggregate over only the rows that meet `where`."""
    if where is None:
        return value

    def narrow(element: Any, **_: Any) -> Any:
        if isinstance(element, FunctionElement) and getattr(element, "name", "").lower() in _AGGREGATES:
            return element.filter(where)
        return None

    found: ColumnElement[Any] = replacement_traverse(value, {}, narrow)
    return found


def conditions_apart(
    wheres: Sequence[ColumnElement[bool] | None],
) -> tuple[list[ColumnElement[bool]], list[list[ColumnElement[bool]]]]:
    """What all conditions have in common, and what each asks for besides."""
    parts = [_conjuncts(where) for where in wheres]
    common = [one for one in parts[0] if all(any(one.compare(other) for other in some) for some in parts)]
    rest = [[one for one in some if not any(one.compare(other) for other in common)] for some in parts]
    return common, rest


def _conjuncts(where: ColumnElement[bool] | None) -> list[ColumnElement[bool]]:
    if where is None:
        return []
    if isinstance(where, BooleanClauseList) and where.operator is operators.and_:
        return [part for clause in where.clauses for part in _conjuncts(clause)]
    if isinstance(where, AsBoolean) and where.operator is operators.is_true:
        return [where.element]  # a flag is the same condition alone and among others
    return [where]


def _distinct(wheres: Sequence[ColumnElement[bool]]) -> list[ColumnElement[bool]]:
    kept: list[ColumnElement[bool]] = []
    for where in wheres:
        if not any(where.compare(other) for other in kept):
            kept.append(where)
    return kept
