"""What the studies of stock read of a snapshot: movements at places, counted stock, sales by day, products."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl
from sqlalchemy import ColumnElement, func, select, true

from portal.analysis.exact import EXACT
from portal.analysis.openings import derived_openings
from portal.metrics.expressions import SALE_LINE
from portal.warehouse.duckdb import Warehouse
from portal.warehouse.schema import dim_product, fact_order_line, fact_stock_level, fact_stock_movement

_LINE, _MOVE, _LEVEL, _PRODUCT = fact_order_line.c, fact_stock_movement.c, fact_stock_level.c, dim_product.c
_IS_STOCK = _MOVE.movement_type != "on_order"
_SPOT = ("shop_key", "hub_key")
_YEAR = 365
SLICE = 1_000_000
"""Movements that are looked at at once: their layers and levels take less than a gigabyte."""
Span = tuple[int, int]
"""First and last key of the products wanted."""


@dataclass(frozen=True)
class StockRows:
    """Stock of one snapshot.

    Attributes:
        movements: product, place, day, kind, quantity, unit_cost, link, is_estimated as `fifo` takes them, and
            cost_amount; counted stock as derived openings.
        levels: product, place, on_hand, unit_cost, stock_amount, is_counted: one row a product and place.
        places: place, shop_key, hub_key.
        sales: product, place, day, sold: units sold, one row a day with sales.
        first_day, last_day: of the data.
    """

    movements: pl.DataFrame
    levels: pl.DataFrame
    places: pl.DataFrame
    sales: pl.DataFrame
    first_day: date
    last_day: date


def read_stock(warehouse: Warehouse, product: int | None = None) -> StockRows | None:
    """Everything about stock, of one product (its key) or all of them; None without any."""
    span = None if product is None else (product, product)
    if warehouse.snapshot.as_of is None or not _levels(warehouse, span).height:
        return None
    return _read(warehouse, span, _pooled(warehouse))


def read_slices(warehouse: Warehouse, most: int = SLICE) -> Iterator[StockRows]:
    """Everything about stock, some products at a time, by key: about as many as have `most` movements. None without
    any stock.

    What products say does not depend on each other, so studies of any number of movements need the memory of a slice.
    """
    if warehouse.snapshot.as_of is None or not _levels(warehouse, None).height:
        return
    pooled = _pooled(warehouse)
    for span in _spans(warehouse, most):
        yield _read(warehouse, span, pooled)


def count_places(warehouse: Warehouse) -> int:
    """How many products at places there are."""
    return _pool(_levels(warehouse, None), _pooled(warehouse)).n_unique(["product", *_SPOT])


def _spans(warehouse: Warehouse, most: int) -> list[Span]:
    """First and last product key of each slice."""
    keys = [
        warehouse.frame(select(column.label("product"), func.count().label("rows")).group_by(column))
        for column in (_MOVE.product_key, _LEVEL.product_key)
    ]
    counted = pl.concat(keys).group_by("product").agg(pl.col("rows").sum()).sort("product")
    number = (pl.col("rows").cum_sum() - pl.col("rows")) // most
    ends = counted.group_by(number.alias("slice"), maintain_order=True).agg(
        pl.col("product").min().alias("first"), pl.col("product").max().alias("last")
    )
    return list(ends.select("first", "last").iter_rows())


def _read(warehouse: Warehouse, span: Span | None, pooled: list[str]) -> StockRows:
    as_of = warehouse.snapshot.as_of or date.min
    first, sold = _first_day(warehouse, as_of), _sold(warehouse, span)
    moved, levels = _pool(_moved(warehouse, span), pooled), _pool(_levels(warehouse, span), pooled)
    places = pl.concat([moved.select(_SPOT), levels.select(_SPOT)]).unique().sort(_SPOT).with_row_index("place")
    places = places.with_columns(pl.col("place").cast(pl.Int64))
    moved, levels = (one.join(places, on=_SPOT, maintain_order="left") for one in (moved, levels))
    levels = _one_a_place(levels, moved)
    counted = levels.filter("is_counted").select("product", "place")
    recorded = moved.join(counted, on=["product", "place"], how="anti", maintain_order="left")
    sales = _sales(recorded, sold.join(counted.unique("product", keep="first"), on="product"))
    openings = _openings(levels, sold, first)
    whole = pl.concat([_dated(recorded, first), openings], how="diagonal_relaxed")
    return StockRows(whole.sort("day", maintain_order=True), levels, places, sales, first, as_of)


def _first_day(warehouse: Warehouse, as_of: date) -> date:
    days = (select(func.min(day)) for day in (_LINE.order_date, _MOVE.movement_date))
    known: list[date] = [day for each in days if (day := warehouse.frame(each).item()) is not None]
    return min([as_of, *known])


def _of(column: ColumnElement[Any], span: Span | None) -> ColumnElement[bool]:
    return true() if span is None else column.between(*span)


def _moved(warehouse: Warehouse, span: Span | None) -> pl.DataFrame:
    """Movements in the order of time; what came in without a cost has the average it was booked at."""
    rows = warehouse.frame(
        select(
            _MOVE.product_key.label("product"), _MOVE.shop_key, _MOVE.hub_key, _MOVE.source,
            _MOVE.movement_date.label("day"), _MOVE.movement_type.label("kind"), _MOVE.quantity, _MOVE.unit_cost,
            _MOVE.cost_amount, _MOVE.reference_id.label("link"), _MOVE.is_estimated.label("is_counted"),
            _MOVE.moved_at, _MOVE.movement_key,
        ).where(_MOVE.quantity.is_not(None), _IS_STOCK, _of(_MOVE.product_key, span))
    ).sort("day", "moved_at", "movement_key", nulls_last=False).drop("moved_at", "movement_key")  # fmt: skip
    booked = (pl.col("cost_amount").cast(pl.Float64) / pl.col("quantity").cast(pl.Float64)).cast(EXACT, strict=False)
    is_link = pl.col("kind").is_in(["sale", "return_in", "transfer"])
    return rows.with_columns(
        pl.when(pl.col("quantity") >= 0).then(pl.coalesce("unit_cost", booked)).alias("unit_cost"),
        pl.when(is_link).then("link").alias("link"),
    )


def _levels(warehouse: Warehouse, span: Span | None) -> pl.DataFrame:
    return warehouse.frame(
        select(
            _LEVEL.product_key.label("product"), _LEVEL.shop_key, _LEVEL.hub_key, _LEVEL.source,
            _LEVEL.on_hand_quantity.label("on_hand"), _LEVEL.stock_amount,
        ).where(_LEVEL.on_hand_quantity.is_not(None), _of(_LEVEL.product_key, span))
    )  # fmt: skip


def _sold(warehouse: Warehouse, span: Span | None) -> pl.DataFrame:
    """product, day, quantity: units of booked sale lines."""
    units = func.sum(_LINE.quantity).label("quantity")
    rows = select(_LINE.product_key.label("product"), _LINE.order_date.label("day"), units).where(
        SALE_LINE, _LINE.order_date.is_not(None), _LINE.quantity > 0, _of(_LINE.product_key, span)
    )
    return warehouse.frame(rows.group_by(_LINE.product_key, _LINE.order_date)).with_columns(
        pl.col("quantity").cast(EXACT)
    )


def _pooled(warehouse: Warehouse) -> list[str]:
    """Sources some of whose places give goods out and never get any: there a place says nothing about stock."""
    gets = func.count().filter(_MOVE.quantity > 0, _IS_STOCK, _MOVE.movement_type.not_in(("return_in", "adjustment")))
    gives = func.count().filter(_MOVE.quantity < 0)
    lacking = select(_MOVE.source).group_by(_MOVE.source, _MOVE.shop_key, _MOVE.hub_key).having(gets == 0, gives > 0)
    return warehouse.frame(lacking)["source"].unique().to_list()


def _pool(rows: pl.DataFrame, pooled: list[str]) -> pl.DataFrame:
    is_pooled = pl.col("source").is_in(pooled)
    return rows.with_columns(pl.when(is_pooled).then(0).otherwise(pl.col(name)).alias(name) for name in _SPOT)


def _one_a_place(levels: pl.DataFrame, moved: pl.DataFrame) -> pl.DataFrame:
    counted = moved.group_by("product", "place").agg(pl.col("is_counted").all())
    amount = pl.when(pl.col("stock_amount").is_not_null().any()).then(pl.col("stock_amount").sum())
    whole = levels.group_by("product", "place").agg(
        pl.col("source").first(), pl.col("on_hand").sum().cast(EXACT), amount.cast(EXACT).alias("stock_amount")
    )
    per_unit = pl.col("stock_amount").cast(pl.Float64) / pl.col("on_hand").cast(pl.Float64)
    costs = moved.drop_nulls("unit_cost").group_by("product").agg(pl.col("unit_cost").last().alias("last_cost"))
    known = whole.join(counted, on=["product", "place"], how="left").join(costs, on="product", how="left")
    return known.with_columns(
        pl.col("is_counted").fill_null(value=True),
        pl.coalesce(pl.when(pl.col("on_hand") > 0).then(per_unit.cast(EXACT, strict=False)), "last_cost")
        .alias("unit_cost"),
    ).drop("last_cost").sort("product", "place")  # fmt: skip


def _openings(levels: pl.DataFrame, sold: pl.DataFrame, first: date) -> pl.DataFrame:
    counts = levels.filter(pl.col("is_counted"), pl.col("on_hand") > 0).select(
        "product", "place", pl.col("on_hand").alias("quantity"), "unit_cost"
    )
    return derived_openings(counts, sold, first).with_columns(
        pl.lit("opening").alias("kind"), pl.lit(None, pl.String).alias("link"),
        pl.lit(value=True).alias("is_estimated"),
        (pl.col("quantity") * pl.col("unit_cost")).cast(EXACT).alias("cost_amount"),
    )  # fmt: skip


def _dated(recorded: pl.DataFrame, first: date) -> pl.DataFrame:
    """Movements of sources that do not say when are the oldest, as in weighted average cost, and an estimate."""
    return recorded.select(
        "product", "place", pl.col("day").fill_null(pl.lit(first)), "kind", "quantity", "unit_cost", "link",
        pl.col("day").is_null().alias("is_estimated"), "cost_amount",
    )  # fmt: skip


def _sales(recorded: pl.DataFrame, counted: pl.DataFrame) -> pl.DataFrame:
    """Units sold by place: of movements where there are any, else of orders."""
    moved = recorded.filter(pl.col("kind") == "sale", pl.col("day").is_not_null()).select(
        "product", "place", "day", (-pl.col("quantity")).alias("sold")
    )
    ordered = counted.select("product", "place", "day", pl.col("quantity").alias("sold"))
    both = pl.concat([moved, ordered], how="vertical_relaxed").group_by("product", "place", "day")
    return both.agg(pl.col("sold").sum().cast(EXACT)).sort("product", "place", "day")


def read_on_order(warehouse: Warehouse, rows: StockRows) -> pl.DataFrame:
    """product, place, on_order: units ordered and not here yet; 0 where the source tells of other orders.

    Products of sources that tell of no order at all are not in it: there nobody knows. An order for no place, or for
    one without stock, is for the product's first place.
    """
    told = warehouse.frame(
        select(_MOVE.source, _MOVE.product_key.label("product"), _MOVE.shop_key, _MOVE.hub_key,
               func.sum(_MOVE.quantity).label("on_order"))
        .where(~_IS_STOCK, _MOVE.quantity > 0).group_by(_MOVE.source, _MOVE.product_key, _MOVE.shop_key, _MOVE.hub_key)
    ).with_columns(pl.col("on_order").cast(EXACT))  # fmt: skip
    stocked = rows.levels.filter(pl.col("source").is_in(told["source"].unique().implode())).select("product", "place")
    meant = told.join(rows.places, on=_SPOT, how="left").join(
        stocked.with_columns(pl.col("place").alias("own")), on=["product", "place"], how="left"
    ).join(stocked.group_by("product").agg(pl.col("place").min().alias("first")), on="product")  # fmt: skip
    ordered = meant.group_by("product", pl.coalesce("own", "first").alias("place")).agg(pl.col("on_order").sum())
    return stocked.join(ordered, on=["product", "place"], how="left").with_columns(
        pl.col("on_order").fill_null(0).cast(EXACT)
    )


def read_prices(warehouse: Warehouse) -> pl.DataFrame:
    """product, list_price, revenue_amount (net of the last year) and unit_price (mean of it, else the list price)."""
    as_of = warehouse.snapshot.as_of or date.min
    recent = SALE_LINE & (_LINE.order_date > as_of - timedelta(days=_YEAR))
    totals = select(
        _LINE.product_key.label("product"), func.sum(_LINE.net_amount).label("revenue_amount"),
        func.sum(_LINE.quantity).label("units"),
    ).where(recent).group_by(_LINE.product_key)  # fmt: skip
    listed = warehouse.frame(select(_PRODUCT.product_key.label("product"), _PRODUCT.list_price))
    known = listed.join(warehouse.frame(totals), on="product", how="left")
    mean = pl.col("revenue_amount").cast(pl.Float64) / pl.col("units").cast(pl.Float64)
    price = pl.when(pl.col("units") > 0).then(mean.cast(EXACT, strict=False))
    return known.select(
        "product", pl.col("revenue_amount").cast(EXACT), pl.coalesce(price, "list_price").alias("unit_price")
    )
