"""What a loyalty programme brings: naive, and against customers who are like its members but have not joined."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

LEAST = 5
"""So many customers who have not joined a stratum needs before its members are compared with them."""


@dataclass(frozen=True)
class ProgrammeWorth:
    """Return on a programme.

    Attributes:
        margin: gross margin of members in the year.
        cost: what the points cost in it.
        naive: (margin − cost) ÷ cost; as if members had bought nothing without the programme. Missing without a cost.
        incremental: margin of the members that could be compared, above that of comparable customers; missing where
            none could be.
        matched: (incremental − cost) ÷ cost.
        coverage: share of members that could be compared, 0–1.
    """

    margin: float
    cost: float
    naive: float | None
    incremental: float | None
    matched: float | None
    coverage: float


def programme_worth(customers: pl.DataFrame, cost: float) -> ProgrammeWorth:
    """Return on a programme over one year.

    Matching is by strata: customers of the same first quarter and the same number of orders (0, 1, 2, 3 and more)
    before the year began are taken to be alike; each member is held against the mean of those who have not joined.
    What makes people join may still make them buy more, so even the matched number is an upper bound.

    Args:
        customers: one row a customer: is_member, first_quarter (any label), orders_before, margin (of the year).
        cost: of the points in the year, 0 or more.
    """
    members = customers.filter(pl.col("is_member"))
    strata = ["first_quarter", pl.col("orders_before").clip(0, 3).alias("before")]
    both = customers.group_by(strata).agg(
        pl.col("is_member").sum().alias("joined"), (~pl.col("is_member")).sum().alias("others"),
        pl.col("margin").filter(pl.col("is_member")).mean().alias("of_members"),
        pl.col("margin").filter(~pl.col("is_member")).mean().alias("of_others"),
    ).filter((pl.col("joined") > 0) & (pl.col("others") >= LEAST))  # fmt: skip
    compared = int(both["joined"].sum()) if both.height else 0
    extra = float((both["joined"] * (both["of_members"] - both["of_others"])).sum()) if compared else None
    margin = float(members["margin"].sum()) if members.height else 0.0
    return ProgrammeWorth(
        margin, cost, (margin - cost) / cost if cost > 0 else None, extra,
        (extra - cost) / cost if extra is not None and cost > 0 else None,
        compared / members.height if members.height else 0.0,
    )  # fmt: skip
