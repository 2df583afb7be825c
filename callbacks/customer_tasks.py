"""Whom to call: VIPs about to leave one by one, then groups, ranked by the money they bring in a usual year."""

from __future__ import annotations

from typing import Any

import pandas as pd
from dash import html
from sqlalchemy import and_

from callbacks.customer_rows import Wanted, read_customers
from callbacks.desk import Desk
from callbacks.task_list import task_line
from callbacks.tasks import Task
from layouts.parts import empty_state
from layouts.state import address_of
from layouts.upload import add_link
from portal.charts.chart import number
from portal.warehouse.schema import study_customer

_OWN = study_customer.c
_NAMED = 5


def tasks_body(desk: Desk) -> Any:
    """The list, most money first."""
    if not desk.tenants:
        return empty_state("Nothing to do yet", "Load orders; whom to call appears here.", add_link(desk.viewer))
    found = customer_tasks(desk)
    if not found:
        return empty_state("Nobody needs a call", "No customer is silent for longer than usual.")
    return html.Div([task_line(task, desk.currency) for task in found], className="today")


def customer_tasks(desk: Desk) -> list[Task]:
    """All tasks of customers, most money first."""
    leaving = and_(_OWN.is_leaving, _OWN.policy_segment == "VIP")
    vips = read_customers(desk, Wanted(leaving, _NAMED, "yearly_amount"))
    named = [_call(desk, row) for row in vips.to_dict("records")]
    groups = [*_segment(desk, "regular", "Regular customers"), *_problematic(desk)]
    return sorted([*named, *groups], key=lambda task: -(task.money or 0.0))


def _call(desk: Desk, row: dict[Any, Any]) -> Task:
    usual = number(row["usual_gap_days"])
    habit = f"usually every {usual:.0f} days" if usual else f"limit {number(row['gap_limit_days']) or 0:.0f} days"
    chance = number(row["buys_probability"])
    told = f" · {chance * 100:.0f}% chance to buy soon" if chance is not None else ""
    consent = "" if row["has_consent"] else " · no consent recorded"
    note = f"Silent for {int(row['recency_days'])} days, {habit}{told}{consent}"
    return Task(f"VIP {row['customer']}", note, number(row["yearly_amount"]), "people", "is-bad",
                href=customer_address(desk, row))  # fmt: skip


def _segment(desk: Desk, segment: str, label: str) -> list[Task]:
    if not desk.can_ask("sales_at_risk", "segment"):
        return []
    both = desk.ask(["leaving_customers", "sales_at_risk"], ("segment",))
    found = both[both["segment"] == segment]
    count = int(found["leaving_customers"].sum())
    if not count:
        return []
    note = f"{count:,} silent for longer than usual"
    money = number(found["sales_at_risk"].sum())
    return [Task(f"{label} about to leave", note, money, "clock-history", "is-warn", drill="leaving_customers",
                 where=f"segment={segment}")]  # fmt: skip


def _problematic(desk: Desk) -> list[Task]:
    """Customers who return too much: their sales in a usual year."""
    if not desk.can_ask("yearly_sales", "segment"):
        return []
    both = desk.ask(["customers_to_date", "yearly_sales"], ("segment",))
    found = both[both["segment"] == "problematic"]
    if not len(found):
        return []
    note = f"{_people(found)} who send back a larger share of orders than the policy allows"
    return [Task("Problematic customers", note, number(found["yearly_sales"].sum()), "arrow-return-left", "is-warn",
                 drill="customers_to_date", where="segment=problematic")]  # fmt: skip


def _people(found: pd.DataFrame) -> str:
    count = int(found["customers_to_date"].sum())
    return f"{count:,} {'customer' if count == 1 else 'customers'}"


def customer_address(desk: Desk, row: dict[Any, Any]) -> str:
    """Where the page of one customer is, under the same period and filters."""
    client = row["tenant"] if len(desk.viewer.tenants) > 1 else desk.state.client
    return address_of("/customer", desk.state.changed(focus=str(row["customer_key"]), client=client))
