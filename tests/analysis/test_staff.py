"""The staff score and its grades."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest

from portal.analysis.staff import grade, scores

NAMES = ("staff_conversion", "delivered_order_rate", "orders", "aov", "cancellation_rate", "returned_order_rate")


def staff(*people: tuple[object, ...]) -> pl.DataFrame:
    return pl.DataFrame([dict(zip(NAMES, person, strict=True)) for person in people])


def test_the_best_at_everything_scores_90() -> None:
    # 0.35·100 + 0.30·100 + 0.15·100 + 0.10·100
    best = (Decimal("0.31"), Decimal(1), 10, Decimal(50), Decimal(0), Decimal(0))
    assert scores(staff(best)).to_list() == [Decimal("90.0000")]


def test_each_part_counts_as_in_the_formula() -> None:
    # 0.35·33.3 + 0.30·80 + 0.15·50 + 0.10·40 − 0.10·15 = 11.655 + 24 + 7.5 + 4 − 1.5
    one = (Decimal("0.1"), Decimal("0.8"), 5, Decimal(20), Decimal("0.1"), Decimal("0.05"))
    top = (Decimal("0.5"), Decimal("0.5"), 10, Decimal(50), Decimal(0), Decimal(0))
    assert scores(staff(one, top)).to_list()[0] == Decimal("45.6550")


def test_cancelled_and_returned_cost_at_most_three_points() -> None:
    bad = (Decimal(0), Decimal(0), 1, Decimal(1), Decimal("0.9"), Decimal("0.1"))
    assert scores(staff(bad)).to_list() == [Decimal("22.0000")]


def test_without_leads_there_is_no_score() -> None:
    assert scores(staff((None, Decimal(1), 1, Decimal(1), Decimal(0), Decimal(0)))).to_list() == [None]


@pytest.mark.parametrize(
    ("score", "expected"),
    [("90", "A+"), ("89.9999", "A"), ("75", "A"), ("60", "B"), ("59.9", "C"), ("40", "C"), ("39.9999", "D")],
)
def test_grades_begin_at_their_limits(score: str, expected: str) -> None:
    assert grade(Decimal(score)) == expected
