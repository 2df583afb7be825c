"""What to look into on Returns & discounts."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from callbacks.breakdowns import compared_parts
from callbacks.desk import Desk
from callbacks.task_list import task_line
from callbacks.tasks import Task
from layouts.parts import empty_state
from layouts.upload import add_link
from portal.charts.chart import number

_PARTS = 4


def todo(desk: Desk) -> Component:
    """What to look into: sellers and products over the cap, late returns, returns without a known sale."""
    if not desk.tenants:
        return empty_state("Nothing to check yet", "Load orders and returns; breaches appear here.",
                           add_link(desk.viewer))  # fmt: skip
    tasks = breach_tasks(desk)
    if not tasks:
        return empty_state("Nothing to check", "No discount is above the cap and no return came after the window.")
    return html.Div([task_line(task, desk.currency) for task in tasks], className="today")


def breach_tasks(desk: Desk) -> list[Task]:
    """What went against policies, most money first."""
    return sorted([*_leaks(desk), *_late(desk), *_unknown(desk)], key=lambda task: -(task.money or 0.0))


def _leaks(desk: Desk) -> list[Task]:
    """Who and what goes furthest above the cap."""
    tasks: list[Task] = []
    for dimension in ("employee", "product", "campaign"):
        if not desk.can_ask("markdown_leakage", dimension):
            continue
        parts = compared_parts(desk, "markdown_leakage", dimension)
        above = parts[(parts["value"] > 0) & (parts["where"] != f"{dimension}=–")].head(_PARTS if not tasks else 1)
        tasks += [
            Task(f"{row['label']} is above the cap", "Discounts above what the policy of the day allowed",
                 number(row["value"]), "tag", "is-bad", drill="markdown_leakage", where=row["where"])
            for row in above.to_dict("records")
        ]  # fmt: skip
    return tasks


def _late(desk: Desk) -> list[Task]:
    if not desk.can_ask("late_returns"):
        return []
    row = desk.ask(["late_returns", "late_return_value"]).iloc[0]
    count = number(row["late_returns"])
    if not count:
        return []
    title, money = f"{count:,.0f} returns came after the window", number(row["late_return_value"])
    return [Task(title, "Were they taken back on purpose?", money, "clock-history", "is-warn", drill="late_returns")]


def _unknown(desk: Desk) -> list[Task]:
    """Returns that do not say which sale they belong to: no rate and no window can be told for them."""
    if not desk.can_ask("returned_lines"):
        return []
    row = desk.ask(["returned_lines", "timed_returns"]).iloc[0]
    every, timed = number(row["returned_lines"]) or 0, number(row["timed_returns"]) or 0
    if every <= timed:
        return []
    title = f"{every - timed:,.0f} returns do not name their sale"
    return [Task(title, "They are in the value of returns, but in no return rate", None, "link-45deg", "is-warn",
                 drill="returned_lines")]  # fmt: skip
