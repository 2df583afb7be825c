"""Studies of customers on the golden shop, whose numbers were added up by hand, and on shops made for a case."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, func, select

from portal.customer_story import read_customer, read_story
from portal.studies.shelf import StudyShelf
from portal.viewer import ROLES, Viewer
from portal.warehouse.duckdb import Warehouse, Warehouses
from portal.warehouse.schema import (
    fact_order_line,
    study_acquisition,
    study_cohort,
    study_customer,
    study_lifetime,
    study_retained_month,
    study_rfm_cut,
)
from tests.metrics.conftest import GOLDEN, Shelf, StudyStore, make_snapshot
from tests.metrics.golden import FEB5, JAN10, SHOP

JANUARY, FEBRUARY = date(2026, 1, 1), date(2026, 2, 1)
VIEWER = Viewer(1, "ann@example.org", "manager", ROLES["manager"], (GOLDEN,))
Open = Callable[..., Warehouse]


@pytest.fixture
def opened(tmp_path: Path) -> Open:
    def open_shop(shop: dict[str, Any] | None = None, **policies: Any) -> Warehouse:
        from portal.warehouse.duckdb import _default_policies

        shelf = Shelf({1: make_snapshot(tmp_path, GOLDEN, shop or SHOP)})
        values = {**_default_policies(1), **policies}
        return Warehouses(shelf, None, lambda _: values, StudyShelf(StudyStore(tmp_path, shelf))).open(VIEWER, GOLDEN)

    return open_shop


def rows_of(warehouse: Warehouse, table: Table, *names: str) -> list[tuple[Any, ...]]:
    key = next(iter(table.primary_key.columns))
    return warehouse.frame(select(*(table.c[name] for name in names)).order_by(key)).rows()


def test_standing_of_each_customer(opened: Open) -> None:
    found = rows_of(opened(), study_customer, "customer_key", "orders", "net_amount", "contribution_amount",
                    "returned_documents", "recency_days", "last_order_date")  # fmt: skip
    assert found == [
        (1, 2, D(44), D(28), 1, 39, date(2026, 2, 20)), (2, 2, D(60), D(26), 0, 0, date(2026, 3, 31)),
    ]  # fmt: skip


def test_segments_follow_the_policy(opened: Open) -> None:
    asked = (study_customer, "policy_segment")
    assert rows_of(opened(), *asked) == [("problematic",), ("new",)]


def test_other_thresholds_are_other_segments(opened: Open) -> None:
    found = opened(problematic_return_rate=0.5, regular_orders=2, vip_value=50)
    assert rows_of(found, study_customer, "policy_segment") == [("regular",), ("VIP",)]


def test_late_by_the_gaps_of_all_until_gone(opened: Open) -> None:
    asked = (study_customer, "gap_limit_days", "is_overdue", "is_leaving")
    assert rows_of(opened(churn_percentile=0.0), *asked) == [(41.0, False, False), (41.0, False, False)]


def test_own_gaps_and_who_is_gone(opened: Open) -> None:
    found = opened(churn_percentile=0.0, churn_least_gaps=1, gone_after_days=10)
    assert rows_of(found, study_customer, "has_own_limit", "gap_limit_days") == [(True, 41.0), (True, 54.0)]


def test_cohorts_by_hand(opened: Open) -> None:
    found = rows_of(opened(), study_cohort, "cohort_month", "age_months", "customers", "active_customers",
                    "returned_customers", "net_amount", "contribution_amount", "is_mature")  # fmt: skip
    assert found == [
        (JANUARY, 0, 1, 1, 0, D(23), D(15), True), (JANUARY, 1, 1, 1, 1, D(21), D(13), True),
        (JANUARY, 2, 1, 0, 1, D(0), D(0), True), (FEBRUARY, 0, 1, 1, 0, D(50), D(20), True),
        (FEBRUARY, 1, 1, 1, 1, D(10), D(6), True),
    ]  # fmt: skip


def test_cohorts_add_up_to_net_sales_of_known_customers(opened: Open) -> None:
    warehouse, line = opened(), fact_order_line.c
    known = select(func.sum(line.net_amount)).where(line.is_booked, line.has_customer)
    for study in (study_cohort, study_customer):
        assert warehouse.frame(select(func.sum(study.c.net_amount))).item() == warehouse.frame(known).item()


def test_payback_of_the_month_with_spend(opened: Open) -> None:
    found = rows_of(opened(), study_acquisition, "cohort_month", "customers", "spend_amount", "payback_months")
    assert found == [(JANUARY, 1, None, None), (FEBRUARY, 1, D(11), 0)]


def test_cuts_are_those_of_the_scores(opened: Open) -> None:
    found = rows_of(opened(), study_rfm_cut, "measure", "score", "lowest", "highest", "customers")
    assert found == [
        ("recency", 3, 0.0, 0.0, 1), ("recency", 1, 39.0, 39.0, 1), ("frequency", 1, 2.0, 2.0, 2),
        ("monetary", 3, 60.0, 60.0, 1), ("monetary", 1, 44.0, 44.0, 1),
    ]  # fmt: skip


def test_too_few_customers_are_told_and_nothing_is_made_up(opened: Open) -> None:
    warehouse = opened()
    reasons = rows_of(warehouse, study_lifetime, "fitted_on", "r", "reason")
    assert [row[:2] for row in reasons] == [("all data", None), ("older part", None)]
    assert reasons[0][2] == "Only 2 customers ordered on more than one day; at least 10 are needed."
    assert rows_of(warehouse, study_customer, "clv_amount", "buys_probability") == [(None, None), (None, None)]


def test_an_empty_shop_has_studies_without_rows(opened: Open) -> None:
    warehouse = opened({name: [] for name in SHOP})
    for study in (study_customer, study_cohort, study_acquisition, study_retained_month, study_rfm_cut):
        assert warehouse.frame(select(func.count()).select_from(study)).item() == 0


def _line(key: int, customer: int, day: date, amount: int) -> dict[str, Any]:
    return {"line_key": key, "order_key": key, "order_date": day, "line_type": "sale", "is_booked": True,
            "has_customer": True, "customer_key": customer, "net_amount": amount, "price_sign": "positive",
            "quantity": 1}  # fmt: skip


def test_retained_revenue_is_that_of_last_years_customers(opened: Open) -> None:
    then, now = date(2025, 2, 10), date(2026, 2, 10)
    bought = [(1, date(2025, 1, 5), 10), (1, then, 100), (2, then, 60), (1, now, 40), (3, now, 500)]
    lines = [_line(place, *each) for place, each in enumerate(bought, 1)]
    people = [{"customer_key": key, "first_order_month": JANUARY, "order_count": 1} for key in (1, 2, 3)]
    warehouse = opened({"fact_order_line": lines, "dim_customer": people}, nrr_months=1)
    found = rows_of(warehouse, study_retained_month, "month", "base_amount", "retained_amount", "customers",
                    "is_latest")  # fmt: skip
    assert found[-2:] == [
        (FEBRUARY, D(160), D(40), 2, False), (date(2026, 3, 1), D(0), D(0), 0, True),
    ]  # fmt: skip


def regulars(count: int = 40) -> dict[str, Any]:
    """Customers who come every (customer number) days for a year and a half up to the last day, each for 10."""
    last, lines, people = date(2026, 3, 31), [], []
    for customer in range(1, count + 1):
        first = last - timedelta(days=500 - customer)
        days = range(0, 500 - customer, 20 + customer)
        lines += [(customer, first + timedelta(days=day)) for day in days]
        people.append({"customer_key": customer, "first_order_date": first, "order_count": len(days),
                       "first_order_month": first.replace(day=1)})  # fmt: skip
    rows = [_line(place, customer, day, 10) for place, (customer, day) in enumerate(lines, 1)]
    return {"fact_order_line": rows, "dim_customer": people}


def test_a_fitted_shop_foretells_and_says_how_well(opened: Open) -> None:
    warehouse = opened(regulars())
    (fitted, tested) = rows_of(warehouse, study_lifetime, "r", "actual_orders", "predicted_orders", "reason")
    assert fitted[0] > 0
    assert tested[1] > 50
    assert abs(tested[2] / tested[1] - 1) < 0.25
    chances = [row[0] for row in rows_of(warehouse, study_customer, "buys_probability")]
    assert all(0 < chance < 1 for chance in chances)


def test_predicted_value_needs_a_cost(opened: Open) -> None:
    rows = rows_of(opened(regulars()), study_customer, "predicted_amount", "clv_amount")
    assert all(sales > 0 and value is None for sales, value in rows)


def test_a_story_holds_everything_with_its_row(opened: Open) -> None:
    story = read_story(opened(), 1)
    assert story["kind"].to_list() == [
        "Credit note", "Order", "Service", "Review", "Points", "Points", "Points", "Order",
    ]  # fmt: skip
    assert story.row(1)[:5] == (date(2026, 2, 20), "Order", "O3", "delivered", D(33))
    assert story.row(1)[6:] == ("table", "orders.csv", 3)
    assert story["day"].to_list()[-1] == JAN10
    assert story["day"].to_list()[2] == FEB5


def test_nobody_has_no_story(opened: Open) -> None:
    warehouse = opened()
    assert read_customer(warehouse, 0) is None
    assert read_customer(warehouse, 99) is None
    assert read_story(warehouse, 99).height == 0


def test_one_order_alone_is_a_new_customer_without_forecast(opened: Open) -> None:
    person = {"customer_key": 1, "first_order_date": JAN10, "first_order_month": JANUARY, "order_count": 1}
    warehouse = opened({"fact_order_line": [_line(1, 1, JAN10, 25)], "dim_customer": [person]})
    found = rows_of(warehouse, study_customer, "policy_segment", "rfm_segment", "is_overdue", "gap_limit_days",
                    "expected_orders")  # fmt: skip
    assert found == [("new", "hibernating", False, None, None)]
    assert rows_of(warehouse, study_cohort, "age_months", "customers", "active_customers") == [
        (0, 1, 1), (1, 1, 0), (2, 1, 0),
    ]  # fmt: skip


def test_who_sent_everything_back_is_problematic_and_worth_nothing(opened: Open) -> None:
    person = {"customer_key": 1, "first_order_date": JAN10, "first_order_month": JANUARY, "order_count": 1}
    back = {**_line(2, 1, FEB5, -25), "line_type": "return", "quantity": -1}
    warehouse = opened({"fact_order_line": [_line(1, 1, JAN10, 25), back], "dim_customer": [person]})
    found = rows_of(warehouse, study_customer, "policy_segment", "return_rate", "net_amount", "yearly_amount")
    assert found == [("problematic", 1.0, D(0), D(0))]
    assert warehouse.frame(select(func.sum(study_cohort.c.net_amount))).item() == 0
