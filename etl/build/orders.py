"""Order documents: those the source gives, and those known only from their lines."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from etl.build.lines import DOCUMENT, INHERITED, with_status
from etl.build.rows import has_no_twins, in_order, look_up
from etl.source import TenantRules

MONEY = pl.Decimal(18, 4)
_FIRSTS = (*INHERITED, "origin_key", "source_row", "row_key", "source_currency", "fx_rate")
_SUMMED = ("net_own", "order_discount", "tax_amount")


def date_orders(orders: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Orders without a date or currency take those of their first line."""
    if not orders.height or not lines.height:
        return orders
    firsts = lines.group_by(DOCUMENT, maintain_order=True).agg(
        pl.col("order_date").min().alias("line_date"), pl.col("currency").drop_nulls().first().alias("line_currency")
    )
    joined = look_up(orders, firsts, DOCUMENT, once=True)
    return joined.with_columns(
        pl.coalesce("order_date", "line_date").alias("order_date"),
        pl.coalesce("currency", "line_currency").alias("currency"),
    ).drop("line_date", "line_currency")


def build_orders(orders: pl.DataFrame, lines: pl.DataFrame, rules: TenantRules) -> pl.DataFrame:
    """One row per document, numbered by `order_key` in order of date, source and id.

    Args:
        orders: staging orders in the reporting currency with source_total_amount, source_currency and fx_rate.
        lines: with line_type, is_booked, net_own, order_discount, tax_amount, source_currency, fx_rate.

    Returns:
        Staging order columns completed from lines, plus order_key, document_type, is_booked, is_realised. A total the
        source does not give is the sum of line amounts, their tax and the order's shipping (is_total_estimated). A
        refund is positive, whichever sign the source gives it. line_rows: row numbers of the document's lines.
    """
    both = _united(orders, _documents(lines, _asked(orders, lines)))
    summed = pl.col("lines_amount") + pl.col("lines_tax").fill_null(0) + pl.col("shipping_amount").fill_null(0)
    complete = both.with_columns(
        pl.coalesce("total_amount", summed.cast(MONEY)).alias("total_amount"),
        pl.coalesce("tax_amount", "lines_tax").alias("tax_amount"), pl.col("refund_amount").abs(),
        (pl.col("total_amount").is_null() | pl.col("is_total_estimated").fill_null(value=False)).alias(
            "is_total_estimated"
        ),
        pl.when(pl.col("has_sale").fill_null(value=True)).then(pl.lit("order")).otherwise(pl.lit("credit_note"))
        .alias("document_type"),
    )  # fmt: skip
    return with_status(complete, rules).with_row_index("order_key", offset=1).cast({"order_key": pl.Int64})


def keys_of_lines(orders: pl.DataFrame) -> pl.Series:
    """The order_key of every line that `orders` was built from, in the order of the lines."""
    lines = orders.select("order_key", "line_rows").filter(pl.col("line_rows").is_not_null()).explode("line_rows")
    return lines.sort("line_rows")["order_key"]


def _asked(orders: pl.DataFrame, lines: pl.DataFrame) -> list[str]:
    """What the lines are asked for: all of `_FIRSTS` where a document has no order, else what some order lacks."""
    documents = list(DOCUMENT)
    if not orders.height or lines.select(documents).join(orders.select(documents), on=documents, how="anti").height:
        return list(_FIRSTS)
    return [name for name in _FIRSTS if orders[name].null_count()]


