"""Parts of the overview: revenue to date, stock, and the breakdown that fits the tenant."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from dash import Output

from callbacks.breakdowns import first_breakdown, parts_chart
from callbacks.desk import Desk
from callbacks.words import change_of, exact_value, short_value
from layouts.overview import STOCK, TO_DATE, Ids
from layouts.parts import compact_ids
from portal.charts.chart import Chart, number
from portal.metrics import CATALOGUE, DIMENSIONS
from portal.metrics.compare import Comparison, compared_period
from portal.metrics.format import format_day, inside
from portal.metrics.model import Period

BREAKDOWN = ("channel", "category", "country", "city", "product")
"""Tried in order; the first the tenant has at least two values for is shown."""

_BEFORE = {"day": "day before", "week": "last week", "month": "last month"}


def breakdown(desk: Desk) -> tuple[Chart, str, str]:
    """The chart of net sales by what the tenant has, its title and note."""
    dimension = first_breakdown(desk, BREAKDOWN) if desk.tenants else BREAKDOWN[-1]
    label = DIMENSIONS[dimension].label
    return parts_chart(desk, "net_sales", dimension), f"Net sales by {inside(label)}", "Value and share of the period"


def compact_outputs() -> dict[str, dict[str, Output]]:
    """The leaf properties of the row of smaller numbers."""
    names = [*(f"to-date-{name}" for name in TO_DATE), *STOCK]
    return {name: _outputs(compact_ids(Ids.PREFIX, name)) for name in names}


def _outputs(ids: dict[str, str]) -> dict[str, Output]:
    return {
        "label": Output(ids["label"], "children"),
        "value": Output(ids["value"], "children"),
        "chip": Output(ids["chip"], "children"),
        "look": Output(ids["chip"], "className"),
        "second": Output(ids["second"], "children"),
    }


def compact_leaves(desk: Desk) -> dict[str, dict[str, Any]]:
    """Booked and realised revenue of today, this week and this month; what stock is worth."""
    cells = {f"to-date-{name}": revenue_to_date(desk, name) for name in TO_DATE}
    return {**cells, "inventory_value": stock_value(desk)}


def revenue_to_date(desk: Desk, bucket: str) -> dict[str, Any]:
    """One bucket that is still running, compared with as much of the one before."""
    if not desk.tenants or not desk.can_ask("booked_revenue"):
        return _cell(TO_DATE[bucket], "–", "Not by this filter" if desk.tenants else "No data yet")
    whole = whole_bucket(bucket, desk.last_day)
    reached = reached_bucket(bucket, desk.last_day)
    now = desk.ask(["booked_revenue", "realised_revenue"], period=reached).iloc[0]
    earlier = compared_period(whole, Comparison.PREVIOUS, desk.last_day)
    before = number(desk.ask(["booked_revenue"], period=earlier)["booked_revenue"].iloc[0])
    measure = CATALOGUE["booked_revenue"]
    booked = number(now["booked_revenue"])
    change = change_of(booked, before if desk.reaches(earlier) else None, measure.unit, measure.better)
    realised = short_value(desk, "realised_revenue", number(now["realised_revenue"]))
    against = f" · vs {_BEFORE[bucket]}" if change.text else ""
    cell = _cell(
        bucket_label(desk, bucket), short_value(desk, "booked_revenue", booked), f"{realised} realised{against}"
    )
    return {**cell, "chip": change.text, "look": change.look}


def stock_value(desk: Desk) -> dict[str, Any]:
    """Inventory value and how much of the stock is low or gone."""
    label = STOCK["inventory_value"]
    names = ["inventory_value", "on_hand", "low_stock", "out_of_stock"]
    if not desk.tenants or not all(desk.can_ask(name) for name in names):
        return _cell(label, "–", "Not by this filter" if desk.tenants else "No data yet")
    row = desk.ask(names).iloc[0]
    if number(row["on_hand"]) is None:
        return _cell(label, "–", "Load products with stock to see it")
    low, gone = (exact_value(desk, name, number(row[name])) for name in ("low_stock", "out_of_stock"))
    value = short_value(desk, "inventory_value", number(row["inventory_value"]))
    return _cell(label, value, f"{low} low · {gone} out of stock")


def whole_bucket(bucket: str, day: date) -> Period:
    """The day, week (from Monday) or month that holds `day`, whole."""
    if bucket == "day":
        return Period(day, day + timedelta(days=1))
    if bucket == "week":
        start = day - timedelta(days=day.weekday())
        return Period(start, start + timedelta(days=7))
    start = day.replace(day=1)
    return Period(start, (start + timedelta(days=31)).replace(day=1))


def reached_bucket(bucket: str, day: date) -> Period:
    """The part of `whole_bucket` up to and including `day`."""
    return Period(whole_bucket(bucket, day).start, day + timedelta(days=1))


def bucket_label(desk: Desk, bucket: str) -> str:
    """What a bucket is called: by its date when the data does not reach today."""
    if desk.last_day == desk.today:
        return TO_DATE[bucket]
    start = whole_bucket(bucket, desk.last_day).start
    words = {"day": format_day(start), "week": f"week of {format_day(start)}", "month": f"{start:%B %Y}"}
    return f"Revenue, {words[bucket]}"


def _cell(label: str, value: str, second: str) -> dict[str, Any]:
    return {"label": label, "value": value, "chip": "", "look": "chip", "second": second}
