"""The Today list as components."""

from __future__ import annotations

from typing import Any

from dash import html

from callbacks.desk import Desk
from callbacks.tasks import Task, todays_tasks
from layouts.attributes import data
from layouts.parts import empty_state, icon
from layouts.upload import add_link
from portal.metrics.format import format_value
from portal.metrics.model import Unit


def task_list(desk: Desk) -> Any:
    """The tasks, most money first; each opens what it is about."""
    if not desk.tenants:
        return empty_state("Nothing to do yet", "Load a file; what needs you appears here.", add_link(desk.viewer))
    tasks = todays_tasks(desk)
    if not tasks:
        return empty_state(
            "Nothing needs you", "No stock runs out soon, no money is overdue, and the data is in order."
        )
    return html.Div([task_line(task, desk.currency) for task in tasks], className="today")


def task_line(task: Task, currency: str) -> Any:
    """One task: icon, title, note and money; it opens what it is about."""
    money = format_value(task.money, Unit.MONEY, currency, short=True) if task.money else ""
    inside = [
        html.Span(icon(task.icon), className=f"today-icon {task.look}"),
        html.Span(
            [html.Span(task.title, className="today-title"), html.Span(task.note, className="today-note")],
            className="today-text",
        ),
        html.Span(money, className="today-money"),
    ]
    if task.href:
        return html.A(inside, href=task.href, className="today-item")
    return html.Button(inside, type="button", className="today-item", **data(drill=task.drill, where=task.where))