def _united(orders: pl.DataFrame, documents: pl.DataFrame) -> pl.DataFrame:
    """Every order once, completed from its lines, by date, source and id; only their places are joined and sorted."""
    if not orders.height:
        absent = (pl.lit(None, dtype).alias(name) for name, dtype in orders.schema.items())
        ordered = in_order(documents, "order_date", "source", "order_id")
        return ordered.with_columns(one for one in absent if one.meta.output_name() not in documents.columns)
    dates = [pl.col("order_date").alias("line_date")] if "order_date" in documents.columns else []
    places = in_order(
        orders.select(*DOCUMENT, "order_date").with_row_index("_order")
        .join(documents.select(*DOCUMENT, *dates).with_row_index("_line"), on=list(DOCUMENT), how="full", coalesce=True)
        .with_columns(pl.coalesce("order_date", "^line_date$")),
        "order_date", "source", "order_id",
    )  # fmt: skip
    own = orders.select(pl.all().gather(places["_order"])).with_columns(places.select(DOCUMENT).get_columns())
    told = documents.select(pl.exclude(DOCUMENT).gather(places["_line"]).name.suffix("_of_lines"))
    names = [name for name in documents.columns if name not in DOCUMENT]
    filled = (
        pl.coalesce(name, f"{name}_of_lines") if name in own.columns else pl.col(f"{name}_of_lines").alias(name)
        for name in names
    )
    return own.hstack(told).with_columns(filled).drop(told.columns)


def _documents(lines: pl.DataFrame, asked: Sequence[str]) -> pl.DataFrame:
    """One row per document of the lines: first known values of `asked`, in the lines' order; booked lines speak first.

    Only columns that some lines fill and others do not are searched past nulls.
    """
    ranked = lines.select(
        *DOCUMENT, *asked, *_SUMMED, "is_booked", (pl.col("line_type") == "sale").alias("is_sale"),
        pl.int_range(pl.len(), dtype=pl.UInt32).alias("line_rows"),
    )  # fmt: skip
    if not ranked["is_booked"].all():
        ranked = ranked.sort(~pl.col("is_booked"), maintain_order=True)
    if has_no_twins(ranked, DOCUMENT):
        return _single_documents(ranked)
    blanks = {name: ranked[name].null_count() for name in asked}
    partly = [name for name in asked if 0 < blanks[name] < ranked.height]
    grouped = ranked.with_row_index("_first").group_by(DOCUMENT, maintain_order=True).agg(
        pl.col("_first").first(), pl.col("line_rows"), *(pl.col(name).first(ignore_nulls=True) for name in partly),
        pl.col("is_sale").any().alias("has_sale"), *_sums(ranked),
    )  # fmt: skip
    known = [name for name in asked if not blanks[name]]
    whole = [ranked.select(known)[grouped["_first"]]] if known else []
    silent = (pl.lit(None, ranked.schema[name]).alias(name) for name in asked if blanks[name] == ranked.height)
    return pl.concat([grouped.drop("_first"), *whole], how="horizontal").with_columns(silent)


def _single_documents(lines: pl.DataFrame) -> pl.DataFrame:
    """Documents of lines that are one each, as a counter without order numbers has them."""
    amount = (pl.col("net_own") - pl.col("order_discount")).fill_null(0)
    return lines.with_columns(
        pl.concat_list("line_rows"), pl.col("is_sale").alias("has_sale"),
        pl.when(pl.col("net_own").is_not_null()).then(amount).cast(MONEY).alias("lines_amount"),
        pl.col("tax_amount").cast(MONEY).alias("lines_tax"),
    ).drop("is_sale", "is_booked", *_SUMMED)  # fmt: skip


def _sums(lines: pl.DataFrame) -> tuple[pl.Expr, pl.Expr]:
    """lines_amount, null where a line of the document has none, and lines_tax, null where all have none."""
    amount, tax = (pl.col("net_own") - pl.col("order_discount")).sum(), pl.col("tax_amount").sum()
    if lines["net_own"].null_count():
        amount = pl.when(pl.col("net_own").is_not_null().all()).then(amount)
    if lines["tax_amount"].null_count():
        tax = pl.when(pl.col("tax_amount").is_not_null().any()).then(tax)
    return amount.cast(MONEY).alias("lines_amount"), tax.cast(MONEY).alias("lines_tax")
