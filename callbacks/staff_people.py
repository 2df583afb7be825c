"""Performance of people: all of them side by side, and one of them month by month."""

from __future__ import annotations

from typing import Any

import dash_bootstrap_components as dbc
import pandas as pd
from dash import html
from sqlalchemy import func, select

from callbacks.desk import Desk
from callbacks.export_tables import column_of, facts_of
from callbacks.linked_table import Cell, cell_link, linked_table
from callbacks.series import axis_of, is_whole
from callbacks.words import bucket_words, exact_value
from layouts.filters import Switches
from layouts.parts import empty_state
from layouts.staff import BOARD
from layouts.state import address_of
from layouts.upload import add_link
from portal.charts.chart import Chart, empty_chart, number
from portal.charts.trend import TrendWords, trend
from portal.exports import ExportColumn, ExportTable
from portal.metrics import CATALOGUE
from portal.metrics.format import MISSING, format_label, format_value
from portal.metrics.model import Filter, Metric, Query, Unit
from portal.metrics.query import run
from portal.warehouse.schema import dim_employee, fact_payroll

COLUMNS = ("staff_score", "staff_grade", "orders", "net_sales", "staff_leads", "staff_conversion",
           "delivered_order_rate", "returned_order_rate", "cancellation_rate", "aov", "commission")  # fmt: skip
MONTHLY = ("orders", "net_sales", "staff_leads", "staff_conversion", "delivered_order_rate", "returned_order_rate",
           "aov", "commission", "payroll_costs")  # fmt: skip
_HEADS = {"staff_score": "Score", "staff_grade": "Grade", "staff_leads": "Leads", "staff_conversion": "Conversion",
          "delivered_order_rate": "Delivered", "returned_order_rate": "Returned", "cancellation_rate": "Cancelled",
          "aov": "Order value", "payroll_costs": "Pay"}  # fmt: skip
_NO_STAFF = "Load orders that say who took them, and a performance sheet, to see people side by side."


def people(desk: Desk) -> pd.DataFrame:
    """One row per employee with `COLUMNS` exactly, best score first, then most orders; empty where nobody is known."""
    asked = [name for name in COLUMNS if desk.can_ask(name, "employee")]
    if not desk.tenants or "orders" not in asked:
        return pd.DataFrame(columns=["employee", *COLUMNS])
    found = desk.exact(asked, ("employee",)).reindex(columns=["employee", *COLUMNS])
    known = found[found["employee"].fillna("") != ""]
    order = known.assign(
        score=pd.to_numeric(known["staff_score"], errors="coerce"), most=pd.to_numeric(known["orders"]).fillna(0)
    )
    return known.loc[order.sort_values(["score", "most", "employee"], ascending=[False, False, True]).index]


def scores_body(desk: Desk) -> Any:
    """Everybody with score and grade, and the team below."""
    found = people(desk)
    if found.empty:
        return empty_state("Nobody to compare", _NO_STAFF, None if desk.tenants else add_link(desk.viewer))
    rows = [_row(desk, line) for line in found.to_dict("records")]
    team = [name for name in COLUMNS if desk.can_ask(name) and not getattr(CATALOGUE[name], "needs", "")]
    whole = desk.ask(team).iloc[0]
    mean = pd.to_numeric(found["staff_score"], errors="coerce").mean()
    cells = [exact_value(desk, name, number(whole[name])) if name in team else MISSING for name in COLUMNS]
    cells[0] = format_value(number(mean), Unit.NUMBER, "")
    rows.append(["Team (score: mean)", *cells])
    head = [("Employee", False), *((_heading(name), name != "staff_grade") for name in COLUMNS)]
    note = "Without leads there is no conversion and no score. The team has the orders nobody is named for as well."
    marked = [False] * len(found) + [True]
    return html.Div([linked_table(head, rows, "Performance", marked=marked), html.P(note, className="caption")],
                    className="statement")  # fmt: skip


def chosen(desk: Desk) -> str:
    """The person looked at: as chosen, else the first of the table; "" where there is nobody."""
    names = people(desk)["employee"].tolist()
    return desk.state.focus if desk.state.focus in names else next(iter(names), "")


def person_body(desk: Desk) -> Any:
    """A control that chooses the person, and their months."""
    name = chosen(desk)
    if not name:
        return empty_state("Nobody to show", _NO_STAFF)
    months = person_months(desk, name)
    rows: list[list[Cell]] = [
        [format_label("month", line["month"]), *(exact_value(desk, one, number(line[one])) for one in MONTHLY)]
        for line in months.to_dict("records")
    ]
    head = [("Month", False), *((_heading(one), True) for one in MONTHLY)]
    said = [html.P(words, className="caption") for words in pay_words(desk, name)]
    return html.Div([_choice(desk, name), linked_table(head, rows, f"{name} by month"), *said], className="statement")


