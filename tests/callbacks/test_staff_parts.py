"""Staff: people side by side, one of them by month, and who stands out."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal as D

import pandas as pd
import pytest

from callbacks.desk import Desk
from callbacks.staff import tasks
from callbacks.staff_people import chosen, course_chart, pay_words, people, person_months, scores_body
from tests.callbacks.conftest import AMBER, QUARTER
from tests.callbacks.test_finance_parts import said

Make = Callable[..., Desk]


def test_people_are_ranked_by_their_score(desk: Make) -> None:
    found = people(desk(**QUARTER)).set_index("employee")
    assert found.index.tolist() == ["E2", "Zoe"]
    assert found.loc["E2", ["staff_score", "staff_grade", "orders", "aov"]].tolist() == [D("62.0000"), "B", 2, 50]


@pytest.mark.parametrize("nobody", ["", None])
def test_orders_nobody_is_named_for_are_nobody(desk: Make, monkeypatch: pytest.MonkeyPatch, nobody: str | None) -> None:
    told = pd.DataFrame({"employee": [nobody, "Zoe"], "orders": [9, 2]})
    monkeypatch.setattr(Desk, "exact", lambda *_: told)
    assert people(desk(**QUARTER))["employee"].tolist() == ["Zoe"]


def test_the_table_opens_rows_and_has_the_team(desk: Make) -> None:
    text = said(scores_body(desk(**QUARTER)))
    assert "'data-where': 'employee=Zoe'" in text
    assert "Team (score: mean)" in text


@pytest.mark.parametrize(("focus", "name"), [("", "E2"), ("Zoe", "Zoe"), ("Nobody at all", "E2")])
def test_a_person_who_is_not_there_is_the_first(desk: Make, focus: str, name: str) -> None:
    assert chosen(desk(**QUARTER, focus=focus)) == name


def test_months_of_one_person_add_up(desk: Make) -> None:
    months = person_months(desk(**QUARTER), "Zoe")
    assert months["net_sales"].tolist() == [23, 21, 10]
    assert months["payroll_costs"].tolist() == [0, 85, 0]


def test_the_team_is_shown_per_head(desk: Make) -> None:
    chart = course_chart(desk(**QUARTER, focus="E2", metric="net_sales", grain="month"))
    assert [row[1:] for row in chart.table.rows] == [["£0.00", "£11.50"], ["£50.00", "£35.50"], ["£50.00", "£30.00"]]


def test_pay_that_is_not_known_is_said(desk: Make) -> None:
    assert "no payment to this person is recorded" in pay_words(desk(**QUARTER), "E2")[0]


def test_who_is_far_behind_the_team_is_named(desk: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callbacks.staff._FEWEST", 1)
    assert "E2 delivers 33.3%" in said(tasks(desk(**QUARTER)))


def test_without_employees_it_says_what_to_load(desk: Make) -> None:
    here = desk(tenants=(AMBER,), period="custom", start="2025-01-01", end="2025-02-01")
    assert people(here).empty
    assert "performance sheet" in said(scores_body(here))


def test_an_unknown_score_is_missing(desk: Make) -> None:
    march = people(desk(period="custom", start="2026-03-01", end="2026-03-31")).set_index("employee")
    assert pd.isna(march.loc["E2", "staff_score"])
