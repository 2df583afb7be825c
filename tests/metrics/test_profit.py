"""Profit and loss of the golden shop with a few costs more, added up by hand; and the journal."""

from __future__ import annotations

from datetime import date
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import pytest

from portal.metrics.drill import Page, drill
from portal.metrics.model import Filter, Query
from portal.metrics.query import run
from portal.policies import POLICIES
from portal.studies.shelf import StudyShelf
from portal.viewer import TenantRef, operator_viewer
from portal.warehouse.duckdb import Warehouses
from tests.metrics.conftest import GOLDEN, OTHER, Shelf, StudyStore, make_snapshot
from tests.metrics.golden import FEB5, FEB25, JAN10, MAR2, SHOP

VIEWER = operator_viewer((GOLDEN, OTHER))
COSTS = [
    {"expense_key": 1, "expense_date": FEB5, "expense_category": "rent", "expense_amount": 30},
    {"expense_key": 2, "expense_date": FEB5, "expense_category": "courier_expenses", "expense_amount": 4},
    {"expense_key": 3, "expense_date": FEB5, "expense_category": "ad_spend", "expense_amount": 11},
    {"expense_key": 4, "expense_date": FEB25, "expense_category": "Salary", "expense_amount": 80},
    {"expense_key": 5, "expense_date": FEB5, "expense_category": "inventory", "expense_amount": 500},
    {"expense_key": 6, "expense_date": MAR2, "expense_category": "service", "expense_amount": 7, "is_income": True},
    {"expense_key": 7, "expense_date": MAR2, "expense_category": "sales", "expense_amount": 50, "is_income": True},
]
for _row in COSTS:
    _row["origin_key"], _row["source_row"] = 1, _row["expense_key"]


def asked(folder: Path, question: Query, tables: dict[str, Any], policies: dict[str, Any] | None = None) -> Any:
    return run(question, VIEWER, (GOLDEN,), opened(folder, {GOLDEN: tables}, policies), fill=True).frame


def opened(folder: Path, shops: dict[TenantRef, Any], policies: dict[str, Any] | None = None) -> Warehouses:
    values = {name: policy.default for name, policy in POLICIES.items()} | (policies or {})
    shelf = Shelf({tenant.id: make_snapshot(folder, tenant, tables) for tenant, tables in shops.items()})
    return Warehouses(shelf, None, lambda _: values, StudyShelf(StudyStore(folder, shelf)))


SHOP_WITH_BOOKS = {**SHOP, "fact_expense": COSTS, "fact_shipment": [
    {"shipment_key": 1, "shipment_id": "S1", "ship_date": JAN10, "fee_amount": 2, "origin_key": 1},
    {"shipment_key": 2, "shipment_id": "S2", "ship_date": FEB5, "fee_amount": 9, "origin_key": 1},
    {"shipment_key": 3, "shipment_id": "S3", "ship_date": MAR2, "fee_amount": 3, "origin_key": 1},
]}  # fmt: skip
LINES = ("fulfilment_costs", "marketing_costs", "payroll_costs", "running_costs", "other_income", "net_profit")


def test_every_cost_counts_once_by_month(tmp_path: Path) -> None:
    found = asked(tmp_path, Query(("contribution_1", *LINES), ("month",)), SHOP_WITH_BOOKS)
    assert found.drop(columns="month").astype(object).values.tolist() == [
        [15, 2, 0, 0, 0, 0, 13], [33, 4, 11, 80, 30, 0, -92], [26, 3, 20, 0, 0, 7, 10],
    ]  # fmt: skip


def test_the_other_record_counts_where_the_policy_says_so(tmp_path: Path) -> None:
    found = asked(tmp_path, Query(LINES[:3], ("month",)), SHOP_WITH_BOOKS, {"books_first": False})
    assert found.iloc[1].tolist()[1:] == [9, 40, 85]


def test_what_does_not_count_is_listed_with_its_reason(tmp_path: Path) -> None:
    found = asked(tmp_path, Query(("costs_left_out",), ("cost_rule",)), SHOP_WITH_BOOKS)
    assert dict(found.itertuples(index=False)) == {
        "goods bought count as cost of goods when they are sold": 500, "already in net sales": 50,
        "told twice in this month: another place counts": 9 + 85 + 40 + 20,
    }  # fmt: skip


def test_costs_by_category_add_up_to_the_lines(tmp_path: Path) -> None:
    found = asked(tmp_path, Query(("costs",), ("expense_category",)), SHOP_WITH_BOOKS)
    assert found["costs"].sum() == 9 + 31 + 80 + 30


def test_a_cell_of_the_profit_and_loss_drills_to_its_rows(tmp_path: Path) -> None:
    warehouses = opened(tmp_path, {GOLDEN: SHOP_WITH_BOOKS})
    question = Query(("fulfilment_costs",), (), None, (Filter("month", ("2026-03-01",)),))
    rows = drill(question, VIEWER, GOLDEN, warehouses, Page())
    assert rows.total == 3
    assert rows.frame[["What for", "File"]].values.tolist() == [["Parcel S3", "orders.csv"]]


