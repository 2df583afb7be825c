"""What needs somebody, whether numbers can be trusted, how they are made, and the rows behind them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from callbacks.desk import Desk
from callbacks.formula import explain_here, formula_card
from callbacks.ledger import findings, freshness, row_ledger
from callbacks.quality import ledger_rows, quality_card, share_affected
from callbacks.rows import PAGE_ROWS, cell_text, question_of, rows_panel
from callbacks.tasks import Task, cost_task, data_tasks, outstanding_task, stock_tasks
from callbacks.today import all_tasks, today_body
from portal.errors import UnknownNameError
from portal.metrics.drill import COUNTED, Page
from portal.metrics.model import Filter, Unit
from tests.callbacks.conftest import AMBER, BIRCH, MARCH, QUARTER

Make = Callable[..., Desk]


def texts(tree: Any) -> str:
    found = [part.children for part in [tree, *tree._traverse()] if isinstance(getattr(part, "children", None), str)]
    return " | ".join([*found, *(part for part in tree._traverse() if isinstance(part, str))])


def test_tasks_are_ranked_by_money(desk: Make) -> None:
    tasks = all_tasks(desk(**QUARTER))
    amounts = [task.money or 0 for task in tasks]
    assert amounts == sorted(amounts, reverse=True)
    assert {"Money still to be collected", "1 product out of stock and still asked for"} <= {t.title for t in tasks}


def test_money_older_than_a_month_is_to_be_collected(desk: Make) -> None:
    assert [(task.money, task.drill) for task in outstanding_task(desk())] == [(50.0, "outstanding")]


def test_stock_that_is_gone_costs_its_pace_times_its_price(desk: Make) -> None:
    gone = next(task for task in stock_tasks(desk()) if "out of stock" in task.title)
    assert gone.money == pytest.approx(14 * (1 / 30) * 50)
    assert gone.where == "product=Lamp"


def test_missing_costs_are_a_task_only_above_five_percent(desk: Make) -> None:
    january = {"period": "custom", "start": "2026-01-01", "end": "2026-01-31"}
    assert [round(task.money or 0, 2) for task in cost_task(desk(**january))] == [5.0]
    assert cost_task(desk(**QUARTER)) == []


def test_what_is_only_good_to_know_is_no_task(desk: Make) -> None:
    assert [task.title for task in data_tasks(desk())] == ["Goods were sold whose cost is not known"]


def test_without_anything_to_do_the_list_says_so(desk: Make) -> None:
    assert "Nothing to do yet" in texts(today_body(desk(tenants=()), set()))


def test_what_somebody_put_off_is_not_shown_and_can_be_shown_again(desk: Make) -> None:
    here = desk(**QUARTER)
    all_of_them, rest = today_body(here, set()), today_body(here, {"Money still to be collected"})
    assert "Money still to be collected" in texts(all_of_them[0])
    assert "Money still to be collected" not in texts(rest[0])
    assert "Show 1 put off" in texts(rest[1])


def test_a_task_is_the_same_tomorrow_when_its_numbers_are_others() -> None:
    one, other = Task("3 units of 1,204 lost", "", 5.0, "tag", ""), Task("12 units of 7 lost", "", 9.0, "tag", "")
    assert one.key == other.key == "# units of # lost"
    assert Task("VIP Ann", "", None, "people", "", name="vip 7").key == "vip 7"


def test_source_rows_are_accounted_for(desk: Make) -> None:
    line = row_ledger(desk()).iloc[0]
    assert line["read"] == 11 == line["loaded"] + line["duplicate"] + line["rejected"]
    assert ledger_rows(desk(), row_ledger(desk())) == [["table: order lines", 11, 8, 2, 0, 1, "✓ tie"]]


def test_the_card_shows_the_equation_and_the_age(desk: Make) -> None:
    card = texts(quality_card(desk()))
    assert "11 source rows = 8 loaded + 2 duplicates + 0 left out by a rule + 1 rejected" in card
    assert "table loaded 01 Apr 2026 06:00 UTC" in card
    assert "1 control totals of the source rows equal the warehouse" in card


def test_checks_that_pass_are_not_findings(desk: Make) -> None:
    assert findings(desk())["check_name"].tolist() == ["estimated_cost", "missing_cost"]


def test_no_load_is_no_ledger(desk: Make) -> None:
    assert "No load yet" in texts(quality_card(desk(tenants=(BIRCH,))))
    assert [one.source for one in freshness(desk(tenants=(AMBER, BIRCH), role="superadmin"))] == ["table"]


@pytest.mark.parametrize(
    ("amount", "sales", "words"),
    [(5.0, 154.0, "Touches 3.2% of net sales"), (0.01, 154.0, "Touches less than 0.1% of net sales"),
     (999.0, 154.0, "Touches 100.0% of net sales"), (None, 154.0, "No amount known"), (5.0, None, "No amount known")],
)  # fmt: skip
def test_a_finding_says_how_much_it_touches(amount: float | None, sales: float | None, words: str) -> None:
    assert share_affected(amount, sales) == words


def test_the_formula_has_the_numbers_of_the_card(desk: Make) -> None:
    here = desk(**QUARTER)
    card = texts(formula_card(explain_here(here, "net_sales", here.period)))
    assert "£165.00 − £2.00 − £9.00 = £154.00" in card
    assert "not booked: orders in state cancelled" in card


def test_the_rows_add_up_to_the_card(desk: Make) -> None:
    content, title, note = rows_panel(desk(**QUARTER), question_of(desk(**QUARTER), "net_sales", ""), Page(0, 50), "")
    assert title == "Net sales: 7 rows"
    assert note == "1 Jan – 31 Mar 2026"
    assert "7 rows add up to net sales £154.00. Snapshot 1." in texts(content)


def test_a_part_keeps_the_filters_of_the_screen(desk: Make) -> None:
    question = question_of(desk(**MARCH, channel="web"), "net_sales", "product=Mug")
    assert question.filters == (Filter("channel", ("web",)), Filter("product", ("Mug",)))
    assert question.period == desk(**MARCH).period


def test_a_part_of_the_filtered_dimension_replaces_the_filter(desk: Make) -> None:
    question = question_of(desk(category=["Home", "Kitchen"]), "net_sales", "category=Home")
    assert question.filters == (Filter("category", ("Home",)),)


def test_unknown_names_are_refused(desk: Make) -> None:
    with pytest.raises(UnknownNameError, match="Did you mean net_sales"):
        question_of(desk(), "net_sale", "")
    with pytest.raises(UnknownNameError):
        question_of(desk(), "net_sales", "password=x")


def test_every_client_has_its_own_rows(desk: Make) -> None:
    here = desk(tenants=(AMBER, BIRCH), role="superadmin", **QUARTER)
    content, title, _ = rows_panel(here, question_of(here, "net_sales", ""), Page(0, PAGE_ROWS), "")
    assert title == "Net sales: 14 rows"
    assert {"Amber Shop", "Birch Shop"} <= set(texts(content).split(" | "))


@pytest.mark.parametrize(
    ("column", "value", "text"),
    [(COUNTED, Decimal("-9"), "−£9.00"), ("Net", Decimal("1234.5"), "£1,234.50"), ("Quantity", Decimal("2.5"), "2.5"),
     ("Date", date(2026, 3, 31), "31 Mar 2026"), ("City", None, "–"), ("Row", 7, "7")],
)  # fmt: skip
def test_cells_are_written_for_people(column: str, value: object, text: str) -> None:
    assert cell_text(column, value, "GBP", Unit.MONEY) == text
