"""Inventory as it is shown: lists, tasks, ages of now and of a past day, one product. Golden shop, 31 March 2026."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from plotly.io.json import to_json_plotly  # type: ignore[attr-defined]

from callbacks import product
from callbacks.desk import Desk
from callbacks.inventory import EXPORTS
from callbacks.stock_charts import ageing, ageing_frame, classes_chart
from callbacks.stock_lists import costs_body, movements_body, reorder_frame, states_body
from callbacks.stock_past import past_ageing, past_day
from callbacks.stock_tasks import stock_tasks, tasks_body
from tests.callbacks.conftest import AMBER, BIRCH, MARCH, QUARTER

Make = Callable[..., Desk]


def said(component: Any) -> str:
    """The component as text."""
    return str(orjson.loads(to_json_plotly(component)))  # type: ignore[no-untyped-call]


def test_what_is_out_and_sells_is_to_be_ordered(desk: Make) -> None:
    """Seven mugs sold on one day of 81 make a reorder point of 4: three are too few."""
    due = reorder_frame(desk(**QUARTER)).to_dict("records")
    assert [(row["product"], row["on_hand"]) for row in due] == [("Lamp", 0), ("Mug", 3)]
    assert due[0]["suggested_units"] >= 1


def test_tasks_are_ranked_by_money(desk: Make) -> None:
    tasks = stock_tasks(desk(**QUARTER))
    assert "Order 2 products" in {task.title for task in tasks}
    assert [task.money or 0 for task in tasks] == sorted((task.money or 0 for task in tasks), reverse=True)


def test_each_task_opens_its_rows(desk: Make) -> None:
    assert "'data-drill': 'reorder_due'" in said(tasks_body(desk(**QUARTER)))


def test_ages_are_sorted_from_young_to_old(desk: Make) -> None:
    """The mugs came on 10 January; nobody bought a chair since then."""
    frame = ageing_frame(desk(**QUARTER))
    assert frame["age_bucket"].tolist() == ["61–90"]
    assert frame["layer_units"].tolist() == [23]


def test_the_age_card_says_which_day_and_that_ages_are_derived(desk: Make) -> None:
    assert ageing(desk(**QUARTER))[1] == "How old stock is on 31 Mar 2026, derived from sales"


def test_without_a_cost_the_age_card_offers_units(desk: Make) -> None:
    assert "Choose units" in ageing(desk(**QUARTER))[0].empty
    assert "23" in said(ageing(desk(**QUARTER, view="units"))[0].payload())


def test_counts_say_nothing_of_the_past(desk: Make) -> None:
    early = desk(period="custom", start="2026-01-01", end="2026-01-31")
    assert past_day(early) is None


def test_the_past_is_that_of_the_movements_until_then(desk: Make) -> None:
    early = desk(period="custom", start="2026-01-01", end="2026-01-31")
    frame = past_ageing(early, early.period.end)
    assert frame.iloc[0].tolist()[2] >= 10


def test_classes_are_shares_of_stock(desk: Make) -> None:
    chart = classes_chart(desk(**QUARTER))
    assert "is in class A" in chart.summary
    assert [row[0] for row in chart.table.rows] == ["A", "B", "C"]


def test_numbers_carry_their_formula(desk: Make) -> None:
    assert "'data-explain': 'dio'" in said(costs_body(desk(**QUARTER)))
    assert "'data-explain': 'low_stock'" in said(states_body(desk(**QUARTER)))


def test_movements_add_up(desk: Make) -> None:
    text = said(movements_body(desk(**QUARTER)))
    assert "movement_type=receipt" in text
    assert "movement_type=sale" in text


@pytest.mark.parametrize("name", sorted(EXPORTS))
def test_exports_have_a_row_per_line_and_none_for_an_empty_shop(desk: Make, name: str) -> None:
    table = EXPORTS[name](desk(**QUARTER))
    assert {len(row) for row in table.rows} <= {len(table.columns)}
    assert EXPORTS[name](desk(tenants=())).rows == []


@pytest.mark.parametrize("focus", ["Mug", "MUG", "P1"])
def test_a_product_is_found_by_name_sku_and_id(desk: Make, focus: str) -> None:
    shown = product.paint(desk(**MARCH, focus=focus))
    assert shown["period"].startswith("Mug")
    assert "10 Jan 2026" in said(shown["layers"])
    assert "receipt" in said(shown["moves"])


@pytest.mark.parametrize(
    ("focus", "words"), [("", "No product is named."), ("Nobody", "No product of yours is called")]
)
def test_a_product_that_is_not_there_is_said(desk: Make, focus: str, words: str) -> None:
    assert product.paint(desk(focus=focus))["period"].startswith(words)


def test_several_clients_are_added_up(desk: Make) -> None:
    both = desk(tenants=(AMBER, BIRCH), **QUARTER)
    assert ageing_frame(both)["layer_units"].sum() == 46
    assert "Mug" in product.paint(desk(tenants=(AMBER, BIRCH), focus="Mug"))["period"]
