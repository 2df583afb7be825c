"""Loyalty: liability month by month, tiers and where members went, whom to keep."""

from __future__ import annotations

from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component
from sqlalchemy import select

from callbacks import loyalty_trial
from callbacks.board import Painter, register_board
from callbacks.desk import Desk
from callbacks.export_tables import Exports, facts_of
from callbacks.leads import year_to
from callbacks.loyalty_codes import codes_card
from callbacks.loyalty_worth import worth_card
from callbacks.series import axis_of
from callbacks.task_list import task_line
from callbacks.tasks import Task
from layouts.loyalty import BOARD
from layouts.parts import empty_state, table
from layouts.upload import add_link
from portal.charts.bars import bars
from portal.charts.chart import Chart, empty_chart, number
from portal.charts.matrix import Cell, Matrix, matrix
from portal.exports import ExportColumn, ExportTable
from portal.metrics.format import format_value
from portal.metrics.listing import counted_rows
from portal.metrics.loyalty import MEMBERS
from portal.metrics.model import Period, Query, Unit
from portal.studies.members import TIER_ORDER
from portal.viewer import Permission
from portal.warehouse.schema import dim_customer, dim_shop
from portal.warehouse.schema.studies_loyalty import study_member
from portal.wiring import Wiring

_NOTHING = "No loyalty programme has been loaded. What one would cost is worked out below."
_MOVES = ("liability_issued", "liability_redeemed", "liability_expired", "liability_adjusted", "liability_estimate")
_ROLL = ("Opening", "Given", "Redeemed", "Ended", "Corrected", "New estimate", "Closing")
_SHOWN = 4
_LISTED = 50_000


def roll_forward(desk: Desk) -> pd.DataFrame:
    """One row per month of the year up to the end of the period, amounts exact: month, opening, the moves, closing."""
    if not desk.tenants or not all(desk.can_ask(name, "month") for name in _MOVES):
        return pd.DataFrame()
    year = year_to(desk.period.end)
    first = Period(pd.Timestamp("1900-01-01").date(), year.start)
    start = desk.exact(_MOVES, (), first).iloc[0]
    months = desk.exact(_MOVES, ("month",), year, fill=True)
    if all(value is None for value in months["liability_issued"]):
        return pd.DataFrame()
    rows, opening = [], _closing(0, start)
    for row in months.to_dict("records"):
        closing = _closing(opening, row)
        rows.append({"month": row["month"], "opening": opening, **{name: row[name] or 0 for name in _MOVES},
                     "closing": closing})  # fmt: skip
        opening = closing
    return pd.DataFrame(rows)


def _closing(opening: Any, row: Any) -> Any:
    given, redeemed, ended, corrected, estimated = (row[name] or 0 for name in _MOVES)
    return opening + given - redeemed - ended + corrected + estimated


def roll_table(desk: Desk) -> Component:
    """The roll-forward as a table."""
    frame = roll_forward(desk)
    if frame.empty:
        return empty_state("No programme yet", _NOTHING, add_link(desk.viewer) if not desk.tenants else None)
    head = [("Month", False), *((label, True) for label in _ROLL)]
    rows = [
        [f"{pd.Timestamp(row['month']):%b %Y}",
         *(format_value(row[name], Unit.MONEY, desk.currency) for name in ("opening", *_MOVES, "closing"))]
        for row in frame.to_dict("records")
    ]  # fmt: skip
    return table(head, rows, "Liability, month by month")


def tier_chart(desk: Desk) -> Chart:
    """Members by tier, lowest first."""
    if not desk.tenants or not desk.can_ask("members", "tier_now"):
        return empty_chart(_NOTHING)
    frame = desk.ask(["members"], ("tier_now",))
    counts = dict(zip(frame["tier_now"], frame["members"], strict=True))
    known = [tier for tier in TIER_ORDER if counts.get(tier)]
    if not known:
        return empty_chart(_NOTHING)
    every = sum(counts[tier] for tier in known)
    parts = pd.DataFrame({"label": known, "value": [counts[tier] for tier in known], "previous": float("nan"),
                          "share": [counts[tier] / every for tier in known],
                          "where": [f"tier_now={tier}" for tier in known]})  # fmt: skip
    return bars(parts, axis_of(desk, "members"), "Tier")


def move_chart(desk: Desk) -> Chart:
    """From tier to tier, rows adding up to 100 %."""
    if not desk.tenants or not desk.can_ask("members", "tier_before", "tier_after"):
        return empty_chart(_NOTHING)
    frame = desk.ask(["members"], ("tier_before", "tier_after"))
    counts = {(row["tier_before"], row["tier_after"]): int(row["members"]) for row in frame.to_dict("records")}
    starts = tuple(tier for tier in TIER_ORDER if any(before == tier for before, _ in counts))
    ends = tuple(tier for tier in TIER_ORDER if any(after == tier for _, after in counts))
    cells = tuple(tuple(_share(counts, before, after) for after in ends) for before in starts)
    stayed = sum(count for (before, after), count in counts.items() if before == after)
    summary = f"{stayed:,} of {sum(counts.values()):,} members are in the tier they were in a year ago."
    return matrix(Matrix("Tier a year ago", starts, ends, cells, summary), _NOTHING)


