"""The rows that count into a number as a subquery, for lists of things to do: labels are joined to these few only."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.sql.selectable import Subquery

from portal.metrics.lookup import look_up
from portal.metrics.model import Metric, Query
from portal.metrics.scan import joined, predicate


def counted_rows(
    metric: Metric, question: Query, order: tuple[ColumnElement[Any], ...], most: int,
    more: tuple[ColumnElement[Any], ...] = (),
) -> Subquery:  # fmt: skip
    """The fact rows that count into `metric` in the period and under the filters of `question`.

    Args:
        metric: whose predicate holds; rows are those of its fact.
        question: period and filters; its metrics and breakdown are ignored.
        order: which rows come first.
        most: how many rows at most.
        more: further labelled expressions over the fact, beside its own columns.

    Raises:
        UnknownNameError, InputError: as `portal.metrics.query.run`.
    """
    asked = look_up(Query((metric.name,), (), question.period, question.filters)).asked
    rows = select(*metric.fact.c, *more).select_from(joined(metric, asked))
    return rows.where(*predicate(metric, asked, metric.where)).order_by(*order).limit(most).subquery("counted_rows")
