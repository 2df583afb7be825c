"""How old stock was at the end of a period that ended before the data does."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import polars as pl
from sqlalchemy import func, select

from callbacks.desk import Desk
from portal.analysis.ageing import aged
from portal.analysis.layers import fifo, remaining_on
from portal.metrics.format import MISSING
from portal.metrics.model import Filter
from portal.studies.stock_rows import read_stock
from portal.warehouse.duckdb import Warehouse
from portal.warehouse.schema import dim_product, fact_stock_movement, study_stock_item

_MOST_MOVEMENTS = 2_000_000
"""With more movements the past is not worked out while somebody waits."""
_FILTERS = {"category": "category", "source": "source"}


def past_day(desk: Desk) -> date | None:
    """The last day of the period when stock of that day can be told: of movements, under filters layers have."""
    day = desk.period.end - timedelta(days=1)
    if not desk.tenants or day >= desk.last_day or any(map(_is_beyond, desk.filters)):
        return None
    return day if all(_is_recorded(desk.parts.warehouses.open(desk.viewer, one)) for one in desk.tenants) else None


def _is_beyond(asked: Filter) -> bool:
    """Whether layers of the past do not know a filter."""
    return asked.dimension not in _FILTERS or bool({"", MISSING} & {*asked.values})


def past_ageing(desk: Desk, day: date) -> pd.DataFrame:
    """age_bucket, fifo_value, layer_units of what lay there at the end of `day`, youngest first."""
    found = [_aged_on(desk, desk.parts.warehouses.open(desk.viewer, tenant), day) for tenant in desk.tenants]
    amount = pl.col("remaining_amount").cast(pl.Float64)
    told = (
        pl.concat(found).group_by("age_rank", "age_bucket").agg(
            pl.when(amount.is_not_null().any()).then(amount.sum()).alias("fifo_value"),
            pl.col("remaining").cast(pl.Float64).sum().alias("layer_units"),
        ).sort("age_rank").drop("age_rank")
    )  # fmt: skip
    return pd.DataFrame(told.to_dict(as_series=False), columns=["age_bucket", "fifo_value", "layer_units"])


def _is_recorded(warehouse: Warehouse) -> bool:
    moved = warehouse.frame(select(func.count()).select_from(fact_stock_movement)).item()
    counted = warehouse.frame(select(func.count()).where(study_stock_item.c.is_estimated)).item()
    return bool(counted == 0 and 0 < moved <= _MOST_MOVEMENTS)


def _aged_on(desk: Desk, warehouse: Warehouse, day: date) -> pl.DataFrame:
    rows = read_stock(warehouse)
    assert rows is not None
    own = dim_product.c
    products = warehouse.frame(select(own.product_key.label("product"), own.category, own.source))
    for each in desk.filters:
        products = products.filter(pl.col(_FILTERS[each.dimension]).is_in(list(each.values)))
    movements = rows.movements.join(products, on="product", how="semi", maintain_order="left")
    left = remaining_on(fifo(movements.filter(pl.col("day") <= day)), day)
    return aged(left, day, warehouse.policies["stock_age_limits"]).select(
        "age_rank", "age_bucket", "remaining", "remaining_amount"
    )
