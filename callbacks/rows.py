"""From a number to its rows, from a row to its record: always with the predicate the number was made with."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pandas as pd
from dash import Input, Output, dcc, html
from dash import State as Given

from callbacks.breakdowns import known_values
from callbacks.desk import Desk, State, open_desk
from callbacks.words import period_words
from layouts import filters
from layouts.attributes import aria, data
from layouts.invoice import invoice_address
from layouts.parcel import parcel_address
from layouts.parts import empty_state, icon
from layouts.shell import Ids
from layouts.state import BREAKDOWNS, TREND_METRICS, address_of
from portal.metrics import CATALOGUE, DIMENSIONS
from portal.metrics.drill import COUNTED, Drilled, Page, drill
from portal.metrics.format import MISSING, format_day, format_part, format_value, inside
from portal.metrics.lookup import dimension_called, measure_called
from portal.metrics.model import Filter, Query, Unit
from portal.viewer import Permission, TenantRef
from portal.wiring import Wiring

PAGE_ROWS = 50
_RECORDS = {"Shipment": parcel_address, "Document": invoice_address}
"""Columns whose cells lead to a page of their own."""
MAX_DOWNLOAD = 100_000
"""Rows of a client in one download; more are cut off, and the panel, the file's name and its second sheet say so."""
_MONEY = frozenset({"Unit price", "Gross", "Discount", "Net", "Cost", "Total", "Tax", "Shipping", "Advance", "Balance",
                    "Refund", "Value", "Freight", "Unit cost", "Ad spend", "Cash on delivery", "Remitted",
                    "Kept for fees", "Not remitted", "Due", "Collected", "Fee", "Paid", "Difference", "Amount",
                    "Debit", "Credit", "Net sales", "Contribution", "Sales in a usual year", "Predicted sales",
                    "Predicted value", "Base", "Bonus", "Deductions", "Spend", "Revenue"})  # fmt: skip


def show_rows(request: dict[str, Any] | None, state: State) -> tuple[Any, str, str]:
    """Fill the panel with one page of rows."""
    desk = open_desk(state)
    if not desk.tenants:
        return empty_state("No data yet", "Load a source, then the rows behind each number are here."), "Rows", ""
    asked = request or {}
    name, where = str(asked.get("metric", "")), str(asked.get("where", ""))
    number = asked.get("page")
    page = Page(number if isinstance(number, int) and number > 0 else 0, PAGE_ROWS)
    if not desk.can_ask(name):
        return (
            empty_state("Not by this filter", "This number is not recorded by what is filtered. Clear a filter."),
            "Rows",
            "",
        )
    return rows_panel(desk, question_of(desk, name, where), page, where)


def question_of(desk: Desk, name: str, where: str) -> Query:
    """The question of a number on the screen, narrowed to a part ("category=Shoes").

    Raises:
        UnknownNameError: the metric or dimension does not exist.
    """
    measure_called(name)
    narrowed: tuple[Filter, ...] = ()
    if where:
        dimension, _, value = where.partition("=")
        narrowed = (Filter(dimension_called(dimension).name, (value,)),)
    kept = tuple(each for each in desk.filters if each.dimension not in _names(narrowed))
    return Query((name,), (), desk.period, (*kept, *narrowed))


def rows_panel(desk: Desk, question: Query, page: Page, where: str) -> tuple[Any, str, str]:
    """Content, title and note of the panel: every client's page of rows."""
    name = question.metrics[0]
    found = [(tenant, drill(question, desk.viewer, tenant, desk.parts.warehouses, page)) for tenant in desk.tenants]
    sections = [_section(desk, tenant, drilled, page) for tenant, drilled in found if drilled.rows or len(found) == 1]
    most = max(drilled.rows for _, drilled in found)
    pager = _pager(name, where, page, most)
    note = " · ".join([period_words(desk.period), *(_filter_words(each) for each in question.filters)])
    title = f"{CATALOGUE[name].label}: {sum(drilled.rows for _, drilled in found):,} rows"
    return (
        html.Div([_path(name, where), _breakdowns(desk, name), *sections, pager, _downloads(name, where, most)]),
        title,
        note,
    )


def _section(desk: Desk, tenant: TenantRef, drilled: Drilled, page: Page) -> Any:
    frame = drilled.frame
    if frame.empty:
        return empty_state("No rows", "Nothing counts into this number in this period and under these filters.")
    filled = frame.loc[:, frame.notna().any()]
    head = html.Tr(
        [html.Th(_heading(column), scope="col", className=_look(column, filled)) for column in filled.columns]
    )
    shown = drilled_words(drilled, filled)
    unit = measure_called(drilled.metric).unit
    body = [_row((shown, filled), place, tenant, unit) for place in range(len(filled))]
    return html.Div(
        [
            *([html.H3(tenant.name)] if len(desk.tenants) > 1 else []),
            html.P(_sum_words(drilled, tenant), className="caption rows-sum"),
            html.Div(html.Table([html.Thead(head), html.Tbody(body)]), className="table-scroll", tabIndex=0,
                     role="region", **aria(label=f"Rows of {tenant.name}, page {page.number + 1}")),
        ]
    )  # fmt: skip


def drilled_words(drilled: Drilled, frame: pd.DataFrame) -> pd.DataFrame:
    """The rows with words where the source has codes."""
    coded = {name: [drilled.text(name, value) for value in frame[name]] for name in frame.columns
             if name in drilled.words}  # fmt: skip
    return frame.assign(**{name: pd.Series(values, frame.index, dtype=object) for name, values in coded.items()})


