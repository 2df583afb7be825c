"""One parcel: its way step by step, its promise, its money, and the lines of couriers' statements that name it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from dash import Input, Output, dcc, html
from sqlalchemy import ColumnElement, Select, or_, select

from callbacks.desk import Desk, State, open_desk
from callbacks.linked_table import Cell, linked_table
from callbacks.statements import STATES
from layouts.invoice import invoice_address
from layouts.parcel import Ids
from layouts.parts import empty_state, table
from portal.metrics.format import MISSING, format_day, format_value, format_word
from portal.metrics.model import Unit
from portal.viewer import Permission, TenantRef
from portal.warehouse.duckdb import Warehouse
from portal.warehouse.schema import (
    dim_courier,
    dim_customer,
    dim_hub,
    dim_origin,
    dim_place,
    fact_courier_payment,
    fact_order,
    fact_shipment,
    fact_shipment_event,
)
from portal.wiring import Wiring

_PARCEL, _EVENT, _LINE = fact_shipment.c, fact_shipment_event.c, fact_courier_payment.c
_COLUMNS: tuple[ColumnElement[Any], ...] = (
    *fact_shipment.c, dim_courier.c.courier, dim_hub.c.hub, dim_place.c.city, dim_place.c.zone,
    dim_customer.c.customer, dim_customer.c.phone, dim_origin.c.file_name,
    fact_order.c.order_id.label("of_order"), fact_order.c.order_date,
)  # fmt: skip
_FACTS = (
    ("Tracking number", "tracking_id"), ("Kind", "shipment_type"), ("State", "shipment_status"),
    ("Courier", "courier"), ("Hub", "hub"), ("City", "city"), ("Zone", "zone"), ("Customer", "customer"),
    ("Phone", "phone"), ("Order", "of_order"), ("Ordered", "created_date"), ("Picked up", "ship_date"),
    ("Promised", "promised_date"), ("Delivered", "delivered_date"), ("Came back", "returned_date"),
    ("Attempts", "attempts"), ("Attempts that failed", "failed_attempts"), ("Last exception", "exception_reason"),
    ("Source", "source"), ("File", "file_name"), ("Row", "source_row"),
)  # fmt: skip
_PERSONAL = frozenset({"customer", "phone"})
_WORDS = frozenset({"shipment_type", "shipment_status", "exception_reason"})
_MONEY = (
    ("Value of the goods", "shipment_amount"), ("Cash on delivery", "cod_amount"), ("Collected", "collected_amount"),
    ("Remitted", "remitted_amount"), ("Kept for fees", "withheld_amount"), ("Not remitted", "cod_gap_amount"),
    ("Courier's charge", "fee_amount"),
)  # fmt: skip

Record = dict[str, Any]


def show_parcel(state: State) -> dict[str, Any]:
    """Paint the parcel the address names."""
    desk = open_desk(state)
    found = find_parcel(desk)
    if found is None:
        said = f"No parcel of yours has the number {desk.state.focus}." if desk.state.focus else "No parcel is named."
        nothing = empty_state("Not found", "Look for it on Delivery by number, order, phone or name.")
        return {"period": said, "way": nothing, "facts": "", "money": ""}
    tenant, warehouse, parcel = found
    return {
        "period": " · ".join(filter(None, (parcel["shipment_id"], format_word(parcel["shipment_status"] or "")))),
        "way": way_of(warehouse, parcel, tenant),
        "facts": facts_of_parcel(desk, parcel, tenant),
        "money": money_of(warehouse, parcel, tenant),
    }


def find_parcel(desk: Desk) -> tuple[TenantRef, Warehouse, Record] | None:
    """The parcel whose shipment or tracking number is the state's focus; of several the one with cash."""
    number = desk.state.focus
    if not number:
        return None
    for tenant in desk.tenants:
        warehouse = desk.parts.warehouses.open(desk.viewer, tenant)
        frame = warehouse.frame(_named(number))
        if frame.height:
            return tenant, warehouse, frame.row(0, named=True)
    return None


def _named(number: str) -> Select[Any]:
    source = fact_shipment
    joined: Any = source
    for dimension in (dim_courier, dim_hub, dim_place, dim_customer, dim_origin):
        key = next(iter(dimension.primary_key.columns)).name
        joined = joined.join(dimension, source.c[key] == dimension.c[key])
    joined = joined.join(fact_order, _PARCEL.order_key == fact_order.c.order_key, isouter=True)
    columns = {column.name: column for column in _COLUMNS}
    return (
        select(*columns.values()).select_from(joined)
        .where(or_(_PARCEL.shipment_id == number, _PARCEL.tracking_id == number))
        .order_by(_PARCEL.cod_amount.is_(None), _PARCEL.shipment_key).limit(1)
    )  # fmt: skip


