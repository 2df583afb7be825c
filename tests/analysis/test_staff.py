"""The staff score by hand: weights, limits, and work that is nobody's."""

from __future__ import annotations

from decimal import Decimal as D
from typing import Any

import polars as pl
import pytest

from portal.analysis.staff import Weights, grade, scores

NAMES = ("employee", "staff_conversion", "delivered_order_rate", "orders", "aov", "cancellation_rate",
         "returned_order_rate")  # fmt: skip


def staff(*people: tuple[Any, ...]) -> pl.DataFrame:
    return pl.DataFrame([dict(zip(NAMES, person, strict=True)) for person in people])


ANN = ("Ann", D("0.2"), D("0.9"), 40, D(100), D("0.05"), D("0.05"))
BEN = ("Ben", D("0.5"), D("0.5"), 20, D(200), D("0.3"), D("0.2"))


def test_two_people_against_the_best_of_both() -> None:
    # Ann 0.35·66.6 + 27 + 15 + 5 − 1; Ben 35 + 15 + 7.5 + 10 − 3
    assert scores(staff(ANN, BEN)).to_list() == [D("69.3100"), D("64.5000")]


def test_other_weights_give_other_scores() -> None:
    only_orders = Weights(D(0), D(0), D(1), D(0), D(0))
    assert scores(staff(ANN, BEN), only_orders).to_list() == [100, 50]


def test_orders_that_are_nobodys_have_no_score_and_set_no_mark() -> None:
    nobody = (None, D(1), D(1), 4000, D(9000), D(0), D(0))
    assert scores(staff(ANN, BEN, nobody)).to_list() == [D("69.3100"), D("64.5000"), None]


def test_without_leads_there_is_no_score() -> None:
    assert scores(staff(("Ann", None, D(1), 4, D(9), D(0), D(0)))).to_list() == [None]


@pytest.mark.parametrize(
    ("score", "letter"), [("90", "A+"), ("89.99", "A"), ("75", "A"), ("60", "B"), ("40", "C"), ("39.99", "D")]
)
def test_grades_begin_at_their_limits(score: str, letter: str) -> None:
    assert grade(D(score)) == letter


def test_other_limits() -> None:
    assert grade(D(50), (D(50), D(40), D(30), D(20))) == "A+"
