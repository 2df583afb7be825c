"""Orders that came back whole, in sources that say so by a state instead of return lines."""

from __future__ import annotations

import polars as pl

from etl.build.lines import DOCUMENT
from etl.source import TenantRules

_NEGATED = ("quantity", "line_amount", "gross_amount", "own_discount", "net_own", "order_discount", "line_discount",
            "net_amount", "tax_amount")  # fmt: skip


def returned_lines(lines: pl.DataFrame, orders: pl.DataFrame, rules: TenantRules) -> pl.DataFrame:
    """Return lines for booked orders in a returned state that have no return line of their own.

    Each sale line is mirrored with opposite sign on the day of the state (the day of the order where that is not
    known), so that net sales fall on the day the goods came back. A mirrored line points to the source row of its sale.

    Args:
        lines: with line_type, amounts and order_key.
        orders: documents with order_key, order_status, is_booked, status_date.
        rules: policy returned_statuses.
    """
    came_back = orders.filter(pl.col("order_status").is_in(rules.policies["returned_statuses"]) & pl.col("is_booked"))
    if not came_back.height:
        return lines.clear()
    own = lines.select(*DOCUMENT, "line_type").filter(pl.col("line_type") != "sale").select(DOCUMENT).unique()
    whole = came_back.join(own, on=list(DOCUMENT), how="anti").select("order_key", "status_date")
    sold = lines.filter((pl.col("line_type") == "sale") & pl.col("is_booked"))
    mirrored = sold.join(whole, on="order_key", how="inner", maintain_order="left")
    return mirrored.with_columns(
        *(-pl.col(name) for name in _NEGATED),
        pl.lit("return").alias("line_type"), pl.coalesce("status_date", "order_date").alias("order_date"),
        pl.lit(None, pl.Datetime("us")).alias("ordered_at"), pl.lit(None, pl.Int8).alias("order_hour"),
    ).drop("status_date")  # fmt: skip
