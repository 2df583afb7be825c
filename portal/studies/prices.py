"""The study of prices: days from which on a product had another list price."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
from sqlalchemy import ColumnElement, func, select

from portal.analysis.prices import price_changes
from portal.metrics.expressions import SALE_LINE
from portal.studies.model import Study
from portal.warehouse.duckdb import Warehouse
from portal.warehouse.schema import fact_order_line, study_price_change

_LOOK_BACK = 761
_MOST_PRODUCTS = 500
"""Of shops with more, the products sold for the most are looked at: marks of a chart are for what moves it."""


def make_price_changes(warehouse: Warehouse) -> pl.DataFrame:
    """Rows of `study_price_change`."""
    as_of, line = warehouse.snapshot.as_of, fact_order_line.c
    if as_of is None:
        return pl.DataFrame({"change_key": []})
    recent = (
        SALE_LINE,
        line.order_date >= as_of - timedelta(days=_LOOK_BACK),
        line.quantity > 0,
        line.product_key != 0,
    )
    top = (
        select(line.product_key).where(*recent).group_by(line.product_key)
        .order_by(func.sum(line.net_amount).desc(), line.product_key).limit(_MOST_PRODUCTS)
    )  # fmt: skip
    price = func.median(line.gross_amount / line.quantity)
    sold = warehouse.frame(
        select(line.product_key.label("product"), line.order_date.label("day"), price.label("price"))
        .where(*recent, line.product_key.in_(top), line.gross_amount > 0).group_by(line.product_key, line.order_date)
    )  # fmt: skip
    changes = price_changes(sold.with_columns(pl.col("price").cast(pl.Float64)))
    shares = _shares(warehouse, recent)
    changes = changes.join(shares, on="product", how="left", maintain_order="left")
    named = {"product": "product_key", "day": "change_date"}
    return changes.rename(named).sort("change_date", "product_key").with_row_index("change_key", offset=1)


def _shares(warehouse: Warehouse, recent: tuple[ColumnElement[bool], ...]) -> pl.DataFrame:
    """product, sales_share: of net sales of all products."""
    line = fact_order_line.c
    sums = warehouse.frame(
        select(line.product_key.label("product"), func.sum(line.net_amount).label("sales_share")).where(*recent)
        .group_by(line.product_key)
    )  # fmt: skip
    amount = pl.col("sales_share").cast(pl.Float64)
    return sums.with_columns((amount / amount.sum()).fill_nan(None))


PRICE_STUDIES: tuple[Study, ...] = (Study(study_price_change, make_price_changes),)
