"""Returns and discounts: why goods come back, which discounts nobody approved, who gives them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pandas as pd
import polars as pl
from dash.development.base_component import Component
from sqlalchemy import select

from callbacks.board import Painter, register_board
from callbacks.breakdowns import compared_parts, parts_chart
from callbacks.desk import Desk
from callbacks.export_tables import Exports, column_of, facts_of
from callbacks.governance_tasks import todo
from callbacks.leads import year_to
from callbacks.series import axis_of
from layouts.governance import BOARD
from layouts.parts import empty_state, table
from layouts.upload import add_link
from portal.charts.bars import bars
from portal.charts.chart import Chart, empty_chart, number
from portal.charts.matrix import Cell, Matrix, matrix
from portal.exports import ExportColumn, ExportTable
from portal.metrics.format import format_day, format_value
from portal.metrics.governance import DISCOUNT_BREACHES, VERDICT
from portal.metrics.listing import counted_rows
from portal.metrics.model import Query, Unit
from portal.warehouse.schema import dim_campaign, dim_employee, dim_product, fact_order, fact_order_line
from portal.wiring import Wiring

_NOTHING = "Nothing has been loaded yet. Load orders and returns to see this."
_BASES = {
    "units": ("return_rate", "cohort_units_back", "cohort_units"),
    "value": ("return_rate_by_value", "cohort_value_back", "cohort_value"),
    "orders": ("return_rate_by_orders", "cohort_orders_back", "cohort_orders"),
}
_SHOWN = 25
_LISTED = 5_000


def reasons_chart(desk: Desk) -> Chart:
    """Value of returns by reason."""
    return _returns_by(desk, "return_reason", "The source gives no reasons for returns.")


def ages_chart(desk: Desk) -> Chart:
    """Value of returns by days since the sale, in order of time."""
    if not desk.tenants or not desk.can_ask("returned_value", "return_age"):
        return empty_chart(_NOTHING)
    parts = compared_parts(desk, "returned_value", "return_age")
    known = parts[parts["where"] != "return_age=–"].sort_values("label", key=lambda labels: labels.map(_first_day))
    if known.empty:
        return empty_chart("No return has a known sale in this period, so how late it came cannot be told.")
    return bars(known, axis_of(desk, "returned_value"), "Days after the sale", "")


def _first_day(label: str) -> int:
    return int(label.partition("–")[0].partition(" ")[0])


def ladder_chart(desk: Desk) -> Chart:
    """Discounts by the rung they reach."""
    if not desk.tenants or not desk.can_ask("discounts", "discount_verdict"):
        return empty_chart(_NOTHING)
    parts = compared_parts(desk, "discounts", "discount_verdict")
    known = parts[(parts["label"] != "No discount") & (parts["value"] > 0)].sort_values("label")
    if known.empty:
        return empty_chart("Nothing was sold at a discount in this period.")
    return bars(known.assign(label=known["label"].str[2:]), axis_of(desk, "discounts"), "Verdict", "")


def _returns_by(desk: Desk, dimension: str, nothing: str) -> Chart:
    if desk.tenants and desk.can_ask("returned_value", dimension):
        parts = compared_parts(desk, "returned_value", dimension)
        if set(parts["where"]) <= {f"{dimension}=–"}:
            return empty_chart(nothing)
    return parts_chart(desk, "returned_value", dimension)


def cohort_chart(desk: Desk) -> Chart:
    """The return rate of the sales of each month."""
    frame, (rate, _, sold) = cohorts(desk), _basis(desk)
    if frame.empty:
        return empty_chart("No sale is old enough yet, or returns do not say which sale they belong to.")
    ripe = _ripe_until(desk)
    cells = tuple((Cell(number(row[rate]), _words(row, rate), _is_open(row["month"], ripe)),)
                  for row in frame.to_dict("records"))  # fmt: skip
    months = tuple(f"{pd.Timestamp(month):%b %Y}" for month in frame["month"])
    whole = desk.ask([rate, sold], period=year_to(desk.period.end)).iloc[0]
    summary = f"Over these months {format_value(number(whole[rate]), Unit.RATE, desk.currency)} came back."
    return matrix(Matrix("Month of the sale", months, ("Came back",), cells, summary), _NOTHING)


def cohorts(desk: Desk) -> pd.DataFrame:
    """One row per month of sale of the year up to the end of the period: rate, what came back, what was sold."""
    names = _basis(desk)
    if not desk.tenants or not all(desk.can_ask(name, "month") for name in names):
        return pd.DataFrame()
    frame = desk.ask(names, ("month",), period=year_to(desk.period.end))
    return frame[frame[names[2]].fillna(0) > 0].dropna(subset=[names[0]]).reset_index(drop=True)


def _basis(desk: Desk) -> tuple[str, str, str]:
    return _BASES[BOARD.view(desk.state)]


def _ripe_until(desk: Desk) -> pd.Timestamp:
    """The last day of sale that has had the whole window."""
    days = [desk.parts.warehouses.open(desk.viewer, tenant).policies["return_rate_days"] for tenant in desk.tenants]
    return pd.Timestamp(desk.last_day - timedelta(days=int(max(days))))


def _is_open(month: Any, ripe: pd.Timestamp) -> bool:
    return bool(pd.Timestamp(month) + pd.offsets.MonthEnd(0) > ripe)


def _words(row: dict[Any, Any], rate: str) -> str:
    return f"{float(row[rate]) * 100:.1f}% of what was sold came back"


def breaches(desk: Desk, most: int) -> pl.DataFrame:
    """The lines over the cap or below the floor, the largest discount first, at most `most` of each client."""
    if not desk.tenants or not desk.can_ask("discount_breaches"):
        return pl.DataFrame()
    line = fact_order_line.c
    question = Query(("discount_breaches",), (), desk.period, desk.filters)
    order = (line.leakage_amount.desc(), line.discount_amount.desc(), line.line_key)
    found = counted_rows(DISCOUNT_BREACHES, question, order, most, (VERDICT.label("verdict"),))
    at = found.c
    rows = select(
        at.order_date, fact_order.c.order_id, dim_product.c.product, dim_employee.c.employee, dim_campaign.c.campaign,
        at.gross_amount, at.discount_amount, at.leakage_amount, at.net_amount, at.cost_amount, at.verdict,
    ).select_from(
        found.join(fact_order, fact_order.c.order_key == at.order_key)
        .join(dim_product, dim_product.c.product_key == at.product_key)
        .join(dim_employee, dim_employee.c.employee_key == at.employee_key)
        .join(dim_campaign, dim_campaign.c.campaign_key == at.campaign_key)
    )  # fmt: skip
    frames = [desk.parts.warehouses.open(desk.viewer, tenant).frame(rows) for tenant in desk.tenants]
    return pl.concat(frames).sort(
        "leakage_amount", "discount_amount", "order_id", descending=[True, True, False], nulls_last=True
    )


def breach_list(desk: Desk) -> Component:
    """The largest breaches as a table."""
    if not desk.tenants:
        return empty_state("No discounts yet", _NOTHING, add_link(desk.viewer))
    found = breaches(desk, _SHOWN)
    if found.is_empty():
        return empty_state("No breach", "Every discount of this period is within the cap and leaves the margin floor.")
    head = [("Date", False), ("Order", False), ("Product", False), ("Seller", False), ("Promotion", False),
            ("List value", True), ("Discount", True), ("Above the cap", True), ("Margin left", True),
            ("Breach", False)]  # fmt: skip
    rows = [_breach_line(row, desk.currency) for row in found.head(_SHOWN).to_dicts()]
    return table(head, rows, "Largest breaches")


def _breach_line(row: dict[str, Any], currency: str) -> list[str]:
    money = [format_value(row[name], Unit.MONEY, currency) for name in ("gross_amount", "discount_amount",
                                                                        "leakage_amount")]  # fmt: skip
    share = format_value(row["discount_amount"] / row["gross_amount"] if row["gross_amount"] else None, Unit.RATE,
                         currency)  # fmt: skip
    texts = [str(row[name] or "–") for name in ("order_id", "product", "employee", "campaign")]
    money[1] = f"{money[1]} ({share})"
    return [format_day(row["order_date"]), *texts, *money, format_value(_margin_left(row), Unit.RATE, currency),
            row["verdict"][2:]]  # fmt: skip


def _margin_left(row: dict[str, Any]) -> Any:
    if row["cost_amount"] is None or not row["gross_amount"]:
        return None
    return (row["net_amount"] - row["cost_amount"]) / row["gross_amount"]


def breach_table(desk: Desk) -> ExportTable:
    """Every breach of the period, at most five thousand of a client."""
    found = breaches(desk, _LISTED)
    labels = (("Date", None), ("Order", None), ("Product", None), ("Seller", None), ("Promotion", None),
              ("List value", Unit.MONEY), ("Discount", Unit.MONEY), ("Above the cap", Unit.MONEY),
              ("Paid", Unit.MONEY), ("Cost", Unit.MONEY), ("Breach", None))  # fmt: skip
    rows = [] if found.is_empty() else [[*row[:-1], row[-1][2:]] for row in found.rows()]
    cut = (("Left out", f"The {_LISTED:,} largest of each client are listed"),) if len(rows) >= _LISTED else ()
    columns = tuple(ExportColumn(label, unit) for label, unit in labels)
    return ExportTable("Breaches", columns, rows, (*facts_of(desk), *cut))


def cohort_table(desk: Desk) -> ExportTable:
    """The return rate by month of sale."""
    names = _basis(desk)
    rows = [[row["month"], *(row[name] for name in names)] for row in cohorts(desk).to_dict("records")]
    columns = (ExportColumn("Month of the sale"), *map(column_of, names))
    return ExportTable("Return rate by month of sale", columns, rows, facts_of(desk))


EXPORTS: Exports = {"governance/breaches": breach_table, "governance/cohorts": cohort_table}

PAINTERS: dict[str, Painter] = {
    "todo": todo, "reasons": reasons_chart, "ages": ages_chart, "ladder": ladder_chart, "cohorts": cohort_chart,
    "breaches": breach_list,
}  # fmt: skip


def register(app: Wiring) -> None:
    """Wire the screen."""
    register_board(app, BOARD, PAINTERS)
