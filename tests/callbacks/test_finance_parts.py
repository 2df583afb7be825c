"""Finance: the profit and loss, the cash view, the journal, the calculator and commissions as they are shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import orjson
import pytest
from plotly.io.json import to_json_plotly  # type: ignore[attr-defined]

from callbacks.calculator import own_numbers, results
from callbacks.cash_view import cash_body, cash_values
from callbacks.commission_table import commission_body
from callbacks.desk import Desk
from callbacks.finance import costs, tasks
from callbacks.invoice import find_invoice, sheet_of
from callbacks.invoice_list import found_invoices, invoices_body, open_invoices
from callbacks.journal_table import journal_body, journal_entries
from callbacks.profit_table import profit_body, profit_export, profit_frames
from callbacks.tasks import low_cash_task
from portal.policies import POLICIES
from portal.warehouse.duckdb import Warehouses
from tests.callbacks.conftest import AMBER, BIRCH, MARCH, QUARTER

Make = Callable[..., Desk]


def said(component: Any) -> str:
    """The component as text."""
    return str(orjson.loads(to_json_plotly(component)))  # type: ignore[no-untyped-call]


def test_the_lines_add_up_from_sales_to_profit(desk: Make) -> None:
    _, total = profit_frames(desk(**QUARTER))
    assert total["net_sales"] == total["gross_sales"] - total["discounts"] - total["returns_value"] == 154
    assert total["contribution_3"] == 74 - total["fulfilment_costs"] - total["marketing_costs"] == 34
    assert total["net_profit"] == 34 - 85 - 30 + 7


def test_the_months_add_up_to_the_total(desk: Make) -> None:
    months, total = profit_frames(desk(**QUARTER))
    names = ["fulfilment_costs", "marketing_costs", "payroll_costs", "running_costs", "net_profit"]
    assert {name: months[name].sum() for name in names} == {name: total[name] for name in names}


def test_each_amount_opens_its_rows(desk: Make) -> None:
    text = said(profit_body(desk(**QUARTER)))
    for where in ("month=2026-02-01", "cost_rule=told twice in this month: another place counts"):
        assert f"'data-where': '{where}'" in text


def test_a_month_that_is_cut_is_marked(desk: Make) -> None:
    text = said(profit_body(desk(period="custom", start="2026-02-10", end="2026-03-31")))
    assert "Feb 2026 (part)" in text
    assert "Mar 2026 (part)" not in text


def test_an_exported_line_is_exact(desk: Make) -> None:
    rows = {row[0]: row[1:-1] for row in profit_export(desk(**QUARTER, view="quarter")).rows}
    assert rows["Delivery and fulfilment"] == [9, 9]


def test_cash_is_shown_with_what_is_not_known(desk: Make) -> None:
    values = cash_values(desk(**QUARTER))
    assert (values["advances"], values["outstanding"], values["expenses"], values["payroll"]) == (31, 50, 45, 85)
    assert cash_values(desk(**MARCH))["payroll"] is None
    assert "Recorded in less recorded out" in said(cash_body(desk(**QUARTER)))


def test_the_entry_that_does_not_balance_comes_first(desk: Make) -> None:
    assert journal_entries(desk(**QUARTER))["entry_id"].to_list() == ["J2", "J1"]
    text = said(journal_body(desk(**QUARTER)))
    assert "1 of 2 entries do not balance." in text
    assert "'data-where': 'journal_entry=J2'" in text


def test_a_period_without_entries_says_so(desk: Make) -> None:
    assert "No journal in this period" in said(journal_body(desk(**MARCH)))


def test_the_calculator_starts_with_the_numbers_of_the_period(desk: Make) -> None:
    values = own_numbers(desk(**QUARTER))
    assert (values["days"], values["orders"], values["total_order_value"], values["units_1"]) == (90, 5, 154, 9)
    assert (values["courier_per_day"], values["sourcing_payment"]) == (0.1, None)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"days": "0"}, "at least one day"), ({"days": "4", "cod_return_rate": "120"}, "between 0 and 100"),
        ({"days": "4", "orders": "x"}, "No number of orders"), ({"days": None}, "at least one day"),
        ({"days": "4", "orders": "10", "total_order_value": "1000", "ad_spend_per_day": "50"}, "at 2 orders"),
    ],
)  # fmt: skip
def test_the_calculator_answers_whatever_is_put_in(values: dict[str, Any], words: str) -> None:
    assert words in said(results("GBP", values))


def test_commission_by_employee_and_for_everybody(desk: Make) -> None:
    text = said(commission_body(desk(**QUARTER)))
    assert "£1.32" in text  # Zoe: 3 % of 23 + 30 − 9
    assert "£2.82" in text
    assert "3.00%" in text


def test_tasks_name_the_journal_and_costs_told_twice(desk: Make) -> None:
    text = said(tasks(desk(**QUARTER)))
    assert "1 journal entry does not balance" in text
    assert "Costs told twice" in text


def test_a_bar_opens_costs_whatever_the_trend_shows(desk: Make) -> None:
    chart = costs(desk(**QUARTER, metric="net_profit"))[0]
    assert "costs::expense_category=rent" in chart.figure["data"][0]["customdata"]


def test_two_clients_are_added(desk: Make) -> None:
    both = desk(tenants=(AMBER, BIRCH), role="superadmin", **QUARTER)
    assert profit_frames(both)[1]["net_profit"] == 2 * -74
    assert journal_entries(both).height == 4


def test_low_cash_is_told_with_what_is_missing_to_the_limit(desk: Make) -> None:
    (task,) = low_cash_task(desk(**MARCH))
    assert (task.title, task.money, task.drill) == ("Cash is low: −£3.99", 5003.99, "cash_balance")


def test_enough_cash_is_no_task(desk: Make) -> None:
    opened = desk(**MARCH)
    rules = {name: policy.default for name, policy in POLICIES.items()} | {"low_cash_limit": -4}
    rich = replace(opened.parts, warehouses=Warehouses(opened.parts.store, None, lambda _: rules))
    assert low_cash_task(replace(opened, parts=rich)) == []


@pytest.mark.parametrize(
    ("number", "goods", "discounts", "unexplained", "state"),
    [("O1", 25, 2, 3, "paid"), ("O2", 50, 0, 5, "overdue"), ("O3", 30, 0, 3, "not recorded"),
     ("O4", -10, -1, 0, "not recorded"), ("O6", 50, 0, 0, "cancelled")],
)  # fmt: skip
def test_an_invoice_adds_up_to_its_total(
    desk: Make, number: str, goods: int, discounts: int, unexplained: int, state: str
) -> None:
    _, paper = find_invoice(desk(focus=number))  # type: ignore[misc]
    assert (paper.goods, paper.discounts, paper.unexplained, paper.state) == (goods, discounts, unexplained, state)


def test_what_is_to_be_paid_is_listed_and_counted(desk: Make) -> None:
    listed, row = open_invoices(desk(**QUARTER)), desk().ask(["open_invoices", "overdue_invoice_value"]).iloc[0]
    assert (listed.rows["order_id"].tolist(), row.tolist()) == (["O2"], [1, 50])


def test_an_order_that_is_not_there_has_no_invoice(desk: Make) -> None:
    assert [find_invoice(desk(focus=number)) for number in ("", "nobody")] == [None, None]
    assert find_invoice(desk(tenants=(), focus="O2")) is None


@pytest.mark.parametrize(("role", "seen"), [("manager", True), ("viewer", False)])
def test_who_an_invoice_is_for_is_masked(desk: Make, role: str, seen: bool) -> None:
    opened = desk(focus="O2", role=role)
    tenant, paper = find_invoice(opened)  # type: ignore[misc]
    assert (str(paper.order["customer"]) in said(sheet_of(opened, tenant, paper))) is seen


def test_a_search_finds_the_invoice_and_nothing_else(desk: Make) -> None:
    assert found_invoices(desk(focus="o2")).rows["order_id"].tolist() == ["O2"]
    assert "No invoice found" in said(invoices_body(desk(focus="nobody of this name")))
    assert "No invoices yet" in said(invoices_body(desk(tenants=())))
