"""Leads: funnel, stages, who has what, and whom to call."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pandas as pd
import polars as pl
from dash import html
from dash.development.base_component import Component
from sqlalchemy import case, select

from callbacks.board import Painter, register_board
from callbacks.desk import Desk
from callbacks.export_tables import Exports, column_of, facts_of
from callbacks.figures import figures
from callbacks.series import axis_of
from callbacks.task_list import task_line
from callbacks.tasks import Task
from callbacks.words import exact_value
from layouts.leads import BOARD
from layouts.parts import empty_state, table
from layouts.upload import add_link
from portal.analysis.pipeline import LABELS
from portal.charts.bars import bars
from portal.charts.chart import Chart, empty_chart, largest, number
from portal.charts.funnel import funnel
from portal.charts.matrix import Cell, Matrix, matrix
from portal.exports import ExportColumn, ExportTable
from portal.metrics import CATALOGUE
from portal.metrics.format import format_label
from portal.metrics.listing import counted_rows
from portal.metrics.model import Period, Query
from portal.metrics.pipeline import OVERDUE_LEADS, REACHED
from portal.viewer import Permission
from portal.warehouse.schema import dim_customer, dim_employee, study_lead
from portal.wiring import Wiring

_NOTHING = "No leads have been loaded yet. Load a lead workbook to see the pipeline."
_CALLS = 8
_MONTHS = 12
_ALL = 1_000_000
_RANKS = {"Urgent": 0, "High": 1, "Medium": 2}
"""The most urgent first; other priorities after them."""
_STEPS = (*(metric.name for metric in REACHED), "won_leads")
_SPEED = ("cycle_days", "open_lead_value", "weighted_pipeline", "lead_velocity", "delivered_leads", "lead_sales")
_LOAD = ("open_leads", "overdue_leads", "urgent_leads", "won_leads", "lead_conversion")


def funnel_chart(desk: Desk) -> Chart:
    """How far the leads of the period came."""
    if not desk.tenants or not all(map(desk.can_ask, _STEPS)):
        return empty_chart(_NOTHING)
    row = desk.ask(_STEPS).iloc[0]
    steps = pd.DataFrame({"label": LABELS, "value": [row[name] for name in _STEPS]})
    return funnel(steps, axis_of(desk, "leads"))


def stay_chart(desk: Desk) -> Chart:
    """Median days in each stage."""
    if not desk.tenants or not desk.can_ask("time_in_stage", "lead_stage"):
        return empty_chart(_NOTHING if not desk.tenants else "Stages are timed for all leads together. Clear a filter.")
    found = desk.ask(["time_in_stage"], ("lead_stage",))
    days = dict(zip(found["lead_stage"], found["time_in_stage"], strict=True))
    labels = [label for label in LABELS[:-1] if number(days.get(label)) is not None]
    if not labels:
        return empty_chart("The source keeps no history of statuses, so how long a stage lasts cannot be told yet.")
    blank = float("nan")
    parts = pd.DataFrame({"label": labels, "value": [days[label] for label in labels], "previous": blank,
                          "share": blank, "where": [f"lead_stage={label}" for label in labels]})  # fmt: skip
    return bars(parts, axis_of(desk, "time_in_stage"), "Stage")


def cohort_chart(desk: Desk) -> Chart:
    """Of the leads of each month, the share that came to each stage; months with open leads can still change."""
    frame = cohorts(desk)
    if frame.empty:
        return empty_chart(_NOTHING)
    shown = frame.tail(_MONTHS)
    cells = tuple(
        tuple(_cell(row, name) for name in _STEPS[1:]) for row in shown.to_dict("records")
    )  # fmt: skip
    months = tuple(f"{pd.Timestamp(month):%b %Y} · {int(count):,}"
                   for month, count in zip(shown["month"], shown["leads"], strict=True))  # fmt: skip
    best = largest(shown, "won_leads")
    summary = f"Most leads were won of those of {pd.Timestamp(best['month']):%B %Y}: {int(best['won_leads']):,}."
    return matrix(Matrix("Month · leads", months, LABELS[1:], cells, summary), _NOTHING)


def cohorts(desk: Desk) -> pd.DataFrame:
    """One row per month of the leads up to the end of the period: month, leads, the steps, open leads of the month."""
    if not desk.tenants or not all(desk.can_ask(name, "month") for name in _STEPS):
        return pd.DataFrame()
    frame = desk.ask(("leads", *_STEPS, "undecided_leads"), ("month",), period=year_to(desk.period.end))
    return frame[frame["leads"] > 0].reset_index(drop=True)


def year_to(end: date) -> Period:
    """The month that holds the last day before `end` and the eleven before it."""
    last = (end - timedelta(days=1)).replace(day=1)
    start = date(last.year - (last.month < 12), last.month % 12 + 1, 1)
    return Period(start, end)


def _cell(row: dict[Any, Any], name: str) -> Cell:
    count, whole = int(row[name]), int(row["leads"])
    words = f"{count:,} of {whole:,} leads"
    return Cell(count / whole, words, is_open=int(row["undecided_leads"]) > 0)


def speed_table(desk: Desk) -> Component:
    """Velocity, days to win, and what open leads are worth."""
    if not desk.tenants:
        return empty_state("No leads yet", _NOTHING, add_link(desk.viewer))
    return figures(desk, _SPEED, "Speed and value of leads, in numbers")


def load_table(desk: Desk) -> Component:
    """Who has what on the desk."""
    if not desk.tenants or not all(desk.can_ask(name, "employee") for name in _LOAD):
        return empty_state("No leads yet", _NOTHING, add_link(desk.viewer))
    frame = desk.ask(_LOAD, ("employee",)).sort_values("open_leads", ascending=False, kind="stable")
    if frame.empty:
        return empty_state("No leads yet", _NOTHING, add_link(desk.viewer))
    head = [("Assignee", False), *((CATALOGUE[name].label, True) for name in _LOAD)]
    rows = [
        [_assignee(row["employee"]), *(exact_value(desk, name, number(row[name])) for name in _LOAD)]
        for row in frame.to_dict("records")
    ]
    return table(head, rows, "Open leads by assignee")


def _assignee(value: Any) -> str:
    return format_label("employee", value) if value else "Nobody yet"


def todo(desk: Desk) -> Component:
    """Overdue leads as calls to make, the most urgent first."""
    if not desk.tenants:
        return empty_state("Nobody to call yet", "Load leads; those whose follow-up is due appear here.",
                           add_link(desk.viewer))  # fmt: skip
    due = due_leads(desk, _CALLS)
    if due.is_empty():
        return empty_state("Nobody to call", "No follow-up is overdue.")
    tasks = [_call(row) for row in due.head(_CALLS).to_dicts()]
    more = int(desk.ask(["overdue_leads"])["overdue_leads"].iloc[0]) - len(tasks)
    note = html.P(f"{more:,} more are due; Export has them all.", className="caption")
    lines = html.Div([task_line(task, desk.currency) for task in tasks], className="today")
    return html.Div([lines, *([note] if more > 0 else [])])


def due_leads(desk: Desk, most: int = _ALL) -> pl.DataFrame:
    """Overdue leads by priority, then those who came furthest, then those who have waited least: a call can still help.

    Names are masked without the permission to see them. With several clients the first `most` of each.
    """
    if not desk.can_ask("overdue_leads"):
        return pl.DataFrame()
    frames = [_due(desk, place, most) for place in range(len(desk.tenants))]
    known = [frame for frame in frames if frame.height]
    if not known:
        return pl.DataFrame()
    rank = pl.col("lead_priority").replace_strict(list(_RANKS), list(_RANKS.values()), default=len(_RANKS))
    found = pl.concat(known, how="vertical_relaxed")
    return found.sort(rank, "stage", "follow_up_date", "lead_id", descending=[False, True, True, False])


def _due(desk: Desk, place: int, most: int) -> pl.DataFrame:
    warehouse = desk.parts.warehouses.open(desk.viewer, desk.tenants[place])
    own = study_lead.c
    rank = case(_RANKS, value=own.lead_priority, else_=len(_RANKS))
    order = (rank, own.stage.desc(), own.follow_up_date.desc(), own.lead_id)
    first = counted_rows(OVERDUE_LEADS, Query((OVERDUE_LEADS.name,), (), None, desk.filters), order, most)
    lead = first.c
    rows = select(
        lead.lead_id, dim_customer.c.customer, dim_employee.c.employee, lead.lead_status, lead.lead_priority,
        lead.lead_source, lead.stage, lead.follow_up_date, lead.value_amount, lead.win_probability,
    ).select_from(
        first.join(dim_customer, dim_customer.c.customer_key == lead.customer_key)
        .join(dim_employee, dim_employee.c.employee_key == lead.employee_key, isouter=True)
    )  # fmt: skip
    found = warehouse.frame(rows)
    if Permission.SEE_PERSONAL_DATA not in desk.viewer.permissions:
        found = found.with_columns(pl.lit(None, pl.String).alias("customer"))
    late = (pl.lit(desk.last_day) - pl.col("follow_up_date")).dt.total_days().alias("late_days")
    return found.with_columns(late)


def _call(row: dict[str, Any]) -> Task:
    who = row["customer"] or f"lead {row['lead_id']}"
    days = int(row["late_days"])
    late = f"due {days:,} {'day' if days == 1 else 'days'} ago"
    note = f"{row['lead_status']} · {row['lead_priority'].lower()} priority · {late}"
    worth = float(row["value_amount"]) * (row["win_probability"] or 0) if row["value_amount"] is not None else None
    look = "is-bad" if row["lead_priority"] in {"High", "Urgent"} else "is-warn"
    return Task(f"Call {who}", note, number(worth), "clock-history", look, drill="overdue_leads",
                where=f"lead={row['lead_id']}")  # fmt: skip


def funnel_table(desk: Desk) -> ExportTable:
    """One row per month the leads came in, with how many came to each stage."""
    frame = cohorts(desk)
    names = ("leads", *_STEPS[1:])
    rows = [[row["month"], *(row[name] for name in names)] for row in frame.to_dict("records")]
    return ExportTable("Funnel by month", (ExportColumn("Month"), *map(column_of, names)), rows, facts_of(desk))


def due_table(desk: Desk) -> ExportTable:
    """Every overdue lead."""
    due = due_leads(desk)
    labels = ("Lead", "Name", "Assignee", "Status", "Priority", "Source", "Stage", "Follow-up due", "Value",
              "Win probability", "Days overdue")  # fmt: skip
    rows = [] if due.is_empty() else [list(row) for row in due.rows()]
    return ExportTable("Follow-ups due", tuple(ExportColumn(label) for label in labels), rows, facts_of(desk))


EXPORTS: Exports = {"leads/funnel": funnel_table, "leads/due": due_table}

PAINTERS: dict[str, Painter] = {
    "todo": todo, "funnel": funnel_chart, "stay": stay_chart, "cohorts": cohort_chart, "speed": speed_table,
    "load": load_table,
}  # fmt: skip


def register(app: Wiring) -> None:
    """Wire the screen."""
    register_board(app, BOARD, PAINTERS)
