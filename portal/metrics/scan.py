"""One scan: several metrics of one fact table, aggregated together in one select."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, and_, func, literal_column, or_, select
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.selectable import FromClause
from sqlalchemy.sql.visitors import replacement_traverse

from portal.metrics.dimensions import key_column
from portal.metrics.filters import matches
from portal.metrics.model import Dimension, Filter, Metric, Period
from portal.warehouse.schema import dim_date, metadata

_AGGREGATES = frozenset({"sum", "count", "min", "max"})
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
    """As few scans as give all metrics: same fact, same date, same joins, same way of counting go together."""
    groups: dict[tuple[object, ...], list[Metric]] = {}
    for metric in metrics:
        per = metric.name if metric.per is not None else None
        groups.setdefault((metric.fact.name, metric.date_column, metric.joins, per), []).append(metric)
    return [Scan(tuple(group)) for group in groups.values()]


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
    dimensions = _dimension_columns(scan, asked)
    wheres = [metric.where for metric in scan.metrics]
    shared = _same(wheres)
    values = [
        (metric.value if shared else filtered(metric.value, metric.where)).label(f"m{place}")
        for place, metric in enumerate(scan.metrics)
    ]
    some = None if any(where is None for where in wheres) else or_(*_distinct(wheres))
    return _grouped(select(*dimensions, *values), scan, asked, some)


def _counted_keys(metric: Metric, asked: Slice) -> Select[Any]:
    """First one row per key, then the number of keys for which the value holds."""
    scan = Scan((metric,))
    dimensions = _dimension_columns(scan, asked)
    columns = [*dimensions, metric.per.label("k"), metric.value.label("v")]  # type: ignore[union-attr]
    keys = _rows(select(*columns), scan, asked, metric.where)
    keys = keys.group_by(*(literal_column(str(place + 1)) for place in range(len(dimensions) + 1)))
    inner = keys.subquery("per_key")
    outer = select(
        *(inner.c[f"d{place}"] for place in range(len(dimensions))), func.count().filter(inner.c.v).label("m0")
    )
    return outer.group_by(*(inner.c[f"d{place}"] for place in range(len(dimensions)))).limit(MAX_ROWS + 1)


def _grouped(columns: Select[Any], scan: Scan, asked: Slice, where: ColumnElement[bool] | None) -> Select[Any]:
    rows = _rows(columns, scan, asked, where)
    places: list[ColumnElement[Any]] = [literal_column(str(place + 1)) for place in range(len(asked.by))]
    return rows.group_by(*places).limit(MAX_ROWS + 1)


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
        needed += [name for name in dimension.joins if column is not None and _uses(column, name)]
    source: FromClause = metric.fact
    for name in dict.fromkeys(needed):
        source = _join(source, metric, name, asked)
    return source


def _join(source: FromClause, metric: Metric, name: str, asked: Slice) -> FromClause:
    table = metadata.tables[name]
    if name == "dim_date":
        # Rows without a date belong to no period; without a period they must not get lost.
        return source.join(table, day_of(metric) == dim_date.c.date, isouter=asked.period is None)
    column = key_column(name)
    return source.join(table, metric.fact.c[column] == table.c[column])


def _uses(column: ColumnElement[Any], table_name: str) -> bool:
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


def _same(wheres: Sequence[ColumnElement[bool] | None]) -> bool:
    first = wheres[0]
    return all(where is first or (where is not None and first is not None and where.compare(first)) for where in wheres)


def _distinct(wheres: Sequence[ColumnElement[bool] | None]) -> list[ColumnElement[bool]]:
    kept: list[ColumnElement[bool]] = []
    for where in wheres:
        if where is not None and not any(where.compare(other) for other in kept):
            kept.append(and_(where))
    return kept
