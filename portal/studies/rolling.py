"""Delivered orders of the last year with what their customer had spent in the year before each of them."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
from sqlalchemy import Double, cast, func, select

from portal.analysis.programme import YEAR, spend_before
from portal.studies.model import Study
from portal.warehouse.duckdb import Warehouse
from portal.warehouse.schema import fact_order
from portal.warehouse.schema.studies_trial import study_rolling_order

_ORDER = fact_order.c


def make_orders(warehouse: Warehouse) -> pl.DataFrame:
    """Rows of `study_rolling_order`, by customer and time; of two years of orders the second, as tiers look back."""
    as_of = warehouse.snapshot.as_of
    if as_of is None:
        return pl.DataFrame({"order_key": []})
    amount = func.coalesce(cast(_ORDER.total_amount, Double), 0.0).label("amount")
    columns = select(
        _ORDER.order_key, _ORDER.customer_key.label("account"), _ORDER.source, _ORDER.order_date, amount
    ).where(
        _ORDER.is_realised, _ORDER.has_customer, _ORDER.document_type == "order",
        _ORDER.order_date > as_of - timedelta(days=2 * YEAR),
    )  # fmt: skip
    found = warehouse.frame(columns.order_by(_ORDER.customer_key, _ORDER.order_date, _ORDER.order_key))
    told = spend_before(found).filter(pl.col("order_date") > as_of - timedelta(days=YEAR))
    return told.rename({"account": "customer_key", "amount": "order_amount"})


ROLLING = Study(study_rolling_order, make_orders)
