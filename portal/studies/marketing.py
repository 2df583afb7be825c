"""Studies of marketing: what orders with a coupon sold, cost and gave away."""

from __future__ import annotations

import polars as pl
from sqlalchemy import func, select

from portal.studies.model import Study
from portal.warehouse.duckdb import Warehouse
from portal.warehouse.schema import fact_coupon, fact_order, fact_order_line, study_coupon_order

_KEYS = ("customer_key", "channel_key", "shop_key", "place_key", "employee_key", "origin_key", "source_row")


def make_coupon_orders(warehouse: Warehouse) -> pl.DataFrame:
    """Rows of `study_coupon_order`."""
    use, order, line = fact_coupon.c, fact_order.c, fact_order_line.c
    lowered = (
        select(use.order_key, func.sum(use.coupon_amount).label("coupon_amount"))
        .where(use.coupon_amount > 0, use.order_key != 0).group_by(use.order_key).subquery()
    )  # fmt: skip
    lines = (
        select(line.order_key, func.sum(line.net_amount).label("net_amount"), func.sum(line.cost_amount).label("cost"),
               func.bool_and(line.cost_amount.is_not(None)).label("is_known"))
        .where(line.is_booked, line.order_key.in_(select(lowered.c.order_key))).group_by(line.order_key).subquery()
    )  # fmt: skip
    joined = lowered.join(lines, lowered.c.order_key == lines.c.order_key).join(
        fact_order, order.order_key == lowered.c.order_key
    )
    found = warehouse.frame(
        select(lowered.c.order_key, order.source, order.order_date, *(order[name] for name in _KEYS),
               lines.c.net_amount, lines.c.cost, lines.c.is_known, lowered.c.coupon_amount)
        .select_from(joined).order_by(lowered.c.order_key)
    )  # fmt: skip
    return found.with_columns(pl.when("is_known").then("cost").alias("cost_amount"))


MARKETING_STUDIES: tuple[Study, ...] = (Study(study_coupon_order, make_coupon_orders),)
