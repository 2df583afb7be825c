"""fact_return: what came back, from the records of returns and from the return lines of orders, each once."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from etl.build.keys import Keys, with_keys
from etl.build.rows import in_order, look_up
from etl.build.shape import star_frame
from portal.warehouse.schema import fact_return

_OF_ORDER = ("customer_key", "shop_key", "channel_key", "place_key")
_FROM_LINE = ("line_key", "line_date", "line_quantity", "line_value")


def build_fact_return(
    records: pl.DataFrame, lines: pl.DataFrame, orders: pl.DataFrame, dimensions: Sequence[Keys], told_by: pl.DataFrame
) -> pl.DataFrame:
    """One row per return record of the source, and per booked return or cancellation line that no record speaks of.

    A record and a line of the same order and product are the same return, the first of each, the second of each and
    so on; a record without a product is the same as a line of its order that is left. Such a row has the record's
    words and origin, the line's key, and the line's amount and quantity where the record gives none.

    Args:
        records: staging return_line with order_key, in the reporting currency.
        lines: fact_order_line.
        orders: fact_order.
        dimensions: of which the product's key is found.
        told_by: line_key and told_by, the row_key of the record, of lines that were written for a record.
    """
    came_back = lines.filter(pl.col("is_booked") & (pl.col("line_type") != "sale"))
    written = _returned(came_back.join(told_by, on="line_key", how="semi"))
    own = _returned(came_back.join(told_by, on="line_key", how="anti"))
    matched, left = _matched(_recorded(records, dimensions), own)
    told = _with_written(matched, look_up(written, told_by, ("line_key",)))
    both = pl.concat([told, own.filter(pl.col("line_key").is_in(left.implode()))], how="diagonal_relaxed")
    sold = orders.select(
        "order_key", pl.when(pl.col("document_type") == "order").then("order_date").alias("order_date"),
        *(pl.col(name).alias(f"{name}_of_order") for name in _OF_ORDER),
    )  # fmt: skip
    dated = look_up(both, sold, ("order_key",)).with_columns(
        pl.coalesce(name, f"{name}_of_order").alias(name) for name in _OF_ORDER
    )
    ordered = in_order(dated, "return_date", "origin_key", "source_row", "line_key", "return_id")
    return star_frame(fact_return, ordered.with_columns(pl.int_range(1, pl.len() + 1).alias("return_key")))


def _returned(came_back: pl.DataFrame) -> pl.DataFrame:
    """Booked lines of returns and cancellations, as returns."""
    status = pl.when(pl.col("line_type") == "return").then(pl.lit("returned")).otherwise(pl.lit("cancelled"))
    return came_back.select(
        "source", "order_key", "line_key", pl.col("order_date").alias("return_date"), "product_key", *_OF_ORDER,
        status.alias("return_status"), (-pl.col("quantity")).alias("quantity"),
        (-pl.col("net_amount")).alias("return_amount"), pl.lit(value=False).alias("is_recorded"), "origin_key",
        "source_row",
    )  # fmt: skip


def _recorded(records: pl.DataFrame, dimensions: Sequence[Keys]) -> pl.DataFrame:
    keyed = with_keys(records, [keys for keys in dimensions if keys.key == "product_key"])
    ordered = in_order(keyed, "return_date", "source", "return_id", "row_key")
    return ordered.select(
        "source", "return_id", pl.col("order_key").fill_null(0), "return_date", "product_key", "reason",
        pl.col("return_status").fill_null("unknown"), "quantity", "return_amount", "refund_amount",
        pl.lit(value=True).alias("is_recorded"), "origin_key", "source_row", pl.col("row_key").alias("told_by"),
    )  # fmt: skip


def _with_written(records: pl.DataFrame, written: pl.DataFrame) -> pl.DataFrame:
    """Records with the key and, where they give none, the amount of the lines that were written for them."""
    lines = written.group_by("told_by").agg(
        pl.col("line_key").min().alias("key_written"), pl.col("return_amount").sum().alias("value_written")
    )
    return look_up(records, lines, ("told_by",)).with_columns(
        pl.coalesce("line_key", "key_written").alias("line_key"),
        pl.coalesce("return_amount", "value_written").alias("return_amount"),
    ).drop("key_written", "value_written", "told_by")  # fmt: skip


def _matched(records: pl.DataFrame, own: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    """(records completed from the lines they speak of, keys of the lines that no record speaks of)."""
    lines = own.select(
        "order_key", "product_key", "line_key", pl.col("return_date").alias("line_date"),
        pl.col("quantity").alias("line_quantity"), pl.col("return_amount").alias("line_value"),
    )  # fmt: skip
    by_product = _nth(records, lines, ("order_key", "product_key"))
    taken = by_product["line_key"].drop_nulls()
    is_open = (pl.col("product_key") == 0) & pl.col("line_key").is_null()
    rest = lines.filter(~pl.col("line_key").is_in(taken.implode())).drop("product_key")
    by_order = _nth(by_product.filter(is_open).drop(_FROM_LINE), rest, ("order_key",))
    told = pl.concat([by_product.filter(~is_open), by_order.select(by_product.columns)]).with_columns(
        pl.coalesce("return_date", "line_date").alias("return_date"),
        pl.coalesce("quantity", "line_quantity").alias("quantity"),
        pl.coalesce("return_amount", "line_value").alias("return_amount"),
    )
    return told.drop(_FROM_LINE[1:]), own.filter(~pl.col("line_key").is_in(told["line_key"].implode()))["line_key"]


def _nth(records: pl.DataFrame, lines: pl.DataFrame, on: tuple[str, ...]) -> pl.DataFrame:
    """Records with the columns of the line that has the same `on` and the same place among those."""
    place = pl.int_range(pl.len()).over(on).alias("nth")
    known = pl.col("order_key") != 0
    numbered = records.with_columns(pl.when(known).then(place).otherwise(-1).alias("nth"))
    return look_up(numbered, lines.filter(known).with_columns(place), (*on, "nth")).drop("nth")
