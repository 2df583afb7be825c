"""Policies: a tenant's settings that change what counts. Typed, with defaults, in force from a day on.

The functions are pure: values are passed in. Only `load_policies` and `save_policy` touch the database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.errors import InputError, UnknownNameError
from portal.models import PolicyValue


@dataclass(frozen=True)
class Kind:
    """A type of policy value: its name for people and the test a JSON value must pass."""

    name: str
    accepts: Callable[[Any], bool]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_share(value: Any) -> bool:
    return _is_number(value) and 0 <= value <= 1


def _is_pair(value: Any) -> bool:
    """Two different references "source:key"."""
    if not isinstance(value, list) or len(value) != 2 or not all(isinstance(one, str) for one in value):
        return False
    return value[0] != value[1] and all(all(map(str.strip, one.partition(":"))) for one in value)


WHOLE = Kind("a whole number, 0 or more", lambda value: _is_whole(value) and value >= 0)
NUMBER = Kind("a number, 0 or more", lambda value: _is_number(value) and value >= 0)
SHARE = Kind("a number from 0 to 1", _is_share)
MONTH = Kind("a month from 1 to 12", lambda value: _is_whole(value) and 1 <= value <= 12)
WEEKDAY = Kind("a weekday from 1 (Monday) to 7 (Sunday)", lambda value: _is_whole(value) and 1 <= value <= 7)
WORD = Kind("a word", lambda value: isinstance(value, str) and bool(value))
WORDS = Kind("a list of words", lambda value: isinstance(value, list) and all(isinstance(word, str) for word in value))
YES_NO = Kind("true or false", lambda value: isinstance(value, bool))
SHARES = Kind(
    "shares from 0 to 1 by source", lambda value: isinstance(value, dict) and all(map(_is_share, value.values()))
)
COUNTS = Kind(
    "whole numbers, 0 or more, by name",
    lambda value: isinstance(value, dict) and all(_is_whole(one) and one >= 0 for one in value.values()),
)
PAIRS = Kind(
    'a list of pairs like ["imiq:C-12", "onesoko:77"], each a source and its customer id, phone or e-mail',
    lambda value: isinstance(value, list) and all(map(_is_pair, value)),
)


@dataclass(frozen=True)
class Policy:
    """One policy: its default, the unit people read it in, what it changes and which values it takes."""

    name: str
    default: Any
    unit: str
    meaning: str
    kind: Kind


@dataclass(frozen=True)
class PolicyRow:
    """One value of one policy, in force from `valid_from` until the next one."""

    name: str
    value: Any
    valid_from: date


_ALL = (
    Policy("excluded_statuses", ["cancelled"], "order states",
           "Orders in these states are not booked: they are outside every sales metric.", WORDS),
    Policy("realised_statuses", ["delivered"], "order states", "Booked orders in these states are realised.", WORDS),
    Policy("returned_statuses", ["returned", "refunded"], "order states",
           "An order in one of these states without return lines of its own came back whole: return lines are written "
           "for it on the day of the state.", WORDS),
    Policy("withdraw_vanished_files", False, "true or false",
           "Rows of a file that is no longer in its folder are withdrawn with the next load of the folder; otherwise "
           "they stay, and the load says so.", YES_NO),
    Policy("void_return_statuses", ["rejected", "declined", "denied", "cancelled", "canceled", "failed", "expired"],
           "states of returns", "Recorded returns in these states never came about: they lower no sales.", WORDS),
    Policy("status_when_missing", "confirmed", "order state", "State of orders whose source gives none.", WORD),
    Policy("week_start", 1, "weekday", "First day of the week; 1 is Monday.", WEEKDAY),
    Policy("fiscal_year_start_month", 1, "month",
           "First month of the fiscal year, which is named after the year it ends in.", MONTH),
    Policy("assumed_cost_rate", {"imiq": 0.60}, "share of net price by source",
           "Cost of goods of a line whose cost is unknown, as a share of its price; shown as an estimate.", SHARES),
    Policy("shared_phone_limit", 5, "names or ids",
           "A phone used with more names or ids than this is nobody's: it does not join customers.", WHOLE),
    Policy("separate_customers", [], "pairs of customers",
           "These are never one person, whatever phone, e-mail or id they share: a wrong merge undone.", PAIRS),
    Policy("courier_class_sources", ["hvar"], "sources",
           "Sources whose deliveries are classed by the cash they collect and linked to the sale they follow.", WORDS),
    Policy("order_link_days", 365, "days",
           "A maintenance, service or return delivery belongs to a sale that arrived at most this long before.", WHOLE),
    Policy("order_link_rival_days", 7, "days",
           "Sales of one customer that arrived this close together compete for what follows: the link is less sure.",
           WHOLE),
    Policy("fx_max_age_days", 7, "days", "How old the last known exchange rate may be on the business date.", WHOLE),
    Policy("discount_cap", 1.0, "share of gross amount", "What a discount goes above this leaks.", SHARE),
    Policy("low_stock_limit", 5, "units", "Stock above 0 and up to this is low.", NUMBER),
    Policy("days_of_cover_window", 30, "days", "Days of sales that days of cover looks back on.", WHOLE),
    Policy("cost_coverage_limit", 0.95, "share of net sales", "Profit is badged when less of it has a cost.", SHARE),
    Policy("vip_value", 5000, "reporting currency", "Customers who spent more than this are VIP.", NUMBER),
    Policy("vip_orders", 10, "orders", "Customers with at least this many orders are VIP.", WHOLE),
    Policy("regular_orders", 3, "orders", "Customers with at least this many orders are regular.", WHOLE),
    Policy("service_cod_limit", 500, "reporting currency",
           "A parcel with cash on delivery above this is a sale; up to it a maintenance visit, with none a service "
           "parcel.", NUMBER),
    Policy("problematic_return_rate", 0.30, "share of orders", "Customers who return more are problematic.", SHARE),
    Policy("lead_score_points", {"phone": 40, "email": 35, "city": 15, "child age or lead type": 10}, "points",
           "Score of a lead: the sum over what is known of it.", COUNTS),
    Policy("lead_completeness_points", {"phone": 40, "email": 35, "city": 15, "name": 10}, "points",
           "Of several rows of one lead the one with the most points is kept.", COUNTS),
    Policy("lead_high_priority", 70, "points", "Leads with at least this score have high priority.", WHOLE),
    Policy("lead_medium_priority", 40, "points", "Leads with at least this score have medium priority.", WHOLE),
    Policy("lead_follow_up_days",
           {"New Lead": 2, "Initial Contact": 3, "Follow Up 1": 5, "Follow Up 2": 7, "Follow Up 3": 10, "Interested": 3,
            "Trial Membership": 2, "Proposal Sent": 3, "Negotiation": 2, "Ready to Join": 1, "Member": 30,
            "Lost - No Response": 14, "Lost - Not Interested": 30, "Lost - Price": 21, "Lost - Location": 45,
            "Re-engage Later": 60}, "days by lead status",
           "Days until a lead is followed up, from the day its status was set, else its last contact, else the day it "
           "came in.", COUNTS),
)  # fmt: skip

POLICIES: dict[str, Policy] = {policy.name: policy for policy in _ALL}


def policy(values: Iterable[PolicyRow], name: str, day: date) -> Any:
    """The value of policy `name` in force on `day`: the latest valid_from ≤ day, else the default.

    Raises:
        UnknownNameError: there is no such policy.
    """
    if name not in POLICIES:
        raise UnknownNameError("policy", name, POLICIES)
    valid = [row for row in values if row.name == name and row.valid_from <= day]
    return max(valid, key=lambda row: row.valid_from).value if valid else POLICIES[name].default


def in_force(values: Sequence[PolicyRow], day: date) -> dict[str, Any]:
    """Every policy's value on `day`."""
    return {name: policy(values, name, day) for name in POLICIES}


