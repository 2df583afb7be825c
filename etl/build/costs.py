"""What a line cost: the source's own cost, else the average at the moment of sale, else an estimate that says so."""

from __future__ import annotations

import polars as pl

from etl.build.rows import look_up
from etl.source import TenantRules

MONEY = pl.Decimal(18, 4)


def with_costs(lines: pl.DataFrame, product_costs: pl.DataFrame, rules: TenantRules) -> pl.DataFrame:
    """Add cost_amount, has_cost and is_cost_estimated.

    In this order: unit_cost of the line; stock_cost (at the weighted average cost of the stock at the moment of sale,
    see `etl.build.average_cost`); the product's latest unit_cost, estimated; policy assumed_cost_rate × net_amount of
    merchandise, estimated.
    cost_amount carries the sign of the quantity; null where nothing is known.

    Args:
        lines: with quantity, unit_cost, stock_cost, net_amount, is_merchandise, is_cost_estimated.
        product_costs: source, product_id, product_cost: the unit cost the product file states.
        rules: policy assumed_cost_rate by source.
    """
    priced = look_up(lines, product_costs, ("source", "product_id"))
    quantity = pl.col("quantity")
    own = pl.coalesce((quantity * pl.col("unit_cost")).cast(MONEY), "stock_cost")
    stated = (quantity * pl.col("product_cost")).cast(MONEY)
    assumed = pl.when(pl.col("is_merchandise")).then((pl.col("net_amount") * _assumed_rate(rules)).round(4).cast(MONEY))
    amount = pl.coalesce(own, stated, assumed)
    estimated = pl.when(pl.col("unit_cost").is_not_null()).then("is_cost_estimated").otherwise(
        own.is_null() & amount.is_not_null()
    )  # fmt: skip
    return priced.with_columns(
        amount.alias("cost_amount"), amount.is_not_null().alias("has_cost"), estimated.alias("is_cost_estimated")
    ).drop("product_cost")


def _assumed_rate(rules: TenantRules) -> pl.Expr:
    """The share of price assumed as cost, by the line's source; null where no policy assumes one."""
    rate = pl.lit(None, MONEY)
    for source, share in sorted(rules.policies["assumed_cost_rate"].items()):
        rate = pl.when(pl.col("source") == source).then(pl.lit(str(share)).cast(MONEY)).otherwise(rate)
    return rate
