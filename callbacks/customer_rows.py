"""Customers one by one, under the filters of the screen: for lists, things to do and exports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, String, case, cast, func, literal, select

from callbacks.desk import Desk
from portal.analysis.rfm import SEGMENTS
from portal.metrics.customer_value import CUSTOMERS_TO_DATE
from portal.metrics.dimensions import MASKED
from portal.metrics.lookup import look_up
from portal.metrics.model import Query
from portal.metrics.query import to_pandas
from portal.metrics.scan import joined, predicate
from portal.viewer import Permission
from portal.warehouse.schema import dim_customer, study_customer

POLICY_SEGMENTS = ("VIP", "regular", "new", "problematic")
_OWN, _PERSON = study_customer.c, dim_customer.c
_SHOWN = (
    "customer_key", "policy_segment", "rfm_segment", "orders", "first_order_date", "last_order_date", "net_amount",
    "yearly_amount", "recency_days", "usual_gap_days", "gap_limit_days", "is_overdue", "overdue_days",
    "buys_probability", "expected_orders", "predicted_amount", "clv_amount", "return_rate", "has_consent",
)  # fmt: skip


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
    asked = look_up(Query((CUSTOMERS_TO_DATE.name,), (), None, desk.filters)).asked
    order = _OWN[wanted.by]
    columns = [_name(desk).label("customer"), _PERSON.city.label("city"), *(_OWN[name] for name in _SHOWN)]
    source = joined(CUSTOMERS_TO_DATE, asked).join(dim_customer, _PERSON.customer_key == _OWN.customer_key)
    rows = select(*columns).select_from(source).where(*predicate(CUSTOMERS_TO_DATE, asked, CUSTOMERS_TO_DATE.where))
    rows = rows if wanted.where is None else rows.where(wanted.where)
    rows = rows.order_by(order.desc().nulls_last(), _OWN.customer_key).limit(wanted.limit)
    found = [
        to_pandas(desk.parts.warehouses.open(desk.viewer, tenant).frame(rows)).assign(tenant=tenant.name)
        for tenant in desk.tenants
    ]
    both = pd.concat(found, ignore_index=True)
    ranked = both.sort_values(wanted.by, ascending=False, na_position="last", kind="stable", key=_as_number)
    return ranked.head(wanted.limit).reset_index(drop=True)


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
