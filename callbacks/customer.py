"""One customer: their standing, their whole story over all sources, and the records taken for them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from dash import Input, Output, dcc, html

from callbacks.customer_rows import may_see_people
from callbacks.desk import Desk, State, open_desk
from callbacks.linked_table import linked_table
from layouts.customer import Ids
from layouts.parcel import parcel_address
from layouts.parts import empty_state, table
from portal.customer_story import MAX_EVENTS, read_customer, read_records, read_story
from portal.metrics.format import MISSING, format_day, format_value
from portal.metrics.model import Unit
from portal.viewer import Permission, TenantRef
from portal.warehouse.duckdb import Warehouse
from portal.wiring import Wiring

HIDDEN = "•••"
_WHO = (
    ("Name", "customer"), ("Customer id", "customer_id"), ("Phone", "phone"), ("Second phone", "second_phone"),
    ("E-mail", "email"), ("City", "city"), ("Country", "country"), ("May be contacted", "has_consent"),
    ("Joined by", "matched_by"), ("Confidence of the match", "match_confidence"),
)  # fmt: skip
_PERSONAL = frozenset({"customer", "phone", "second_phone", "email"})
_STANDING = (
    ("Segment", "policy_segment", None), ("RFM segment", "rfm_segment", None), ("Orders", "orders", Unit.COUNT),
    ("First order", "first_order_date", None), ("Last order", "last_order_date", None),
    ("Silent for", "recency_days", Unit.DAYS), ("Usually orders every", "usual_gap_days", Unit.DAYS),
    ("Overdue after", "gap_limit_days", Unit.DAYS), ("Net sales to date", "net_amount", Unit.MONEY),
    ("Contribution to date", "contribution_amount", Unit.MONEY), ("Sales in a usual year", "yearly_amount", Unit.MONEY),
    ("Share of orders returned", "return_rate", Unit.RATE),
    ("Satisfaction, 1 to 5", "satisfaction_points", Unit.NUMBER), ("Chance to buy soon", "buys_probability", Unit.RATE),
    ("Chance to be still active", "active_probability", Unit.RATE), ("Orders expected", "expected_orders", Unit.NUMBER),
    ("Predicted sales", "predicted_amount", Unit.MONEY), ("Predicted value", "clv_amount", Unit.MONEY),
)  # fmt: skip

_RULES = {
    "first": "the first record", "alone": "the only record", "id": "same id", "phone": "same phone",
    "email": "same e-mail", "second_phone": "second phone", "shared_phone": "a phone several people use",
}  # fmt: skip

Record = dict[str, Any]


def show_customer(state: State) -> dict[str, Any]:
    """Paint the customer the address names."""
    desk = open_desk(state)
    found = find_customer(desk)
    if found is None:
        nothing = empty_state("Not found", "Open a customer from the list of Customers.")
        return {"period": "No such customer", "standing": nothing, "facts": "", "story": "", "records": ""}
    tenant, warehouse, person = found
    name = person["customer"] if may_see_people(desk) else None
    said = f"{name or 'Customer ' + str(person['customer_key'])} · {person['policy_segment'] or 'never bought'}"
    return {
        "period": said,
        "standing": standing_of(person, tenant),
        "facts": facts_of_person(desk, person),
        "story": story_of(warehouse, person["customer_key"], tenant),
        "records": records_of(desk, warehouse, person["customer_key"]),
    }


def find_customer(desk: Desk) -> tuple[TenantRef, Warehouse, Record] | None:
    """The customer whose number is the state's focus; of several clients the first that has one."""
    if not desk.state.focus.isascii() or not desk.state.focus.isdigit() or len(desk.state.focus) > 18:
        return None
    for tenant in desk.tenants:
        warehouse = desk.parts.warehouses.open(desk.viewer, tenant)
        person = read_customer(warehouse, int(desk.state.focus))
        if person is not None:
            return tenant, warehouse, person
    return None


def standing_of(person: Record, tenant: TenantRef) -> Any:
    """What the studies say of them; who came once has had no chance to leave, so nothing is said of it."""
    shown = [row for row in _STANDING if row[1] != "active_probability" or (person.get("visits") or 0) > 1]
    told = [(label, _text(person.get(name), unit, tenant)) for label, name, unit in shown]
    if person.get("is_overdue"):
        told.insert(2, ("Overdue", "Silent for longer than usual"))
    return _facts([(label, text) for label, text in told if text != MISSING])


