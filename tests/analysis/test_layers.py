"""FIFO layers: exact against a loop over units; nothing is lost; the past can be asked for."""

from __future__ import annotations

from collections import deque
from datetime import timedelta
from decimal import Decimal

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.analysis.layers import Fifo, fifo, remaining_on
from tests.analysis.fifo_by_hand import FIRST_DAY, ByHand, Move, frame

WORDS = ("receipt", "sale", "sale", "return_in", "transfer", "adjustment")


@st.composite
def one_move(draw: st.DrawFn) -> Move:
    kind = draw(st.sampled_from(WORDS))
    size = draw(st.integers(1, 4))
    sign = {"receipt": 1, "sale": -1, "return_in": 1}.get(kind) or draw(st.sampled_from((1, -1)))
    cost = draw(st.one_of(st.none(), st.integers(1, 9))) if sign > 0 else None
    link = draw(st.one_of(st.none(), st.integers(1, 2)))
    return Move(draw(st.integers(1, 2)), draw(st.integers(1, 2)), draw(st.integers(0, 6)), kind, size * sign, cost,
                link)  # fmt: skip


moves = st.lists(one_move(), max_size=16)


def value(rows: pl.DataFrame, quantity: str = "quantity") -> Decimal:
    amounts = rows.drop_nulls("unit_cost").select(pl.col(quantity) * pl.col("unit_cost")).to_series().to_list()
    return sum(amounts, Decimal(0))


def units(found: Fifo) -> list[tuple[object, ...]]:
    """Every unit that came in: product, place, number, day its age counts from, cost, estimated."""
    told = []
    for row in found.layers.sort("product", "place", "through").iter_rows(named=True):
        last = int(row["through"])
        age = (row["received"] - FIRST_DAY).days
        told += [(row["product"], row["place"], number, age, row["unit_cost"], row["is_estimated"])
                 for number in range(last - int(row["quantity"]), last)]  # fmt: skip
    return told


@settings(max_examples=400, deadline=None)
@given(moves)
def test_every_unit_has_the_age_and_cost_a_loop_finds(told: list[Move]) -> None:
    by_hand = ByHand(told)
    expected = [(*ledger, number, unit.age, unit.cost, unit.estimated) for ledger, came in
                sorted(by_hand.came.items()) for number, unit in enumerate(came)]  # fmt: skip
    assert units(fifo(frame(told))) == expected


@given(moves)
def test_issues_take_the_layers_a_queue_gives(told: list[Move]) -> None:
    found = fifo(frame(told))
    queues: dict[tuple[int, int], deque[int]] = {}
    for row in found.layers.with_row_index("at").sort("product", "place", "through").iter_rows(named=True):
        queue = queues.setdefault((row["product"], row["place"]), deque())
        queue.extend([row["at"]] * int(row["quantity"]))
    for row in found.issues.filter(pl.col("layer") >= 0).sort("day", "movement", "layer").iter_rows(named=True):
        queue = queues[row["product"], row["place"]]
        assert {queue.popleft() for _ in range(int(row["quantity"]))} == {row["layer"]}


@given(moves)
def test_layers_less_what_is_owed_are_the_sum_of_movements(told: list[Move]) -> None:
    found = fifo(frame(told))
    owed = found.issues.filter(pl.col("layer") < 0)["quantity"].sum()
    assert found.layers["remaining"].sum() - owed == sum(move.quantity for move in told)


@given(moves)
def test_value_that_came_is_value_that_went_and_value_left(told: list[Move]) -> None:
    found = fifo(frame(told))
    assert value(found.layers) == value(found.issues) + value(found.layers, "remaining")


@given(moves, st.integers(0, 6))
def test_the_past_is_what_the_movements_until_then_alone_make(told: list[Move], day: int) -> None:
    then = fifo(frame([move for move in told if move.day <= day])).layers.filter(pl.col("remaining") > 0)
    asked = remaining_on(fifo(frame(told)), FIRST_DAY + timedelta(days=day))
    columns = ["product", "place", "through", "arrived", "received", "unit_cost", "is_estimated", "remaining"]
    split = ("product", "place", "arrived", "received", "unit_cost", "is_estimated")
    assert _merged(asked, columns, split) == _merged(then, columns, split)


def _merged(layers: pl.DataFrame, columns: list[str], split: tuple[str, ...]) -> list[tuple[object, ...]]:
    grouped = layers.select(columns).group_by(split).agg(pl.col("remaining").sum())
    return sorted(grouped.rows(), key=repr)


