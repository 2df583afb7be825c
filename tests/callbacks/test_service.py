"""Service as it is shown: what is open, the last day, names only for who may see them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from callbacks.desk import Desk
from callbacks.service import ages_chart, cases_body, day_body, steps_body
from tests.callbacks.conftest import QUARTER
from tests.callbacks.test_delivery import text_of

Make = Callable[..., Desk]


def test_open_cases_are_listed_and_those_ended_are_not(desk: Make) -> None:
    told = text_of(cases_body(desk(**QUARTER)))
    assert "5 Feb 2026 | 1 | Ticket | Open" in told
    assert "Hub" not in told
    assert [row[:2] for row in ages_chart(desk(**QUARTER)).table.rows] == [["31 days and more", "1"]]


@pytest.mark.parametrize(("role", "seen"), [("manager", True), ("viewer", False)])
def test_names_in_the_list_are_masked(desk: Make, role: str, seen: bool) -> None:
    assert ("Ann" in text_of(cases_body(desk(role=role, **QUARTER)))) is seen


def test_the_last_day_counts_what_is_open_by_kind(desk: Make) -> None:
    assert "Ticket | 0 | 1 | 0" in text_of(day_body(desk(**QUARTER)))


def test_nothing_loaded_is_said(desk: Make) -> None:
    empty = desk(tenants=())
    assert all("No service cases yet" in text_of(body(empty)) for body in (day_body, steps_body, cases_body))
    assert ages_chart(empty).empty
    assert "No step in this period" in text_of(steps_body(desk(**QUARTER)))