def _share(counts: dict[tuple[str, str], int], before: str, after: str) -> Cell:
    whole = sum(count for (start, _), count in counts.items() if start == before)
    count = counts.get((before, after), 0)
    return Cell(count / whole if count else None, f"{count:,} of {whole:,} members")


def members(desk: Desk, most: int, soon: bool = False) -> pd.DataFrame:
    """Members with their shop, largest spend first (or, with `soon`, largest value of points about to end)."""
    if not desk.tenants or not desk.can_ask("members"):
        return pd.DataFrame()
    at = study_member.c
    first = at.soon_amount.desc() if soon else at.year_amount.desc()
    found = counted_rows(MEMBERS, Query(("members",), (), None, desk.filters), (first, at.member_key), most)
    who = dim_customer.c
    columns = select(
        who.customer_id, who.customer, dim_shop.c.shop, found.c.tier_now, found.c.tier_before, found.c.balance_points,
        found.c.soon_points, found.c.soon_amount, found.c.year_amount, found.c.to_next_tier_amount,
        found.c.joined_date, found.c.last_activity_date, found.c.has_consent, found.c.customer_key,
    ).select_from(
        found.join(dim_customer, who.customer_key == found.c.customer_key)
        .join(dim_shop, dim_shop.c.shop_key == found.c.shop_key)
    )  # fmt: skip
    frames = [desk.parts.warehouses.open(desk.viewer, tenant).frame(columns).to_pandas() for tenant in desk.tenants]
    frame = pd.concat(frames, ignore_index=True)
    if Permission.SEE_PERSONAL_DATA not in desk.viewer.permissions:
        frame["customer"] = None
    order = "soon_amount" if soon else "year_amount"
    return frame.sort_values(order, ascending=False, kind="stable", key=pd.to_numeric).reset_index(drop=True)


def todo(desk: Desk) -> Component:
    """Members whose points are about to end, and members close to the next tier."""
    if not desk.tenants:
        return empty_state("Nobody to keep yet", "Load orders and points; members to look after appear here.",
                           add_link(desk.viewer))  # fmt: skip
    tasks = [*_ending(desk), *_nearly(desk)]
    if not tasks:
        return empty_state("Nobody to remind", "No points end soon, and nobody is close to the next tier.")
    return html.Div([task_line(task, desk.currency) for task in tasks], className="today")


def _ending(desk: Desk) -> list[Task]:
    frame = members(desk, _SHOWN, soon=True)
    known = frame[pd.to_numeric(frame["soon_points"]) > 0] if not frame.empty else frame
    return [
        Task(f"Remind {_name(row)}", f"{int(row['soon_points']):,} points end soon · {row['shop'] or 'one shop'}",
             number(row["soon_amount"]), "clock-history", "is-warn", href=_page(row))
        for row in known.to_dict("records")
    ]  # fmt: skip


def _nearly(desk: Desk) -> list[Task]:
    frame = members(desk, 200)
    if frame.empty:
        return []
    gap, spend = pd.to_numeric(frame["to_next_tier_amount"]), pd.to_numeric(frame["year_amount"])
    near = frame.assign(gap=gap, spend=spend)[(gap > 0) & (gap <= spend * 0.1)].head(_SHOWN)
    return [_near_task(row, desk.currency) for row in near.to_dict("records")]


def _near_task(row: dict[Any, Any], currency: str) -> Task:
    gap = format_value(row["gap"], Unit.MONEY, currency, short=True)
    note = f"{gap} more in a year · now {row['tier_now']}"
    return Task(f"{_name(row)} is close to the next tier", note, None, "graph-up", "is-good", href=_page(row))


def _name(row: dict[Any, Any]) -> str:
    return row["customer"] or f"customer {row['customer_id'] or row['customer_key']}"


def _page(row: dict[Any, Any]) -> str:
    return f"/customer?focus={int(row['customer_key'])}"


def roll_export(desk: Desk) -> ExportTable:
    """The roll-forward as a file."""
    frame = roll_forward(desk)
    columns = (ExportColumn("Month"), *(ExportColumn(label, Unit.MONEY) for label in _ROLL))
    return ExportTable("Liability by month", columns, frame.to_numpy(dtype=object).tolist(), facts_of(desk))


def member_export(desk: Desk) -> ExportTable:
    """Every member, at most fifty thousand of a client."""
    frame = members(desk, _LISTED).drop(columns=["customer_key"], errors="ignore")
    labels = ("Customer id", "Customer", "Shop", "Tier", "Tier a year ago", "Points", "Ending soon",
              "Value ending soon", "Spend in a year", "To the next tier", "Joined", "Last activity",
              "Consent")  # fmt: skip
    cut = (("Left out", f"The {_LISTED:,} with the largest spend of each client are listed"),)
    rows = frame.to_numpy(dtype=object).tolist()
    return ExportTable("Members", tuple(ExportColumn(label) for label in labels), rows,
                       (*facts_of(desk), *(cut if len(rows) >= _LISTED else ())))  # fmt: skip


EXPORTS: Exports = {"loyalty/roll": roll_export, "loyalty/members": member_export}

PAINTERS: dict[str, Painter] = {
    "todo": todo, "roll": roll_table, "tiers": tier_chart, "moves": move_chart, "worth": worth_card,
    "trial": loyalty_trial.trial_card, "codes": codes_card,
}  # fmt: skip


def register(app: Wiring) -> None:
    """Wire the screen."""
    register_board(app, BOARD, PAINTERS)
