"""Staff: who handles leads, who sells, and what comes of it."""

from __future__ import annotations

from typing import Any

import pandas as pd
from dash import html

from callbacks.board import Painter, Titled, register_board
from callbacks.desk import Desk
from callbacks.export_tables import Exports
from callbacks.staff_people import (
    chosen,
    course_chart,
    people,
    person_body,
    person_export,
    scores_body,
    scores_export,
)
from callbacks.task_list import task_line
from callbacks.tasks import Task
from layouts.parts import empty_state
from layouts.staff import BOARD
from layouts.state import address_of
from layouts.upload import add_link
from portal.charts.chart import number
from portal.metrics import CATALOGUE
from portal.wiring import Wiring

EXPORTS: Exports = {"staff/scores": scores_export, "staff/person": person_export}
_FEWEST = 5
_BEHIND = 0.7
_LONGEST = 6


def tasks(desk: Desk) -> Any:
    """People whose numbers stand out, and orders nobody is named for."""
    if not desk.tenants:
        return empty_state("Nothing to do yet", "Load a file; what needs you appears here.", add_link(desk.viewer))
    found = [*nobody_task(desk), *behind_tasks(desk)]
    if not found:
        return empty_state("Nothing stands out", "Every order says who took it, and nobody is far behind the team.")
    return html.Div([task_line(task, desk.currency) for task in found[:_LONGEST]], className="today")


def nobody_task(desk: Desk) -> list[Task]:
    """Sales that say nobody's name."""
    if not desk.can_ask("net_sales", "employee"):
        return []
    frame = desk.ask(["net_sales"], ("employee",))
    sales = number(frame.loc[frame["employee"].isna(), "net_sales"].sum())
    return [Task("Sales without a name", "Nobody is named for these orders", sales, "people", "is-warn",
                 drill="net_sales", where="employee=–")] if sales else []  # fmt: skip


def behind_tasks(desk: Desk) -> list[Task]:
    """Who converts or delivers less than seven tenths of the team, or brings back far more; at least five orders."""
    found = people(desk)
    numbers = found.assign(**{name: pd.to_numeric(found[name], errors="coerce") for name in (
        "orders", "net_sales", "staff_conversion", "delivered_order_rate", "returned_order_rate")})  # fmt: skip
    enough = numbers[numbers["orders"] >= _FEWEST]
    made = []
    for name, words, is_low in (("staff_conversion", "converts", True), ("delivered_order_rate", "delivers", True),
                                ("returned_order_rate", "has returned", False)):  # fmt: skip
        team = number(desk.ask([name])[name].iloc[0]) if desk.can_ask(name) else None
        if not team:
            continue
        is_off = enough[name] < _BEHIND * team if is_low else enough[name] > team / _BEHIND
        made += [_behind(desk, line, (name, words), team) for line in enough[is_off].to_dict("records")]
    return sorted(made, key=lambda task: -(task.money or 0.0))


def _behind(desk: Desk, line: dict[Any, Any], what: tuple[str, str], team: float) -> Task:
    person, (name, words) = str(line["employee"]), what
    title = f"{person} {words} {line[name] * 100:.1f}%"
    note = f"{CATALOGUE[name].label} of the team: {team * 100:.1f}%. The amount is their net sales"
    href = address_of(BOARD.path, desk.state.changed(focus=person, metric=name if name in BOARD.trends else ""))
    return Task(title, note, number(line["net_sales"]), "people", "is-warn", href=href)


def course(desk: Desk) -> Titled:
    """The person's number over time."""
    name = chosen(desk)
    label = CATALOGUE[BOARD.metric(desk.state)].label
    return Titled((course_chart(desk), f"{label} of {name} against the team" if name else "One person"))


def person(desk: Desk) -> Titled:
    """The person's months."""
    return Titled((person_body(desk), f"{chosen(desk) or 'One person'}, month by month"))


PAINTERS: dict[str, Painter] = {"tasks": tasks, "scores": scores_body, "course": course, "person": person}


def register(app: Wiring) -> None:
    """Wire the screen."""
    register_board(app, BOARD, PAINTERS)
