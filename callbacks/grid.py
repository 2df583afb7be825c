"""The table of a breakdown: every metric side by side, with change, share and a total, read a window at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd
from dash import ClientsideFunction, Input, Output
from dash import State as Given

from callbacks.breakdowns import adds_up
from callbacks.desk import Desk, State, open_desk
from layouts import filters
from layouts.grid import GRID_OPTIONS, ROW_HEIGHT, table_ids
from portal.charts.chart import number
from portal.metrics import CATALOGUE, DIMENSIONS
from portal.metrics.format import MISSING, NOT_KNOWN, format_label, format_part, format_value, minor_digits
from portal.metrics.lookup import is_dated
from portal.metrics.model import Better, Unit
from portal.viewer import Permission
from portal.wiring import Wiring


@dataclass(frozen=True)
class TableOf:
    """What a table shows: a row per value of the dimension `by`, a column per metric; the first is compared.

    Metrics that do not exist under the filters are left out.
    """

    by: str
    columns: tuple[str, ...]

    def asked(self, desk: Desk) -> list[str]:
        """The metrics that can be told by the dimension."""
        return [name for name in self.columns if desk.can_ask(name, self.by)]


Choose = Callable[[Desk], TableOf]
"""Which table a screen shows."""

_LABEL_WIDTH, _NUMBER_WIDTH, _LETTER_WIDTH, _DIGIT_WIDTH = 176, 128, 7, 8
_MOST_ROWS = 1_000
_ROWS_SHOWN = 10


def grid_frame(desk: Desk, table: TableOf) -> pd.DataFrame:
    """One row per value of the dimension: label, where, the metrics, previous, growth and share of the first one."""
    names, by = table.asked(desk), table.by
    frame, first = desk.ask(names, (by,)), names[0]
    earlier = desk.earlier if is_dated(first) else None
    before = desk.ask([first], (by,), period=earlier) if earlier else frame.iloc[:0]
    previous = dict(zip(before[by], before[first], strict=True))
    frame = frame.assign(previous=[previous.get(value, float("nan")) for value in frame[by]])
    base, total = frame["previous"].where(frame["previous"] > 0), frame[first].sum()
    labels = [format_label(by, value) for value in frame[by]]
    return frame.drop(columns=[by]).assign(
        label=[format_part(by, label) for label in labels],
        where=[f"{by}={MISSING if label == NOT_KNOWN else label}" for label in labels],
        growth=(frame[first] - frame["previous"]) / base,
        share=frame[first] / total if total and adds_up(first) else float("nan"),
    )


def grid_columns(desk: Desk, table: TableOf) -> list[dict[str, Any]]:
    """Column definitions: numbers right, formatted in the browser, sorted on the server."""
    label = DIMENSIONS[table.by].label
    columns = [{"field": "label", "headerName": label, "pinned": "left", "width": _LABEL_WIDTH}]
    for place, name in enumerate(table.asked(desk) if desk.tenants else []):
        columns.append(_number_column(name, CATALOGUE[name].label, CATALOGUE[name].unit, desk.currency))
        if place == 0:
            columns += _compared_columns(desk, name)
    return _wide_enough(desk, table, columns)


def _wide_enough(desk: Desk, table: TableOf, columns: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The columns, none narrower than its total: a sum in full is the longest a column has to hold."""
    total = _total_row(desk, table) if _count(desk, table) else {}
    first = table.asked(desk)[0] if total else ""
    for column in columns:
        name = first if column["field"] == "previous" else column["field"]
        if name in CATALOGUE:
            text = format_value(total.get(column["field"]), CATALOGUE[name].unit, desk.currency)
            column["width"] = max(column["width"], _DIGIT_WIDTH * len(text) + 36)
    return columns


def grid_options(desk: Desk, table: TableOf) -> dict[str, Any]:
    """Options of the grid, with the total of every column pinned below; of nothing there is no total."""
    return {**GRID_OPTIONS, "pinnedBottomRowData": [_total_row(desk, table)] if _count(desk, table) else []}


def grid_height(desk: Desk, table: TableOf) -> dict[str, str]:
    """As high as its rows need, up to ten of them."""
    shown = max(min(_count(desk, table), _ROWS_SHOWN), 1)
    return {"height": f"{(shown + 2) * ROW_HEIGHT + 20}px", "width": "100%"}


def _count(desk: Desk, table: TableOf) -> int:
    """How many rows the table has."""
    return len(desk.ask(table.asked(desk), (table.by,))) if _has_rows(desk, table) else 0


def rows_of_request(desk: Desk, table: TableOf, request: dict[str, Any]) -> dict[str, Any]:
    """The window of rows a grid asks for, sorted as it asks."""
    if not _has_rows(desk, table):
        return {"rowData": [], "rowCount": 0}
    frame = sorted_frame(grid_frame(desk, table), request.get("sortModel"))
    start, end = _whole(request.get("startRow"), 0), _whole(request.get("endRow"), 100)
    window, first = frame.iloc[start : min(end, start + _MOST_ROWS)], table.asked(desk)[0]
    rows = [
        {"metric": first, **{name: _plain(value) for name, value in row.items()}} for row in window.to_dict("records")
    ]
    return {"rowData": rows, "rowCount": len(frame)}


