"""Markdown leakage: the part of a discount above the cap that was in force when the order was taken."""

from __future__ import annotations

import polars as pl

from etl.source import TenantRules

MONEY = pl.Decimal(18, 4)
_RATE = pl.Decimal(18, 8)


def with_leakage(lines: pl.DataFrame, rules: TenantRules) -> pl.DataFrame:
    """Add leakage_amount: max(0, discount − cap × gross) of sale lines, 0 for all others.

    Args:
        lines: with order_date, line_type, gross_amount and line_discount.
        rules: discount_caps, the caps by the day they came into force; without one the policy's value of today. A line
            without a date, or before the first cap, has the earliest.
    """
    caps = rules.discount_caps or ((None, rules.policies.get("discount_cap", 1.0)),)
    cap = pl.lit(str(caps[0][1])).cast(_RATE)
    for valid_from, value in caps[1:]:
        cap = pl.when(pl.col("order_date") >= valid_from).then(pl.lit(str(value)).cast(_RATE)).otherwise(cap)
    above = pl.col("line_discount") - (pl.col("gross_amount") * cap).round(4)
    leaks = (pl.col("line_type") == "sale") & (above > 0)
    return lines.with_columns(pl.when(leaks).then(above).otherwise(0).cast(MONEY).alias("leakage_amount"))
