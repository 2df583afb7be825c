"""What stock asks somebody to do: goods to order, goods to sell off, counts to look into; ranked by money."""

from __future__ import annotations

from typing import Any

from dash import html

from callbacks.desk import Desk
from callbacks.task_list import task_line
from callbacks.tasks import Task
from layouts.parts import empty_state
from layouts.upload import add_link
from portal.charts.chart import number
from portal.metrics.format import format_value
from portal.metrics.model import Unit

_WORTH_TELLING = 0.005


def tasks_body(desk: Desk) -> Any:
    """The list, or why it is empty."""
    if not desk.tenants:
        return empty_state("Nothing to do yet", "Load stock; what needs you appears here.", add_link(desk.viewer))
    if not value_of(desk, "stocked_products"):
        return empty_state("No stock is known", "Load counts or stock movements to see what to order and to sell off.",
                           add_link(desk.viewer))  # fmt: skip
    found = stock_tasks(desk)
    if not found:
        return empty_state("Nothing needs you", "Nothing runs out soon, and nothing has lain too long.")
    return html.Div([task_line(task, desk.currency) for task in found], className="today")


def stock_tasks(desk: Desk) -> list[Task]:
    """All tasks of stock, most money first, those without an amount last."""
    made = (_due(desk), _lost(desk), _dead(desk), _aged(desk), _shrunk(desk), _negative(desk))
    return sorted((task for task in made if task), key=lambda task: -(task.money or 0.0))


def lying_tasks(desk: Desk) -> list[Task]:
    """Money that lies in stock: dead and aged goods, most money first."""
    return sorted((task for task in (_dead(desk), _aged(desk)) if task), key=lambda task: -(task.money or 0.0))


def value_of(desk: Desk, name: str) -> float | None:
    """One number as of now or of the period; None where it is not known or not by this filter."""
    return number(desk.ask([name])[name].iloc[0]) if desk.can_ask(name) else None


def derived_note(desk: Desk) -> str:
    """What to say of ages that are not recorded; "" when all are."""
    share = value_of(desk, "derived_age_rate")
    if not share or share < _WORTH_TELLING:
        return ""
    return f"Age is derived, not recorded, for {share * 100:.0f}% of units"


def _due(desk: Desk) -> Task | None:
    count = value_of(desk, "reorder_due")
    if not count:
        return None
    cost = value_of(desk, "suggested_cost")
    note = "Sales missed before goods ordered today arrive"
    if cost:
        note += f"; the order would cost {format_value(cost, Unit.MONEY, desk.currency, short=True)}"
    return Task(f"Order {_products(count)}", note, value_of(desk, "stock_sales_at_risk"), "truck", "is-bad",
                drill="reorder_due")  # fmt: skip


def _lost(desk: Desk) -> Task | None:
    money = value_of(desk, "lost_sales")
    if not money:
        return None
    return Task("Sales lost to empty shelves", "Estimate of the last weeks; see which products were out of stock",
                money, "exclamation-triangle", "is-bad", drill="lost_sales")  # fmt: skip


def _dead(desk: Desk) -> Task | None:
    count = value_of(desk, "dead_stock")
    if not count:
        return None
    return Task(f"Sell off {_products(count)} nobody buys", "Neither received nor sold for half a year or longer",
                value_of(desk, "dead_stock_value"), "tag", "is-warn", drill="dead_stock")  # fmt: skip


def _aged(desk: Desk) -> Task | None:
    units = value_of(desk, "aged_units")
    if not units:
        return None
    note = derived_note(desk) or "By the day each unit was received, first in, first out"
    return Task(f"{units:,.0f} units have lain too long", note, value_of(desk, "aged_value"), "clock-history",
                "is-warn", drill="aged_units")  # fmt: skip


def _shrunk(desk: Desk) -> Task | None:
    money = value_of(desk, "shrinkage")
    if not money or money <= 0:
        return None
    return Task("Stock went missing", "Written off by corrections of counts in this period", money, "box-seam",
                "is-warn", drill="shrinkage")  # fmt: skip


def _negative(desk: Desk) -> Task | None:
    count = value_of(desk, "negative_stock")
    if not count:
        return None
    return Task(f"{_products(count)} below zero", "More went out than ever came: a receipt or a count is missing", None,
                "database", "is-warn", drill="negative_stock")  # fmt: skip


def _products(count: float) -> str:
    return f"{count:,.0f} {'product' if count == 1 else 'products'}"
