"""Products: those of product files, and those known only from other tables."""

from __future__ import annotations

import polars as pl

from etl.build.keys import Keys, numbered
from portal.warehouse.schema import dim_product

ON = ("source", "product_id")
_NEWEST = ("product", "category", "list_price", "unit_price", "unit_cost", "is_merchandise")


def build_products(products: pl.DataFrame, lines: pl.DataFrame, others: list[pl.DataFrame]) -> Keys:
    """dim_product with its keys.

    What the product file does not say is taken from the newest line that says it: name, category, price, cost.
    list_price falls back on the newest positive unit price of a sale. unit_cost from lines is marked estimated only
    when the lines say so.

    Args:
        products: staging products in the reporting currency.
        lines: order lines with line_type, ordered by date.
        others: frames with source and product_id (movements, parcels …), with or without product and category.
    """
    seen = seen_in_lines(lines)
    ids = pl.concat([frame.select(ON) for frame in (products, lines, *others)]).drop_nulls().unique()
    named = ids.join(named_by_others(others), on=list(ON), how="left")
    both = named.join(products, on=list(ON), how="left").join(seen, on=list(ON), how="left", suffix="_of_lines")
    complete = both.with_columns(
        pl.coalesce("product", "product_of_lines", "product_of_others", "product_id").alias("product"),
        pl.coalesce("category", "category_of_lines", "category_of_others").alias("category"),
        pl.coalesce("list_price", "list_price_of_lines", "unit_price").alias("list_price"),
        pl.coalesce("unit_cost", "unit_cost_of_lines").alias("unit_cost"),
        pl.coalesce("is_merchandise", "is_merchandise_of_lines", pl.lit(value=True)).alias("is_merchandise"),
        pl.col("is_active").fill_null(value=True),
    )
    return numbered(dim_product, complete, ON)


def seen_in_lines(lines: pl.DataFrame) -> pl.DataFrame:
    """Newest known values per product over its lines, which are ordered by date and have line_type."""
    known = (
        lines.select(*ON, *_NEWEST, "line_type")
        .filter(pl.col("product_id").is_not_null())
        .with_columns(
            pl.when((pl.col("line_type") == "sale") & (pl.col("unit_price") > 0)).then("unit_price").alias("unit_price")
        )
    )
    return known.group_by(ON).agg(pl.col(_NEWEST).last(ignore_nulls=True))


def named_by_others(others: list[pl.DataFrame]) -> pl.DataFrame:
    """Names and categories that movements or parcels give for a product."""
    schema = {name: pl.String for name in (*ON, "product", "category")}
    parts = [frame.select(list(schema)) for frame in others if {"product", "category"} <= set(frame.columns)]
    return (
        pl.concat([pl.DataFrame(schema=schema), *parts])
        .group_by(ON)
        .agg(
            pl.col("product").drop_nulls().min().alias("product_of_others"),
            pl.col("category").drop_nulls().min().alias("category_of_others"),
        )
    )
