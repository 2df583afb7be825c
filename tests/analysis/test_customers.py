"""RFM, cohorts, churn: exact small cases, properties, and the control figures of Online Retail."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.analysis.churn import churn
from portal.analysis.cohorts import cohorts, payback
from portal.analysis.rfm import PROSPECT, SEGMENTS, cuts, rfm
from portal.analysis.visits import visits
from tests.analysis.real_data import NEEDED, online_retail

AS_OF = date(2026, 6, 30)
DECEMBER_2010 = [885, 324, 286, 340, 321, 352, 321, 309, 313, 350, 331, 445, 235]
TOP_FIVE = [(14646, 280206.02), (18102, 259657.30), (17450, 194550.79), (16446, 168472.50), (14911, 143825.06)]

days_of_2026 = st.dates(date(2026, 1, 1), AS_OF)
bought = st.lists(st.tuples(st.integers(1, 8), days_of_2026, st.integers(-50, 500)), min_size=1, max_size=60)
people = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 9), st.integers(-5, 90)), min_size=1, max_size=60)


def orders(rows: list[tuple[int, date, int]]) -> pl.DataFrame:
    schema = {"customer_key": pl.Int64, "order_date": pl.Date, "net_amount": pl.Int64}
    made = pl.DataFrame(rows, schema=schema, orient="row")
    return made.with_columns(pl.col("order_date").dt.month_start().alias("order_month"))


def customers(rows: list[tuple[int, int, int]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=["recency_days", "frequency", "monetary"], orient="row")


class TestOnlineRetail:
    pytestmark = NEEDED

    @pytest.fixture(scope="class")
    def invoices(self) -> pl.DataFrame:
        return online_retail()

    def test_the_cohort_of_december_2010(self, invoices: pl.DataFrame) -> None:
        found = cohorts(invoices, date(2011, 12, 9)).filter(pl.col("cohort_month") == date(2010, 12, 1))
        assert found["active_customers"].to_list() == DECEMBER_2010
        assert found["customers"].unique().to_list() == [885]
        assert found["is_mature"].to_list() == [True] * 12 + [False]

    def test_the_top_five_customers(self, invoices: pl.DataFrame) -> None:
        found = invoices.group_by("customer_key").agg(pl.col("net_amount").sum().round(2)).top_k(5, by="net_amount")
        assert found.sort("net_amount", descending=True).rows() == TOP_FIVE

    def test_money_of_all_cohorts_is_the_money_of_all_orders(self, invoices: pl.DataFrame) -> None:
        assert round(cohorts(invoices, date(2011, 12, 9))["net_amount"].sum(), 2) == 8911407.90


@given(people)
def test_equal_values_get_equal_scores_from_1_to_5(rows: list[tuple[int, int, int]]) -> None:
    found = rfm(customers(rows))
    for measure, column in (("recency", "recency_days"), ("frequency", "frequency"), ("monetary", "monetary")):
        known = found.filter(pl.col("frequency") > 0)
        assert known.group_by(column).agg(pl.col(f"{measure}_score").n_unique())[f"{measure}_score"].max() in (None, 1)
        assert set(known[f"{measure}_score"].to_list()) <= {1, 2, 3, 4, 5}


@given(people)
def test_a_score_is_five_times_the_share_strictly_below(rows: list[tuple[int, int, int]]) -> None:
    found = rfm(customers(rows)).filter(pl.col("frequency") > 0)
    money = found["monetary"].to_list()
    assert found["monetary_score"].to_list() == [
        5 * sum(other < one for other in money) // len(money) + 1 for one in money
    ]


@given(people)
def test_segments_have_names_and_lose_nobody(rows: list[tuple[int, int, int]]) -> None:
    found = rfm(customers(rows))
    assert set(found["rfm_segment"].to_list()) <= set(SEGMENTS)
    assert found["rfm_segment"].value_counts()["count"].sum() == len(rows)
    assert (found["rfm_segment"] == PROSPECT).to_list() == [frequency == 0 for _, frequency, _ in rows]


@given(people)
def test_cuts_do_not_overlap_and_count_every_buyer(rows: list[tuple[int, int, int]]) -> None:
    scored = rfm(customers(rows))
    for _, each in cuts(scored).group_by("measure"):
        ordered = each.sort("lowest")
        assert all(ordered["highest"][:-1].to_numpy() < ordered["lowest"][1:].to_numpy())
        assert ordered["customers"].sum() == scored["recency_score"].count()


def test_five_customers_get_five_scores() -> None:
    found = rfm(customers([(1, 5, 50), (10, 4, 40), (20, 3, 30), (30, 2, 20), (40, 1, 10), (900, 0, 0)]))
    assert found["recency_score"].to_list() == [5, 4, 3, 2, 1, None]
    assert found["rfm_segment"].to_list() == ["champion", "loyal", "needs attention", "hibernating", "hibernating",
                                              "prospect"]  # fmt: skip


def naive(rows: list[tuple[int, date, int]]) -> dict[tuple[date, int], tuple[int, int, int, int]]:
    """Cohort month and age to size, active, returned so far, money: counted customer by customer."""
    months: dict[int, dict[int, int]] = {}
    for customer, day, amount in rows:
        mine = months.setdefault(customer, {})
        mine[day.month] = mine.get(day.month, 0) + amount
    found = {}
    for first in {min(mine) for mine in months.values()}:
        members = [mine for mine in months.values() if min(mine) == first]
        for age in range(6 - first + 1):
            now = [mine for mine in members if first + age in mine]
            back = [mine for mine in members if any(first < month <= first + age for month in mine)]
            found[date(2026, first, 1), age] = (
                len(members), len(now), len(back), sum(mine[first + age] for mine in now)
            )  # fmt: skip
    return found


@given(bought)
def test_cohorts_are_what_counting_one_by_one_gives(rows: list[tuple[int, date, int]]) -> None:
    found = cohorts(orders(rows), AS_OF)
    names = ["customers", "active_customers", "returned_customers", "net_amount"]
    assert {
        (one["cohort_month"], one["age_months"]): tuple(one[name] for name in names) for one in found.to_dicts()
    } == (naive(rows))


@given(bought)
def test_no_cohort_exceeds_its_size_and_money_adds_up(rows: list[tuple[int, date, int]]) -> None:
    found = cohorts(orders(rows), AS_OF)
    assert (found["active_customers"] <= found["customers"]).all()
    assert (found["returned_customers"] <= found["customers"]).all()
    assert found["net_amount"].sum() == sum(amount for _, _, amount in rows)


def test_the_month_of_the_last_day_is_mature_only_when_it_is_over() -> None:
    for day, mature in ((date(2026, 2, 27), [True, False]), (date(2026, 2, 28), [True, True])):
        found = cohorts(orders([(1, date(2026, 1, 5), 10)]), day)
        assert found["is_mature"].to_list() == mature


def test_payback_is_the_first_month_that_has_earned_the_cost() -> None:
    january, june = date(2026, 1, 1), date(2026, 6, 1)
    rows = [(january, 0, 10, 40), (january, 1, 0, 40), (january, 2, 30, 40), (june, 0, 5, 20)]
    columns = ["cohort_month", "age_months", "contribution_amount", "spend_amount"]
    found = payback(pl.DataFrame(rows, schema=columns, orient="row"))
    assert found.rows() == [(january, 40, 2), (june, 5, None)]


def test_payback_without_a_known_spend_is_missing() -> None:
    cells = {"cohort_month": [AS_OF], "age_months": [0], "contribution_amount": [5], "spend_amount": [None]}
    assert payback(pl.DataFrame(cells)).rows() == [(AS_OF, 5, None)]


@given(bought, st.sampled_from([0.5, 0.9]), st.integers(1, 3))
def test_churn_is_what_numpy_says_of_each_customer(
    rows: list[tuple[int, date, int]], percentile: float, least: int
) -> None:
    found = churn(visits(orders(rows)), AS_OF, percentile, least)
    mine = {key: np.diff(sorted({day.toordinal() for who, day, _ in rows if who == key})) for key, _, _ in rows}
    everyone = np.concatenate(list(mine.values()))
    for one in found.to_dicts():
        own = mine[one["customer_key"]]
        basis = own if len(own) >= least else everyone
        limit = float(np.percentile(basis, percentile * 100)) if len(basis) else None
        assert one["gap_limit_days"] == (pytest.approx(limit) if limit is not None else None)
        assert one["has_own_limit"] == (len(own) >= least)
        assert one["is_overdue"] == (None if limit is None else one["silent_days"] > one["gap_limit_days"])


def test_one_visit_of_one_customer_has_no_limit() -> None:
    found = churn(visits(orders([(1, date(2026, 1, 1), 5)])), AS_OF, 0.9, 2)
    assert found.rows() == [(1, 1, 180, None, None, False, None, None)]
