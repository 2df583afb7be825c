from __future__ import annotations

from decimal import Decimal as D

from hypothesis import given, settings
from hypothesis import strategies as st

from etl.build.average_cost import Move, average_costs


def moves(*pairs: tuple[float, float | None]) -> list[Move]:
    return [Move(D(str(quantity)), None if cost is None else D(str(cost))) for quantity, cost in pairs]


def test_the_handbook_example() -> None:
    last = average_costs(moves((10, 100), (10, 120), (-15, None)))[-1]
    assert (last.cost_amount, last.average, last.left, last.value) == (D(-1650), D(110), D(5), D(550))


def test_a_receipt_after_issues_averages_with_what_is_left() -> None:
    last = average_costs(moves((10, 100), (-5, None), (5, 140)))[-1]
    assert (last.average, last.value) == (D(120), D(1200))


def test_nothing_is_known_before_the_first_cost() -> None:
    costed = average_costs(moves((5, None), (-2, None), (3, 10)))
    assert [one.cost_amount for one in costed] == [None, None, D(30)]
    assert costed[0].average is None


def test_a_return_comes_back_at_the_current_average() -> None:
    last = average_costs(moves((10, 100), (10, 120), (-15, None), (2, None)))[-1]
    assert (last.cost_amount, last.value, last.average) == (D(220), D(770), D(110))


def test_negative_stock_is_never_averaged() -> None:
    costed = average_costs(moves((2, 100), (-5, None), (10, 130)))
    assert [one.left for one in costed] == [D(2), D(-3), D(7)]
    assert (costed[-1].average, costed[-1].value) == (D(130), D(910))


def test_the_last_unit_takes_the_rest_of_the_value() -> None:
    costed = average_costs(moves((3, 10), (-1, None), (-1, None), (-1, None), (7, D("1.11"))))
    assert sum(one.cost_amount for one in costed[:4]) == 0
    assert costed[3].value == 0


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.decimals(min_value="0.5", max_value=1000, places=2), st.decimals(min_value=0, max_value=9999, places=4)
        ),
        min_size=1, max_size=20,
    ),
    st.lists(st.decimals(min_value="0.01", max_value=300, places=2), max_size=30),
)  # fmt: skip
def test_receipts_equal_issues_plus_what_is_left(receipts: list[tuple[D, D]], issues: list[D]) -> None:
    left = sum(quantity for quantity, _ in receipts)
    taken = []
    for issue in issues:
        if issue <= left:
            taken.append(Move(-issue, None))
            left -= issue
    costed = average_costs([*(Move(*receipt) for receipt in receipts), *taken])
    assert sum(one.cost_amount for one in costed) == costed[-1].value
    assert costed[-1].value >= 0
    assert costed[-1].left == left