def facts_of_person(desk: Desk, person: Record) -> Any:
    """Who it is, masked for those who may not see people."""
    seen = may_see_people(desk)
    told = []
    for label, name in _WHO:
        value = person.get(name)
        shown = HIDDEN if name in _PERSONAL and value and not seen else _plain(value)
        told.append((label, shown))
    return _facts([(label, text) for label, text in told if text != MISSING])


def story_of(warehouse: Warehouse, key: int, tenant: TenantRef) -> Any:
    """What happened, newest first."""
    events = read_story(warehouse, key).to_dicts()
    if not events:
        return empty_state("Nothing happened yet", "No source tells an order, parcel, lead or case of this customer.")
    head = [("Date", False), ("What", False), ("", False), ("State", False), ("Money", True), ("Sure", True),
            ("Source", False), ("File", False), ("Row", True)]  # fmt: skip
    rows = [
        [_plain(event["day"]), event["kind"], _linked(event, tenant), str(event["state"] or MISSING).replace("_", " "),
         _text(event["money"], Unit.MONEY, tenant), _text(event["confidence"], Unit.RATE, tenant, short=True),
         event["source"], event["file_name"], _plain(event["source_row"])]
        for event in events
    ]  # fmt: skip
    short = (
        f"The newest {MAX_EVENTS} events."
        if len(events) == MAX_EVENTS
        else f"{len(events):,} {'event' if len(events) == 1 else 'events'}."
    )
    sure = "Sure: how sure the link of a delivery to the sale it follows is; elsewhere the source itself says it."
    return html.Div([linked_table(head, rows, "Story of the customer"), html.P(f"{short} {sure}", className="caption")])


def _linked(event: Record, tenant: TenantRef) -> Any:
    name = str(event["what"] or MISSING)
    if event["kind"] != "Parcel":
        return name
    return dcc.Link(name, href=parcel_address(name.partition(" · ")[0], tenant.name))


def records_of(desk: Desk, warehouse: Warehouse, key: int) -> Any:
    """The records of all sources with the rule and how sure it is."""
    seen = may_see_people(desk)
    head = [("Source", False), ("Id", False), ("Phone", False), ("E-mail", False), ("Joined by", False), ("Sure", True)]
    rows = [
        [one["source"], _plain(one["customer_id"]),
         *(HIDDEN if one[name] and not seen else _plain(one[name]) for name in ("phone", "email")),
         _RULES.get(one["rule"], str(one["rule"])), format_value(one["confidence"], Unit.RATE, "", short=True)]
        for one in read_records(warehouse, key).to_dicts()
    ]  # fmt: skip
    if not rows:
        return empty_state("No record", "No source lists this person; they are known from orders alone.")
    return table(head, rows, "Records taken for this person")


def _facts(pairs: list[tuple[str, str]]) -> Any:
    return html.Dl([part for label, text in pairs for part in (html.Dt(label), html.Dd(text))],
                   className="facts tabular")  # fmt: skip


def _text(value: Any, unit: Unit | None, tenant: TenantRef, short: bool = False) -> str:
    return (
        _plain(value) if unit is None else format_value(value, unit, tenant.currency, short=short or unit is Unit.DAYS)
    )


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, date):
        return format_day(value)
    if isinstance(value, Decimal):
        return format_value(value, Unit.RATE, "", short=True)
    return MISSING if value is None or value == "" else str(value).replace("_", " ")


def register(app: Wiring) -> None:
    """Wire the screen."""
    app.callback(
        output={
            "period": Output(Ids.PERIOD, "children"),
            "standing": Output(f"{Ids.STANDING}-body", "children"),
            "facts": Output(f"{Ids.FACTS}-body", "children"),
            "story": Output(f"{Ids.STORY}-body", "children"),
            "records": Output(f"{Ids.RECORDS}-body", "children"),
        },
        inputs=[Input(Ids.STATE, "data")],
        permission=Permission.VIEW,
        with_page=True,
    )(show_customer)  # fmt: skip
