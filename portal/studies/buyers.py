"""What known customers bought: how often before the last year of the data, and the margin of that year."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
from sqlalchemy import Double, cast, func, select

from portal.analysis.programme import YEAR
from portal.studies.model import Study
from portal.warehouse.duckdb import Warehouse
from portal.warehouse.schema import dim_customer, fact_order_line
from portal.warehouse.schema.studies_trial import study_buyer


def make_buyers(warehouse: Warehouse) -> pl.DataFrame:
    """Rows of `study_buyer`, by customer."""
    as_of = warehouse.snapshot.as_of
    if as_of is None:
        return pl.DataFrame({"customer_key": []})
    start, line, who = as_of - timedelta(days=YEAR), fact_order_line.c, dim_customer.c
    gain = line.net_amount - func.coalesce(line.cost_amount, 0)
    columns = select(
        line.customer_key, func.any_value(func.date_trunc("quarter", who.first_order_date)).label("first_quarter"),
        func.count(line.order_key.distinct()).filter(line.order_date <= start).label("orders_before"),
        func.coalesce(cast(func.sum(gain).filter(line.order_date > start), Double), 0.0).label("margin"),
    ).select_from(fact_order_line.join(dim_customer, who.customer_key == line.customer_key))  # fmt: skip
    bought = columns.where(line.is_booked, line.has_customer)
    return warehouse.frame(bought.group_by(line.customer_key).order_by(line.customer_key))


BUYERS = Study(study_buyer, make_buyers)
