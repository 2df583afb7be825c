"""Customers one by one, under the filters of the screen: for lists, things to do and exports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Select, String, case, cast, func, literal, select

from callbacks.desk import Desk
from portal.analysis.rfm import SEGMENTS
from portal.metrics.customer_value import CUSTOMERS_TO_DATE
from portal.metrics.dimensions import MASKED
from portal.metrics.lookup import look_up
from portal.metrics.model import Query
from portal.metrics.query import to_pandas
from portal.metrics.scan import joined, predicate
from portal.viewer import Permission
from portal.warehouse.duckdb import Warehouse
from portal.warehouse.schema import dim_customer, study_customer

POLICY_SEGMENTS = ("VIP", "regular", "new", "problematic")
_OWN, _PERSON = study_customer.c, dim_customer.c
_SHOWN = (
    "customer_key", "policy_segment", "rfm_segment", "orders", "first_order_date", "last_order_date", "net_amount",
    "yearly_amount", "recency_days", "usual_gap_days", "gap_limit_days", "is_overdue", "overdue_days",
    "buys_probability", "expected_orders", "predicted_amount", "clv_amount", "return_rate", "has_consent",
)  # fmt: skip
_FEW = 1000
"""So many keys may be named in a question; more are asked for within it."""


@dataclass(frozen=True)
class Wanted:
    """Which customers: a condition on the study, how many, the most money of `by` first."""

    where: ColumnElement[bool] | None = None
    limit: int = 50
    by: str = "net_amount"


def read_customers(desk: Desk, wanted: Wanted) -> pd.DataFrame:
    """One row a customer: tenant, name, city and the columns of the study; empty when the filters rule them out.

    Names are masked for viewers who may not see personal data; ranked over all clients shown.
    """
    if not desk.tenants or not desk.can_ask(CUSTOMERS_TO_DATE.name):
        return pd.DataFrame(columns=["tenant", "customer", "city", *_SHOWN], dtype=object)
    opened = [desk.parts.warehouses.open(desk.viewer, tenant) for tenant in desk.tenants]
    found = [
        to_pandas(warehouse.frame(_rows(desk, wanted, _ranked(desk, wanted, warehouse)))).assign(
            tenant=warehouse.tenant.name
        )
        for warehouse in opened
    ]
    both = pd.concat(found, ignore_index=True)
    ranked = both.sort_values(wanted.by, ascending=False, na_position="last", kind="stable", key=_as_number)
    return ranked.head(wanted.limit).reset_index(drop=True)


def _ranked(desk: Desk, wanted: Wanted, warehouse: Warehouse) -> list[int] | Select[Any]:
    """Keys of the customers wanted, in no order: found among few columns first, as most of them are not shown."""
    asked = look_up(Query((CUSTOMERS_TO_DATE.name,), (), None, desk.filters)).asked
    keys = select(_OWN.customer_key).select_from(joined(CUSTOMERS_TO_DATE, asked))
    keys = keys.where(*predicate(CUSTOMERS_TO_DATE, asked, CUSTOMERS_TO_DATE.where))
    keys = keys if wanted.where is None else keys.where(wanted.where)
    keys = keys.order_by(*_order(wanted)).limit(wanted.limit)
    return keys if wanted.limit > _FEW else warehouse.frame(keys)["customer_key"].to_list()


def _rows(desk: Desk, wanted: Wanted, keys: list[int] | Select[Any]) -> Select[Any]:
    columns = [_name(desk).label("customer"), _PERSON.city.label("city"), *(_OWN[name] for name in _SHOWN)]
    source = study_customer.join(dim_customer, _PERSON.customer_key == _OWN.customer_key)
    rows = select(*columns).select_from(source).where(_OWN.customer_key.in_(keys), _PERSON.customer_key.in_(keys))
    return rows.order_by(*_order(wanted))


def _order(wanted: Wanted) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    return _OWN[wanted.by].desc().nulls_last(), _OWN.customer_key


def focus_of(desk: Desk) -> tuple[str, ColumnElement[bool] | None]:
    """The segment chosen and its condition; ("", None) for everybody."""
    chosen = desk.state.focus
    if chosen in SEGMENTS:
        return chosen, _OWN.rfm_segment == chosen
    if chosen in POLICY_SEGMENTS:
        return chosen, _OWN.policy_segment == chosen
    if chosen == "overdue":
        return chosen, _OWN.is_overdue
    return "", None


def may_see_people(desk: Desk) -> bool:
    """Whether names, phones and e-mails are shown."""
    return Permission.SEE_PERSONAL_DATA in desk.viewer.permissions


def _name(desk: Desk) -> ColumnElement[Any]:
    if not may_see_people(desk):
        return MASKED["customer"]
    unnamed = literal("Customer ") + cast(_PERSON.customer_key, String)
    return func.coalesce(case((_PERSON.customer != "", _PERSON.customer)), _PERSON.customer_id, unnamed)


def _as_number(values: pd.Series) -> pd.Series:
    return pd.to_numeric(values, errors="coerce")
