"""Parcels one by one: found by number, order, phone or name, else those that are late; a line opens the parcel."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import dash_bootstrap_components as dbc
import pandas as pd
from dash import dcc, html
from sqlalchemy import ColumnElement, Select, case, func, or_, select

from callbacks.customer_rows import may_see_people
from callbacks.desk import Desk
from callbacks.linked_table import Cell, linked_table, no_parcels
from layouts.filters import Switches
from layouts.parcel import parcel_address
from layouts.parts import empty_state
from portal.metrics import CATALOGUE
from portal.metrics.format import MISSING, format_day, format_value, format_word
from portal.metrics.listing import counted_rows
from portal.metrics.model import Metric, Query, Unit
from portal.metrics.query import to_pandas
from portal.warehouse.duckdb import Warehouse
from portal.warehouse.schema import dim_courier, dim_customer, dim_place, fact_shipment

SHOWN = 15
_PARCEL = fact_shipment.c
_PHONE = re.compile(r"\d{7,}")
_TAIL = 9
"""Digits of a phone that are the same however it is written."""
_HEAD = [("Parcel", False), ("State", False), ("Sent", False), ("Promised", False), ("Courier", False), ("City", False),
         ("Customer", False), ("Cash", True)]  # fmt: skip


@dataclass(frozen=True)
class Listed:
    """Parcels found: a row each (tenant and currency with it), and what they are."""

    rows: pd.DataFrame
    title: str


def parcels_body(desk: Desk) -> Any:
    """The search and what it found; without a search overdue parcels, most money first, else the latest."""
    if not desk.tenants or not desk.can_ask("overdue_shipments"):
        return no_parcels(desk)
    listed = found_parcels(desk) if desk.state.focus.strip() else waiting_parcels(desk)
    if listed.rows.empty and not desk.state.focus.strip():
        return empty_state("No parcels in this period", "Choose a longer period, clear a filter, or load parcels.")
    if listed.rows.empty:
        nothing = empty_state("No parcel found", "Look for a shipment or tracking number, an order, a phone or a name.")
        return html.Div([_search(desk), nothing], className="finder")
    rows = [_line(desk, line) for line in listed.rows.to_dict("records")]
    note = html.P(listed.title, className="caption")
    return html.Div([_search(desk), note, linked_table(_HEAD, rows, "Parcels")], className="finder")


def found_parcels(desk: Desk) -> Listed:
    """Parcels of any day that the search names; filters do not count, so that none is hidden."""
    text = desk.state.focus.strip()
    rows = select(*fact_shipment.c).where(is_named(desk, text))
    newest = rows.order_by(_PARCEL.ship_date.desc().nulls_last(), _PARCEL.shipment_key.desc()).limit(SHOWN)
    found = _read(desk, newest, "ship_date")
    count = f"The newest {SHOWN} parcels" if len(found) == SHOWN else f"{len(found):,} parcels"
    return Listed(found, f"{'1 parcel' if len(found) == 1 else count} found for “{text}”, of any day")


def waiting_parcels(desk: Desk) -> Listed:
    """Overdue parcels under the filters, most money first; the latest ones where none is overdue."""
    late = _counted(desk, "overdue_shipments", _PARCEL.cod_amount)
    if len(late):
        return Listed(late, "Overdue and still under way, most cash first")
    return Listed(_counted(desk, "shipments", _PARCEL.ship_date), "The latest parcels of the period")


def _counted(desk: Desk, name: str, by: ColumnElement[Any]) -> pd.DataFrame:
    """The parcels that count into a metric, highest `by` first."""
    metric = CATALOGUE[name]
    assert isinstance(metric, Metric)
    order = (by.desc().nulls_last(), _PARCEL.shipment_key)
    rows = counted_rows(metric, Query((name,), (), desk.period, desk.filters), order, SHOWN)
    return _read(desk, select(*rows.c), by.name)


def is_named(desk: Desk, text: str) -> ColumnElement[bool]:
    """Number or order exactly; for who may see people, phones by their last digits and parts of names."""
    named: list[ColumnElement[bool]] = [
        func.lower(column) == text.lower() for column in (_PARCEL.shipment_id, _PARCEL.tracking_id, _PARCEL.order_id)
    ]
    if may_see_people(desk):
        named.append(_PARCEL.customer_key.in_(customers_called(text)))
    return or_(*named)


def customers_called(text: str) -> Select[Any]:
    """Keys of the customers with a phone that ends like it, or with a name that has it."""
    person = dim_customer.c
    digits = "".join(_PHONE.findall(re.sub(r"[\s()+-]", "", text)))[-_TAIL:]
    who = person.phone.endswith(digits) if digits else person.customer.icontains(text, autoescape=True)
    return select(person.customer_key).where(who, person.customer_key != 0)


def _read(desk: Desk, rows: Any, by: str) -> pd.DataFrame:
    """The rows of every client with the names of courier, place and customer, highest `by` first."""
    found = []
    for tenant in desk.tenants:
        warehouse = desk.parts.warehouses.open(desk.viewer, tenant)
        found.append(_named_rows(desk, warehouse, rows).assign(tenant=tenant.name, currency=tenant.currency))
    both = pd.concat(found, ignore_index=True).sort_values("shipment_key", kind="stable")
    return both.sort_values(by, ascending=False, na_position="last", kind="stable").head(SHOWN)


def _named_rows(desk: Desk, warehouse: Warehouse, rows: Any) -> pd.DataFrame:
    listed = rows.subquery("listed")
    name: ColumnElement[Any] = dim_customer.c.customer
    if not may_see_people(desk):
        name = case((name.is_not(None), "•••"))
    joined: Any = listed
    for dimension, key in ((dim_courier, "courier_key"), (dim_place, "place_key"), (dim_customer, "customer_key")):
        joined = joined.join(dimension, listed.c[key] == dimension.c[key])
    columns = [listed.c[one] for one in ("shipment_id", "shipment_status", "ship_date", "promised_date", "cod_amount",
                                         "shipment_key")]  # fmt: skip
    told = (dim_courier.c.courier, dim_place.c.city, name.label("customer"))
    return to_pandas(warehouse.frame(select(*columns, *told).select_from(joined)))


def _line(desk: Desk, line: dict[Any, Any]) -> list[Cell]:
    number = str(line["shipment_id"])
    link = dcc.Link(number, href=parcel_address(number, line["tenant"]), className="cell-link")
    days = [format_day(line[name]) if line[name] else MISSING for name in ("ship_date", "promised_date")]
    told = [str(line[name] or MISSING) for name in ("courier", "city", "customer")]
    return [link, format_word(str(line["shipment_status"] or MISSING)), *days, *told,
            format_value(line["cod_amount"], Unit.MONEY, line["currency"])]  # fmt: skip


def _search(desk: Desk) -> Any:
    """Looks when Enter is pressed or the field is left."""
    control = dbc.Input(id=Switches.FOCUS, type="search", value=desk.state.focus, debounce=True, maxlength=60,
                        className="field-input", placeholder="Number, order, phone or name")  # fmt: skip
    label = html.Label("Find a parcel", htmlFor=Switches.FOCUS, className="field-label")
    return html.Div([label, control], className="field")