def steps(values: Iterable[PolicyRow], name: str) -> tuple[tuple[date, Any], ...]:
    """Every value of one policy by the day it came into force, earliest first, the default before the first.

    Empty when it was never set.
    """
    rows = sorted((row for row in values if row.name == name), key=lambda row: row.valid_from)
    told = tuple((row.valid_from, row.value) for row in rows)
    return ((date.min, POLICIES[name].default), *told) if told else ()


def check_policy(name: str, value: Any) -> None:
    """Refuse a value the policy does not take.

    Raises:
        UnknownNameError: there is no such policy.
        InputError: the value has another form.
    """
    if name not in POLICIES:
        raise UnknownNameError("policy", name, POLICIES)
    kind = POLICIES[name].kind
    if not kind.accepts(value):
        raise InputError(f"Policy {name}: expected {kind.name}, found {value!r}.", field=name)


def load_policies(session: Session, tenant_id: int) -> tuple[PolicyRow, ...]:
    """All values a tenant ever set, oldest first."""
    found = session.scalars(
        select(PolicyValue).where(PolicyValue.tenant_id == tenant_id).order_by(PolicyValue.valid_from, PolicyValue.name)
    )
    return tuple(PolicyRow(row.name, row.value, row.valid_from) for row in found)


def save_policy(session: Session, tenant_id: int, row: PolicyRow, by: tuple[str, datetime]) -> Any:
    """Set a policy from a day on; a value set for that very day is replaced.

    Args:
        session: of a writing transaction.
        tenant_id: whose.
        row: name, value, first day.
        by: who sets it, and when (UTC).

    Returns:
        The value that was in force on that day.

    Raises:
        UnknownNameError: there is no such policy.
        InputError: the value has another form.
    """
    check_policy(row.name, row.value)
    before = policy(load_policies(session, tenant_id), row.name, row.valid_from)
    known = session.scalar(
        select(PolicyValue).where(
            PolicyValue.tenant_id == tenant_id, PolicyValue.name == row.name, PolicyValue.valid_from == row.valid_from
        )
    )
    if known is None:
        known = PolicyValue(tenant_id=tenant_id, name=row.name, valid_from=row.valid_from)
        session.add(known)
    known.value, known.set_by, known.set_at = row.value, by[0], by[1]
    session.flush()
    return before
