"""The Today list: everything that needs somebody, over all areas, most money first; each can be put off by oneself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from dash import ALL, Input, Output, ctx, html

from callbacks.customer_tasks import customer_tasks
from callbacks.desk import Desk, State, open_desk
from callbacks.governance_tasks import breach_tasks
from callbacks.kept import kept
from callbacks.stock_tasks import lying_tasks
from callbacks.task_list import task_line
from callbacks.tasks import MAKERS, Task
from layouts import filters
from layouts.attributes import aria
from layouts.overview import Ids
from layouts.parts import empty_state, icon
from layouts.upload import add_link
from portal.alerts import SeenAlert, describe, open_alerts
from portal.charts.chart import number
from portal.clock import utc_now
from portal.db import writing
from portal.task_snoozes import scope_of, snooze_task, snoozed_tasks, wake_tasks
from portal.viewer import Permission
from portal.wiring import Wiring

DAYS = {1: "For a day", 7: "For a week", 28: "For four weeks"}
_LONGEST = 9
_OF_ONE_KIND = 2


def leads_task(desk: Desk) -> list[Task]:
    """Open leads nobody has followed up in time."""
    if not desk.can_ask("overdue_leads"):
        return []
    count = number(desk.ask(["overdue_leads"])["overdue_leads"].iloc[0])
    if not count:
        return []
    title = f"{count:,.0f} follow-{'up is' if count == 1 else 'ups are'} overdue"
    return [Task(title, "Open leads whose next step was due before today", None, "funnel", "is-warn", href="/leads")]


def few(make: Callable[[Desk], list[Task]]) -> Callable[[Desk], list[Task]]:
    """The first of what an area would say; the rest is on its own screen."""

    def first(desk: Desk) -> list[Task]:
        return make(desk)[:_OF_ONE_KIND]

    return first


ALL_MAKERS: tuple[Callable[[Desk], list[Task]], ...] = (
    *MAKERS, few(lying_tasks), few(customer_tasks), few(breach_tasks), leads_task,
)  # fmt: skip


def all_tasks(desk: Desk) -> list[Task]:
    """What the data says, most money first, those without an amount last."""
    if not desk.tenants:
        return []
    found = [task for make in ALL_MAKERS for task in make(desk)]
    return sorted(found, key=lambda task: -(task.money or 0.0))


def show_today(state: State, snoozed: list[int | None], _woken: int | None) -> Any:
    """Put off what was asked for, and paint what is left."""
    desk = open_desk(state)
    change_snoozes(desk, ctx.triggered_id, any(snoozed))
    with desk.parts.sessions() as session:
        hidden = snoozed_tasks(session, desk.viewer, scope_of(desk.tenants), utc_now())
    return today_body(desk, hidden)


def today_body(desk: Desk, hidden: set[str]) -> Any:
    """The list without what this person has put off; what the data says is kept with the snapshot."""
    if not desk.tenants:
        return empty_state("Nothing to do yet", "Load a file; what needs you appears here.", add_link(desk.viewer))
    told = kept(desk, "today", lambda here: {"tasks": [asdict(task) for task in all_tasks(here)]})
    tasks = [*alert_tasks(desk), *(Task(**each) for each in told["tasks"])]
    return today_list(desk, sorted(tasks, key=lambda task: -(task.money or 0.0)), hidden)


def change_snoozes(desk: Desk, cause: Any, is_asked: bool) -> None:
    """Put off the task whose button was pressed, or show everything again."""
    scope, now = scope_of(desk.tenants), utc_now()
    if cause == Ids.WAKE:
        with writing(desk.parts.sessions) as session:
            wake_tasks(session, desk.viewer, scope)
    elif is_asked and isinstance(cause, dict) and cause.get("days") in DAYS:
        until = now + timedelta(days=int(cause["days"]))
        with writing(desk.parts.sessions) as session:
            snooze_task(session, desk.viewer, (scope, str(cause.get("task", ""))), (until, now))


def alert_tasks(desk: Desk) -> list[Task]:
    """Open alerts of the clients shown; they are no part of the data and change between loads."""
    found = []
    with desk.parts.sessions() as session:
        for tenant in desk.tenants:
            whose = f"{tenant.name}: " if len(desk.tenants) > 1 else ""
            seen = open_alerts(session, tenant, desk.viewer, utc_now())
            found += [_alert_task(alert, whose, tenant.currency) for alert in seen]
    return found


def _alert_task(alert: SeenAlert, whose: str, currency: str) -> Task:
    words = describe(alert, currency)
    return Task(f"{whose}{words.title}", f"{words.when} · {alert.rule}", alert.money, "bell", "is-bad", href="/alerts",
                name=f"alert {alert.alert_id}")  # fmt: skip


def today_list(desk: Desk, tasks: Sequence[Task], hidden: set[str]) -> Any:
    """The tasks that are not put off, each with its own way to put it off."""
    shown = [task for task in tasks if task.key not in hidden]
    off = len(tasks) - len(shown)
    lines: list[Any] = [_line(task, desk.currency) for task in shown[:_LONGEST]]
    if not lines:
        text = "No stock runs out soon, no money is overdue, and the data is in order."
        lines = [empty_state("Nothing needs you", text if not off else "The rest you have put off.")]
    more = len(shown) - _LONGEST
    notes: list[Any] = [html.Span(f"{more} more of less money. ")] if more > 0 else []
    if off:
        notes.append(html.Button(f"Show {off} put off", id=Ids.WAKE, type="button", className="link-button"))
    return [html.Div(lines, className="today"), *([html.P(notes, className="caption")] if notes else [])]


def _line(task: Task, currency: str) -> Any:
    buttons = [
        html.Button(text, id={"type": Ids.SNOOZE, "task": task.key, "days": days}, type="button",
                    className="button button-small", **aria(label=f"{text}: {task.title}"))
        for days, text in DAYS.items()
    ]  # fmt: skip
    panel = html.Div([html.P("Only for you. It comes back by itself.", className="menu-note"),
                      html.Div(buttons, className="alert-menu")], className="menu-panel")  # fmt: skip
    summary = html.Summary(icon("clock-history"), className="icon-button icon-quiet", title="Put off",
                           **aria(label=f"Put off: {task.title}"))  # fmt: skip
    menu = html.Details([summary, panel], className="menu today-menu")
    return html.Div([task_line(task, currency), menu], className="today-row")


def register_today(app: Wiring) -> None:
    """Wire the card."""
    app.callback(
        output=Output(f"{Ids.TODAY}-body", "children"),
        inputs=[
            Input(filters.Ids.STATE, "data"), Input({"type": Ids.SNOOZE, "task": ALL, "days": ALL}, "n_clicks"),
            Input(Ids.WAKE, "n_clicks", allow_optional=True),
        ],
        permission=Permission.VIEW,
    )(show_today)  # fmt: skip
