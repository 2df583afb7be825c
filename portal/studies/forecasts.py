"""The study of what is coming: sales by day, week and month, of the whole, of each category, shop and product."""

from __future__ import annotations

import polars as pl
from sqlalchemy import func, select

from portal.events import CALENDAR_EVENTS
from portal.metrics import DIMENSIONS
from portal.studies.forecast_rows import BOUNDS, SCORES, VALUE, adding_up, forecast_cut
from portal.studies.forecast_series import TOTAL
from portal.studies.landings import make_landing
from portal.studies.model import Study
from portal.warehouse.duckdb import Warehouse
from portal.warehouse.schema import dim_product, study_forecast, study_forecast_part

HORIZONS = {"day": 42, "week": 13, "month": 6}
"""How far ahead screens look, in steps of the grain."""
CUTS = {"net_sales": ("category", "shop", "product"), "units": ("category", "shop", "product"), "orders": ("shop",)}
"""What is forecast, and of which parts beside the whole: those that add up to it."""
_NEAR = 28
"""Steps of the near future: four weeks of days."""
_POLICIES = ("week_start", CALENDAR_EVENTS)
_TRIFLE = 0.005
_NOTHING = pl.DataFrame({"forecast_key": []})


def make_forecasts(warehouse: Warehouse) -> pl.DataFrame:
    """Rows of `study_forecast`."""
    made = []
    for measure, cuts in CUTS.items():
        days = forecasts_of(warehouse, measure, "day")
        made += [days, forecasts_of(warehouse, measure, "week"), forecasts_of(warehouse, measure, "month")]
        made.append(make_landing(warehouse, measure, days, (TOTAL, *cuts)))
    known = [rows for rows in made if rows.height]
    if not known:
        return _NOTHING
    return pl.concat(known, how="diagonal_relaxed").with_row_index("forecast_key", offset=1)


def forecasts_of(warehouse: Warehouse, measure: str, grain: str) -> pl.DataFrame:
    """One number by one grain: the whole, and its parts so that they add up to it. Columns as the study's."""
    whole = forecast_cut(warehouse, measure, TOTAL, grain, HORIZONS[grain])
    if not whole.height:
        return whole
    made = [whole]
    for cut in CUTS[measure]:
        if cut != "product":
            parts = forecast_cut(warehouse, measure, cut, grain, HORIZONS[grain])
            made.append(adding_up(parts, whole, pl.lit("")))
        elif grain == "day":
            made.append(_shared_out(warehouse, measure, made[1]))
        else:
            made.append(_products(warehouse, measure, grain, made[1]))
    return pl.concat(made, how="diagonal_relaxed")


def _products(warehouse: Warehouse, measure: str, grain: str, categories: pl.DataFrame) -> pl.DataFrame:
    """Each product by its own series, so that those of a category add up to it."""
    parts = forecast_cut(warehouse, measure, "product", grain, HORIZONS[grain])
    if not parts.height:
        return parts
    placed = _with_categories(parts, warehouse).filter(pl.col("category").is_in(categories["part"].implode()))
    return _with_rest(adding_up(placed, categories, pl.col("category")), categories)


def _shared_out(warehouse: Warehouse, measure: str, categories: pl.DataFrame) -> pl.DataFrame:
    """Each product by day: the forecast of its category times the product's share of the category's next weeks."""
    weeks = forecast_cut(warehouse, measure, "product", "week", HORIZONS["week"])
    if not weeks.height or not categories.height:
        return pl.DataFrame()
    placed = _with_categories(weeks, warehouse)
    sums = placed.group_by("category", "part", "product_key").agg(pl.col(VALUE).sum().clip(0)).sort("category", "part")
    shares = sums.with_columns((pl.col(VALUE) / pl.col(VALUE).sum().over("category")).fill_nan(0).alias("share"))
    days = categories.rename({"part": "category", "product_key": "no_product"}).select(
        "category", "forecast_of", "grain", "forecast_date", "step", VALUE, "forecast_method"
    )
    told = shares.drop(VALUE).join(days, on="category", how="inner", maintain_order="left_right")
    named = told.with_columns(pl.col(VALUE) * pl.col("share"), pl.lit("product").alias("cut")).drop("share")
    return _with_rest(named, categories)


def _with_rest(products: pl.DataFrame, categories: pl.DataFrame) -> pl.DataFrame:
    """With a row for what a category is expected to sell beyond its products that still sell, under no product."""
    sums = products.group_by("category", "forecast_date").agg(pl.col(VALUE).sum().alias("told"))
    wholes = categories.rename({"part": "category"}).drop(*BOUNDS, *SCORES, "step_wape", "step_coverage80")
    rest = wholes.join(sums, on=["category", "forecast_date"], how="left", maintain_order="left").with_columns(
        pl.col(VALUE) - pl.col("told").fill_null(0.0), pl.lit("").alias("part"), pl.lit("product").alias("cut")
    )
    far = rest.filter(pl.col(VALUE).abs() > _TRIFLE).drop("told")
    return pl.concat([products, far], how="diagonal_relaxed").drop("category")


def _with_categories(parts: pl.DataFrame, warehouse: Warehouse) -> pl.DataFrame:
    """With category and product_key of the product of that name."""
    label, category = (DIMENSIONS[name].columns["fact_order_line"] for name in ("product", "category"))
    known = warehouse.frame(
        select(label.label("part"), func.min(category).label("category"),
               func.min(dim_product.c.product_key).label("key"))
        .where(dim_product.c.product_key != 0).group_by(label)
    )  # fmt: skip
    told = parts.drop("product_key").join(known, on="part", how="left", maintain_order="left")
    return told.with_columns(pl.col("category").fill_null(""), pl.col("key").fill_null(0).alias("product_key")).drop(
        "key"
    )


def make_parts(warehouse: Warehouse) -> pl.DataFrame:
    """Rows of `study_forecast_part`."""
    rows, near = study_forecast.c, study_forecast.c.step <= _NEAR
    named = (rows.forecast_of, rows.grain, rows.cut, rows.part, rows.forecast_method, *(rows[name] for name in SCORES))
    told = warehouse.frame(
        select(*named, func.sum(rows.forecast_value).filter(near).label("near_value"),
               func.sum(rows.forecast_value).label("far_value"), func.min(rows.forecast_date).label("first_date"))
        .group_by(*named)
    )  # fmt: skip
    return told.sort("forecast_of", "grain", "cut", "part").with_row_index("part_key", offset=1)


FORECAST_STUDIES: tuple[Study, ...] = (
    Study(study_forecast, make_forecasts, _POLICIES),
    Study(study_forecast_part, make_parts, _POLICIES),
)