def sorted_frame(frame: pd.DataFrame, model: Any) -> pd.DataFrame:
    """The frame in the order of a grid's sort model; unknown columns are left out, missing values come last."""
    order = [each for each in model or [] if isinstance(each, dict) and each.get("colId") in frame.columns]
    if not order:
        return frame
    names = [each["colId"] for each in order]
    return frame.sort_values(names, ascending=[each.get("sort") != "desc" for each in order], na_position="last",
                             kind="stable")  # fmt: skip


def wire_grid(app: Wiring, table_id: str, choose: Choose) -> None:
    """Wire the table of a screen: its rows follow what is scrolled into sight.

    The grid's code is fetched once somebody comes near it.
    """
    ids, state = table_ids(table_id), Input(filters.Ids.STATE, "data")

    def show_grid(state: State) -> tuple[list[dict[str, Any]], dict[str, Any], dict[str, str]]:
        desk = open_desk(state)
        table = choose(desk)
        return grid_columns(desk, table), grid_options(desk, table), grid_height(desk, table)

    def show_rows(request: dict[str, Any] | None, state: State) -> dict[str, Any]:
        desk = open_desk(state)
        return rows_of_request(desk, choose(desk), request or {})

    app.clientside_callback(
        ClientsideFunction("portal", "insertGrid"), Output(ids["holder"], "children"),
        Input(ids["title"], "children"), Given(ids["parts"], "data"), Given(ids["holder"], "children"),
    )  # fmt: skip
    app.callback(
        Output(table_id, "columnDefs"), Output(table_id, "dashGridOptions"), Output(table_id, "style"), state,
        permission=Permission.VIEW,
    )(show_grid)  # fmt: skip
    app.callback(
        Output(table_id, "getRowsResponse"), Input(table_id, "getRowsRequest"), Given(filters.Ids.STATE, "data"),
        permission=Permission.VIEW,
    )(show_rows)  # fmt: skip
    app.clientside_callback(
        ClientsideFunction("portal", "freshRows"), Output(ids["seen"], "data"), Input(table_id, "columnDefs"),
        Given(table_id, "id"),
    )  # fmt: skip
    app.clientside_callback(
        ClientsideFunction("portal", "openRow"), Output(ids["opened"], "data"), Input(table_id, "selectedRows"),
        prevent_initial_call=True,
    )  # fmt: skip


def _has_rows(desk: Desk, table: TableOf) -> bool:
    return bool(desk.tenants and table.asked(desk))


def _total_row(desk: Desk, table: TableOf) -> dict[str, Any]:
    names = [name for name in table.asked(desk) if desk.can_ask(name)]
    row, first = desk.ask(names).iloc[0], names[0]
    earlier = desk.earlier if is_dated(first) else None
    before = number(desk.ask([first], period=earlier)[first].iloc[0]) if earlier else None
    value = number(row[first])
    growth = (value - before) / before if value is not None and before is not None and before > 0 else None
    return {"label": "Total", "where": "", **{name: number(row[name]) for name in names},
            "previous": before, "growth": growth, "share": 1.0 if value and adds_up(first) else None}  # fmt: skip


def _number_column(name: str, label: str, unit: Unit, currency: str) -> dict[str, Any]:
    prefix, digits = format_value(0, Unit.MONEY, currency).partition("0")[0], minor_digits(currency)
    function = f"portalNumber(params.value, '{unit.value}', '{prefix}', {digits})"
    width = max(_NUMBER_WIDTH, _LETTER_WIDTH * len(label) + 44)
    return {
        "field": name, "headerName": label, "type": "rightAligned", "width": width,
        "valueFormatter": {"function": function},
    }  # fmt: skip


def _compared_columns(desk: Desk, name: str) -> list[dict[str, Any]]:
    measure = CATALOGUE[name]
    share = [_number_column("share", "Share", Unit.RATE, desk.currency)] if adds_up(name) else []
    if desk.earlier is None or not is_dated(name):
        return share
    good, bad = ("<", ">") if measure.better is Better.DOWN else (">", "<")
    colours = {"is-good": f"params.value {good} {'-' * (good == '<')}0.0005",
               "is-bad": f"params.value {bad} {'-' * (bad == '<')}0.0005"}  # fmt: skip
    change = {"field": "growth", "headerName": "Change", "type": "rightAligned", "width": 116,
              "valueFormatter": {"function": "portalGrowth(params.value)"},
              "cellClassRules": {} if measure.better is Better.NEITHER else colours}  # fmt: skip
    return [_number_column("previous", "Before", measure.unit, desk.currency), change, *share]


def _whole(value: Any, default: int) -> int:
    return max(value, 0) if isinstance(value, int) and not isinstance(value, bool) else default


def _plain(value: Any) -> Any:
    return value if isinstance(value, str) else number(value)
