"""The statement of a scan: in two steps where that is cheaper, and with the total beside the breakdown where wanted."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal_column, tuple_

from portal.metrics.fold import folded
from portal.metrics.scan import (
    MAX_ROWS,
    Scan,
    Slice,
    aggregate_select,
    counted_keys,
    dimension_columns,
    key_columns,
    metric_columns,
)


def scan_select(scan: Scan, asked: Slice) -> Select[Any]:
    """Columns d0… (dimensions) and m0… (metrics), one row per combination of dimension values that has rows."""
    found = folded(scan, asked)
    if found is None:
        return aggregate_select(scan, asked)
    places: list[ColumnElement[Any]] = [literal_column(str(place + 1)) for place in range(len(asked.by))]
    return found.group_by(*places).limit(MAX_ROWS + 1)


def select_with_total(scan: Scan, asked: Slice) -> Select[Any]:
    """As `scan_select` by one dimension, with a last column `g`: 0 for the parts, 1 for the row of the total.

    Counted keys give no row for a total over no rows at all.
    """
    if scan.key is not None:
        return _keys_with_total(scan, asked, scan.key).limit(MAX_ROWS + 1)
    found = folded(scan, asked)
    if found is None:
        found = metric_columns(scan, asked)
    dimension: Any = next(iter(found.selected_columns))
    column: ColumnElement[Any] = dimension.element
    found = found.add_columns(func.grouping(column).label("g"))
    return found.group_by(func.grouping_sets(tuple_(), tuple_(column))).limit(MAX_ROWS + 1)


def _keys_with_total(scan: Scan, asked: Slice, key: ColumnElement[Any]) -> Select[Any]:
    """A key that counts in several parts counts once in the total, so both have a row of their own for each key."""
    column: ColumnElement[Any] = dimension_columns(scan, asked)[0].element
    keys = key_columns(scan, asked).add_columns(func.grouping(column).label("g"))
    found = counted_keys(scan, keys.group_by(func.grouping_sets(tuple_(key), tuple_(column, key))), 1)
    is_total: ColumnElement[Any] = literal_column("per_key.g")
    return found.add_columns(is_total.label("g")).group_by(literal_column("1"), is_total)
