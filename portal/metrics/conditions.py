"""Conditions of metrics: what several have in common, and an aggregate over the rows of one of them alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import AsBoolean, BooleanClauseList
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.visitors import replacement_traverse

_AGGREGATES = frozenset({"sum", "count", "min", "max", "quantile_cont", "bool_or"})


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


def differing(wheres: Sequence[ColumnElement[bool]]) -> list[ColumnElement[bool]]:
    """The conditions, each once."""
    kept: list[ColumnElement[bool]] = []
    for where in wheres:
        if not any(where.compare(other) for other in kept):
            kept.append(where)
    return kept
