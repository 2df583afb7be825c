"""The Customers screen and the page of one customer, on the golden shop."""

from __future__ import annotations

from collections.abc import Callable

import orjson
import pytest
from plotly.io.json import to_json_plotly  # type: ignore[attr-defined]

from callbacks.customer import facts_of_person, find_customer, records_of, standing_of, story_of
from callbacks.customer_cards import cohorts_chart, value_body
from callbacks.customer_rows import Wanted, read_customers
from callbacks.customer_tasks import customer_tasks
from callbacks.customers import cohorts_table, customer_list, list_table, rfm_table
from callbacks.desk import Desk
from portal.warehouse.schema import study_customer
from tests.callbacks.conftest import AMBER, BIRCH, QUARTER

Make = Callable[..., Desk]


def text_of(component: object) -> str:
    return orjson.loads(to_json_plotly({"all": component})).__str__()  # type: ignore[no-untyped-call]


def test_the_list_has_most_money_first(desk: Make) -> None:
    found = read_customers(desk(**QUARTER), Wanted())
    assert found[["customer", "orders"]].to_numpy().tolist() == [["Bob", 2], ["Ann", 2]]


def test_names_are_hidden_from_those_who_may_not_see_them(desk: Make) -> None:
    found = read_customers(desk(role="viewer"), Wanted())
    assert found["customer"].tolist() == ["Customer 2", "Customer 1"]


def test_several_clients_are_ranked_together(desk: Make) -> None:
    found = read_customers(desk(tenants=(AMBER, BIRCH)), Wanted(limit=3))
    assert found["tenant"].tolist() == ["Amber Shop", "Birch Shop", "Amber Shop"]


def test_the_filters_of_the_screen_hold_for_the_list(desk: Make) -> None:
    assert len(read_customers(desk(channel=["web"]), Wanted())) < 3
    assert read_customers(desk(channel=["nowhere"]), Wanted()).empty
    assert read_customers(desk(category=["Home"]), Wanted()).empty


def test_a_segment_chosen_narrows_list_and_export(desk: Make) -> None:
    here = desk(focus="problematic")
    assert "Ann" in text_of(customer_list(here)[0])
    assert "Bob" not in text_of(customer_list(here)[0])
    assert [row[0] for row in list_table(here).rows] == ["Ann"]


def test_the_export_says_who_may_be_contacted(desk: Make) -> None:
    table = list_table(desk())
    assert table.columns[-1].label == "May be contacted"
    assert [row[-1] for row in table.rows] == ["no", "no"]


def test_exports_of_segments_and_cohorts(desk: Make) -> None:
    assert sum(row[1] for row in rfm_table(desk()).rows) == 2
    assert len(cohorts_table(desk()).rows) == 3


def test_retention_is_drawn_each_way(desk: Make) -> None:
    each, until = (cohorts_chart(desk(), view) for view in ("each", "until"))
    assert each.table.rows[0] == ["Jan 2026", "1", "100.00%", "0.00%"]
    assert until.table.rows[0] == ["Jan 2026", "1", "100.00%", "100.00%"]


def test_too_little_data_is_told_instead_of_a_forecast(desk: Make) -> None:
    assert "at least 10 are needed" in text_of(value_body(desk()))


def test_problematic_customers_are_a_thing_to_do(desk: Make) -> None:
    (task,) = customer_tasks(desk())
    assert (task.title, task.money, task.where) == ("Problematic customers", 44.0, "segment=problematic")


@pytest.mark.parametrize("focus", ["", "0", "99", "x", "-1", "٣", "9" * 30])
def test_nobody_is_found_under_a_wrong_number(desk: Make, focus: str) -> None:
    assert find_customer(desk(focus=focus)) is None


@pytest.mark.parametrize(("role", "shown"), [("manager", "ann@example.org"), ("viewer", "•••")])
def test_personal_data_on_the_page_of_a_customer(desk: Make, role: str, shown: str) -> None:
    here = desk(role=role, focus="1")
    found = find_customer(here)
    assert found is not None
    tenant, warehouse, person = found
    page = [standing_of(person, tenant), facts_of_person(here, person), story_of(warehouse, 1, tenant),
            records_of(here, warehouse, 1)]  # fmt: skip
    assert shown in text_of(page)
    assert ("Ann" in text_of(page)) is (role == "manager")


def test_the_study_is_the_one_the_list_reads(desk: Make) -> None:
    assert {"customer_key", "has_consent"} <= {column.name for column in study_customer.c}
