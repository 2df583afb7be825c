"""Finance: the profit and loss, the cash view, the journal, the calculator and commissions as they are shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from plotly.io.json import to_json_plotly  # type: ignore[attr-defined]

from callbacks.calculator import own_numbers, results
from callbacks.cash_view import cash_body, cash_values
from callbacks.commission_table import commission_body
from callbacks.desk import Desk
from callbacks.finance import costs, tasks
from callbacks.journal_table import journal_body, journal_entries
from callbacks.profit_table import profit_body, profit_export, profit_frames
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
