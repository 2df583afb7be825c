"""A thing to do as a component."""

from __future__ import annotations

from typing import Any

from dash import html

from callbacks.tasks import Task
from layouts.attributes import data
from layouts.parts import icon
from portal.metrics.format import format_value
from portal.metrics.model import Unit


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