@pytest.mark.parametrize("name", ["marketing_costs", "contribution_3", "net_profit", "running_costs"])
@pytest.mark.parametrize("by", [(), ("month",)])
def test_what_nobody_tells_is_missing_and_never_0(tmp_path: Path, name: str, by: tuple[str, ...]) -> None:
    bare = {name: rows for name, rows in SHOP.items() if name not in {
        "fact_expense", "fact_payroll", "fact_campaign_day", "fact_staff_day"}}  # fmt: skip
    found = asked(tmp_path, Query((name, "fulfilment_costs", "net_sales"), by), bare)
    assert found[name].isna().all()
    assert found["fulfilment_costs"].sum() == 5


def test_the_journal_flags_an_entry_that_is_a_cent_off(tmp_path: Path) -> None:
    names = ("journal_entries", "journal_unbalanced", "journal_difference", "journal_debits", "journal_credits")
    found = asked(tmp_path, Query(names), SHOP_WITH_BOOKS)
    assert found.iloc[0].tolist() == [2, 1, D("0.01"), 56, D("55.99")]


def test_unbalanced_entries_are_listed(tmp_path: Path) -> None:
    found = asked(tmp_path, Query(("journal_difference",), ("journal_entry",)), SHOP_WITH_BOOKS)
    assert found.values.tolist() == [["J2", D("0.01")]]


def test_costs_of_two_shops_are_added(tmp_path: Path) -> None:
    warehouses = opened(tmp_path, {GOLDEN: SHOP_WITH_BOOKS, OTHER: {**SHOP, "fact_expense": COSTS[:1]}})
    found = run(Query(("running_costs",)), VIEWER, (GOLDEN, OTHER), warehouses)
    assert found.value("running_costs") == 60


def test_without_a_journal_nothing_is_said_to_balance(tmp_path: Path) -> None:
    found = asked(tmp_path, Query(("journal_entries", "journal_unbalanced")), {**SHOP, "fact_journal_line": []})
    assert found.isna().all(axis=None)


def test_a_month_is_whole_or_told_apart(tmp_path: Path) -> None:
    found = asked(tmp_path, Query(("costs",), ("month",)), SHOP_WITH_BOOKS)
    assert found["month"].tolist() == [date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)]


def test_net_profit_is_told_where_pay_is_not_known(tmp_path: Path) -> None:
    tables = {**SHOP_WITH_BOOKS, "fact_expense": COSTS[:3], "fact_payroll": []}
    found = asked(tmp_path, Query(("payroll_costs", "net_profit")), tables)
    assert found.iloc[0].tolist() == [None, 74 - 2 - 4 - 3 - 11 - 20 - 30]


def test_the_staff_score_follows_the_policies(tmp_path: Path) -> None:
    rules: dict[str, Any] = {f"staff_weight_{name}": 0 for name in ("conversion", "delivery", "order_value", "lost")}
    rules |= {"staff_weight_orders": 1, "staff_grade_a_plus": 60}
    found = asked(tmp_path, Query(("staff_score", "staff_grade"), ("employee",)), SHOP, rules)
    assert found.values.tolist() == [["Zoe", 100, "A+"], ["E2", D("66.6667"), "A+"]]


def two_shops(folder: Path, weights: dict[int, dict[str, Any]], renamed: dict[str, str]) -> Any:
    """The golden shop twice, people of the second called otherwise; policies by tenant id."""
    names = [one.get("employee", one["employee_id"]) for one in SHOP["dim_employee"]]
    people = [{**one, "employee": renamed.get(name, name)}
              for one, name in zip(SHOP["dim_employee"], names, strict=True)]  # fmt: skip
    shelf = Shelf({1: make_snapshot(folder, GOLDEN, SHOP),
                   2: make_snapshot(folder, OTHER, {**SHOP, "dim_employee": people})})  # fmt: skip
    defaults = {name: policy.default for name, policy in POLICIES.items()}
    warehouses = Warehouses(shelf, None, lambda tenant: defaults | weights[tenant])
    return run(Query(("staff_score", "staff_grade"), ("employee",)), VIEWER, (GOLDEN, OTHER), warehouses).frame


def test_each_client_scores_its_people_by_its_own_policies(tmp_path: Path) -> None:
    none: dict[str, Any] = {f"staff_weight_{name}": 0 for name in ("conversion", "delivery", "order_value", "lost")}
    rules = {1: none | {"staff_weight_orders": 1}, 2: none | {"staff_weight_orders": 0.5, "staff_grade_b": 50}}
    found = two_shops(tmp_path, rules, {"Zoe": "Zachary"}).set_index("employee")
    assert found.loc["Zoe"].tolist() == [100, "A+"]
    assert found.loc["Zachary"].tolist() == [50, "B"]


def test_a_name_two_clients_have_is_scored_by_neither(tmp_path: Path) -> None:
    found = two_shops(tmp_path, {1: {}, 2: {}}, {}).set_index("employee")
    assert found.loc["Zoe"].tolist() == [None, None]
