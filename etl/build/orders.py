"""Order documents: those the source gives, and those known only from their lines."""

from __future__ import annotations

import polars as pl

from etl.build.lines import DOCUMENT, INHERITED, with_status
from etl.build.rows import look_up
from etl.source import TenantRules

MONEY = pl.Decimal(18, 4)
_ORIGIN = ("origin_key", "source_row", "row_key")


def date_orders(orders: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Orders without a date or currency take those of their first line."""
    if not orders.height or not lines.height:
        return orders
    firsts = lines.group_by(DOCUMENT, maintain_order=True).agg(
        pl.col("order_date").min().alias("line_date"), pl.col("currency").drop_nulls().first().alias("line_currency")
    )
    joined = look_up(orders, firsts, DOCUMENT)
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
        refund is positive, whichever sign the source gives it.
    """
    documents = _documents(lines)
    both = orders.join(documents, on=list(DOCUMENT), how="full", coalesce=True, suffix="_of_lines")
    shared = [name for name in documents.columns if f"{name}_of_lines" in both.columns]
    both = both.with_columns(pl.coalesce(name, f"{name}_of_lines").alias(name) for name in shared)
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
    ordered = with_status(complete, rules).sort("order_date", "source", "order_id", nulls_last=True)
    return ordered.with_row_index("order_key", offset=1).cast({"order_key": pl.Int64})


def _documents(lines: pl.DataFrame) -> pl.DataFrame:
    """One row per document of the lines: first known values, in the lines' order; booked lines speak first."""
    ranked = lines.sort(~pl.col("is_booked"), maintain_order=True) if not lines["is_booked"].all() else lines
    names = [*INHERITED, *_ORIGIN, "source_currency", "fx_rate"]
    return ranked.group_by(DOCUMENT, maintain_order=True).agg(
        *(_first(ranked, name) for name in names),
        (pl.col("line_type") == "sale").any().alias("has_sale"),
        _sum_if(pl.col("net_own").is_not_null().all(), pl.col("net_own") - pl.col("order_discount"), "lines_amount"),
        _sum_if(pl.col("tax_amount").is_not_null().any(), pl.col("tax_amount"), "lines_tax"),
    )


def _sum_if(condition: pl.Expr, amount: pl.Expr, name: str) -> pl.Expr:
    """Sum of a group, null where the condition says it is not known."""
    return pl.when(condition).then(amount.sum()).cast(MONEY).alias(name)


def _first(lines: pl.DataFrame, name: str) -> pl.Expr:
    """First known value of a group; the costly search past nulls only where there are any."""
    blanks = lines[name].null_count()
    if blanks in {0, lines.height}:
        return pl.col(name).first()
    return pl.col(name).drop_nulls().first()
