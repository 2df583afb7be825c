"""fact_order and fact_order_line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from etl.build.chain import with_orders
from etl.build.costs import with_costs
from etl.build.discounts import allocate_discounts
from etl.build.keys import Keys, with_keys
from etl.build.leakage import with_leakage
from etl.build.lines import with_amounts, with_kind, with_prices
from etl.build.netted import netted_lines
from etl.build.orders import build_orders, keys_of_lines
from etl.build.refunds import refund_lines, with_reason, with_refunds
from etl.build.returns import returned_lines
from etl.build.rows import in_order, look_up, stacked
from etl.build.shape import star_frame
from etl.read.spool import forget_pages
from etl.shelf import Layer
from etl.source import TenantRules
from portal.warehouse.schema import fact_order, fact_order_line

MONEY = pl.Decimal(18, 4)
_MANY = 1_500_000
"""Orders and lines that are set aside in between."""


@dataclass(frozen=True)
class Sales:
    """Lines and documents before they have keys of dimensions.

    Attributes:
        lines: ordered by date, with `line`, their row number. written_for says why a line was written that no row of
            the source is: "state" (see `etl.build.returns`), "record" or "refund" (`etl.build.refunds`), "netted"
            (`etl.build.netted`). told_by is the row_key of the record of the return it was written for.
        orders: ordered by date.
    """

    lines: pl.DataFrame
    orders: pl.DataFrame

    def told_by(self) -> pl.DataFrame:
        """line_key and told_by of the lines that were written for a record of a return."""
        written = self.lines.filter(pl.col("told_by").is_not_null())
        return written.select((pl.col("line") + 1).alias("line_key"), "told_by")


def build_sales(
    tables: dict[str, pl.DataFrame], rules: TenantRules, layer: Layer = dict
) -> tuple[Sales, dict[str, pl.DataFrame]]:
    """Lines with kind and amounts; documents completed from them; both with order_key.

    Args:
        tables: staging tables in the reporting currency.
        rules: policies.
        layer: makes what holds tables that are not being worked on.

    Returns:
        Them, and the staging tables by name, what follows an order with its order_key (`etl.build.chain`).
    """
    away = layer()
    orders, lines = _with_keys(tables, rules)
    if orders.height + lines.height > _MANY:  # what follows them is looked up while they lie on disk
        away["order"], away["order_line"] = orders, lines
        orders, lines = away["order"], away["order_line"]
    forget_pages()
    with_orders(tables, orders, away)
    following = {**tables, **away}
    every, away["order"] = _with_written(lines, orders, following["return_line"], rules)
    del orders, lines
    ordered = in_order(
        every, "order_date", "origin_key", "source_row", "row_key", "written_for", "told_by", "line_type"
    )
    away["order_line"] = ordered.with_row_index("line").cast({"line": pl.Int64})
    return Sales(away["order_line"], away["order"]), following


def _with_keys(tables: dict[str, pl.DataFrame], rules: TenantRules) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Documents, and lines with kind and amounts; both with order_key."""
    priced = with_amounts(with_kind(with_prices(tables["order_line"], tables["product"]), rules))
    lines = allocate_discounts(priced, tables["order"]).with_columns(
        (pl.col("own_discount") + pl.col("order_discount")).cast(MONEY).alias("line_discount"),
        (pl.col("net_own") - pl.col("order_discount")).cast(MONEY).alias("net_amount"),
    )
    forget_pages()
    numbered = build_orders(tables["order"], lines, rules)
    return numbered.drop("line_rows"), with_reason(lines.with_columns(keys_of_lines(numbered)), None)


def _with_written(
    own: pl.DataFrame, orders: pl.DataFrame, records: pl.DataFrame, rules: TenantRules
) -> tuple[pl.DataFrame, pl.DataFrame]:  # fmt: skip
    """The lines with those that are written for what came back, and the orders with what was refunded."""
    both = stacked([own, with_reason(returned_lines(own, orders, rules), "state")])
    netted = with_reason(netted_lines(own, orders), "netted")
    every = stacked([both, refund_lines(both, orders, records, rules).select(both.columns), netted])
    return every, with_refunds(orders, every, records, rules)


def build_fact_order(orders: pl.DataFrame, dimensions: Sequence[Keys]) -> pl.DataFrame:
    """fact_order, ordered by date."""
    keyed = with_keys(orders, dimensions).with_columns((pl.col("customer_key") != 0).alias("has_customer"))
    return star_frame(fact_order, keyed)


def build_fact_order_line(
    lines: pl.DataFrame, dimensions: Sequence[Keys], products: pl.DataFrame, rules: TenantRules
) -> pl.DataFrame:
    """fact_order_line, ordered by date and numbered in that order.

    Args:
        lines: of `build_sales`, with stock_cost; or some of them.
        dimensions: every dimension the line refers to.
        products: staging products, for their stated cost and kind.
        rules: cost policies.
    """
    merchandise = products.select("source", "product_id", pl.col("is_merchandise").alias("product_is_merchandise"))
    told = look_up(lines, merchandise, ("source", "product_id")).with_columns(
        pl.coalesce("is_merchandise", "product_is_merchandise", pl.lit(value=True)).alias("is_merchandise")
    )
    costs = products.select("source", "product_id", pl.col("unit_cost").alias("product_cost"))
    keyed = with_keys(with_leakage(with_costs(told, costs, rules), rules), dimensions)
    price = pl.coalesce("unit_price", pl.col("net_own") * pl.col("quantity").sign())
    sign = (
        pl.when(price > 0).then(pl.lit("positive")).when(price < 0).then(pl.lit("negative"))
        .when(price == 0).then(pl.lit("zero")).otherwise(pl.lit("unknown"))
    )  # fmt: skip
    complete = keyed.drop("discount_amount").rename({"line_discount": "discount_amount"}).with_columns(
        (pl.col("customer_key") != 0).alias("has_customer"), sign.alias("price_sign"),
        (pl.col("line") + 1).alias("line_key"),
    )  # fmt: skip
    return star_frame(fact_order_line, complete)