def _row(frames: tuple[pd.DataFrame, pd.DataFrame], place: int, tenant: TenantRef, unit: Unit) -> Any:
    """One row; a click or Enter shows it as a record, which needs no server. A word has its code as tooltip."""
    shown, raw = frames
    cells = []
    for column in shown.columns:
        value, code = shown[column].iloc[place], raw[column].iloc[place]
        text = cell_text(column, value, tenant.currency, unit)
        title = str(code) if isinstance(code, str) and code != value else None
        cells.append(html.Td(_record_link(column, text, tenant), className=_look(column, raw), title=title))
    return html.Tr(cells, tabIndex=0, **data(record="1"))


def _record_link(column: str, text: str, tenant: TenantRef) -> Any:
    """The cell; that of a shipment leads to the parcel itself, that of a document to its invoice."""
    if column not in _RECORDS or text == MISSING:
        return text
    return dcc.Link(text, href=_RECORDS[column](text, tenant.name), className="crumb")


def cell_text(column: str, value: Any, currency: str, unit: Unit) -> str:
    """A cell as people read it; `unit` is that of the number the rows count into."""
    if value is None or (isinstance(value, float) and pd.isna(value)):
        return MISSING
    if column == COUNTED:
        return format_value(value, unit, currency)
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, float):
        return format_value(value, Unit.NUMBER, currency)
    if isinstance(value, Decimal):
        return format_value(value, Unit.MONEY if column in _MONEY else Unit.QUANTITY, currency)
    if isinstance(value, date) and not isinstance(value, datetime):
        return format_day(value)
    return str(value)


def _sum_words(drilled: Drilled, tenant: TenantRef) -> str:
    measure = CATALOGUE.get(drilled.metric)
    if drilled.total is None or measure is None:
        return f"{drilled.rows:,} rows; the number counts different values over them. Snapshot {drilled.snapshot}."
    total = format_value(drilled.total, measure.unit, tenant.currency)
    return f"{drilled.rows:,} rows add up to {inside(measure.label)} {total}. Snapshot {drilled.snapshot}."


def _pager(name: str, where: str, page: Page, rows: int) -> Any:
    if rows <= page.size:
        return html.Div()
    last = (rows - 1) // page.size
    first, until = page.number * page.size + 1, min((page.number + 1) * page.size, rows)
    steps = (("Earlier rows", page.number - 1, page.number > 0), ("Later rows", page.number + 1, page.number < last))
    buttons = [
        html.Button(label, type="button", className="button button-small", disabled=not is_open,
                    **data(drill=name, where=where, page=str(target)))
        for label, target, is_open in steps
    ]  # fmt: skip
    return html.Div(
        [html.Span(f"{first:,} – {until:,} of {rows:,}", className="caption tabular"), *buttons], className="pager"
    )


def _path(name: str, where: str) -> Any:
    """Where one is: number, part, rows."""
    dimension, _, value = where.partition("=")
    steps: list[Any] = [html.Button(CATALOGUE[name].label, type="button", className="crumb", **data(drill=name))]
    if where:
        told = format_part(dimension, value) if value != MISSING else "not known"
        steps += [icon("chevron-right"), html.Span(f"{DIMENSIONS[dimension].label}: {told}")]
    return html.Nav([*steps, icon("chevron-right"), html.Span("Rows")], className="crumbs", **aria(label="Drill path"))


def _breakdowns(desk: Desk, name: str) -> Any:
    """Links to the same number broken down."""
    if name not in TREND_METRICS:
        return html.Div()
    links = [
        dcc.Link(label, href=address_of("/sales", desk.state.changed(metric=name, by=by)), className="crumb")
        for by, label in BREAKDOWNS.items()
        if desk.can_ask(name, by) and len(known_values(desk, by)) > 1
    ]
    return html.Div([html.Span("Break down by"), *links], className="crumbs") if links else html.Div()


def _downloads(name: str, where: str, most: int) -> Any:
    """Links to the files; a notice where they cannot hold every row."""
    query = urlencode({"where": where}) if where else ""
    links = []
    for suffix, kind in (("xlsx", "Excel"), ("csv", "CSV")):
        address = f"/export/rows/{name}.{suffix}" + (f"?{query}" if query else "")
        links.append(html.A([icon("download"), f"{_all_rows(most)}, {kind}"], href=address, download="",
                            className="button button-small", **data(export=address)))  # fmt: skip
    if most <= MAX_DOWNLOAD:
        return html.Div(links, className="pager")
    short = (
        f"The files hold the newest {MAX_DOWNLOAD:,} of {most:,} rows. Narrow the period or the filters for the rest."
    )
    return html.Div([html.Div(links, className="pager"), html.P(short, className="page-notice", role="note")])


def _all_rows(most: int) -> str:
    return "All rows" if most <= MAX_DOWNLOAD else f"First {MAX_DOWNLOAD:,} rows"


def _heading(column: str) -> str:
    return "Counts as" if column == COUNTED else column


def _look(column: str, frame: pd.DataFrame) -> str | None:
    known = frame[column].dropna()
    return "num" if len(known) and isinstance(known.iloc[0], Decimal | int | float) and column != "Row" else None


def _filter_words(each: Filter) -> str:
    told = " or ".join(format_part(each.dimension, value) for value in each.values)
    return f"{DIMENSIONS[each.dimension].label} {told}"


def _names(narrowed: tuple[Filter, ...]) -> set[str]:
    return {each.dimension for each in narrowed}


def register(app: Wiring) -> None:
    """Wire the panel."""
    app.callback(
        Output(f"{Ids.ROWS}-body", "children"), Output(f"{Ids.ROWS}-title", "children"),
        Output(f"{Ids.ROWS}-note", "children"), Input(Ids.ROWS_REQUEST, "data"), Given(filters.Ids.STATE, "data"),
        permission=Permission.VIEW, prevent_initial_call=True,
    )(show_rows)  # fmt: skip
