"""Costs told by several places, each counted once.

The books (expenses), parcels (the courier's fees), payroll, campaigns and performance sheets may all tell of the same
money. Of each line of the profit and loss one of them counts in a calendar month: the first in order that tells
anything in that month. So any sum of days, weeks or months holds nothing twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

BOOKS = "expenses"
RECORDS = ("parcels", "payroll", "campaigns", "performance")
"""Places that tell of costs beside the books, those asked first in front."""

COUNTED = "counts"
TWICE = "told twice in this month: another place counts"
STOCK = "goods bought count as cost of goods when they are sold"
IN_SALES = "already in net sales"
UNPAID = "agreed pay without a pay day is no payment"
FULFILMENT, MARKETING, PAYROLL, RUNNING, INCOME, GOODS, SALES = (
    "fulfilment", "marketing", "payroll", "running", "income", "goods", "sales",
)  # fmt: skip


def lines_of(categories: Mapping[str, Sequence[str]]) -> pl.Expr:
    """The line of the profit and loss of an entry of the books, from `expense_category` and `is_income`.

    Args:
        categories: categories of each line that has its own; every other expense is a running cost.
    """
    category = pl.col("expense_category").str.to_lowercase()
    found: Any = pl.when(pl.col("is_income")).then(
        pl.when(category == "sales").then(pl.lit(SALES)).otherwise(pl.lit(INCOME))
    )
    for line, words in categories.items():
        found = found.when(category.is_in([word.lower() for word in words])).then(pl.lit(line))
    told: pl.Expr = found.otherwise(pl.lit(RUNNING))
    return told


def counted_once(costs: pl.DataFrame, books_first: bool = True) -> pl.DataFrame:
    """The costs with `cost_rule` and `is_counted`; shape (rows, +2), order kept.

    Args:
        costs: `cost_date`, `cost_line` and `told_by` of each; a cost without a date stands in a month of its own.
        books_first: whether the books go before the other records where both tell; else the records do.
    """
    order = (BOOKS, *RECORDS) if books_first else (*RECORDS, BOOKS)
    ranks = {place: rank for rank, place in enumerate(order)}
    rank = pl.col("told_by").replace_strict(ranks, default=len(order), return_dtype=pl.Int8)
    is_first = rank == rank.min().over(pl.col("cost_date").dt.truncate("1mo"), "cost_line")
    rule = (
        pl.when(pl.col("cost_line") == GOODS).then(pl.lit(STOCK))
        .when(pl.col("cost_line") == SALES).then(pl.lit(IN_SALES))
        .when((pl.col("told_by") == "payroll") & pl.col("cost_date").is_null()).then(pl.lit(UNPAID))
        .when(pl.col("cost_line").is_in([RUNNING, INCOME]) | is_first).then(pl.lit(COUNTED))
        .otherwise(pl.lit(TWICE))
    )  # fmt: skip
    judged = costs.with_columns(rule.alias("cost_rule"))
    return judged.with_columns((pl.col("cost_rule") == COUNTED).alias("is_counted"))