def person_months(desk: Desk, name: str) -> pd.DataFrame:
    """One row per month of the period with `MONTHLY` of one person, exactly."""
    asked = [one for one in MONTHLY if desk.can_ask(one, "employee")]
    question = Query(tuple(asked), ("month",), desk.period, (*desk.filters, Filter("employee", (name,))))
    frame = run(question, desk.viewer, desk.tenants, desk.parts.warehouses, fill=True).frame
    return frame.reindex(columns=["month", *MONTHLY])


def course_chart(desk: Desk) -> Chart:
    """A person's number over time beside the mean of the team (of ratios: that of the whole team)."""
    name, metric = chosen(desk), BOARD.metric(desk.state)
    grain = desk.state.grain_of(desk.period)
    if not name or not desk.can_ask(metric, "employee", grain):
        return empty_chart(_NO_STAFF)
    team = desk.ask([metric], (grain,), fill=True)
    filters = (*desk.filters, Filter("employee", (name,)))
    question = Query((metric,), (grain,), desk.period, filters)
    own = run(question, desk.viewer, desk.tenants, desk.parts.warehouses, fill=True).frame
    mine = dict(zip(own[grain], pd.to_numeric(own[metric], errors="coerce"), strict=True))
    points = bucket_words(team[grain], grain, desk.period)
    heads = len(people(desk)) if isinstance(CATALOGUE[metric], Metric) else 1
    points = points.assign(
        bucket=team[grain].to_list(), value=[mine.get(day, float("nan")) for day in team[grain]],
        previous=(team[metric] / heads).to_list(),
    )  # fmt: skip
    points["is_whole"] = [is_whole(desk, pd.Timestamp(day).date(), grain) for day in points["bucket"]]
    return trend(points, axis_of(desk, metric), TrendWords(name, "Mean of the team"))


def pay_words(desk: Desk, name: str) -> list[str]:
    """What the payroll agreed with a person beside what it paid; where pay is not known, that."""
    pay, found = fact_payroll.c, []
    person = fact_payroll.join(dim_employee, dim_employee.c.employee_key == pay.employee_key)
    query = (
        select(func.sum(pay.base_amount).label("base")).select_from(person)
        .where(func.coalesce(dim_employee.c.employee, dim_employee.c.employee_id) == name, pay.pay_date.is_(None))
    )  # fmt: skip
    for tenant in desk.tenants:
        found.append(desk.parts.warehouses.open(desk.viewer, tenant).frame(query).item())
    agreed = [float(one) for one in found if one is not None]
    if agreed:
        words = format_value(sum(agreed), Unit.MONEY, desk.currency)
        return [f"Agreed pay: {words} a month. No payment with a day is recorded, so it is in no month above."]
    return [
        "Commission is what was earned, not what was paid. A dash under pay: no payment to this person is recorded."
    ]


def scores_export(desk: Desk) -> ExportTable:
    """The table of people as a file."""
    columns = (ExportColumn("Employee"), *(column_of(name) for name in COLUMNS))
    return ExportTable("Performance", columns, people(desk).to_numpy(dtype=object).tolist(), facts_of(desk))


def person_export(desk: Desk) -> ExportTable:
    """The months of the person chosen."""
    columns = (ExportColumn("Month"), *(column_of(name) for name in MONTHLY))
    name = chosen(desk)
    rows = person_months(desk, name).to_numpy(dtype=object).tolist() if name else []
    return ExportTable(f"Months of {name}", columns, rows, (*facts_of(desk), ("Employee", name)))


def _row(desk: Desk, line: dict[Any, Any]) -> list[Cell]:
    name = str(line["employee"])
    here = html.A(name, href=address_of(BOARD.path, desk.state.changed(focus=name)), className="cell-link",
                  title=f"Show {name} month by month")  # fmt: skip
    return [here, *(_cell(desk, one, line[one], name) for one in COLUMNS)]


def _cell(desk: Desk, metric: str, value: Any, name: str) -> Cell:
    if metric == "staff_grade":
        return value if isinstance(value, str) else MISSING
    text = exact_value(desk, metric, number(value))
    is_open = metric in {"orders", "net_sales", "staff_leads", "commission"} and text != MISSING
    return cell_link(text, metric, f"employee={name}") if is_open else text


def _heading(name: str) -> str:
    return _HEADS.get(name, CATALOGUE[name].label)


def _choice(desk: Desk, name: str) -> Any:
    names = people(desk)["employee"].tolist()
    options: Any = [{"label": one, "value": one} for one in names]
    value = name if desk.state.focus == name else ""
    control = dbc.Select(id=Switches.FOCUS, options=options, value=value, className="field-input",
                         placeholder=f"{names[0]} (first of the table)")  # fmt: skip
    label = html.Label("Person", htmlFor=Switches.FOCUS, className="field-label")
    return html.Div([label, control], className="field")
