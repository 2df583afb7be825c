"""Easy Ecom's returns and return_items → return line.

A return without items is one return line without product, so that no return is lost; a return with items is told by
them.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from etl.clean import identifier, number, text, unreadable
from etl.source import Conformed, TenantRules
from etl.sources import easy_ecom_tables as forms
from etl.sources.easy_ecom_results import money, money_rules, result
from etl.sources.sheet import Sheet, raw
from etl.sources.sieve import Rule, with_moments


def conform_returns(
    sheets: Mapping[str, Sheet], rules: TenantRules, numbers: dict[str, str], skus: dict[str, str]
) -> list[Conformed]:
    """Returned lines with order, reason and state of their return; returns without items are lines of their own."""
    returns, items = sheets.get(forms.RETURNS.kind), sheets.get(forms.RETURN_ITEMS.kind)
    parts = []
    heads = _return_heads(returns, rules, numbers)
    if items is not None:
        parts.append(_return_lines(items, heads, _products_of_items(sheets, skus), rules))
    if returns is not None:
        parts.append(_lone_returns(returns, heads, items))
    return parts


def _return_heads(returns: Sheet | None, rules: TenantRules, numbers: dict[str, str]) -> pl.DataFrame:
    schema = {"return_id": pl.String, "order_id": pl.String, "return_status": pl.String, "reason": pl.String,
              "return_date": pl.Date}  # fmt: skip
    if returns is None:
        return pl.DataFrame(schema=schema)
    dated = with_moments(returns.frame, {"made": "created_at"}, None, rules.timezone)
    heads = dated.select(
        identifier(raw("id")).alias("return_id"), identifier(raw("order_id")).replace(numbers).alias("order_id"),
        text(raw("status")).str.to_lowercase().alias("return_status"), text(raw("reason")).alias("reason"),
        pl.col("made").struct.field("day").alias("return_date"),
    )  # fmt: skip
    return heads.unique("return_id", keep="last", maintain_order=True)


def _products_of_items(sheets: Mapping[str, Sheet], skus: dict[str, str]) -> dict[str, str]:
    if forms.ORDER_ITEMS.kind not in sheets:
        return {}
    items = sheets[forms.ORDER_ITEMS.kind].frame
    product = identifier(raw("product_id")).replace(skus).alias("product_id")
    return dict(items.select(identifier(raw("id")), product).drop_nulls().iter_rows())


def _return_lines(items: Sheet, heads: pl.DataFrame, products: dict[str, str], rules: TenantRules) -> Conformed:
    item = identifier(raw("order_item_id"))
    lines = items.frame.with_columns(
        identifier(raw("return_id")).alias("return_id"), number(raw("quantity")).alias("quantity"),
        money("refund_amount", rules).alias("refund_amount"),
        item.replace_strict(products, default=None, return_dtype=pl.String).alias("product_id"),
    ).join(heads, on="return_id", how="left", maintain_order="left")  # fmt: skip
    return result(items, lines, [
        Rule("rejected", "missing return_id", "return_id", pl.col("return_id").is_null()),
        Rule("rejected", "number not readable", "quantity", unreadable(raw("quantity"), pl.col("quantity"))),
        *money_rules({"refund_amount": "refund_amount"}),
    ])  # fmt: skip


def _lone_returns(returns: Sheet, heads: pl.DataFrame, items: Sheet | None) -> Conformed:
    known = [] if items is None else items.frame.select(identifier(raw("return_id"))).to_series().drop_nulls().to_list()
    rows = returns.frame.with_columns(identifier(raw("id")).alias("return_id")).join(
        heads, on="return_id", how="left", maintain_order="left")  # fmt: skip
    return result(returns, rows, [
        Rule("rejected", "missing return_id", "id", pl.col("return_id").is_null()),
        Rule("excluded", "told by its return_items", "id", pl.col("return_id").is_in(known)),
    ])  # fmt: skip