def left(*told: Move) -> list[tuple[object, ...]]:
    """Place, age day, cost, units left, estimated of the layers that remain."""
    rows = fifo(frame(list(told))).layers.filter(pl.col("remaining") > 0).iter_rows(named=True)
    return [(row["place"], (row["received"] - FIRST_DAY).days, row["unit_cost"], row["remaining"],
             row["is_estimated"]) for row in rows]  # fmt: skip


def test_the_canon_example_fifo_costs_1600_and_leaves_600() -> None:
    found = fifo(frame([Move(1, 1, 0, "receipt", 10, 100), Move(1, 1, 1, "receipt", 10, 120),
                        Move(1, 1, 2, "sale", -15)]))  # fmt: skip
    assert (value(found.issues), value(found.layers, "remaining")) == (1600, 600)


def test_transferred_goods_keep_their_age_and_cost() -> None:
    assert left(Move(1, 1, 0, "receipt", 5, 7), Move(1, 1, 4, "transfer", -5), Move(1, 2, 5, "transfer", 5)) == [
        (2, 0, 7, 5, False)
    ]


def test_transfers_there_and_back_keep_it_too() -> None:
    there = (Move(1, 1, 1, "transfer", -3, None, 8), Move(1, 2, 1, "transfer", 3, None, 8))
    back = (Move(1, 2, 2, "transfer", -3, None, 9), Move(1, 1, 2, "transfer", 3, None, 9))
    assert left(Move(1, 1, 0, "receipt", 3, 7), *there, *back) == [(1, 0, 7, 3, False)]


def test_returned_goods_are_the_ones_their_order_sold() -> None:
    bought = (Move(1, 1, 0, "receipt", 1, 5), Move(1, 1, 1, "receipt", 1, 6))
    sold = (Move(1, 1, 2, "sale", -1, None, 71), Move(1, 1, 3, "sale", -1, None, 72))
    assert left(*bought, *sold, Move(1, 1, 9, "return_in", 1, None, 71)) == [(1, 0, 5, 1, False)]


def test_goods_returned_without_an_order_are_those_sold_last_marked_estimated() -> None:
    bought = (Move(1, 1, 0, "receipt", 1, 5), Move(1, 1, 1, "receipt", 1, 6))
    assert left(*bought, Move(1, 1, 2, "sale", -2), Move(1, 1, 9, "return_in", 1)) == [(1, 1, 6, 1, True)]


def test_goods_written_off_and_found_again_are_as_old_as_before() -> None:
    told = (Move(1, 1, 0, "receipt", 4, 5), Move(1, 1, 5, "adjustment", -4), Move(1, 1, 6, "adjustment", 3))
    assert left(*told) == [(1, 0, 5, 3, True)]


def test_goods_found_that_nobody_missed_are_as_old_as_the_latest_receipt() -> None:
    told = (Move(1, 1, 0, "receipt", 1, 5), Move(1, 1, 2, "receipt", 1, 6), Move(1, 1, 9, "adjustment", 2))
    assert left(*told)[-1] == (1, 2, 6, 2, True)


def test_stock_below_zero_is_repaid_by_the_next_receipt_and_told() -> None:
    found = fifo(frame([Move(1, 1, 0, "sale", -3), Move(1, 1, 4, "receipt", 5, 9), Move(1, 1, 5, "sale", -1)]))
    assert found.issues.select("quantity", "unit_cost", "is_short").rows() == [(3, 9, True), (1, 9, False)]
    assert found.layers["remaining"].to_list() == [1]


def test_stock_still_below_zero_has_no_layer_and_no_cost() -> None:
    issues = fifo(frame([Move(1, 1, 0, "receipt", 1, 9), Move(1, 1, 1, "sale", -3)])).issues
    assert issues.select("layer", "quantity", "unit_cost", "is_short").rows() == [(0, 1, 9, False), (-1, 2, None, True)]


def test_nothing_moved_makes_nothing() -> None:
    found = fifo(frame([]))
    assert (found.layers.height, found.issues.height) == (0, 0)


def test_thousands_of_returns_of_one_unit_are_followed_back() -> None:
    there_and_back = [Move(1, 1, 1, "sale", -1, None, 3), Move(1, 1, 1, "return_in", 1, None, 3)] * 2000
    assert left(Move(1, 1, 0, "receipt", 1, 5), *there_and_back) == [(1, 0, 5, 1, False)]
