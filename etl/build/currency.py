"""Reporting currency: every amount at the exchange rate of its business date.

The rate of a date is the latest one on or before it, not older than policy fx_max_age_days. A pair is read in both
directions. A row in a currency without a rate is rejected, never added up.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from etl.source import TenantRules

RATE = pl.Decimal(18, 8)
MONEY = pl.Decimal(18, 4)


@dataclass(frozen=True)
class Converted:
    """Rows in the reporting currency, and those without a rate.

    Attributes:
        rows: amounts converted and rounded to 4 decimals; `fx_rate` and `source_currency` say how.
        original: the same rows in the same order before conversion.
        without_rate: rows as they came, with `rule`.
    """

    rows: pl.DataFrame
    original: pl.DataFrame
    without_rate: pl.DataFrame


def build_rates(fx_rates: pl.DataFrame, currency: str) -> pl.DataFrame:
    """Columns rate_date, source_currency, fx_rate: 1 source_currency = fx_rate `currency`; one row per day and pair."""
    direct = fx_rates.filter(pl.col("to_currency") == currency).select(
        "rate_date", pl.col("from_currency").alias("source_currency"), pl.col("rate").alias("fx_rate")
    )
    inverse = fx_rates.filter((pl.col("from_currency") == currency) & (pl.col("rate") > 0)).select(
        "rate_date",
        pl.col("to_currency").alias("source_currency"),
        (pl.lit(1).cast(RATE) / pl.col("rate")).cast(RATE).alias("fx_rate"),
    )
    both = pl.concat([direct, inverse]).unique(["rate_date", "source_currency"], keep="first", maintain_order=True)
    return both.sort("source_currency", "rate_date")


def convert(rows: pl.DataFrame, max_age: str | None, rates: pl.DataFrame, rules: TenantRules) -> Converted:
    """Convert every money column (name ending in _amount, _price or _cost) of a staging frame.

    Args:
        rows: staging rows with `rate_on`, the date whose rate counts.
        max_age: how old that rate may be ("7d"); None: any age, for prices that hold until they change.
        rates: of `build_rates`.
        rules: the reporting currency.
    """
    marked = rows.with_columns(
        pl.col("currency").fill_null(rules.currency).alias("source_currency"), pl.lit(1).cast(RATE).alias("fx_rate")
    )
    foreign = marked["source_currency"] != rules.currency
    if not foreign.any():
        return Converted(marked, marked, marked.clear().with_columns(pl.lit("").alias("rule")))
    priced = _with_rates(marked.with_row_index("_row"), max_age, rates, rules)
    has_rate = pl.col("fx_rate").is_not_null()
    original = priced.filter(has_rate).drop("_row")
    money = [name for name in rows.columns if name.endswith(("_amount", "_price", "_cost"))]
    converted = original.with_columns((pl.col(name) * pl.col("fx_rate")).round(4).cast(MONEY) for name in money)
    on_day = pl.concat_str(pl.lit(" on "), pl.col("rate_on").dt.to_string("%Y-%m-%d")).fill_null(" without a date")
    rule = pl.concat_str(pl.lit("no rate "), "source_currency", pl.lit(f" to {rules.currency}"), on_day)
    return Converted(converted, original, priced.filter(~has_rate).drop("_row").with_columns(rule.alias("rule")))


def _with_rates(marked: pl.DataFrame, max_age: str | None, rates: pl.DataFrame, rules: TenantRules) -> pl.DataFrame:
    own = marked.filter(pl.col("source_currency") == rules.currency)
    foreign = marked.filter(pl.col("source_currency") != rules.currency).drop("fx_rate")
    dated = foreign.filter(pl.col("rate_on").is_not_null()).sort("rate_on").join_asof(
        rates.sort("rate_date"), left_on="rate_on", right_on="rate_date", by="source_currency",
        strategy="backward", tolerance=max_age, check_sortedness=False,
    ).drop("rate_date")  # fmt: skip
    undated = foreign.filter(pl.col("rate_on").is_null()).with_columns(pl.lit(None, RATE).alias("fx_rate"))
    return pl.concat([own, dated, undated], how="diagonal").sort("_row")
