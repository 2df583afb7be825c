"""One scan: several metrics of one fact table, aggregated together in one select."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, Table, and_, cast, func, literal_column, or_, select
from sqlalchemy.sql import operators
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.selectable import FromClause
from sqlalchemy.sql.visitors import iterate

from portal.metrics.conditions import conditions_apart, differing, filtered
from portal.metrics.dimensions import key_column
from portal.metrics.filters import matches
from portal.metrics.model import Dimension, Filter, Metric, Period
from portal.warehouse.schema import dim_date, metadata
from portal.warehouse.schema.studies import studies

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

    @property
    def key(self) -> ColumnElement[Any] | None:
        """The column whose values are counted by way of one row for each; None where rows are added up straight."""
        keys = [key for metric in self.metrics if (key := key_of(metric)) is not None]
        is_plain = len(self.metrics) == 1 and self.metrics[0].per is None
        return keys[0] if keys and not is_plain else None

    @property
    def whole(self) -> Metric:
        """The first metric with the joins of all of them."""
        joins = dict.fromkeys(name for metric in self.metrics for name in metric.joins)
        return replace(self.metrics[0], joins=tuple(joins))


def plan_scans(metrics: Sequence[Metric]) -> list[Scan]:
    """As few scans as give all metrics: same fact, same date, same joins, same way of counting go together.

    What must see every row is a scan of its own, while sums can be added up in two steps. All that count different
    values of one column are one scan, whatever they join, and numbers of rows go along with it.
    """
    groups: dict[tuple[object, ...], list[Metric]] = {}
    for metric in metrics:
        key = key_of(metric)
        way: tuple[object, ...] = (metric.joins, sees_every_row(metric)) if key is None else ("key", str(key))
        groups.setdefault((metric.fact.name, metric.date_column, *way), []).append(metric)
    for way, rows in list(groups.items()):
        keyed = next((name for name in groups if name[:3] == (*way[:2], "key")), None)
        if keyed is not None and keyed != way and all(map(_counts_rows, rows)):
            groups[keyed] += groups.pop(way)
    return [Scan(tuple(group)) for group in groups.values()]


def key_of(metric: Metric) -> ColumnElement[Any] | None:
    """The column whose different values a metric counts, all of them or those for which something holds."""
    if metric.per is not None:
        return metric.per
    argument = _counted(metric)
    return argument.element if getattr(argument, "operator", None) is operators.distinct_op else None


def _counts_rows(metric: Metric) -> bool:
    return metric.per is None and not metric.joins and getattr(_counted(metric), "name", "") == "*"


def _counted(metric: Metric) -> Any:
    """What a count counts; None where the value is something else."""
    value = metric.value
    is_count = isinstance(value, FunctionElement) and value.name == "count"
    return next(iter(value.clauses), None) if is_count else None


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
    if scan.key is not None:
        keys = key_columns(scan, asked)
        places = _places(len(asked.by))
        return counted_keys(scan, keys.group_by(*places, scan.key), len(asked.by)).group_by(*places).limit(MAX_ROWS + 1)
    return metric_columns(scan, asked).group_by(*_places(len(asked.by))).limit(MAX_ROWS + 1)


def metric_columns(scan: Scan, asked: Slice) -> Select[Any]:
    """Columns d0… and m0… over the rows of the fact that count for any of the metrics, not yet grouped."""
    condition, wheres = _conditions(scan)
    values = [
        filtered(metric.value, where).label(f"m{place}")
        for place, (metric, where) in enumerate(zip(scan.metrics, wheres, strict=True))
    ]
    return _rows(select(*dimension_columns(scan, asked), *values), scan, asked, condition)


def key_columns(scan: Scan, asked: Slice) -> Select[Any]:
    """Columns d0… and v0…, to be grouped by d0… and the key: whether a key counts for a metric, or how many rows."""
    condition, wheres = _conditions(scan)
    values = [
        _of_key(metric, where).label(f"v{place}")
        for place, (metric, where) in enumerate(zip(scan.metrics, wheres, strict=True))
    ]
    return _rows(select(*dimension_columns(scan, asked), *values), scan, asked, condition)


def _of_key(metric: Metric, where: ColumnElement[bool] | None) -> ColumnElement[Any]:
    if key_of(metric) is None:
        return filtered(metric.value, where)
    there = func.count() > 0 if where is None else func.bool_or(where)
    return there if metric.per is None else and_(filtered(metric.value, where), there)


def counted_keys(scan: Scan, keys: Select[Any], dimensions: int) -> Select[Any]:
    """Columns d0… and m0… over grouped `key_columns`: keys that count, and rows added up; not yet grouped."""
    inner = keys.subquery("per_key")
    values = [
        func.count().filter(inner.c[f"v{place}"])
        if key_of(metric) is not None
        else cast(func.coalesce(func.sum(inner.c[f"v{place}"]), 0), BigInteger)
        for place, metric in enumerate(scan.metrics)
    ]
    named = [value.label(f"m{place}") for place, value in enumerate(values)]
    return select(*(inner.c[f"d{place}"] for place in range(dimensions)), *named)


def _conditions(scan: Scan) -> tuple[ColumnElement[bool] | None, list[ColumnElement[bool] | None]]:
    """What a row must meet to count for any of the metrics, and what each of them asks for besides."""
    common, rest = conditions_apart([metric.where for metric in scan.metrics])
    wheres = [and_(*some) if some else None for some in rest]
    some = [where for where in wheres if where is not None]
    conditions = [*common, *([or_(*differing(some))] if len(some) == len(wheres) else [])]
    return (and_(*conditions) if conditions else None), wheres


def _places(count: int) -> list[ColumnElement[Any]]:
    return [literal_column(str(place + 1)) for place in range(count)]


def _rows(columns: Select[Any], scan: Scan, asked: Slice, where: ColumnElement[bool] | None) -> Select[Any]:
    conditions = predicate(scan.metrics[0], asked, where)
    return columns.select_from(joined(scan.whole, asked)).where(*conditions)


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


def dimension_columns(scan: Scan, asked: Slice) -> list[ColumnElement[Any]]:
    """What is broken down by, as d0…."""
    columns: list[ColumnElement[Any]] = []
    for place, dimension in enumerate(asked.by):
        column = column_of(dimension, scan.metrics[0])
        assert column is not None
        columns.append(column.label(f"d{place}"))
    return columns
