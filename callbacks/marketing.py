"""Marketing: does spend pay."""

from __future__ import annotations

from typing import Any

import pandas as pd
from dash import html

from callbacks.board import Painter, Titled, register_board
from callbacks.breakdowns import breakdown_of, parts_chart
from callbacks.coupon_table import coupons_body, coupons_export
from callbacks.desk import Desk
from callbacks.drawings import drill_bars
from callbacks.export_tables import Exports, parts_table
from callbacks.finance import drilled_bars
from callbacks.linked_table import Cell, cell_link, linked_table
from callbacks.series import axis_of
from callbacks.task_list import task_line
from callbacks.tasks import Task
from callbacks.words import exact_value
from layouts.marketing import BOARD
from layouts.parts import empty_state
from layouts.upload import add_link
from portal.charts.chart import Chart, empty_chart, number
from portal.charts.funnel import funnel
from portal.metrics import DIMENSIONS
from portal.metrics.format import MISSING, NOT_KNOWN, format_label, format_part, inside
from portal.wiring import Wiring

_NOTHING = "Nothing tells what campaigns of this period cost or brought. Load it, or choose a longer period."
_SUMS = ("campaign_spend", "campaign_impressions", "campaign_clicks", "campaign_conversions", "campaign_revenue")
_HEADS = {"campaign_spend": "Spend", "campaign_impressions": "Impressions", "campaign_clicks": "Clicks", "ctr": "CTR",
          "campaign_conversions": "Conversions", "campaign_conversion": "Conversion", "cpa": "CPA",
          "campaign_revenue": "Revenue", "roas": "ROAS", "roi": "ROI"}  # fmt: skip
_LONGEST = 6


def pays(desk: Desk) -> Titled:
    """ROAS of the parts."""
    by = breakdown_of(desk, BOARD)
    title = f"What comes back per unit spent, by {inside(DIMENSIONS[by].label)}"
    if not desk.tenants or not desk.can_ask("roas", by) or not _has_campaigns(desk):
        return Titled((empty_chart(_NOTHING), title))
    return Titled((drilled_bars(parts_chart(desk, "roas", by), "campaign_revenue"), title))


def steps(desk: Desk) -> Chart:
    """Impressions, clicks, conversions."""
    names = ("campaign_impressions", "campaign_clicks", "campaign_conversions")
    if not _has_campaigns(desk):
        return empty_chart(_NOTHING)
    row = desk.ask(names).iloc[0]
    known = [(label, row[name]) for label, name in zip(("Impressions", "Clicks", "Conversions"), names, strict=True)]
    frame = pd.DataFrame([(label, value) for label, value in known if not pd.isna(value)], columns=["label", "value"])
    return funnel(frame, axis_of(desk, "campaign_impressions"))


def campaigns(desk: Desk) -> Any:
    """Every part with all of its numbers, and the total."""
    by = breakdown_of(desk, BOARD)
    if not _has_campaigns(desk) or not desk.can_ask("roas", by):
        return empty_state("No campaigns in this period", _NOTHING, None if desk.tenants else add_link(desk.viewer))
    frame, total = desk.ask(BOARD.columns, (by,)), desk.ask(BOARD.columns).iloc[0]
    rows = [_row(desk, by, line) for line in frame.to_dict("records")]
    rows.append(["Total", *(exact_value(desk, name, number(total[name])) for name in BOARD.columns)])
    head = [(DIMENSIONS[by].label, False), *((_HEADS[name], True) for name in BOARD.columns)]
    note = ("ROAS 1.00 and ROI 0 % both mean that revenue just equals spend. A dash: it cannot be said, for nothing "
            "was spent, clicked or converted.")  # fmt: skip
    marked = [False] * len(frame) + [True]
    return html.Div([linked_table(head, rows, "Campaigns", marked=marked), html.P(note, className="caption")],
                    className="statement")  # fmt: skip


def tasks(desk: Desk) -> Any:
    """Campaigns that cost more than they brought, and those that brought nothing."""
    if not desk.tenants:
        return empty_state("Nothing to do yet", "Load a file; what needs you appears here.", add_link(desk.viewer))
    if not _has_campaigns(desk):
        return empty_state("No campaigns in this period", "Choose a longer period, or load campaigns.")
    frame = desk.ask(["campaign_spend", "campaign_conversions", "roas", "cpa"], ("campaign",))
    found = [task for line in frame.to_dict("records") for task in _judged(desk, line)]
    if not found:
        return empty_state("Nothing needs you", "Every campaign of this period brought at least what it cost.")
    ordered = sorted(found, key=lambda task: -(task.money or 0.0))[:_LONGEST]
    return html.Div([task_line(task, desk.currency) for task in ordered], className="today")


def _judged(desk: Desk, line: dict[Any, Any]) -> list[Task]:
    spend, roas, won = number(line["campaign_spend"]), number(line["roas"]), number(line["campaign_conversions"])
    label = format_label("campaign", line["campaign"])
    where = f"campaign={MISSING if label == NOT_KNOWN else label}"
    if not spend:
        return []
    if won == 0:
        return [Task(f"{label} brought nothing", "No conversion for what was spent", spend, "bullseye", "is-bad",
                     drill="campaign_spend", where=where)]  # fmt: skip
    if roas is not None and roas < 1:
        return [Task(f"{label} does not pay", f"Each unit spent brought {roas:.2f}", spend, "bullseye", "is-warn",
                     drill="campaign_spend", where=where)]  # fmt: skip
    return []


def _row(desk: Desk, by: str, line: dict[Any, Any]) -> list[Cell]:
    label = format_label(by, line[by])
    where = f"{by}={MISSING if label == NOT_KNOWN else label}"
    return [format_part(by, label), *(_cell(desk, name, number(line[name]), where) for name in BOARD.columns)]


def _cell(desk: Desk, name: str, value: float | None, where: str) -> Cell:
    text = exact_value(desk, name, value)
    return cell_link(text, name, where) if name in _SUMS and value is not None else text


def _has_campaigns(desk: Desk) -> bool:
    if not desk.tenants or not desk.can_ask("campaign_spend"):
        return False
    row = desk.ask(_SUMS).iloc[0]
    return any(number(row[name]) is not None for name in _SUMS)


EXPORTS: Exports = {
    "marketing/campaigns": lambda desk: parts_table(desk, breakdown_of(desk, BOARD), BOARD.columns, "Campaigns"),
    "marketing/coupons": coupons_export,
}
PAINTERS: dict[str, Painter] = {
    "tasks": tasks, "pays": pays, "funnel": steps, "campaigns": campaigns, "coupons": coupons_body,
}  # fmt: skip


def register(app: Wiring) -> None:
    """Wire the screen."""
    register_board(app, BOARD, PAINTERS)
    drill_bars(app, BOARD.id("pays"))
