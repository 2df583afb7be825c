"""What the studies of customers read of a snapshot: visits, totals, what came back, where the last order went."""

from __future__ import annotations

from typing import Any

import polars as pl
from sqlalchemy import ColumnElement, Double, Select, and_, case, cast, func, literal, select

from portal.metrics.expressions import BACK_LINE, BOOKED_LINE, SALE_LINE, SALE_ORDER
from portal.warehouse.duckdb import Warehouse
from portal.warehouse.schema import dim_customer, fact_order, fact_order_line, fact_return

_LINE, _ORDER, _PERSON = fact_order_line.c, fact_order.c, dim_customer.c
_KNOWN = _LINE.has_customer
FREE = "free_orders_are_visits"
PURCHASE = and_(SALE_LINE, _KNOWN, _LINE.net_amount > 0)
"""Lines that make somebody a customer: the same that `dim_customer.first_order_date` is made of."""


def read_visits(warehouse: Warehouse) -> pl.DataFrame:
    """customer_key, order_date, net_amount (float): purchases of a customer on a day, sorted by both.

    Orders of nothing but free goods are purchases only where the policy `free_orders_are_visits` says so.
    """
    amount = cast(func.sum(_LINE.net_amount), Double).label("net_amount")
    bought = and_(SALE_LINE, _KNOWN) if warehouse.policies[FREE] else PURCHASE
    days = select(_LINE.customer_key, _LINE.order_date, amount).where(bought, _LINE.order_date.is_not(None))
    grouped = days.group_by(_LINE.customer_key, _LINE.order_date)
    return warehouse.frame(grouped.order_by(_LINE.customer_key, _LINE.order_date))


def read_people(warehouse: Warehouse) -> pl.DataFrame:
    """Every known customer: customer_key, orders, first and last order, has_consent, net_amount and
    contribution_amount to date (exact; the latter missing without any known cost), returned_documents, place_key and
    channel_key of the last order; sorted by customer_key."""
    people = warehouse.frame(
        select(
            _PERSON.customer_key, func.coalesce(_PERSON.order_count, 0).label("orders"), _PERSON.first_order_date,
            _PERSON.last_order_date, _PERSON.has_consent,
        ).where(_PERSON.customer_key != 0)
    )  # fmt: skip
    for each in (_totals(), _returned(), _places()):
        people = people.join(warehouse.frame(each), on="customer_key", how="left")
    return people.with_columns(
        pl.col("net_amount", "returned_documents", "place_key", "channel_key").fill_null(0)
    ).sort("customer_key")


def _totals() -> Select[Any]:
    profit = func.sum(_LINE.net_amount) - func.sum(_LINE.cost_amount)
    columns = (_LINE.customer_key, func.sum(_LINE.net_amount).label("net_amount"), profit.label("contribution_amount"))
    return select(*columns).where(BOOKED_LINE, _KNOWN).group_by(_LINE.customer_key)


def _returned() -> Select[Any]:
    documents = func.count(_LINE.order_key.distinct()).label("returned_documents")
    return select(_LINE.customer_key, documents).where(BACK_LINE, _KNOWN).group_by(_LINE.customer_key)


def _places() -> Select[Any]:
    latest = func.row(_ORDER.order_date, _ORDER.order_key)
    columns = [func.arg_max(_ORDER[name], latest).label(name) for name in ("place_key", "channel_key")]
    return select(_ORDER.customer_key, *columns).where(SALE_ORDER, _ORDER.has_customer).group_by(_ORDER.customer_key)


def read_shares(warehouse: Warehouse) -> tuple[float | None, float | None]:
    """Of each unit of money ordered by known customers: what stays as net sales, and what as contribution.

    The second is that of lines with a known cost, estimates included; missing where no cost is known, as is the
    first without sales.
    """
    sold = func.sum(_LINE.net_amount).filter(_LINE.line_type == "sale")
    costed = func.sum(_LINE.net_amount).filter(and_(_LINE.line_type == "sale", _LINE.has_cost))
    kept = func.sum(_LINE.net_amount).filter(_LINE.has_cost) - func.sum(_LINE.cost_amount).filter(_LINE.has_cost)
    parts = [cast(one, Double) for one in (func.sum(_LINE.net_amount), sold, kept, costed)]
    net, all_sold, earned, sold_costed = warehouse.frame(select(*parts).where(BOOKED_LINE, _KNOWN)).row(0)
    return _share(net, all_sold), _share(earned, sold_costed)


def _share(top: float | None, bottom: float | None) -> float | None:
    return top / bottom if top is not None and bottom is not None and bottom > 0 else None


def read_cohort_amounts(warehouse: Warehouse) -> pl.DataFrame:
    """cohort_month, age_months, net_amount, contribution_amount: exact money of each cohort and month.

    What came back counts in the month of the sale where it is known, else in that of the return; contribution is
    missing where no cost is known.
    """
    back = select(fact_return.c.line_key, func.min(fact_return.c.order_date).label("sold_on"))
    back_days = back.where(fact_return.c.line_key != 0).group_by(fact_return.c.line_key).subquery("back_days")
    month = case(
        (_LINE.line_type == "sale", _LINE.order_date), else_=func.coalesce(back_days.c.sold_on, _LINE.order_date)
    )
    months: ColumnElement[int] = func.date_diff(literal("month"), _PERSON.first_order_month, month)
    age = func.greatest(months, 0).label("age_months")
    cohort = _PERSON.first_order_month.label("cohort_month")
    profit = func.sum(_LINE.net_amount) - func.sum(_LINE.cost_amount)
    rows = fact_order_line.join(dim_customer, _LINE.customer_key == _PERSON.customer_key).outerjoin(
        back_days, _LINE.line_key == back_days.c.line_key
    )
    amounts = select(cohort, age, func.sum(_LINE.net_amount).label("net_amount"), profit.label("contribution_amount"))
    wanted = amounts.select_from(rows).where(BOOKED_LINE, _KNOWN, _PERSON.first_order_month.is_not(None))
    return warehouse.frame(wanted.group_by(cohort, age).order_by(cohort, age)).with_columns(
        pl.col("age_months").cast(pl.Int32)
    )


def read_months(warehouse: Warehouse) -> pl.DataFrame:
    """customer_key, month, net_amount: exact net sales of each known customer and month."""
    month = func.date_trunc("month", _LINE.order_date).cast(_LINE.order_date.type).label("month")
    rows = select(_LINE.customer_key, month, func.sum(_LINE.net_amount).label("net_amount"))
    return warehouse.frame(
        rows.where(BOOKED_LINE, _KNOWN, _LINE.order_date.is_not(None)).group_by(_LINE.customer_key, month)
    )
