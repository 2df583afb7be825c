"""Inventory: what stock costs, what runs out, what lies."""

from __future__ import annotations

import pandas as pd

from callbacks.board import Painter, register_board
from callbacks.desk import Desk
from callbacks.export_tables import Exports, column_of, facts_of
from callbacks.stock_charts import ageing, ageing_frame, classes_chart
from callbacks.stock_lists import (
    REORDER,
    SELL,
    costs_body,
    movements_body,
    reorder_body,
    reorder_frame,
    sell_body,
    sell_frame,
    states_body,
)
from callbacks.stock_tasks import tasks_body
from layouts.inventory import BOARD
from portal.exports import ExportColumn, ExportTable
from portal.wiring import Wiring


def reorder_table(desk: Desk) -> ExportTable:
    """Every product to reorder."""
    return _table(desk, "What to reorder", ("Product", "Shop"), reorder_frame(desk), REORDER)


def sell_table(desk: Desk) -> ExportTable:
    """Every product with aged or dead stock."""
    return _table(desk, "What to sell off", ("Product", "Shop"), sell_frame(desk), SELL)


def ageing_table(desk: Desk) -> ExportTable:
    """Value and units by age."""
    return _table(desk, "Ageing of stock", ("Age in days",), ageing_frame(desk), ("fifo_value", "layer_units"))


def classes_table(desk: Desk) -> ExportTable:
    """Products and value by class."""
    names, by = ("classed_products", "classed_value"), ("abc_class", "xyz_class")
    is_known = bool(desk.tenants) and desk.can_ask(names[0], *by)
    frame = desk.ask(names, by) if is_known else pd.DataFrame(columns=[*by, *names])
    return _table(desk, "ABC and XYZ", ("ABC class", "XYZ class"), frame, names)


def _table(desk: Desk, title: str, labels: tuple[str, ...], frame: pd.DataFrame, names: tuple[str, ...]) -> ExportTable:
    columns = (*(ExportColumn(label) for label in labels), *(column_of(name) for name in names))
    rows = frame.astype(object).where(frame.notna(), None).to_numpy(dtype=object).tolist()
    return ExportTable(title, columns, rows, facts_of(desk))


EXPORTS: Exports = {
    "inventory/reorder": reorder_table, "inventory/sell": sell_table, "inventory/ageing": ageing_table,
    "inventory/classes": classes_table,
}  # fmt: skip

PAINTERS: dict[str, Painter] = {
    "tasks": tasks_body, "ageing": ageing, "classes": classes_chart, "reorder": reorder_body,
    "sell": sell_body, "costs": costs_body, "states": states_body, "movements": movements_body,
}  # fmt: skip


def register(app: Wiring) -> None:
    """Wire the screen."""
    register_board(app, BOARD, PAINTERS)