def way_of(warehouse: Warehouse, parcel: Record, tenant: TenantRef) -> Any:
    """Steps, promise and payout in the order of time."""
    events = warehouse.frame(
        select(_EVENT.event_at, _EVENT.event_date, _EVENT.event_status, _EVENT.description, dim_hub.c.hub)
        .select_from(fact_shipment_event.join(dim_hub, _EVENT.hub_key == dim_hub.c.hub_key))
        .where(_EVENT.shipment_key == parcel["shipment_key"])
    )
    steps = [(at, day, format_word(str(status)), " · ".join(filter(None, (told, hub))))
             for at, day, status, told, hub in events.iter_rows()]  # fmt: skip
    steps += _own_steps(parcel, {step[2] for step in steps})
    if not steps:
        return empty_state("No step is known", "No source tells of this parcel's way.")
    ordered = sorted(steps, key=lambda step: (step[1] or date.max, step[0] or datetime.max))
    rows = [[_moment(at, day, tenant.timezone), what, note or MISSING] for at, day, what, note in ordered]
    return table([("When", False), ("What", False), ("Where, why", False)], rows, "Steps of the parcel")


def _own_steps(parcel: Record, told: set[str]) -> list[tuple[datetime | None, date | None, str, str]]:
    """What the parcel's own row says, where no step says it."""
    own = [
        (parcel["created_at"], parcel["created_date"], "New", "ordered"),
        (parcel["picked_up_at"], parcel["ship_date"], "Picked up", ""),
        (parcel["delivered_at"], parcel["delivered_date"], "Delivered", ""),
        (None, parcel["returned_date"], "Returned", ""),
        (parcel["promised_at"], parcel["promised_date"], "Promised for this day", ""),
        (None, parcel["remitted_date"], "Cash paid out by the courier", ""),
    ]  # fmt: skip
    return [step for step in own if step[1] is not None and step[2] not in told]


def _moment(at: datetime | None, day: date | None, zone: str) -> str:
    if at is None:
        return format_day(day) if day else MISSING
    local = at.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(zone))
    return f"{format_day(local.date())} {local:%H:%M}"


def facts_of_parcel(desk: Desk, parcel: Record, tenant: TenantRef) -> Any:
    """What is known of it, its order a link to the invoice; personal data only for those who may see it."""
    is_masked = Permission.SEE_PERSONAL_DATA not in desk.viewer.permissions
    rows: list[list[Cell]] = []
    for label, name in _FACTS:
        value = parcel[name]
        if value is None or value == "":
            continue
        text = format_day(value) if isinstance(value, date) else str(value)
        text = format_word(text) if name in _WORDS else text
        shown: Cell = "•••" if is_masked and name in _PERSONAL else text
        if name == "of_order":
            shown = dcc.Link(text, href=invoice_address(text, tenant.name), className="cell-link")
        rows.append([label, shown])
    return linked_table([("What", False), ("Value", False)], rows, "What is known of the parcel")


def money_of(warehouse: Warehouse, parcel: Record, tenant: TenantRef) -> Any:
    """Its amounts, and every line of a statement that names it."""
    rows = [[label, _money(parcel[name], tenant)] for label, name in _MONEY if parcel[name] is not None]
    own = table([("What", False), ("Amount", True)], rows, "Amounts of the parcel")
    lines = warehouse.frame(
        select(_LINE.paid_date, _LINE.collected_amount, _LINE.fee_amount, _LINE.paid_amount, _LINE.difference_amount,
               _LINE.payment_state)
        .where(_LINE.shipment_key == parcel["shipment_key"]).order_by(_LINE.payment_key)
    )  # fmt: skip
    if not lines.height:
        return own if rows else empty_state("No amount is known", "No source tells of this parcel's money.")
    told = [
        [format_day(day) if day else MISSING, STATES.get(state, state), *(_money(amount, tenant) for amount in amounts)]
        for day, *amounts, state in lines.iter_rows()
    ]
    head = [("Paid on", False), ("What it is", False), ("Collected", True), ("Fee", True), ("Paid", True),
            ("Missing", True)]  # fmt: skip
    title = html.H3("Lines of couriers' statements", className="card-title")
    return html.Div([own, title, table(head, told, "Lines of couriers' statements")], className="stack")


def _money(amount: Decimal | None, tenant: TenantRef) -> str:
    return format_value(amount, Unit.MONEY, tenant.currency)


def register(app: Wiring) -> None:
    """Wire the screen."""
    app.callback(
        output={"period": Output(Ids.PERIOD, "children"), "way": Output(f"{Ids.WAY}-body", "children"),
                "facts": Output(f"{Ids.FACTS}-body", "children"), "money": Output(f"{Ids.MONEY}-body", "children")},
        inputs=[Input(Ids.STATE, "data")], permission=Permission.VIEW, with_page=True,
    )(show_parcel)  # fmt: skip
