"""Service: what happens after the sale, who waits, and how it ends."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pandas as pd
from sqlalchemy import case, select

from callbacks.board import Painter, Titled, register_board
from callbacks.breakdowns import compared_parts
from callbacks.customer_rows import may_see_people
from callbacks.desk import Desk
from callbacks.linked_table import Cell, cell_link, linked_table
from callbacks.series import axis_of
from layouts.parts import empty_state
from layouts.service import BOARD
from layouts.upload import add_link
from portal.charts.bars import bars
from portal.charts.chart import Chart, empty_chart, number
from portal.metrics.format import MISSING, NOT_KNOWN, format_day, format_part, format_word
from portal.metrics.listing import counted_rows
from portal.metrics.model import Period, Query
from portal.metrics.query import to_pandas
from portal.metrics.service import OPEN_CASES
from portal.warehouse.schema import dim_customer, dim_employee, dim_product, fact_service_case
from portal.wiring import Wiring

SHOWN = 20
_CASE = fact_service_case.c
_NOTHING = "No service cases have been loaded yet. Load tickets, maintenance or hub confirmations to see this."
_HEAD = [("Opened", False), ("Case", False), ("Kind", False), ("State", False), ("Priority", False),
         ("Customer", False), ("Product", False), ("Employee", False), ("About", False)]  # fmt: skip


def day_body(desk: Desk) -> Any:
    """Per kind: opened on the last day, and open now."""
    if not _knows(desk, "case_type"):
        return _nothing(desk)
    last = Period(desk.last_day, desk.last_day + timedelta(days=1))
    opened = _by_kind(desk, "service_cases", last)
    waiting, urgent = (_by_kind(desk, name) for name in ("open_cases", "urgent_cases"))
    kinds = sorted({*opened, *waiting})
    if not kinds:
        return empty_state("Nothing waits", "No case was opened on the last day, and none is open.")
    rows: list[list[Cell]] = [
        [format_part("case_type", kind), f"{opened.get(kind, 0):,.0f}",
         cell_link(f"{waiting.get(kind, 0):,.0f}", "open_cases", f"case_type={kind or MISSING}"),
         cell_link(f"{urgent.get(kind, 0):,.0f}", "urgent_cases", f"case_type={kind or MISSING}")]
        for kind in kinds
    ]  # fmt: skip
    head = [("Kind", False), ("New", True), ("Open", True), ("Urgent", True)]
    return linked_table(head, rows, "Service on the last day")


def _by_kind(desk: Desk, name: str, period: Period | None = None) -> dict[str, float]:
    frame = desk.ask([name], ("case_type",), period)
    return {str(kind or ""): value for kind, value in frame.itertuples(index=False) if value}


def ages_chart(desk: Desk) -> Chart:
    """Open cases by age."""
    if not _knows(desk, "case_age"):
        return empty_chart(_NOTHING)
    found = compared_parts(desk, "open_cases", "case_age")
    known = found[found["value"] > 0]
    if known.empty:
        return empty_chart("No case is open.")
    ordered = known.sort_values("label", key=lambda labels: labels.map(_first_day)).reset_index(drop=True)
    return bars(ordered, axis_of(desk, "open_cases"), "Days since opened", "")


def _first_day(label: Any) -> int:
    digits = "".join(each for each in str(label).partition("–")[0] if each.isdigit())
    return int(digits) if digits else 10_000


def steps_body(desk: Desk) -> Any:
    """Steps of the team by kind and state."""
    if not desk.tenants or not desk.can_ask("service_events", "service_event", "service_event_status"):
        return _nothing(desk)
    frame = desk.ask(["service_events"], ("service_event", "service_event_status"))
    told = frame[frame["service_events"] > 0]
    if told.empty:
        return empty_state("No step in this period", "Calls, confirmations and decisions of the team appear here.")
    rows: list[list[Cell]] = [
        [format_word(str(kind or NOT_KNOWN)), format_word(str(state or NOT_KNOWN)),
         cell_link(f"{count:,.0f}", "service_events", f"service_event={kind or MISSING}")]
        for kind, state, count in told.itertuples(index=False)
    ]  # fmt: skip
    return linked_table([("Step", False), ("State", False), ("Number", True)], rows, "What the team did")


def cases_body(desk: Desk) -> Any:
    """Open cases one by one."""
    if not _knows(desk):
        return _nothing(desk)
    found = pd.concat([_cases(desk, place) for place in range(len(desk.tenants))], ignore_index=True)
    if found.empty:
        return empty_state("No case is open", "Every case has been ended.")
    rows = [_line(line) for line in found.head(SHOWN).to_dict("records")]
    return linked_table(_HEAD, rows, "Open cases")


def _cases(desk: Desk, place: int) -> pd.DataFrame:
    """The most urgent and oldest open cases of a client with names."""
    rank = case((_CASE.priority == "urgent", 0), (_CASE.priority == "high", 1), else_=2)
    order = (rank, _CASE.opened_date.asc().nulls_last(), _CASE.case_key)
    listed = counted_rows(OPEN_CASES, Query(("open_cases",), (), desk.period, desk.filters), order, SHOWN,
                          (rank.label("rank"),))  # fmt: skip
    person: Any = dim_customer.c.customer
    name = person if may_see_people(desk) else case((person.is_not(None), "•••"))
    joined: Any = listed
    for dimension in (dim_customer, dim_product, dim_employee):
        key = next(iter(dimension.primary_key.columns)).name
        joined = joined.join(dimension, listed.c[key] == dimension.c[key])
    columns = ("opened_date", "case_id", "case_type", "case_status", "priority", "subject", "rank", "case_key")
    wanted = select(*(listed.c[one] for one in columns), name.label("customer"), dim_product.c.product,
                    dim_employee.c.employee).select_from(joined)  # fmt: skip
    warehouse = desk.parts.warehouses.open(desk.viewer, desk.tenants[place])
    return to_pandas(warehouse.frame(wanted)).sort_values(["rank", "opened_date", "case_key"], na_position="last")


def _line(line: dict[Any, Any]) -> list[Cell]:
    day = line["opened_date"]
    words = [format_word(str(line[name] or MISSING)) for name in ("case_type", "case_status", "priority")]
    told = [str(line[name] or MISSING) for name in ("customer", "product", "employee", "subject")]
    return [format_day(day) if day else MISSING, str(line["case_id"]), *words, *told]


def _knows(desk: Desk, *by: str) -> bool:
    if not desk.tenants or not desk.can_ask("open_cases", *by):
        return False
    return bool(number(desk.ask_unfiltered(["service_cases"], ())["service_cases"].iloc[0]))


def _nothing(desk: Desk) -> Any:
    return empty_state("No service cases yet", _NOTHING, add_link(desk.viewer))


def day(desk: Desk) -> Titled:
    """The last day under its date."""
    return Titled((day_body(desk), f"On {format_day(desk.last_day)}" if desk.tenants else "The last day"))


PAINTERS: dict[str, Painter] = {"day": day, "ages": ages_chart, "steps": steps_body, "cases": cases_body}


def register(app: Wiring) -> None:
    """Wire the screen."""
    register_board(app, BOARD, PAINTERS)
