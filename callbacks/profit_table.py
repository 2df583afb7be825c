"""The profit and loss as a table: lines by months or quarters, each amount open to its rows."""

from __future__ import annotations

from typing import Any

import pandas as pd
from dash import html

from callbacks.desk import Desk
from callbacks.export_tables import facts_of
from callbacks.linked_table import Cell, cell_link, linked_table
from callbacks.words import bucket_end, exact_value
from layouts.finance import BOARD
from layouts.parts import empty_state, formula_button
from layouts.upload import add_link
from portal.charts.chart import number
from portal.exports import ExportColumn, ExportTable
from portal.metrics import CATALOGUE
from portal.metrics.format import MISSING, format_label, format_value
from portal.metrics.model import Metric, Unit

LINES: tuple[tuple[str, str, int], ...] = (
    ("gross_sales", "Gross sales", 1), ("discounts", "Discounts", -1), ("returns_value", "Returns", -1),
    ("net_sales", "Net sales", 0), ("cogs", "Cost of goods sold", -1), ("contribution_1", "Contribution 1", 0),
    ("fulfilment_costs", "Delivery and fulfilment", -1), ("contribution_2", "Contribution 2", 0),
    ("marketing_costs", "Marketing", -1), ("contribution_3", "Contribution 3", 0),
    ("payroll_costs", "Pay of employees", -1), ("running_costs", "Other running costs", -1),
    ("other_income", "Other income", 1), ("net_profit", "Net profit", 0),
)  # fmt: skip
"""Metric, name of the line, and how it counts: added, taken off, or (0) what is left."""
NAMES = tuple(name for name, _, _ in LINES)
_NEEDED = {
    "cogs": "costs of goods", "fulfilment_costs": "delivery and fulfilment", "marketing_costs": "marketing",
    "payroll_costs": "pay of employees", "running_costs": "rent and other running costs",
}  # fmt: skip


def profit_body(desk: Desk) -> Any:
    """The table, what is not known, and what was not counted again."""
    if not desk.tenants:
        text = "Load orders and expenses to see what is left of sales."
        return empty_state("No profit and loss yet", text, add_link(desk.viewer))
    stretches, total = profit_frames(desk)
    head = [("", False), ("Total", True), ("Of net sales", True),
            *((_heading(desk, day), True) for day in stretches[_by(desk)])]  # fmt: skip
    rows = [_row(desk, line, stretches, total) for line in LINES]
    sums = [line[2] == 0 for line in LINES]
    table = linked_table(head, rows, "Profit and loss", marked=sums)
    return html.Div([table, *_notes(desk, total)], className="statement")


def profit_frames(desk: Desk) -> tuple[pd.DataFrame, dict[str, Any]]:
    """One row per month or quarter of the period with every line that can be told, and the totals of the period."""
    asked = [name for name in NAMES if desk.can_ask(name)]
    stretches = desk.ask(asked, (_by(desk),), fill=True)
    total = desk.ask(asked).iloc[0]
    return stretches, {name: number(total[name]) if name in asked else None for name in NAMES}


def _by(desk: Desk) -> str:
    return BOARD.view(desk.state)


def _heading(desk: Desk, first: Any) -> str:
    """The stretch; one that the period or the data cuts is marked."""
    start, by = pd.Timestamp(first).date(), _by(desk)
    end = start
    for _ in range(1 if by == "month" else 3):
        end = bucket_end(end, "month")
    is_cut = start < desk.period.start or end > min(desk.period.end, desk.today)
    return f"{format_label(by, start)}{' (part)' if is_cut else ''}"


def _row(desk: Desk, line: tuple[str, str, int], stretches: pd.DataFrame, total: dict[str, Any]) -> list[Cell]:
    name, label, sign = line
    heading = html.Span([label, formula_button(name, label)], className="line-name")
    values = stretches[name] if name in stretches else [None] * len(stretches)
    cells = [
        _amount(desk, (name, sign), number(value), f"{_by(desk)}={pd.Timestamp(day).date().isoformat()}")
        for day, value in zip(stretches[_by(desk)], values, strict=True)
    ]
    sales, value = total["net_sales"], total[name]
    share = format_value(value / sales, Unit.RATE, "") if sales and value is not None else MISSING
    return [heading, _amount(desk, (name, sign), value, ""), share, *cells]


def _amount(desk: Desk, line: tuple[str, int], value: float | None, where: str) -> Cell:
    """An amount, negative where it is taken off; a link where it is a sum of rows."""
    name, sign = line
    text = exact_value(desk, name, -value if value and sign < 0 else value)
    is_sum = isinstance(CATALOGUE[name], Metric)
    return cell_link(text, name, where) if is_sum and value is not None else text


def _notes(desk: Desk, total: dict[str, Any]) -> list[Any]:
    notes: list[Any] = []
    unknown = [words for name, words in _NEEDED.items() if total[name] is None]
    if unknown:
        text = f"Not known: {', '.join(unknown)}. Nothing loaded tells of it, so it is not counted as 0."
        after = (
            " Net profit is before pay." if total["payroll_costs"] is None and total["net_profit"] is not None else ""
        )
        notes.append(html.P(text + after, className="page-notice", role="note"))
    if desk.can_ask("costs_left_out", "cost_rule"):
        notes += [_left_out(desk, line) for line in desk.ask(["costs_left_out"], ("cost_rule",)).to_dict("records")]
    return notes


def _left_out(desk: Desk, line: dict[Any, Any]) -> Any:
    rule, amount = str(line["cost_rule"]), exact_value(desk, "costs_left_out", number(line["costs_left_out"]))
    link = cell_link(amount, "costs_left_out", f"cost_rule={rule}")
    return html.P(["Not counted: ", link, f", {rule}."], className="caption")


def profit_export(desk: Desk) -> ExportTable:
    """The table as a file: a line each, exact."""
    by, asked = _by(desk), [name for name in NAMES if desk.can_ask(name)]
    stretches, total = desk.exact(asked, (by,), fill=True), desk.exact(asked).iloc[0]
    columns = (ExportColumn("Line"), *(ExportColumn(_heading(desk, day), Unit.MONEY) for day in stretches[by]),
               ExportColumn("Total", Unit.MONEY), ExportColumn("How", None))  # fmt: skip
    rows = [
        [label, *stretches[name].to_list(), total[name], f"{name}: {CATALOGUE[name].meaning}"]
        for name, label, _ in LINES if name in asked
    ]  # fmt: skip
    return ExportTable(f"Profit and loss by {by}", columns, rows, facts_of(desk))
