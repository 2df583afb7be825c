"""Costs that several places tell of count once, month by month."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from portal.analysis.costs import BOOKS, RECORDS, counted_once, lines_of

JAN5, JAN31, FEB1 = date(2026, 1, 5), date(2026, 1, 31), date(2026, 2, 1)


def told(*rows: tuple[date | None, str, str]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={"cost_date": pl.Date, "cost_line": pl.String, "told_by": pl.String}, orient="row")


def counts(costs: pl.DataFrame, books_first: bool = True) -> list[bool]:
    return counted_once(costs, books_first)["is_counted"].to_list()


def test_the_books_count_in_months_in_which_they_tell() -> None:
    costs = told((JAN5, "fulfilment", "parcels"), (JAN31, "fulfilment", "expenses"), (FEB1, "fulfilment", "parcels"))
    assert counts(costs) == [False, True, True]
    assert counts(costs, books_first=False) == [True, False, True]


def test_the_lines_do_not_touch_each_other() -> None:
    costs = told((JAN5, "fulfilment", "parcels"), (JAN5, "marketing", "expenses"), (JAN5, "payroll", "payroll"))
    assert counts(costs) == [True, True, True]


def test_campaigns_go_before_performance_sheets() -> None:
    costs = told((JAN5, "marketing", "performance"), (JAN31, "marketing", "campaigns"))
    assert counts(costs) == [False, True]


def test_goods_sales_and_agreed_pay_are_no_costs_and_say_why() -> None:
    costs = told((JAN5, "goods", "expenses"), (JAN5, "sales", "expenses"), (None, "payroll", "payroll"))
    assert counted_once(costs)["cost_rule"].to_list() == [
        "goods bought count as cost of goods when they are sold", "already in net sales",
        "agreed pay without a pay day is no payment",
    ]  # fmt: skip


def test_entries_of_the_books_find_their_line() -> None:
    entries = pl.DataFrame({
        "expense_category": ["Logistics", "rent", "inventory", "sales", "service", "sales"],
        "is_income": [False, False, False, True, True, False],
    })  # fmt: skip
    lines = lines_of({"fulfilment": ["logistics"], "goods": ["inventory"]})
    assert entries.select(lines).to_series().to_list() == [
        "fulfilment", "running", "goods", "sales", "income", "running",
    ]  # fmt: skip


ROWS = st.lists(
    st.tuples(
        st.dates(date(2026, 1, 1), date(2026, 3, 31)), st.sampled_from(["fulfilment", "marketing", "running"]),
        st.sampled_from([BOOKS, *RECORDS]),
    ), max_size=25,
)  # fmt: skip


@given(ROWS)
def test_in_each_month_one_place_counts_for_each_line(rows: list[Any]) -> None:
    order = [BOOKS, *RECORDS]
    best: dict[Any, int] = defaultdict(lambda: len(order))
    for day, line, place in rows:
        best[day.month, line] = min(best[day.month, line], order.index(place))
    expected = [line == "running" or order.index(place) == best[day.month, line] for day, line, place in rows]
    assert counts(told(*rows)) == expected
