"""Finance: do we earn, and where is the cash."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dash import html

from callbacks.board import Painter, Titled, register_board
from callbacks.breakdowns import breakdown_of, parts_chart
from callbacks.calculator import calculator_body
from callbacks.cash_view import cash_body, cash_export
from callbacks.commission_table import commission_body, commission_export
from callbacks.desk import Desk
from callbacks.drawings import drill_bars
from callbacks.export_tables import Exports
from callbacks.figures import figures
from callbacks.invoice_list import invoices_body
from callbacks.journal_table import journal_body, journal_export
from callbacks.profit_table import profit_body, profit_export
from callbacks.task_list import task_line
from callbacks.tasks import Task, cost_task, low_cash_task, outstanding_task
from layouts.finance import BOARD
from layouts.parts import empty_state
from layouts.upload import add_link
from portal.charts.chart import Chart, number
from portal.metrics import DIMENSIONS
from portal.metrics.format import inside
from portal.wiring import Wiring

_WAITING = ("open_invoices", "overdue_invoices", "overdue_invoice_value", "aged_orders", "aged_order_value",
            "risky_orders", "risky_order_value")  # fmt: skip

EXPORTS: Exports = {
    "finance/profit": profit_export, "finance/cash": cash_export, "finance/journal": journal_export,
    "finance/commission": commission_export,
}  # fmt: skip


def costs(desk: Desk) -> Titled:
    """Costs by the breakdown chosen; a click on a bar shows its costs whatever the trend shows."""
    by = breakdown_of(desk, BOARD)
    return Titled((drilled_bars(parts_chart(desk, "costs", by), "costs"), f"Costs by {inside(DIMENSIONS[by].label)}"))


def drilled_bars(chart: Chart, metric: str) -> Chart:
    """The chart with bars that open the rows of `metric`."""
    data = [
        {**trace, "customdata": [f"{metric}::{where}" if where else "" for where in trace["customdata"]]}
        if "customdata" in trace else trace
        for trace in chart.figure.get("data", [])
    ]  # fmt: skip
    return replace(chart, figure={**chart.figure, "data": data} if chart.figure else chart.figure)


def tasks(desk: Desk) -> Any:
    """What to look at, most money first."""
    if not desk.tenants:
        return empty_state("Nothing to do yet", "Load a file; what needs you appears here.", add_link(desk.viewer))
    found = [task for make in _MAKERS for task in make(desk)]
    if not found:
        return empty_state("Nothing needs you", "The books balance, costs are known and no money is overdue.")
    ordered = sorted(found, key=lambda task: -(task.money or 0.0))
    return html.Div([task_line(task, desk.currency) for task in ordered], className="today")


def orders_body(desk: Desk) -> Any:
    """Orders that wait for money, for an end, or put much cash at risk."""
    if not desk.tenants:
        return empty_state("No orders yet", "Load orders to see which ones wait.", add_link(desk.viewer))
    return figures(desk, _WAITING, "Orders to look at")


def journal_task(desk: Desk) -> list[Task]:
    """Entries that do not balance, of any day."""
    count, off = _value(desk, "journal_unbalanced"), _value(desk, "journal_difference")
    if not count:
        return []
    title = f"{count:,.0f} journal {'entry does' if count == 1 else 'entries do'} not balance"
    return [Task(title, "In this period; debits and credits differ", abs(off or 0.0), "exclamation-triangle", "is-bad",
                 drill="journal_difference")]  # fmt: skip


def twice_task(desk: Desk) -> list[Task]:
    """Costs that were told twice."""
    if not desk.can_ask("costs_left_out", "cost_rule"):
        return []
    frame = desk.ask(["costs_left_out"], ("cost_rule",))
    twice = frame[frame["cost_rule"].astype(str).str.startswith("told twice")]
    return [
        Task("Costs told twice", "Counted once; see whether the books have all of it", number(row["costs_left_out"]),
             "clock-history", "is-warn", drill="costs_left_out", where=f"cost_rule={row['cost_rule']}")
        for row in twice.to_dict("records")
    ]  # fmt: skip


def pay_task(desk: Desk) -> list[Task]:
    """Pay that waits."""
    waiting = _value(desk, "payroll_waiting")
    note = "Pending or approved in the payroll"
    return [Task("Pay not yet paid", note, waiting, "people", "is-warn", drill="payroll_waiting")] if waiting else []


def courier_task(desk: Desk) -> list[Task]:
    """Cash couriers hold."""
    owed = _value(desk, "cod_owed")
    note = "Collected from customers, not handed over"
    return [Task("Couriers owe cash", note, owed, "truck", "is-bad", drill="cod_owed")] if owed else []


def _value(desk: Desk, name: str) -> float | None:
    return number(desk.ask([name])[name].iloc[0]) if desk.can_ask(name) else None


_MAKERS = (low_cash_task, journal_task, twice_task, pay_task, courier_task, cost_task, outstanding_task)

PAINTERS: dict[str, Painter] = {
    "tasks": tasks, "profit": profit_body, "costs": costs, "cash": cash_body, "journal": journal_body,
    "commission": commission_body, "invoices": invoices_body, "orders": orders_body, "calculator": calculator_body,
}  # fmt: skip


def register(app: Wiring) -> None:
    """Wire the screen."""
    register_board(app, BOARD, PAINTERS)
    drill_bars(app, BOARD.id("costs"))
