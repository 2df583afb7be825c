"""Study of what each product at each place needs: its class, how long it lasts, what to order, what lies dead."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import polars as pl
from sqlalchemy import func, select

from portal.analysis.classes import abc, demand, pattern, xyz
from portal.analysis.cover import WHO, days_of_cover, lost_units, recent
from portal.analysis.exact import EXACT
from portal.analysis.reorder import Supply, demand_seen, reorder_point, suggested_quantity
from portal.studies.model import Study
from portal.studies.stock_levels import read_levels
from portal.studies.stock_rows import StockRows, read_on_order, read_prices, read_slices
from portal.warehouse.duckdb import Warehouse
from portal.warehouse.schema import study_stock_item, study_stock_layer

_BY = list(WHO)
_NONE = "none"


def make_items(warehouse: Warehouse) -> pl.DataFrame:
    """Rows of `study_stock_item`."""
    rules, last = warehouse.policies, warehouse.snapshot.as_of
    supply = Supply(*(float(rules[name]) for name in (
        "lead_time_days", "lead_time_deviation_days", "service_level", "order_cover_days")))  # fmt: skip
    parts = [(_items_of(warehouse, rows, supply), _demand_of(rows, rules)) for rows in read_slices(warehouse)]
    if not parts or last is None:
        return pl.DataFrame({"item_key": []})
    products = _classed(pl.concat([demands for _, demands in parts], how="vertical_relaxed"), warehouse)
    whole = pl.concat([items for items, _ in parts], how="vertical_relaxed")
    items = whole.join(products, on="product", how="left", maintain_order="left")
    judged = items.with_columns(_states(rules, last)).with_columns(_needs(supply))
    return judged.with_columns(_amounts(supply)).with_row_index("item_key", offset=1)


def _items_of(warehouse: Warehouse, rows: StockRows, supply: Supply) -> pl.DataFrame:
    """Everything about the products of a slice that does not depend on other products."""
    items = rows.levels.join(rows.places, on="place", maintain_order="left").with_columns(
        pl.col("product").alias("product_key"), pl.col("on_hand").alias("on_hand_quantity"),
        pl.col("is_counted").alias("is_estimated"),
    )  # fmt: skip
    ordered = read_on_order(warehouse, rows).rename({"on_order": "on_order_quantity"})
    for each in (_of_layers(warehouse, rows), _last_sales(rows), _paces(rows, warehouse.policies, supply), ordered):
        items = items.join(each, on=_BY, how="left", maintain_order="left")
    return items


def _of_layers(warehouse: Warehouse, rows: StockRows) -> pl.DataFrame:
    """product, place, fifo_amount, mean_age_days, last_receipt_date of what is open."""
    own = study_stock_layer.c
    age = func.sum(own.remaining_quantity * own.age_days) / func.sum(own.remaining_quantity)
    found = warehouse.frame(
        select(
            own.product_key.label("product"), own.shop_key, own.hub_key, age.label("mean_age_days"),
            func.sum(own.remaining_amount).label("fifo_amount"),
            func.max(own.received_date).label("last_receipt_date"),
        ).group_by(own.product_key, own.shop_key, own.hub_key)
    )  # fmt: skip
    return found.join(rows.places, on=["shop_key", "hub_key"]).drop("shop_key", "hub_key")


def _last_sales(rows: StockRows) -> pl.DataFrame:
    return rows.sales.group_by(WHO).agg(pl.col("day").max().alias("last_sale_date"))


def _paces(rows: StockRows, rules: Mapping[str, Any], supply: Supply) -> pl.DataFrame:
    """product, place and how fast it sells: over the windows of cover, of lost sales and of typical demand."""
    lost, cover, typical = (
        max(int(days), 1) for days in
        (rules["lost_sales_window"], rules["days_of_cover_window"], 7 * int(rules["demand_weeks"]))
    )  # fmt: skip
    there = read_levels(rows, max(lost, cover, typical)).with_columns(pl.col("there").alias("quantity"))
    paces = recent(there, rows.last_day, lost).rename({"daily_units": "lost_pace"})
    for each in (
        recent(there, rows.last_day, cover).select(*WHO, "daily_units"),
        recent(there, rows.last_day, typical).select(
            *WHO, pl.col("daily_units").alias("typical_units"), pl.col("daily_deviation").alias("typical_deviation")
        ),
        demand_seen(there.filter((pl.col("quantity") > 0) | (pl.col("sold") > 0)), supply),
    ):
        paces = paces.drop("daily_deviation", strict=False).join(each, on=_BY, how="left")
    return paces


def _demand_of(rows: StockRows, rules: Mapping[str, Any]) -> pl.DataFrame:
    """product and how much its demand over all places varies."""
    weeks = max(int(rules["demand_weeks"]), 1)
    number = (pl.lit(rows.last_day) - pl.col("day")).dt.total_days() // 7
    weekly = (
        rows.sales.with_columns(number.alias("week")).filter(pl.col("week").is_between(0, weeks - 1))
        .group_by("product", "week").agg(pl.col("sold").sum().alias("units")).filter(pl.col("units") > 0)
    )  # fmt: skip
    begins = rows.movements.group_by("product").agg(pl.col("day").min())
    offered = rows.levels.select("product").unique().sort("product").join(begins, on="product", how="left")
    return demand(weekly, offered.select("product", ((number + 1).fill_null(weeks)).clip(1, weeks).alias("weeks")))


def _classed(demands: pl.DataFrame, warehouse: Warehouse) -> pl.DataFrame:
    """product, unit_price, revenue_amount, and its classes among all products."""
    products = demands.join(read_prices(warehouse), on="product", how="left", maintain_order="left")
    limits = warehouse.policies["xyz_limits"]
    return products.with_columns(
        abc(pl.col("revenue_amount")).alias("abc_class"),
        xyz(pl.col("variation"), limits).fill_null(_NONE).alias("xyz_class"),
        pattern(pl.col("demand_interval"), pl.col("squared_variation")).fill_null(_NONE).alias("demand_pattern"),
        pl.col("variation").alias("demand_variation"),
    ).drop("variation", "demand_interval", "squared_variation")


def _states(rules: Mapping[str, Any], last: date) -> list[pl.Expr]:
    """Out, low, dead; how long it lasts."""
    there = pl.col("on_hand_quantity")
    long_ago = pl.lit(last - timedelta(days=int(rules["dead_stock_days"])))
    unsold = pl.col("last_sale_date").is_null() | (pl.col("last_sale_date") < long_ago)
    return [
        (there <= 0).alias("is_out"),
        ((there > 0) & (there.cast(pl.Float64) <= float(rules["low_stock_limit"]))).alias("is_low"),
        ((there > 0) & unsold & (pl.col("last_receipt_date") < long_ago).fill_null(value=True)).alias("is_dead"),
        days_of_cover(there, pl.col("daily_units")).alias("days_of_cover"),
        lost_units(pl.col("out_days"), pl.col("lost_pace")).alias("lost_quantity"),
    ]


def _needs(supply: Supply) -> list[pl.Expr]:
    """What there is to sell: on hand and on its way."""
    pace, there = pl.col("typical_units"), pl.col("on_hand_quantity") + pl.col("on_order_quantity").fill_null(0)
    point = reorder_point(pace, pl.col("typical_deviation"), supply)
    return [
        point.alias("reorder_point"),
        suggested_quantity(there, point, pace, supply).alias("suggested_quantity"),
        (there.cast(pl.Float64) <= point).fill_null(value=False).alias("is_due"),
    ]


def _amounts(supply: Supply) -> list[pl.Expr]:
    """Money: rounded to the cent's hundredth, as all of these are estimates but the cost of what lies dead."""
    there = pl.col("on_hand_quantity").clip(0) + pl.col("on_order_quantity").fill_null(0)
    short = (supply.lead_days * pl.col("typical_units") - there.cast(pl.Float64)).clip(0)
    price, cost = pl.col("unit_price").cast(pl.Float64), pl.col("unit_cost").cast(pl.Float64)
    return [
        (pl.col("suggested_quantity") * cost).cast(EXACT, strict=False).alias("suggested_amount"),
        pl.when("is_due").then(short * price).cast(EXACT, strict=False).alias("risk_amount"),
        (pl.col("lost_quantity") * price).cast(EXACT, strict=False).alias("lost_amount"),
        pl.when("is_dead").then("stock_amount").alias("dead_amount"),
    ]


ITEMS = Study(study_stock_item, make_items, (
    "stock_age_limits", "aged_stock_days", "lost_sales_window", "days_of_cover_window", "demand_weeks", "xyz_limits",
    "low_stock_limit", "dead_stock_days", "lead_time_days", "lead_time_deviation_days", "service_level",
    "order_cover_days",
))  # fmt: skip
