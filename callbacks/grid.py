"""The table of a breakdown: every metric side by side, with change, share and a total, read a window at a time."""

from __future__ import annotations

from typing import Any

import pandas as pd

from callbacks.breakdowns import breakdown_of
from callbacks.desk import Desk
from layouts.sales import GRID_OPTIONS, ROW_HEIGHT
from portal.charts.chart import number
from portal.metrics import CATALOGUE, DIMENSIONS
from portal.metrics.format import MISSING, NOT_KNOWN, format_label
from portal.metrics.model import Unit

COLUMNS = ("net_sales", "gross_profit", "gross_margin", "orders", "units", "aov", "return_value_rate", "discount_rate")
"""Metrics of the table; those that do not exist under the filters are left out."""

_LABEL_WIDTH, _NUMBER_WIDTH = 176, 128
_MOST_ROWS = 1_000
_ROWS_SHOWN = 10


def grid_frame(desk: Desk, by: str) -> pd.DataFrame:
    """One row per value of `by`: label, where, the metrics of `COLUMNS`, previous, growth and share of net sales."""
    names = [name for name in COLUMNS if desk.can_ask(name, by)]
    frame = desk.ask(names, (by,))
    before = desk.ask(["net_sales"], (by,), period=desk.earlier) if desk.earlier else frame.iloc[:0]
    previous = dict(zip(before[by], before["net_sales"], strict=True))
    frame = frame.assign(previous=[previous.get(value, float("nan")) for value in frame[by]])
    base = frame["previous"].where(frame["previous"] > 0)
    total = frame["net_sales"].sum()
    labels = [format_label(by, value) for value in frame[by]]
    return frame.drop(columns=[by]).assign(
        label=labels,
        where=[f"{by}={MISSING if label == NOT_KNOWN else label}" for label in labels],
        growth=(frame["net_sales"] - frame["previous"]) / base,
        share=frame["net_sales"] / total if total else float("nan"),
    )


def grid_columns(desk: Desk) -> list[dict[str, Any]]:
    """Column definitions: numbers right, formatted in the browser, sorted on the server."""
    by = breakdown_of(desk)
    columns = [{"field": "label", "headerName": DIMENSIONS[by].label, "pinned": "left", "width": _LABEL_WIDTH}]
    if not desk.tenants:
        return columns
    for name in (each for each in COLUMNS if desk.can_ask(each, by)):
        columns.append(_number_column(name, CATALOGUE[name].label, CATALOGUE[name].unit, desk.currency))
        if name == "net_sales":
            columns += _compared_columns(desk)
    return columns


def grid_options(desk: Desk) -> dict[str, Any]:
    """Options of the grid, with the total of every column pinned below."""
    return {**GRID_OPTIONS, "pinnedBottomRowData": [_total_row(desk)] if desk.tenants else []}


def grid_height(desk: Desk) -> dict[str, str]:
    """As high as its rows need, up to ten of them."""
    by = breakdown_of(desk)
    count = len(desk.ask(["net_sales"], (by,))) if desk.tenants else 0
    return {"height": f"{(min(count, _ROWS_SHOWN) + 2) * ROW_HEIGHT + 20}px", "width": "100%"}


def rows_of_request(desk: Desk, request: dict[str, Any]) -> dict[str, Any]:
    """The window of rows a grid asks for, sorted as it asks."""
    if not desk.tenants:
        return {"rowData": [], "rowCount": 0}
    frame = sorted_frame(grid_frame(desk, breakdown_of(desk)), request.get("sortModel"))
    start, end = _whole(request.get("startRow"), 0), _whole(request.get("endRow"), 100)
    window = frame.iloc[start : min(end, start + _MOST_ROWS)]
    rows = [{name: _plain(value) for name, value in row.items()} for row in window.to_dict("records")]
    return {"rowData": rows, "rowCount": len(frame)}


def sorted_frame(frame: pd.DataFrame, model: Any) -> pd.DataFrame:
    """The frame in the order of a grid's sort model; unknown columns are left out, missing values come last."""
    order = [each for each in model or [] if isinstance(each, dict) and each.get("colId") in frame.columns]
    if not order:
        return frame
    names = [each["colId"] for each in order]
    return frame.sort_values(names, ascending=[each.get("sort") != "desc" for each in order], na_position="last",
                             kind="stable")  # fmt: skip


def _total_row(desk: Desk) -> dict[str, Any]:
    names = [name for name in COLUMNS if desk.can_ask(name)]
    row = desk.ask(names).iloc[0]
    before = number(desk.ask(["net_sales"], period=desk.earlier)["net_sales"].iloc[0]) if desk.earlier else None
    sales = number(row["net_sales"])
    growth = (sales - before) / before if sales is not None and before is not None and before > 0 else None
    return {"label": "Total", "where": "", **{name: number(row[name]) for name in names},
            "previous": before, "growth": growth, "share": 1.0 if sales else None}  # fmt: skip


def _number_column(name: str, label: str, unit: Unit, currency: str) -> dict[str, Any]:
    function = f"portalNumber(params.value, '{unit.value}', '{currency}')"
    return {"field": name, "headerName": label, "type": "rightAligned", "width": _NUMBER_WIDTH,
            "valueFormatter": {"function": function}}  # fmt: skip


def _compared_columns(desk: Desk) -> list[dict[str, Any]]:
    share = _number_column("share", "Share", Unit.RATE, desk.currency)
    if desk.earlier is None:
        return [share]
    change = {"field": "growth", "headerName": "Change", "type": "rightAligned", "width": 116,
              "valueFormatter": {"function": "portalGrowth(params.value)"},
              "cellClassRules": {"is-good": "params.value > 0.0005", "is-bad": "params.value < -0.0005"}}  # fmt: skip
    return [_number_column("previous", "Before", Unit.MONEY, desk.currency), change, share]


def _whole(value: Any, default: int) -> int:
    return max(value, 0) if isinstance(value, int) and not isinstance(value, bool) else default


def _plain(value: Any) -> Any:
    return value if isinstance(value, str) else number(value)
