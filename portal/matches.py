"""Records of customers that were taken for one person: listed, the least sure first, and parted where that was wrong.

A wrong match is undone by the policy `separate_customers`: two references "source:key" that are never one person.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from portal import audit
from portal.errors import ConflictError, InputError, UnknownNameError
from portal.policies import PolicyRow, load_policies, policy, save_policy
from portal.source_changes import By
from portal.viewer import TenantRef
from portal.warehouse.duckdb import Warehouse
from portal.warehouse.schema import customer_identity, dim_customer

POLICY = "separate_customers"
PAGE_ROWS = 10
Pair = tuple[str, str]

_FIELDS = ("source", "customer_id", "phone", "email")


@dataclass(frozen=True)
class Record:
    """A customer as one source writes them."""

    source: str
    customer_id: str | None
    phone: str | None
    email: str | None

    def references(self) -> list[str]:
        """Ways to name it, the most exact first."""
        return [f"{self.source}:{key}" for key in (self.customer_id, self.email, self.phone) if key and key.strip()]

    def is_named(self, reference: str) -> bool:
        """Whether a reference names it, too; phones are compared by their last nine digits, however written."""
        source, _, key = reference.partition(":")
        texts = {text.strip().lower() for text in (self.customer_id, self.email, self.phone) if text}
        digits = re.sub(r"\D", "", key)[-9:]
        is_phone = len(digits) >= 7 and digits == re.sub(r"\D", "", self.phone or "")[-9:]
        return source == self.source and (key.strip().lower() in texts or is_phone)


@dataclass(frozen=True)
class Match:
    """Two records that were taken for one person.

    Attributes:
        identity_key: of the record, in the snapshot it was read from.
        customer: name of the person.
        record, first: the record, and the first record of the person it was joined to.
        rule, confidence: what joined them, and how sure that is, 0 to 1.
    """

    identity_key: int
    customer: str | None
    record: Record
    first: Record
    rule: str
    confidence: float


def find_matches(warehouse: Warehouse, search: str, page: int) -> tuple[int, list[Match]]:
    """(how many there are, one page of them), the least sure first.

    `search` is a part of a name, a phone or an e-mail address; blanks and signs in a phone do not matter.
    """
    counted = warehouse.frame(_matches(search, [func.count().label("count")]))
    order = (customer_identity.c.confidence, dim_customer.c.customer, customer_identity.c.identity_key)
    chosen = _matches(search, _COLUMNS).order_by(*order).limit(PAGE_ROWS).offset(max(page, 0) * PAGE_ROWS)
    return int(counted["count"][0]), [_match(row) for row in warehouse.frame(chosen).to_dicts()]


def match_of(warehouse: Warehouse, identity_key: int) -> Match:
    """One match.

    Raises:
        UnknownNameError: there is no such match in this snapshot.
    """
    rows = warehouse.frame(_matches("", _COLUMNS).where(customer_identity.c.identity_key == identity_key)).to_dicts()
    if not rows:
        raise UnknownNameError("match", str(identity_key), [])
    return _match(rows[0])


def pair_of(match: Match) -> Pair:
    """Two references for the policy: the first names one of the records and not the other, the second the other.

    A record that fits both references of a pair goes to the first (`etl.separation`), so only that has to be exact.

    Raises:
        InputError: every key of one is a key of the other, so that they cannot be told apart.
    """
    for one, other in ((match.first, match.record), (match.record, match.first)):
        exact = next((each for each in one.references() if not other.is_named(each)), None)
        if exact is not None and other.references():
            return exact, other.references()[0]
    raise InputError(
        "These two records have the same number, e-mail and phone in the same source; nothing tells them apart. "
        "Correct one of them in the source.",
        field="match",
    )


def separations(session: Session, tenant: TenantRef, by: By) -> list[Pair]:
    """The pairs that are never one person, as in force on the day of `by`."""
    values = policy(load_policies(session, tenant.id), POLICY, by[1].date())
    return [(str(left), str(right)) for left, right in values]


def separate(session: Session, tenant: TenantRef, pair: Pair, by: By) -> None:
    """Say that a pair is two people. Open with `portal.db.writing`.

    Raises:
        ConflictError: that was said already.
    """
    known = separations(session, tenant, by)
    if set(pair) in [set(each) for each in known]:
        raise ConflictError("These are parted already. The numbers follow with the next load.")
    _save(session, tenant, [*known, pair], by)
    details = {"pair": list(pair)}
    audit.record(session, audit.Happening(by[0], "customers separated", " / ".join(pair), tenant.id, details), by[1])


def undo_separation(session: Session, tenant: TenantRef, mark: str, by: By) -> Pair:
    """Take a pair back, by its `mark`. Open with `portal.db.writing`.

    Raises:
        UnknownNameError: there is no such pair (any more).
    """
    known = separations(session, tenant, by)
    pair = next((each for each in known if mark_of(each) == mark), None)
    if pair is None:
        raise UnknownNameError("separation", mark, [])
    _save(session, tenant, [each for each in known if each != pair], by)
    details = {"pair": list(pair)}
    audit.record(session, audit.Happening(by[0], "separation undone", " / ".join(pair), tenant.id, details), by[1])
    return pair


def mark_of(pair: Pair) -> str:
    """What the browser calls a pair: its place in the list may change meanwhile."""
    return hashlib.sha256(json.dumps(pair).encode()).hexdigest()[:20]


def _save(session: Session, tenant: TenantRef, pairs: list[Pair], by: By) -> None:
    row = PolicyRow(POLICY, [list(pair) for pair in pairs], by[1].date())
    save_policy(session, tenant.id, row, by)


_FIRST = customer_identity.alias("first_record")
_COLUMNS: list[Any] = [
    customer_identity.c.identity_key, dim_customer.c.customer, customer_identity.c.rule, customer_identity.c.confidence,
    *(customer_identity.c[name].label(name) for name in _FIELDS),
    *(_FIRST.c[name].label(f"first_{name}") for name in _FIELDS),
]  # fmt: skip


def _matches(search: str, columns: list[Any]) -> Select[*tuple[Any, ...]]:
    """Records that a rule joined to the first record of their person."""
    own = customer_identity.c
    found = (
        select(*columns)
        .select_from(
            customer_identity.join(_FIRST, (_FIRST.c.customer_key == own.customer_key) & (_FIRST.c.rule == "first"))
            .outerjoin(dim_customer, dim_customer.c.customer_key == own.customer_key)
        )
        .where(own.rule.not_in(["first", "alone"]))
    )  # fmt: skip
    wanted = search.strip().lower()
    return found.where(_holds(wanted)) if wanted else found


def _holds(wanted: str) -> ColumnElement[bool]:
    texts = [dim_customer.c.customer, *(table.c[name] for table in (customer_identity, _FIRST) for name in _FIELDS[1:])]
    tests = [func.lower(text).contains(wanted, autoescape=True) for text in texts]
    digits = re.sub(r"\D", "", wanted).lstrip("0")[-9:]  # whatever stands before the number itself
    if len(digits) >= 4:
        phones = (customer_identity.c.phone, _FIRST.c.phone, dim_customer.c.phone)
        tests += [func.regexp_replace(phone, "[^0-9]", "", "g").contains(digits) for phone in phones]
    return or_(*tests)


def _match(row: Mapping[str, Any]) -> Match:
    record = Record(*(row[name] for name in _FIELDS))
    first = Record(*(row[f"first_{name}"] for name in _FIELDS))
    return Match(row["identity_key"], row["customer"], record, first, row["rule"], float(row["confidence"]))
