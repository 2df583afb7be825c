"""Policies: a tenant's settings that change what counts. Typed, with defaults, in force from a day on.

The functions are pure: values are passed in. Only `load_policies` and `save_policy` touch the database. The policies
themselves are listed by area, a module each.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.errors import InputError, UnknownNameError
from portal.models import PolicyValue
from portal.policies.customers import CUSTOMERS
from portal.policies.delivery import DELIVERY
from portal.policies.finance import FINANCE
from portal.policies.governance import GOVERNANCE
from portal.policies.kinds import Policy
from portal.policies.leads import LEADS
from portal.policies.loyalty import LOYALTY
from portal.policies.sales import SALES
from portal.policies.staff import STAFF
from portal.policies.stock import STOCK

__all__ = [
    "BY_DAY", "POLICIES", "Policy", "PolicyRow", "check_policy", "in_force", "load_policies", "policy", "save_policy",
    "steps", "with_steps",
]  # fmt: skip


@dataclass(frozen=True)
class PolicyRow:
    """One value of one policy, in force from `valid_from` until the next one."""

    name: str
    value: Any
    valid_from: date


_ALL = (*SALES, *STOCK, *CUSTOMERS, *DELIVERY, *LEADS, *LOYALTY, *GOVERNANCE, *FINANCE, *STAFF)

POLICIES: dict[str, Policy] = {policy.name: policy for policy in _ALL}

BY_DAY = " by day"
"""Ends the name under which a policy's values by the day they came into force stand beside the one of today."""


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


def with_steps(values: Sequence[PolicyRow], day: date) -> dict[str, Any]:
    """`in_force`, and under the policy's name + `BY_DAY` the steps of each policy that was ever set."""
    told = {name: steps(values, name) for name in dict.fromkeys(row.name for row in values) if name in POLICIES}
    return {**in_force(values, day), **{f"{name}{BY_DAY}": found for name, found in told.items()}}


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
