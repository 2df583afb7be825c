"""The causes of a change add up to it, to the last digit."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from portal.analysis.bridge import bridge

COLUMNS = ["product", "units", "sales_before_returns", "returns_value"]
amounts = st.decimals(Decimal("0"), Decimal("99999999.9999"), places=4)
units = st.decimals(Decimal("0"), Decimal("99999"), places=2)
products = st.lists(
    st.tuples(st.sampled_from("ABCDEF"), units, amounts, amounts), max_size=6, unique_by=lambda row: row[0]
)


def sold(*rows: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=COLUMNS, dtype=object)


@given(products, products)
def test_the_causes_sum_exactly_to_the_change(
    before: list[tuple[object, ...]], after: list[tuple[object, ...]]
) -> None:
    found = bridge(sold(*before), sold(*after))
    assert sum(found.frame()["amount"]) == found.change
    assert found.volume + found.price + found.mix + found.returns == found.after - found.before


@given(products)
def test_nothing_changes_between_a_period_and_itself(rows: list[tuple[object, ...]]) -> None:
    assert set(bridge(sold(*rows), sold(*rows)).frame()["amount"]) <= {Decimal(0)}


def test_a_price_rise_is_all_price() -> None:
    found = bridge(sold(("A", 10, 100, 0)), sold(("A", 10, 120, 0)))
    assert found.frame()["amount"].tolist() == [0, 20, 0, 0]


def test_more_of_the_same_is_all_volume() -> None:
    found = bridge(sold(("A", 10, 100, 0), ("B", 10, 300, 0)), sold(("A", 20, 200, 0), ("B", 20, 600, 0)))
    assert found.frame()["amount"].tolist() == [400, 0, 0, 0]


def test_a_move_to_the_dearer_product_is_all_mix() -> None:
    found = bridge(sold(("A", 10, 100, 0), ("B", 10, 300, 0)), sold(("A", 5, 50, 0), ("B", 15, 450, 0)))
    assert found.frame()["amount"].tolist() == [0, 0, 100, 0]


def test_returns_are_a_cause_of_their_own() -> None:
    found = bridge(sold(("A", 10, 100, 5)), sold(("A", 10, 100, 30)))
    assert found.frame()["amount"].tolist() == [0, 0, 0, -25]
    assert (found.before, found.after) == (95, 70)


def test_new_and_gone_products_are_mix_after_volume() -> None:
    found = bridge(sold(("A", 10, 100, 0)), sold(("B", 10, 150, 0)))
    assert found.frame()["amount"].tolist() == [0, 0, 50, 0]


def test_without_a_base_everything_is_mix() -> None:
    found = bridge(sold(), sold(("A", 3, 30, 1)))
    assert found.frame()["amount"].tolist() == [0, 0, 30, -1]


def test_missing_numbers_and_floats_are_read_exactly() -> None:
    found = bridge(sold(("A", None, None, None)), sold(("A", 1.0, 0.1, None)))
    assert found.change == Decimal("0.1")
