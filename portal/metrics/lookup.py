"""From names to definitions, with an answer a person can use when a name or a combination does not exist."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from portal.errors import InputError, UnknownNameError
from portal.metrics import CATALOGUE, DIMENSIONS
from portal.metrics.model import Dimension, Filter, Measure, Metric, Query, Ratio, Transform
from portal.metrics.scan import Slice, column_of


@dataclass(frozen=True)
class Question:
    """A query whose names have been looked up.

    Attributes:
        measures: what was asked for, in order.
        metrics: every metric needed to answer it, each once, in its cheapest form.
        asked: breakdown, filters and period.
    """

    measures: tuple[Measure, ...]
    metrics: tuple[Metric, ...]
    asked: Slice


def measure_called(name: str) -> Measure:
    """The metric, ratio or transform called `name`.

    Raises:
        UnknownNameError: there is none.
    """
    if name not in CATALOGUE:
        raise UnknownNameError("metric", name, CATALOGUE)
    return CATALOGUE[name]


def dimension_called(name: str) -> Dimension:
    """The dimension called `name`.

    Raises:
        UnknownNameError: there is none.
    """
    if name not in DIMENSIONS:
        raise UnknownNameError("dimension", name, DIMENSIONS)
    return DIMENSIONS[name]


def metrics_of(measure: Measure) -> tuple[Metric, ...]:
    """The metrics a measure is made of, each once."""
    if isinstance(measure, Metric):
        return (measure,)
    parts = (measure.top, measure.bottom) if isinstance(measure, Ratio) else measure.inputs
    found = {metric.name: metric for part in parts for metric in metrics_of(part)}
    return tuple(found.values())


def is_dated(name: str) -> bool:
    """Whether a period says anything about measure `name`; else it is a state as of the snapshot."""
    return any(metric.date_column is not None for metric in metrics_of(measure_called(name)))


def has_dimension(metric: Metric, dimension: Dimension) -> bool:
    """Whether the metric can be broken down by the dimension."""
    return column_of(dimension, metric) is not None


@lru_cache(maxsize=512)
def dimensions_of(name: str) -> tuple[str, ...]:
    """Names of all dimensions metric `name` can be broken down and filtered by."""
    metrics = metrics_of(measure_called(name))
    return tuple(
        each for each, dimension in DIMENSIONS.items() if all(has_dimension(metric, dimension) for metric in metrics)
    )


def can_answer(name: str, dimensions: Iterable[str]) -> bool:
    """Whether metric `name` can be broken down and filtered by all of `dimensions`."""
    able = dimensions_of(name)
    return all(dimension_called(each).name in able for each in dimensions)


def look_up(query: Query) -> Question:
    """Check every name and combination of a query.

    Raises:
        UnknownNameError: a metric or dimension does not exist.
        InputError: nothing is asked, a name is given twice, the period is empty, or a metric has no such breakdown.
    """
    if not query.metrics:
        raise InputError("Name at least one metric.", field="metric")
    _refuse_repeats("metric", query.metrics)
    _refuse_repeats("dimension", query.by)
    if query.period is not None and query.period.days <= 0:
        raise InputError("The period is empty: its end (not included) must be after its start.", field="period")
    measures = tuple(measure_called(name) for name in query.metrics)
    by = tuple(dimension_called(name) for name in query.by)
    filters = tuple((dimension_called(each.dimension), each) for each in _merged(query.filters))
    for measure in measures:
        _check(measure, by, (*by, *(dimension for dimension, _ in filters)))
    return Question(
        measures, _needed(measures, (*by, *(pair[0] for pair in filters))), Slice(by, filters, query.period)
    )


def _merged(filters: Sequence[Filter]) -> list[Filter]:
    """Filters on the same dimension are alternatives; different dimensions must all hold."""
    values: dict[str, tuple[str, ...]] = {}
    for each in filters:
        values[each.dimension] = (*values.get(each.dimension, ()), *each.values)
    return [Filter(name, tuple(dict.fromkeys(found))) for name, found in values.items()]


def _needed(measures: Sequence[Measure], dimensions: Sequence[Dimension]) -> tuple[Metric, ...]:
    metrics = {metric.name: metric for measure in measures for metric in metrics_of(measure)}
    return tuple(_cheapest(metric, dimensions) for metric in metrics.values())


def _cheapest(metric: Metric, dimensions: Sequence[Dimension]) -> Metric:
    smaller = metric.cheaper
    if smaller is not None and all(has_dimension(smaller, dimension) for dimension in dimensions):
        return smaller
    return metric


def _check(measure: Measure, by: Sequence[Dimension], used: Sequence[Dimension]) -> None:
    needs = measure.needs if isinstance(measure, Transform) else ""
    if needs and needs not in [dimension.name for dimension in by]:
        raise InputError(f"{measure.name} only has a meaning by {needs}; add that breakdown.", field="by")
    for dimension in used:
        for metric in metrics_of(measure):
            if not has_dimension(metric, dimension):
                raise InputError(_refusal(measure, metric, dimension), field=dimension.name)


def _refusal(measure: Measure, metric: Metric, dimension: Dimension) -> str:
    subject = measure.name if measure.name == metric.name else f"{measure.name} (through {metric.name})"
    if metric.date_column is None and "dim_date" in dimension.joins:
        return f"{subject} is a state as of the snapshot and has no {dimension.name}."
    able = [name for name in CATALOGUE if dimension.name in dimensions_of(name)]
    return (
        f"{subject} cannot be broken down or filtered by {dimension.name}. "
        f"It has: {', '.join(dimensions_of(measure.name))}. "
        f"{dimension.name} exists for: {', '.join(able) or 'no metric yet'}."
    )


def _refuse_repeats(kind: str, names: Sequence[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"The {kind} '{name}' is named twice.", field=kind)
