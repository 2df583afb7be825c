"""Studies of stock: open layers with their age, what each product needs, the level of every day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from portal.analysis.ageing import aged
from portal.analysis.cover import WHO
from portal.analysis.exact import EXACT
from portal.analysis.layers import fifo
from portal.studies.model import Study
from portal.studies.stock_items import ITEMS
from portal.studies.stock_levels import read_levels
from portal.studies.stock_rows import StockRows, count_places, read_slices
from portal.warehouse.duckdb import Warehouse
from portal.warehouse.schema import study_stock_day, study_stock_layer

_HISTORY_DAYS = 731
_MOST_ROWS = 4_000_000
"""Daily levels are kept for two years, or for as many days as make this many rows."""


def make_layers(warehouse: Warehouse) -> pl.DataFrame:
    """Rows of `study_stock_layer`."""
    parts = [_layers_of(rows, warehouse.policies) for rows in read_slices(warehouse)]
    if not parts:
        return pl.DataFrame({"layer_key": []})
    return pl.concat(parts, how="vertical_relaxed").with_row_index("layer_key", offset=1)


def _layers_of(rows: StockRows, rules: Mapping[str, Any]) -> pl.DataFrame:
    left = fifo(rows.movements).layers.filter(pl.col("remaining") > 0)
    told = aged(left, rows.last_day, rules["stock_age_limits"]).rename(
        {"received": "received_date", "arrived": "arrived_date", "remaining": "remaining_quantity"}
    )
    is_aged = pl.col("age_days") > int(rules["aged_stock_days"])
    return _placed(told, rows).with_columns(is_aged.alias("is_aged"))


def make_days(warehouse: Warehouse) -> pl.DataFrame:
    """Rows of `study_stock_day`."""
    days = min(_HISTORY_DAYS, max(_MOST_ROWS // max(count_places(warehouse), 1), 1))
    parts = [_days_of(rows, days) for rows in read_slices(warehouse)]
    if not parts:
        return pl.DataFrame({"stock_day_key": []})
    whole = pl.concat(parts, how="vertical_relaxed")
    del parts
    return whole.sort("stock_date", "product_key", "shop_key", "hub_key").with_row_index("stock_day_key", offset=1)


def _days_of(rows: StockRows, days: int) -> pl.DataFrame:
    known = read_levels(rows, days).join(_fifo_costs(rows), on=[*WHO, "day"], how="left")
    return _placed(known, rows).select(
        "product_key", "shop_key", "hub_key", "source", "stock_amount", "fifo_cost_amount",
        pl.col("day").alias("stock_date"), pl.col("quantity").alias("on_hand_quantity"),
        ((pl.col("there") <= 0) & (pl.col("sold") <= 0)).alias("is_out"), pl.col("is_counted").alias("is_estimated"),
    )  # fmt: skip


def _placed(told: pl.DataFrame, rows: StockRows) -> pl.DataFrame:
    """With product_key, shop_key, hub_key and source."""
    sources = rows.levels.select("product", "source").unique("product")
    placed = told.join(rows.places, on="place", how="left", maintain_order="left").join(
        sources, on="product", how="left", maintain_order="left"
    )
    return placed.with_columns(pl.col("product").alias("product_key"))


def _fifo_costs(rows: StockRows) -> pl.DataFrame:
    """product, place, day and the cost of what was sold on it, first in, first out; missing where any is not known."""
    cost = (pl.col("quantity") * pl.col("unit_cost")).cast(EXACT)
    sold = fifo(rows.movements).issues.filter(pl.col("kind") == "sale").group_by(*WHO, "day")
    return sold.agg(pl.when(cost.is_not_null().all()).then(cost.sum().cast(EXACT)).alias("fifo_cost_amount"))


STOCK_STUDIES: tuple[Study, ...] = (
    Study(study_stock_layer, make_layers, ("stock_age_limits", "aged_stock_days")),
    ITEMS,
    Study(study_stock_day, make_days),
)
