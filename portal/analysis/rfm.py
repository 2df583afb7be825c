"""Recency, frequency and monetary value: scores that are safe with ties, and the eleven segments made of them.

A score is floor(5 × share of customers strictly below) + 1. Equal values therefore always get equal scores, which
quintiles by row number (NTILE) do not give. The better value has the higher score: the later last order, more orders,
more money. Segments come from the recency score and the mean of the other two, halves rounded up; the map is complete
and without overlap (after Hughes, "Strategic Database Marketing", 1994, with the segment names usual today).
"""

from __future__ import annotations

import polars as pl

QUANTILES = 5
PROSPECT = "prospect"
_MAP = {
    1: ("hibernating", "hibernating", "at risk", "at risk", "cannot lose"),
    2: ("hibernating", "hibernating", "at risk", "at risk", "cannot lose"),
    3: ("about to sleep", "about to sleep", "needs attention", "loyal", "loyal"),
    4: ("promising", "potential loyalist", "potential loyalist", "loyal", "loyal"),
    5: ("new", "potential loyalist", "potential loyalist", "champion", "champion"),
}
SEGMENTS = (
    "champion", "loyal", "potential loyalist", "new", "promising", "needs attention", "about to sleep", "cannot lose",
    "at risk", "hibernating", PROSPECT,
)  # fmt: skip
_MEASURES = {"recency": "recency_days", "frequency": "frequency", "monetary": "monetary"}


def rfm(customers: pl.DataFrame) -> pl.DataFrame:
    """Scores and segment of each customer.

    Args:
        customers: shape (n, k), one row a customer, with recency_days (whole days since the last order), frequency
            (orders) and monetary (money). A customer without an order has frequency 0: a prospect, whose recency is
            missing and who is kept out of the ranking.

    Returns:
        The same rows in the same order with recency_score, frequency_score, monetary_score (1 to 5, missing for
        prospects) and rfm_segment (one of `SEGMENTS`).
    """
    bought = pl.col("frequency") > 0
    scores = [
        _score(pl.when(bought).then(-pl.col(column) if name == "recency" else pl.col(column))).alias(f"{name}_score")
        for name, column in _MEASURES.items()
    ]
    return customers.with_columns(scores).with_columns(_segment().alias("rfm_segment"))


def cuts(scored: pl.DataFrame) -> pl.DataFrame:
    """Where the scores begin and end, so that anybody can check one.

    Args:
        scored: what `rfm` gave.

    Returns:
        Columns measure (recency, frequency, monetary), score, lowest, highest (days, orders or money, as float),
        customers; one row for each score that occurs, highest score first.
    """
    return pl.concat([_cuts(scored, name, column) for name, column in _MEASURES.items()])


def _cuts(scored: pl.DataFrame, name: str, column: str) -> pl.DataFrame:
    score, value = pl.col(f"{name}_score"), pl.col(column).cast(pl.Float64)
    return (
        scored.filter(score.is_not_null())
        .group_by(score.alias("score"))
        .agg(value.min().alias("lowest"), value.max().alias("highest"), pl.len().cast(pl.Int64).alias("customers"))
        .sort("score", descending=True)
        .select(pl.lit(name).alias("measure"), "score", "lowest", "highest", "customers")
    )


def _score(value: pl.Expr) -> pl.Expr:
    """floor(5 × how many are strictly below ÷ how many there are) + 1, in whole numbers."""
    below = value.rank("min").cast(pl.Int64) - 1
    return (below * QUANTILES // value.count().cast(pl.Int64) + 1).cast(pl.Int8)


def _segment() -> pl.Expr:
    both = (pl.col("frequency_score") + pl.col("monetary_score") + 1) // 2
    place = pl.col("recency_score") * 10 + both
    names = {recency * 10 + value: name for recency, row in _MAP.items() for value, name in enumerate(row, 1)}
    return place.replace_strict(names, default=PROSPECT, return_dtype=pl.String)
