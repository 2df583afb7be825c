"""Invoices one by one: found by number, phone or name, else those to be paid; a line opens the paper."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import dash_bootstrap_components as dbc
import pandas as pd
from dash import dcc, html
from sqlalchemy import ColumnElement, case, or_, select

from callbacks.customer_rows import may_see_people
from callbacks.desk import Desk
from callbacks.linked_table import Cell, linked_table
from callbacks.parcel_list import Listed, customers_called
from layouts.filters import Switches
from layouts.invoice import invoice_address
from layouts.parts import empty_state
from layouts.upload import add_link
from portal.metrics import CATALOGUE
from portal.metrics.format import MISSING, format_day, format_value, format_word
from portal.metrics.listing import counted_rows
from portal.metrics.model import Metric, Query, Unit
from portal.metrics.query import to_pandas
from portal.viewer import TenantRef
from portal.warehouse.schema import dim_customer, fact_order

SHOWN = 12
_LONG = 22
"""Numbers made for orders that have none are longer; their beginning tells them apart."""
_ORDER = fact_order.c
_HEAD = [("Invoice", False), ("Date", False), ("Customer", False), ("State", False), ("Total", True),
         ("To be paid", True), ("To be paid until", False)]  # fmt: skip


def invoices_body(desk: Desk) -> Any:
    """The search and what it found; without a search what is to be paid, most money first, else the latest orders."""
    if not desk.tenants:
        return empty_state("No invoices yet", "Load orders to see and print their invoices.", add_link(desk.viewer))
    if not desk.can_ask("open_invoices"):
        return empty_state("Not by this filter", "Invoices are not recorded by what is filtered. Clear a filter.")
    listed = found_invoices(desk) if desk.state.focus.strip() else open_invoices(desk)
    if listed.rows.empty:
        nothing = empty_state("No invoice found", "Look for the number of an order, a phone or a name.")
        return html.Div([_search(desk), nothing], className="finder")
    rows = [_line(line) for line in listed.rows.to_dict("records")]
    note = html.P(listed.title, className="caption")
    return html.Div([_search(desk), note, linked_table(_HEAD, rows, "Invoices")], className="finder")


def found_invoices(desk: Desk) -> Listed:
    """Orders of any day that the search names; filters do not count, so that none is hidden."""
    text = desk.state.focus.strip()
    named: list[ColumnElement[bool]] = [_ORDER.order_id == text, _ORDER.order_id == text.upper()]
    if may_see_people(desk):
        named.append(_ORDER.customer_key.in_(customers_called(text)))
    newest = select(*fact_order.c).where(or_(*named)).order_by(_ORDER.order_date.desc().nulls_last()).limit(SHOWN)
    found = _read(desk, newest, "order_date")
    count = f"The newest {SHOWN} orders" if len(found) == SHOWN else f"{len(found):,} orders"
    return Listed(found, f"{'1 order' if len(found) == 1 else count} found for “{text}”, of any day")


def open_invoices(desk: Desk) -> Listed:
    """What is to be paid under the filters, most money first; the latest orders where nothing is."""
    owed = _counted(desk, "open_invoices", _ORDER.balance_amount)
    if len(owed):
        return Listed(owed, "To be paid, most money first")
    latest = _counted(desk, "booked_revenue", _ORDER.order_date)
    return Listed(latest, "The latest orders of the period; nothing is known to be unpaid")


def _counted(desk: Desk, name: str, by: ColumnElement[Any]) -> pd.DataFrame:
    metric = CATALOGUE[name]
    assert isinstance(metric, Metric)
    order = (by.desc().nulls_last(), _ORDER.order_key)
    rows = counted_rows(metric, Query((name,), (), desk.period, desk.filters), order, SHOWN)
    return _read(desk, select(*rows.c), by.name)


def _read(desk: Desk, rows: Any, by: str) -> pd.DataFrame:
    """The rows of every client with the customer's name, highest `by` first."""
    both = pd.concat([_named_rows(desk, tenant, rows) for tenant in desk.tenants], ignore_index=True)
    ordered = both.sort_values("order_key", kind="stable")
    return ordered.sort_values(by, ascending=False, na_position="last", kind="stable").head(SHOWN)


def _named_rows(desk: Desk, tenant: TenantRef, rows: Any) -> pd.DataFrame:
    listed, person = rows.subquery("listed"), dim_customer.c
    name: ColumnElement[Any] = person.customer
    if not may_see_people(desk):
        name = case((name.is_not(None), "•••"))
    columns = ("order_key", "order_id", "order_date", "order_status", "total_amount", "balance_amount")
    joined = listed.join(dim_customer, listed.c.customer_key == person.customer_key)
    wanted = select(*(listed.c[one] for one in columns), name.label("customer")).select_from(joined)
    warehouse = desk.parts.warehouses.open(desk.viewer, tenant)
    days = timedelta(days=int(warehouse.policies["invoice_due_days"]))
    return to_pandas(warehouse.frame(wanted)).assign(tenant=tenant.name, currency=tenant.currency, days=days)


def _line(line: dict[Any, Any]) -> list[Cell]:
    number, day, left = str(line["order_id"]), line["order_date"], line["balance_amount"]
    shown = number if len(number) <= _LONG else f"{number[: _LONG - 1]}…"
    link = dcc.Link(shown, title=number, href=invoice_address(number, line["tenant"]), className="cell-link")
    amounts = [format_value(amount, Unit.MONEY, line["currency"]) for amount in (line["total_amount"], left)]
    due = format_day(day + line["days"]) if day and left and left > 0 else MISSING
    told = str(line["customer"] or MISSING)
    return [link, format_day(day) if day else MISSING, told, format_word(str(line["order_status"])), *amounts, due]


def _search(desk: Desk) -> Any:
    """Looks when Enter is pressed or the field is left."""
    control = dbc.Input(id=Switches.FOCUS, type="search", value=desk.state.focus, debounce=True, maxlength=60,
                        className="field-input", placeholder="Number, phone or name")  # fmt: skip
    label = html.Label("Find an invoice", htmlFor=Switches.FOCUS, className="field-label")
    return html.Div([label, control], className="field")
