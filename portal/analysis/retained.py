"""Net revenue retention: what last year's customers bring now, against what they brought then."""

from __future__ import annotations

from datetime import date, timedelta
from typing import cast

import polars as pl

_MONTHS = 12


def retained(monthly: pl.DataFrame, as_of: date, months: int, shown: int) -> pl.DataFrame:
    """For each of the last whole months: the money of the months up to it, of customers with money a year before.

    Args:
        monthly: customer_key, month (first day), net_amount; one row a customer and month with any.
        as_of: the last day of the data; a month that it does not finish is not whole.
        months: how many months make a window.
        shown: for how many last months.

    Returns:
        month (first day of the last month of the window), base_amount (of the window a year before, customers with a
        positive amount in it), retained_amount (of the window, the same customers), customers (how many they are);
        oldest first, only windows whose base lies wholly in the data.
    """
    last = (as_of + timedelta(days=1)).replace(day=1)
    first = cast("date | None", monthly["month"].min())
    rows = []
    for back in range(shown, 0, -1):
        end = _shifted(last, 1 - back)
        if first is None or _shifted(end, -_MONTHS - months) < first:
            continue
        then = _window(monthly, _shifted(end, -_MONTHS), months).filter(pl.col("net_amount") > 0)
        now = _window(monthly, end, months).join(then, on="customer_key", how="semi")
        rows.append((_shifted(end, -1), then["net_amount"].sum(), now["net_amount"].sum(), then.height))
    money = monthly.schema["net_amount"]
    schema = {"month": pl.Date(), "base_amount": money, "retained_amount": money, "customers": pl.Int64()}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _window(monthly: pl.DataFrame, end: date, months: int) -> pl.DataFrame:
    """customer_key, net_amount of the `months` before `end` (not included)."""
    inside = monthly.filter((pl.col("month") >= _shifted(end, -months)) & (pl.col("month") < end))
    return inside.group_by("customer_key").agg(pl.col("net_amount").sum())


def _shifted(month: date, by: int) -> date:
    place = month.year * _MONTHS + month.month - 1 + by
    return date(place // _MONTHS, place % _MONTHS + 1, 1)
